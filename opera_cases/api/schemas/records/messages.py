"""A message over HTTP: what it tells of and how its sending went, never its text or its address."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Instant, Number, at_most
from opera_cases.domain.messages.message import Message


class Item(Shown):
    """A telling that the message carries, or that was `left_out` because it no longer held."""

    reminder: UUID
    rung: Code
    left_out: bool


class MessageFields(Shown):
    """What is shown of a message."""

    recipient: UUID | None
    form: Code
    day: date | None
    language: Code
    again_at: Instant | None
    handed_over_at: Instant | None
    reply: Code
    to_person: bool
    tries: Number
    items: Annotated[list[Item], at_most(1000)]


def of_message(message: Message) -> MessageFields:
    """What is shown of it."""
    return MessageFields(
        recipient=message.recipient, form=message.form, day=message.day, language=message.language,
        again_at=msgspec.to_builtins(message.again_at), handed_over_at=msgspec.to_builtins(message.handed_over_at),
        reply=message.reply, to_person=message.person, tries=message.attempts,
        items=[Item(reminder=each.reminder, rung=each.rung, left_out=each in message.left_out) for each in message.items],
    )  # fmt: skip
