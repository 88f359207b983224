"""What can have happened to a message: composed, handed over, put off by the other side, failed, come back."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.vocabulary import Language, Place


class Form(StrEnum):
    """A day's digest, something that could not wait for it, the week of a supervisor, or one thing that happened."""

    DIGEST = "DIGEST"
    URGENT = "URGENT"
    WEEK = "WEEK"
    NOTICE = "NOTICE"


class Item(Struct, frozen=True, kw_only=True):
    """One rung of one reminder."""

    reminder: UUID
    rung: Code


class MessageComposed(Facts, frozen=True, kw_only=True):
    """What a message will say, by reference: words and address are looked up when it is handed over. `event` is what a notice
    tells, `record` the one in which it stands."""

    topic: ClassVar[str] = "message.composed"
    recipient: UUID
    person: bool = False
    form: Form
    day: date
    desk: UUID
    place: Place
    language: Language
    items: tuple[Item, ...] = ()
    event: UUID | None = None
    record: UUID | None = None


class MessageHandedOver(Facts, frozen=True, kw_only=True):
    """The mail server took the message. `left_out` are items of no use any more at that moment."""

    topic: ClassVar[str] = "message.handed_over"
    reply: Code
    left_out: tuple[Item, ...] = ()


class MessageDeferred(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "message.deferred"
    reply: Code
    again_at: datetime


class MessageFailed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "message.failed"
    reply: Code


class MessageBounced(Facts, frozen=True, kw_only=True):
    """Another mail server sent it back later. `status` as in RFC 3463."""

    topic: ClassVar[str] = "message.bounced"
    status: Code


class MessageWithdrawn(Facts, frozen=True, kw_only=True):
    """It was not sent: nothing in it was of use any more, or the recipient may not, or need not, read it now."""

    topic: ClassVar[str] = "message.withdrawn"
    because: Code
