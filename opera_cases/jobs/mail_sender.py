"""Messages are handed over to a mail server: at least once, always under the same Message-ID, patiently.

A process that dies after the server took a message and before that was recorded sends it again; whoever receives both
sees one, because both have the same Message-ID.
"""

import asyncio
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any
from uuid import UUID, uuid5

import aiosmtplib
import msgspec

from opera_cases.application.reminders.mail.render import Unwritten, write_letter
from opera_cases.application.reminders.mail.templates import Letter
from opera_cases.application.requests import CommandRequest
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import CLOCK
from opera_cases.domain.kernel.errors import OperaError
from opera_cases.domain.messages.message import WAITING, Message
from opera_cases.jobs.due_scan import ONCE
from opera_cases.jobs.smtp import Mail
from opera_cases.log.work import leases
from opera_cases.projections.models import messages

WORK, SHARES = "post", 4
MOST = 500
"""How many are handed over at one look."""
LEASE = 30.0
WAITS = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 180, 360, 720, 1440))
"""How long to wait before the next try; after the last one the message has failed."""
NO_ADDRESS = "5.1.3"
"""The status (RFC 3463) of an address that cannot be written on an envelope."""
UNREACHABLE = (aiosmtplib.SMTPException, OSError, TimeoutError)


def post(runtime: Runtime, mail: Mail) -> int:
    """Hand over every message that waits and whose time has come. Returns how many were handed over."""
    sent = 0
    for share in leases.shares(runtime.log, WORK, SHARES, LEASE):
        number = int(share.rpartition("/")[2])
        waiting = _waiting(runtime, number)
        if waiting:
            sent += asyncio.run(_hand_over_all(runtime, mail, waiting, share))
    return sent


def _waiting(runtime: Runtime, number: int) -> list[UUID]:
    size = 2**128 // SHARES
    first, last = UUID(int=number * size), UUID(int=(number + 1) * size - 1)
    return messages.waiting_messages(runtime.log, runtime.clock().isoformat(), first, last, MOST)


async def _hand_over_all(runtime: Runtime, mail: Mail, waiting: list[UUID], share: str) -> int:
    """One connection for all; a server that cannot be reached puts the first one off, and the others wait."""
    server = mail.server()
    sent = 0
    try:
        for ident in waiting:
            message = runtime.application.records.load(Message, ident)
            if message.state != WAITING:
                continue
            leases.renew(runtime.log, share, LEASE)
            try:
                sent += await _hand_over(runtime, mail, server, message)
            except UNREACHABLE as unreachable:
                _put_off(runtime, message, type(unreachable).__name__[:40])
                break
    finally:
        if server.is_connected:
            server.close()
    return sent


async def _hand_over(runtime: Runtime, mail: Mail, server: aiosmtplib.SMTP, message: Message) -> int:
    written, left_out = write_letter(runtime, message, mail.base_url)
    if isinstance(written, Unwritten):
        _record(runtime, message, "withdraw_message", {"because": written.because}, "over")
        return 0
    try:
        made = as_mail(mail, message, written, runtime.clock())
    except ValueError:  # an accent, as in `andrè@…`: no server takes it, and the others shall not wait for it
        _record(runtime, message, "fail_message", {"reply": NO_ADDRESS}, "over")
        return 0
    try:
        if not server.is_connected:
            await server.connect()
        code, _ = await _send(server, mail, made, written.to)
    except (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused) as refused:
        _refused(runtime, message, _code(refused))
        return 0
    _record(runtime, message, "hand_over_message", {"reply": str(code), "left_out": left_out}, "over")
    return 1


async def _send(server: aiosmtplib.SMTP, mail: Mail, made: EmailMessage, recipient: str) -> tuple[int, str]:
    refused, reply = await server.send_message(made, sender=parseaddr(mail.sender)[1], recipients=[recipient])
    if refused:
        code = next(iter(refused.values())).code
        raise aiosmtplib.SMTPResponseException(code, "")
    return 250, reply


def as_mail(mail: Mail, message: Message, written: Letter, at: datetime) -> EmailMessage:
    """The letter in its envelope: text, HTML and calendar, marked as automatic, under one Message-ID for ever."""
    made = EmailMessage()
    made["From"] = mail.sender
    made["To"] = formataddr(("", written.to))
    made["Subject"] = written.subject
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{message.id}@{mail.domain}>"
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made["List-Unsubscribe"] = f"<mailto:{parseaddr(mail.sender)[1]}?subject=unsubscribe>"
    made.set_content(written.text)
    made.add_alternative(written.html, subtype="html")
    if written.calendar:
        made.add_alternative(
            written.calendar, maintype="text", subtype="calendar", params={"method": "PUBLISH", "charset": "utf-8"}
        )
    made["Content-Language"] = written.language
    return made


def _code(refused: Any) -> int:
    if isinstance(refused, aiosmtplib.SMTPRecipientsRefused):
        return max((each.code for each in refused.recipients), default=550)
    return int(refused.code)


def _refused(runtime: Runtime, message: Message, code: int) -> None:
    """4xx: try again later; 5xx: never."""
    if 400 <= code < 500:
        _put_off(runtime, message, str(code))
    else:
        _record(runtime, message, "fail_message", {"reply": str(code)}, "over")


def _put_off(runtime: Runtime, message: Message, reply: str) -> None:
    if message.attempts >= len(WAITS):
        _record(runtime, message, "fail_message", {"reply": reply}, "over")
        return
    again = runtime.clock() + WAITS[message.attempts]
    _record(runtime, message, "defer_message", {"reply": reply, "again_at": again}, f"defer/{message.attempts}")


def _record(runtime: Runtime, message: Message, step: str, values: dict[str, Any], known_as: str) -> None:
    ask = CommandRequest(kind="message", step=step, values=msgspec.to_builtins(values), by=CLOCK, channel="CLOCK", stream=message.id,
              key=uuid5(message.id, known_as), idempotency_payload=ONCE, correlation=message.id)  # fmt: skip
    try:
        runtime.application.execute(ask)
    except OperaError:
        return
