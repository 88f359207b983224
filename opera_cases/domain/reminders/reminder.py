"""A reminder: the ladder of one deadline of one record for one day. A deadline that moves begins another."""

from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid5

from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.reminders import events as e
from opera_cases.domain.reminders.ladder import Planned, next_on

OPEN, ENDED = "OPEN", "ENDED"


def reminder_id(record: UUID, key: str, due_on: date) -> UUID:
    """The id of the reminder of a deadline: whoever begins it, and however often, it is the same one."""
    return uuid5(record, f"reminder/{key}/{due_on}")


class RungTold(NamedTuple):
    """A rung that was told: when, and to whom."""

    rung: str
    planned_on: date
    on: date
    to: str
    recipients: tuple[e.Recipient, ...]
    urgent: bool


class Reminder(Aggregate):
    kind = "reminder"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.record: UUID | None = None
        self.record_kind = self.key = self.rule = self.promised_in = ""
        self.concerns: UUID | None = None
        self.set_event: UUID | None = None
        self.cycle: int | None = None
        self.due_on: date | None = None
        self.plan: tuple[Planned, ...] = ()
        self.told: tuple[RungTold, ...] = ()
        self.passed: dict[str, e.ReminderExpired] = {}
        self.snoozed_until: date | None = None
        self.ended_because = ""

    @property
    def subject(self) -> UUID:
        """Whose personal values a reason holds: those of the record that it is about."""
        return self.concerns or self.id

    @property
    def done(self) -> frozenset[str]:
        """The rungs that were told or have passed."""
        return frozenset({each.rung for each in self.told} | self.passed.keys())

    @property
    def next_on(self) -> date | None:
        """The day on which somebody has to look again; None when every rung is done."""
        if self.state != OPEN:
            return None
        coming = next_on(self.plan, self.done)
        return max(coming, self.snoozed_until) if coming and self.snoozed_until else coming


@Reminder.on(e.ReminderBegun)
def _(reminder: Reminder, event: Event[e.ReminderBegun]) -> None:
    said = event.facts
    reminder.record, reminder.record_kind, reminder.concerns = said.record, said.record_kind, said.concerns
    reminder.desk, reminder.place, reminder.set_event = said.desk, said.place, said.set_by
    reminder.key, reminder.rule, reminder.cycle, reminder.due_on = said.key, said.rule, said.cycle, said.due_on
    reminder.promised_in, reminder.plan = said.promised_in, said.plan


@Reminder.on(e.ReminderRaised)
def _(reminder: Reminder, event: Event[e.ReminderRaised]) -> None:
    said = event.facts
    told = RungTold(said.rung, said.planned_on, event.on, said.to, said.recipients, said.urgent)
    reminder.told = (*reminder.told, told)


@Reminder.on(e.ReminderExpired)
def _(reminder: Reminder, event: Event[e.ReminderExpired]) -> None:
    reminder.passed = {**reminder.passed, event.facts.rung: event.facts}


@Reminder.on(e.ReminderSnoozed)
def _(reminder: Reminder, event: Event[e.ReminderSnoozed]) -> None:
    reminder.snoozed_until = event.facts.until


@Reminder.on(e.ReminderEnded)
def _(reminder: Reminder, event: Event[e.ReminderEnded]) -> None:
    reminder.ended_because = event.facts.because
