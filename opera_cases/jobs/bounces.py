"""Mail that comes back: the report of another mail server (RFC 3464) names our message and says why."""

import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import NamedTuple
from uuid import UUID, uuid5

from opera_cases.application.requests import CommandRequest
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import CLOCK
from opera_cases.domain.kernel.errors import InvalidInput, NotFound
from opera_cases.domain.messages.message import HANDED_OVER, Message
from opera_cases.jobs.due_scan import ONCE

LARGEST = 1_000_000
"""Bytes of a report: ours are short, and so is what comes back with them."""


class BounceReport(NamedTuple):
    """Which message did not arrive, and with which status (RFC 3463): 5.x.x never will, 4.x.x may still."""

    message: UUID
    status: str


def read_report(content: bytes) -> BounceReport:
    """What a report says. Raises `InvalidInput` when it is no report about a message of ours."""
    if len(content) > LARGEST:
        raise InvalidInput(f"This report has more than {LARGEST:,} bytes; none about a message of ours has.")
    try:
        return _read(BytesParser(policy=policy.default).parsebytes(content))
    except RecursionError:
        raise InvalidInput("This report has parts within parts, deeper than any mail server writes.") from None


def _read(report: EmailMessage) -> BounceReport:
    status, ours = "", None
    for part in report.walk():
        kind = part.get_content_type()
        text = part.as_string() if kind in ("message/delivery-status", "text/rfc822-headers", "message/rfc822") else ""
        if kind == "message/delivery-status" and (
            found := re.search(r"^Status:\s*([245]\.\d{1,3}\.\d{1,3})", text, re.M | re.I)
        ):
            status = found.group(1)
        elif (named := re.search(r"^Message-ID:\s*<([0-9a-f-]{36})@", text, re.M | re.I)) and isinstance(
            part, EmailMessage
        ):
            ours = UUID(named.group(1))
    if ours is None or not status:
        raise InvalidInput("This is no report about a message of ours: it names neither the message nor a status.")
    return BounceReport(ours, status)


def record_bounce(runtime: Runtime, content: bytes) -> bool:
    """Note that a message came back; whether anything was noted: a delay, or what is noted already, changes nothing.

    Raises `InvalidInput` for what is no report, `NotFound` for a message that this office did not send.
    """
    report = read_report(content)
    message = runtime.application.records.load(Message, report.message)
    if not message.version:
        raise NotFound("This office sent no such message.")
    if message.state != HANDED_OVER or not report.status.startswith("5"):
        return False
    ask = CommandRequest(kind="message", step="bounce_message", values={"status": report.status}, by=CLOCK, channel="MAIL",
              stream=message.id, key=uuid5(message.id, "bounce"), idempotency_payload=ONCE, correlation=message.id)  # fmt: skip
    return not runtime.application.execute(ask).repeated
