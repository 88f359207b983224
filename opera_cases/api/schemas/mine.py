"""What concerns whoever asks, over HTTP: the agenda, secrets that are shown once, and why somebody is reminded or not."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import field

from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Instant, Links, Number, Words, at_most


class Owed(Shown):
    """Why a line stands in the agenda: the rule, its number in a series, and the event that set the day."""

    rule: Code
    cycle: Number | None
    edition: Code
    source: Words
    set_by: UUID | None


class AgendaLine(Shown):
    """Something to do on a day; `covers` names the colleague for whom it is done."""

    kind: Code
    id: UUID | None
    file_number: Words
    what: Words
    day: date
    time: Code
    covers: UUID | None
    paused_until: date | None
    why: Owed
    links: Links = field(name="_links")


class AgendaAnswer(Shown):
    as_of: date
    appointments: Annotated[list[AgendaLine], at_most(200)]
    overdue: Annotated[list[AgendaLine], at_most(200)]
    due_soon: Annotated[list[AgendaLine], at_most(200)]
    check_ins: Annotated[list[AgendaLine], at_most(200)]
    incoming: Annotated[list[AgendaLine], at_most(200)]
    roles: Annotated[list[AgendaLine], at_most(200)]
    links: Links = field(name="_links")


class TokenIssued(Shown):
    """A token, shown this once, unless it was sent to its owner."""

    token: Words | None
    sent_to_owner: bool
    expires_on: date
    links: Links = field(name="_links")


class CalendarOpened(Shown):
    """The address of a calendar, shown this once, among the links."""

    names: bool
    links: Links = field(name="_links")


class Reason(Shown):
    code: Code
    says: Words


class RuleOfDay(Shown):
    """A rule that sets days, or the ladder that tells of them, in its edition."""

    name: Code
    label: Words
    edition: Code
    says: Words
    source: Words


class SetBy(Shown):
    """The event that set a day."""

    event_id: UUID | None
    topic: Code
    says: Words
    occurred_on: date
    recorded_at: Instant
    by: UUID | None
    role: Code


class Sent(Shown):
    """The message that told somebody, and what became of it."""

    id: UUID | None
    state: Code
    says: Words
    form: Code
    day: date
    reply: Code


class Recipient(Shown):
    """Who was told, for whom or instead of whom."""

    who: UUID | None
    person: bool
    covers: UUID | None
    instead_of: Code
    message: Sent | None


class RungTold(Shown):
    """One telling, and because of what it did not come."""

    rung: Code
    to: Code
    planned_on: date
    useful_until: date
    urgent: bool
    told_on: date | None
    because: Annotated[list[Reason], at_most(10)]
    recipients: Annotated[list[Recipient], at_most(1000)]


class WhyAnswer(Shown):
    """Why somebody was reminded: the rule, the event that set the day, and every telling."""

    id: UUID
    version: Number
    state: Code
    record: UUID | None
    record_kind: Code
    cycle: Number | None
    due_on: date
    rule: RuleOfDay
    ladder: RuleOfDay
    set_by: SetBy | None
    snoozed_until: date | None
    ended: Reason | None
    held_now: Annotated[list[Reason], at_most(10)]
    rungs: Annotated[list[RungTold], at_most(20)]
    links: Links = field(name="_links")


class Coming(Shown):
    """A deadline that is there, and the next telling of it."""

    due_on: date
    cycle: Number | None
    reminder: UUID | None
    next_rung: Code
    next_on: date | None
    next_to: Code
    held_now: Annotated[list[Reason], at_most(10)]
    set_by: SetBy | None


class Setting(Shown):
    """A step that would set the day, and whether it is open to the asker now."""

    step: Code
    title: Words
    in_states: Annotated[list[Code], at_most(20)]
    open: bool
    blocked_by: Annotated[list[Words], at_most(50)]


class WhyNotAnswer(Shown):
    """Why nobody is reminded: the deadlines there are, and the steps that would set one."""

    record: UUID
    record_kind: Code
    as_of: date
    rule: RuleOfDay
    ladder: RuleOfDay
    deadlines: Annotated[list[Coming], at_most(100)]
    set_by_steps: Annotated[list[Setting], at_most(50)]
    links: Links = field(name="_links")
