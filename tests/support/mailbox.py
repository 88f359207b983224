"""A real mail server in this process: it takes messages, puts them off, refuses them, or takes them and says nothing."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from aiosmtpd.controller import Controller

from opera_cases.jobs.smtp import Mail


class Mailbox:
    """What arrived. `answer` is what the server says to whoever sends: 250, or a code of refusal."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.answer = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (the library's name)
        if self.answer.startswith("data "):
            return self.answer.removeprefix("data ")
        self.taken.append(BytesParser(policy=policy.default).parsebytes(envelope.content))  # type: ignore[arg-type]
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.answer and not self.answer.startswith("data "):
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [each for each in self.taken if address in str(each["To"])]

    @property
    def ids(self) -> list[str]:
        return [str(each["Message-ID"]) for each in self.taken]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mailbox() -> Iterator[tuple[Mailbox, Mail]]:
    """A mail server on a port of its own, and how to send by it."""
    box = Mailbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield (
            box,
            Mail(f"smtp://127.0.0.1:{port}", "Sportelli inventati <sportelli@opera.example>", "http://opera.example"),
        )
    finally:
        controller.stop()


def text_of(message: EmailMessage, subtype: str = "plain") -> str:
    """One part of a message."""
    for part in message.walk():
        if part.get_content_type() == f"text/{subtype}":
            content = part.get_content()
            return content.decode() if isinstance(content, bytes) else str(content)
    return ""
