"""The series of check-ins: one is waived, moved, added, or missed (handbook 3.1)."""

from datetime import date, timedelta
from typing import ClassVar

from opera_cases.domain.access.roles import MENTORS
from opera_cases.domain.kernel import calendar
from opera_cases.domain.kernel.events import Deadline, Event, Facts
from opera_cases.domain.kernel.personal import Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Month
from opera_cases.domain.kernel.steps import Command, Step, fill
from opera_cases.domain.ventures.alerts import missed_too_often, raised_for_missing
from opera_cases.domain.ventures.check_ins import check_in_open, scheduled_check_in, this_check_in
from opera_cases.domain.ventures.codes import Alert
from opera_cases.domain.ventures.states import AT_RISK, CLOCK, LIVING
from opera_cases.domain.ventures.venture import Venture

rules = Rules("venture")

SOURCE = "handbook 3.1"


class WaiveCheckIn(Command, frozen=True, kw_only=True):
    """A check-in of the series need not take place, for a reason."""

    month: Month
    reason: Reason


class MoveCheckIn(Command, frozen=True, kw_only=True):
    """A check-in of the series takes place on another day, for a reason."""

    month: Month
    to: date
    reason: Reason


class AddCheckIn(Command, frozen=True, kw_only=True):
    """One more check-in, in a month that the series leaves out, for a reason."""

    month: Month
    reason: Reason


class MissCheckIn(Command, frozen=True, kw_only=True):
    """The check-in was not held within the time that the rulebook gives."""

    month: Month


class CheckInWaived(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.check_in_waived"
    month: Month
    reason: Reason


class CheckInMoved(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.check_in_moved"
    month: Month
    was: date
    to: date
    reason: Reason


class CheckInAdded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.check_in_added"
    month: Month
    due_on: date
    reason: Reason


class CheckInMissed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.check_in_missed"
    month: Month
    due_on: date


@Venture.on(CheckInMissed)
def _(venture: Venture, event: Event[CheckInMissed]) -> None:
    venture.missed_in_a_row += 1


def day_of_month(it: DecisionContext[Venture]) -> date:
    """The day on which a month after the start is over."""
    return calendar.add_months(it.subject.trading_since or it.on, it.asked.month)


@rules.of_request(source=SOURCE)
def moved_to_a_day_to_come(it: DecisionContext[Venture]) -> bool:
    """A check-in is moved to a future date, before the mentoring ends.

    The date has passed, or is after the end of the mentoring.

    Choose another date.
    """
    ends = it.subject.deadlines.get("consolidation")
    return bool(it.asked.to >= it.today and (ends is None or it.asked.to <= ends.due_on))


@rules.of_request(source=SOURCE)
def check_in_new(it: DecisionContext[Venture]) -> bool:
    """The series does not have a check-in for that month yet, either open or held.

    The series already has a check-in for that month.

    Choose another month, or move the one that is open.
    """
    done = {getattr(each.facts, "month", None) for each in it.subject.known.values()}
    return it.asked.month not in done and it.asked.month not in it.subject.check_ins_open


@rules.of_request(source=SOURCE)
def added_to_come(it: DecisionContext[Venture]) -> bool:
    """A check-in is added for a future month, before the mentoring ends.

    The month has passed, or is after the end of the mentoring.

    Choose another month.
    """
    ends = it.subject.deadlines.get("consolidation")
    return day_of_month(it) >= it.today and (ends is None or day_of_month(it) <= ends.due_on)


def _missed_from(it: DecisionContext[Venture]) -> dict[str, object]:
    due, days = scheduled_check_in(it), it.limit("check_in_missed_after")
    return {"days": days, "due_on": due.due_on, "missed_on": due.due_on + timedelta(days=days)} if due else {}


@rules.of_request(source="rulebook: check_in_missed_after", tells=_missed_from)
def thirty_days_late(it: DecisionContext[Venture]) -> bool:
    """A check-in is missed once the time set by the rulebook has passed after its planned date, not before.

    This check-in is missed from {missed_on}, {days:day|days} after its planned date, {due_on}.

    It can still be held.
    """
    due = scheduled_check_in(it)
    return due is not None and it.on >= due.due_on + timedelta(days=it.limit("check_in_missed_after"))


@rules.of_request(source="rulebook: missed_in_a_row")
def missed_twice(it: DecisionContext[Venture]) -> bool:
    """As many check-ins have been missed in a row as the rulebook sets.

    There is nothing to do.
    """
    return missed_too_often(it) and Alert.MISSED_CHECK_INS not in it.subject.alerts


def _moved_check_in(it: DecisionContext[Venture]) -> tuple[Deadline, ...]:
    return (it.rulebook.fixed("check_in", it.asked.to, it.asked.month),)


def _added_check_in(it: DecisionContext[Venture]) -> tuple[Deadline, ...]:
    return (it.rulebook.fixed("check_in", day_of_month(it), it.asked.month),)


ROWS = (
    Step(asks=WaiveCheckIn, by=MENTORS, source=LIVING, target=None, records=CheckInWaived,
         rules=(check_in_open,), ends=this_check_in),
    Step(asks=MoveCheckIn, by=MENTORS, source=LIVING, target=None, records=CheckInMoved,
         rules=(check_in_open, moved_to_a_day_to_come), resets=_moved_check_in,
         fills=fill(was=lambda it: it.subject.deadlines[f"check_in:{it.asked.month}"].due_on)),
    Step(asks=AddCheckIn, by=MENTORS, source=LIVING, target=None, records=CheckInAdded,
         rules=(check_in_new, added_to_come), resets=_added_check_in,
         fills=fill(due_on=lambda it: day_of_month(it))),
    Step(asks=MissCheckIn, by=CLOCK, source=LIVING, target=AT_RISK, records=CheckInMissed, when=missed_twice,
         rules=(thirty_days_late,),
         fills=fill(due_on=lambda it: it.subject.deadlines[f"check_in:{it.asked.month}"].due_on),
         also=raised_for_missing, ends=this_check_in),
    Step(asks=MissCheckIn, by=CLOCK, source=LIVING, target=None, records=CheckInMissed,
         rules=(thirty_days_late,),
         fills=fill(due_on=lambda it: it.subject.deadlines[f"check_in:{it.asked.month}"].due_on),
         ends=this_check_in),
)  # fmt: skip
