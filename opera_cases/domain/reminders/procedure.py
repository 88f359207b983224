"""The life of a reminder, as a table (handbook 6.18): time begins it, tells its rungs, lets them pass, ends it."""

from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

from msgspec import Struct

from opera_cases.domain.access.roles import OPENERS
from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.kernel.personal import Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules, days_from_today
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, StateNotes, Step, facts_seen, fill, filling
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.kernel.workflow import Procedure
from opera_cases.domain.reminders import events as e
from opera_cases.domain.reminders.ladder import Planned
from opera_cases.domain.reminders.reminder import ENDED, OPEN, Reminder

rules = Rules("reminder")

SOURCE = "handbook 6.18"


class Raised(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rung to tell, and to whom."""

    rung: Code
    recipients: tuple[e.Recipient, ...] = ()


class Gone(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rung that has passed, why, and what kept it back."""

    rung: Code
    because: Code
    held_by: tuple[Code, ...] = ()


class BeginReminder(Command, frozen=True, kw_only=True):
    """The first reminder of a deadline is due."""

    unrecorded: ClassVar[frozenset[str]] = frozenset({"passed", "raised"})
    record: UUID
    record_kind: Code
    concerns: UUID
    desk: UUID
    key: Code
    rule: Code
    cycle: int | None = None
    due_on: date
    promised_in: Code
    set_by: UUID
    plan: tuple[Planned, ...]
    raised: tuple[Raised, ...] = ()
    passed: tuple[Gone, ...] = ()


class RaiseReminder(Command, frozen=True, kw_only=True):
    """A reminder is due: whoever it is for today is told."""

    rung: Code
    recipients: tuple[e.Recipient, ...] = ()


class ExpireReminder(Command, frozen=True, kw_only=True):
    """A reminder was not given in time and is no longer useful."""

    rung: Code
    because: Code
    held_by: tuple[Code, ...] = ()


class SnoozeReminder(Command, frozen=True, kw_only=True):
    """The rungs to come wait until that day, for a reason. What is owed stays owed."""

    until: date
    reason: Reason


class ResumeReminder(Command, frozen=True, kw_only=True):
    """The deadline is owed on that day again."""


class EndReminder(Command, frozen=True, kw_only=True):
    """The deadline is no longer owed on that day."""


@rules.of_request("owed_on", source=SOURCE)
def still_owed(it: DecisionContext[Reminder]) -> bool:
    """The deadline still applies to this file on this day.

    The deadline no longer applies to this file on this day.

    There is nothing to remind anyone of.
    """
    return bool(it.seen["owed_on"] == (it.subject.due_on or it.asked.due_on))


@rules.of_request("place", source=SOURCE)
def desk_known(it: DecisionContext[Reminder]) -> bool:
    """The desk to which the deadline belongs is known: its local time and public holidays apply.

    The desk to which the deadline belongs is not known.

    The system checks this itself; if the message comes back, tell an administrator.
    """
    return it.seen["place"] is not None


@rules.of_request("owed_on", source=SOURCE)
def no_longer_owed(it: DecisionContext[Reminder]) -> bool:
    """The deadline has been met, has been moved or no longer applies.

    The deadline still applies.

    The reminder continues.
    """
    return bool(it.seen["owed_on"] != it.subject.due_on)


@rules.of_request(source=SOURCE)
def rung_due(it: DecisionContext[Reminder]) -> bool:
    """The day of this reminder has come, and it has been neither given nor passed over.

    The day of this reminder has not come, or it has already been given or passed over.

    Wait for its day.
    """
    rung = _rung(it)
    return rung is not None and rung.on <= it.today and rung.rung not in it.subject.done


@rules.of_request(source=SOURCE, tells=lambda it: {"until": it.subject.snoozed_until})
def not_put_off(it: DecisionContext[Reminder]) -> bool:
    """The reminder has not been postponed to a later day.

    The reminder has been postponed until {until}.

    Wait for that day.
    """
    return it.subject.snoozed_until is None or it.subject.snoozed_until <= it.today


@rules.of_request(source="rulebook: snooze_at_most", tells=lambda it: days_from_today(it, "snooze_at_most"))
def snoozed_in_time(it: DecisionContext[Reminder]) -> bool:
    """A reminder is postponed to a future date, for at most as long as the rulebook allows.

    A reminder can be postponed until {until} at the latest, {days:day|days} from today, and the date must be in the
    future.

    Choose an earlier date.
    """
    return bool(it.today < it.asked.until <= it.today + timedelta(days=it.limit("snooze_at_most")))


def _rung(it: DecisionContext[Any]) -> Planned | None:
    return next((each for each in it.subject.plan if each.rung == it.asked.rung), None)


def _reminder_raised(planned: Planned, recipients: tuple[e.Recipient, ...]) -> e.ReminderRaised:
    return e.ReminderRaised(
        rung=planned.rung, planned_on=planned.on, to=planned.to, recipients=recipients, urgent=planned.urgent
    )


def _at_once(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    """The rungs that were due, or had passed, when the reminder began."""
    plan = {each.rung: each for each in it.asked.plan}
    passed = (
        e.ReminderExpired(rung=each.rung, planned_on=plan[each.rung].on, because=each.because, held_by=each.held_by)
        for each in it.asked.passed
    )
    return tuple(
        (each, ())
        for each in (*passed, *(_reminder_raised(plan[each.rung], each.recipients) for each in it.asked.raised))
    )


@filling("planned_on", "to", "urgent")
def _raised(it: DecisionContext[Any]) -> dict[str, Any]:
    rung = _rung(it)
    assert rung is not None
    return {"planned_on": rung.on, "to": rung.to, "urgent": rung.urgent}


@filling("because", "now_due_on")
def _ended(it: DecisionContext[Any]) -> dict[str, Any]:
    now = it.seen["owed_on"]
    return {"because": "MOVED" if now else "MET", "now_due_on": now}


CLOCK_ONLY = frozenset({Role.CLOCK})
TEAM = OPENERS | {Role.DPO}
THERE = frozenset({OPEN})

REMINDER = Procedure(
    name="reminder", version=1, aggregate=Reminder, states=(OPEN, ENDED), final=frozenset(),
    steps=(
        Step(asks=BeginReminder, by=CLOCK_ONLY, source=frozenset({""}), target=OPEN, records=e.ReminderBegun,
             rules=(still_owed, desk_known), fills=facts_seen("place"), also=_at_once),
        Step(asks=RaiseReminder, by=CLOCK_ONLY, source=THERE, target=None, records=e.ReminderRaised,
             rules=(still_owed, rung_due, not_put_off), fills=_raised),
        Step(asks=ExpireReminder, by=CLOCK_ONLY, source=THERE, target=None, records=e.ReminderExpired, rules=(rung_due,),
             fills=fill(planned_on=lambda it: _raised(it)["planned_on"])),
        Step(asks=SnoozeReminder, by=TEAM, source=THERE, target=None, records=e.ReminderSnoozed, rules=(snoozed_in_time,)),
        Step(asks=EndReminder, by=CLOCK_ONLY, source=THERE, target=ENDED, records=e.ReminderEnded, rules=(no_longer_owed,),
             fills=_ended),
        Step(asks=ResumeReminder, by=CLOCK_ONLY, source=frozenset({ENDED}), target=OPEN, records=e.ReminderResumed,
             rules=(still_owed,)),
    ),
    lifeline=StateNotes(without_deadline={OPEN: "A reminder tells of the deadline of another record.", ENDED: "Its deadline is no longer owed."}),
)  # fmt: skip
