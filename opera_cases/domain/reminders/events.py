"""What can have happened to a reminder: begun with its plan, told, passed, put off, ended."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.kernel.personal import Reason
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.vocabulary import Place
from opera_cases.domain.reminders.ladder import Audience, Planned


class Recipient(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whom a rung tells: an operator, or a person of the records. `covers` names who is away, `instead_of` the audience
    that had nobody."""

    who: UUID
    person: bool = False
    covers: UUID | None = None
    instead_of: Audience | None = None


class ReminderBegun(Facts, frozen=True, kw_only=True):
    """The first rung of a deadline was due: the whole plan, as the rulebook had it then."""

    topic: ClassVar[str] = "reminder.begun"
    record: UUID
    record_kind: Code
    concerns: UUID
    desk: UUID
    place: Place
    key: Code
    rule: Code
    cycle: int | None = None
    due_on: date
    promised_in: Code
    set_by: UUID
    plan: tuple[Planned, ...]


class ReminderRaised(Facts, frozen=True, kw_only=True):
    """One rung was told to whoever it was for on that day; to nobody, when there was nobody."""

    topic: ClassVar[str] = "reminder.raised"
    rung: Code
    planned_on: date
    to: Audience
    recipients: tuple[Recipient, ...] = ()
    urgent: bool = False


class ReminderExpired(Facts, frozen=True, kw_only=True):
    """One rung was not told, and is of no use any more. `held_by` says what kept it back on the last day."""

    topic: ClassVar[str] = "reminder.expired"
    rung: Code
    planned_on: date
    because: Code
    held_by: tuple[Code, ...] = ()


class ReminderSnoozed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "reminder.snoozed"
    until: date
    reason: Reason


class ReminderResumed(Facts, frozen=True, kw_only=True):
    """The deadline is owed on its old day again: what was not told yet is told after all."""

    topic: ClassVar[str] = "reminder.resumed"


class ReminderEnded(Facts, frozen=True, kw_only=True):
    """The deadline is no longer owed: it was met or fell away, or it moved to another day."""

    topic: ClassVar[str] = "reminder.ended"
    because: Code
    now_due_on: date | None = None
