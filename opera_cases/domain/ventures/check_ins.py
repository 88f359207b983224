"""Check-ins: what mentor and entrepreneur find, in the months of the series (handbook 3.1, 3.2)."""

from datetime import date, timedelta
from typing import ClassVar

from opera_cases.domain.access.roles import MENTORS
from opera_cases.domain.kernel.events import Deadline, Event, Facts
from opera_cases.domain.kernel.personal import Note, PersonName, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Balance, Money, Month, Quantity, Share
from opera_cases.domain.kernel.steps import Command, Step
from opera_cases.domain.kernel.vocabulary import Channel
from opera_cases.domain.ventures.alerts import compared, new_alerts, raised
from opera_cases.domain.ventures.codes import (
    Arrears,
    Conditions,
    FigureSource,
    Light,
    PrivateProblems,
    Problem,
    Staff,
    VentureCondition,
)
from opera_cases.domain.ventures.states import AT_RISK, LIVING
from opera_cases.domain.ventures.venture import Venture

rules = Rules("venture")

SOURCE = "handbook 3.1"


class RecordCheckIn(Command, frozen=True, kw_only=True):
    """What mentor and entrepreneur found, in the month of the series. Warnings follow from the figures."""

    month: Month
    channel: Channel
    met: PersonName | None = None
    condition: VentureCondition = VentureCondition.TRADING
    turnover: Money
    turnover_source: FigureSource = FigureSource.DECLARED
    turnover_since_start: Money | None = None
    cash_balance: Balance | None = None
    cash_estimated: bool = False
    cash_months: Quantity | None = None
    staff: Staff
    largest_customer: Share | None = None
    wages: Arrears | None = None
    suppliers: Arrears | None = None
    bank: Arrears | None = None
    contributions: Arrears | None = None
    tax: Arrears | None = None
    problems: PrivateProblems | None = None
    actions: Note | None = None
    actions_due_on: date | None = None
    second_tranche: Conditions = Conditions.NOT_APPLICABLE
    light: Light
    light_reason: Reason | None = None


class CheckInRecorded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.check_in_recorded"
    month: Month
    channel: Channel
    met: PersonName | None = None
    condition: VentureCondition
    turnover: Money
    turnover_source: FigureSource = FigureSource.DECLARED
    turnover_since_start: Money | None = None
    turnover_expected: Money
    below_plan: bool = False
    cash_balance: Balance | None = None
    cash_estimated: bool = False
    cash_months: Quantity | None = None
    staff: Staff
    largest_customer: Share | None = None
    wages: Arrears | None = None
    suppliers: Arrears | None = None
    bank: Arrears | None = None
    contributions: Arrears | None = None
    tax: Arrears | None = None
    problems: tuple[Problem, ...] = ()
    actions: Note | None = None
    actions_due_on: date | None = None
    second_tranche: Conditions = Conditions.NOT_APPLICABLE
    light: Light
    light_reason: Reason | None = None
    problems_sealed: PrivateProblems | None = None


@Venture.on(CheckInRecorded)
def _(venture: Venture, event: Event[CheckInRecorded]) -> None:
    said = event.facts
    venture.low_in_a_row = venture.low_in_a_row + 1 if said.below_plan else 0
    venture.missed_in_a_row, venture.last_month, venture.light = 0, said.month, said.light
    venture.check_ins_done += 1


@rules.of_request(source=SOURCE)
def check_in_open(it: DecisionContext[Venture]) -> bool:
    """A check-in is scheduled for that month and still open.

    No check-in is open for that month.

    Look at the check-ins that are still open and choose the right month.
    """
    return it.asked.month in it.subject.check_ins_open


def scheduled_check_in(it: DecisionContext[Venture]) -> Deadline | None:
    """The open check-in of the month asked for."""
    return it.subject.deadlines.get(f"check_in:{it.asked.month}")


def _days_before(it: DecisionContext[Venture]) -> int:
    """How many days before its day the check-in of the month can be held."""
    early = it.asked.month <= it.limit("check_in_first_months")
    return it.limit("check_in_window_first_months" if early else "check_in_window_later")


def _window(it: DecisionContext[Venture]) -> dict[str, object]:
    due, days = scheduled_check_in(it), _days_before(it)
    return {"opens": due.due_on - timedelta(days=days), "days": days, "due_on": due.due_on} if due else {}


@rules.of_request(source="rulebook: check_in_window_later", tells=_window)
def not_before_its_window(it: DecisionContext[Venture]) -> bool:
    """A check-in is not held earlier than the rulebook allows.

    This check-in can be held from {opens}, {days:day|days} before its planned date, {due_on}.

    Wait for that date; if something is urgent, record a note or an alert.
    """
    due = scheduled_check_in(it)
    return due is None or it.on >= due.due_on - timedelta(days=_days_before(it))


@rules.of_request(source="handbook 3.3")
def warnings_follow(it: DecisionContext[Venture]) -> bool:
    """The figures trigger an alert.

    There is nothing to do.
    """
    return bool(new_alerts(it))


def this_check_in(it: DecisionContext[Venture]) -> tuple[str, ...]:
    """The deadline of the check-in asked for."""
    return (f"check_in:{it.asked.month}",)


ROWS = (
    Step(asks=RecordCheckIn, by=MENTORS, source=LIVING, target=AT_RISK, records=CheckInRecorded,
         when=warnings_follow, rules=(check_in_open, not_before_its_window),
         fills=compared, also=raised, ends=this_check_in),
    Step(asks=RecordCheckIn, by=MENTORS, source=LIVING, target=None, records=CheckInRecorded,
         rules=(check_in_open, not_before_its_window),
         fills=compared, ends=this_check_in),
)  # fmt: skip
