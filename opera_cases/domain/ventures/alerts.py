"""Alerts: which warnings follow from a check-in, by the thresholds of the rulebook, and what the desk does about them (handbook 3.3)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, ClassVar

from opera_cases.domain.access.roles import MENTORS
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import Note, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, at, filling
from opera_cases.domain.ventures.codes import Alert, Arrears, Light
from opera_cases.domain.ventures.states import AT_RISK, LIVING, TRADING
from opera_cases.domain.ventures.venture import Venture, expected_turnover

rules = Rules("venture")

SOURCE = "handbook 3.3"
REACTION = (DeadlineSpec("alert_reaction"),)


class RaiseAlert(Command, frozen=True, kw_only=True):
    """The mentor sees trouble that no figure shows."""

    alert: Alert = Alert.MENTOR_CONCERN
    note: Note


class AnswerAlerts(Command, frozen=True, kw_only=True):
    """What the desk does about the alerts."""

    action: Note


class ClearAlert(Command, frozen=True, kw_only=True):
    """The trouble is over."""

    alert: Alert
    reason: Reason


class AlertRaised(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.alert_raised"
    alert: Alert
    note: Note | None = None


class AlertsAnswered(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.alerts_answered"
    action: Note


class AlertCleared(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.alert_cleared"
    alert: Alert
    reason: Reason


@Venture.on(AlertRaised)
def _(venture: Venture, event: Event[AlertRaised]) -> None:
    venture.alerts |= {event.facts.alert}


@Venture.on(AlertCleared)
def _(venture: Venture, event: Event[AlertCleared]) -> None:
    venture.alerts -= {event.facts.alert}


def expected(it: DecisionContext[Venture]) -> Decimal:
    """What the plan forecast for the months since the last check-in."""
    plan = it.subject.plan
    return expected_turnover(plan.turnover_by_year, it.subject.last_month, it.asked.month) if plan else Decimal(0)


def below_plan(it: DecisionContext[Venture]) -> bool:
    """Turnover is under the share of the plan that the rulebook names."""
    forecast = expected(it)
    return bool(forecast > 0 and it.asked.turnover * 100 < forecast * it.limit("turnover_share"))


@filling("turnover_expected", "below_plan")
def compared(it: DecisionContext[Any]) -> dict[str, object]:
    return {"turnover_expected": expected(it), "below_plan": below_plan(it)}


def _signals(it: DecisionContext[Venture]) -> Iterator[Alert]:
    asked = it.asked
    if asked.light is Light.RED:
        yield Alert.RED_LIGHT
    if asked.cash_months is not None and asked.cash_months < it.limit("cash_months"):
        yield Alert.CASH_SHORT
    if it.subject.low_in_a_row and below_plan(it):
        yield Alert.TURNOVER_LOW
    wages, suppliers, bank, dues, tax = asked.wages, asked.suppliers, asked.bank, asked.contributions, asked.tax
    if wages and wages.days >= it.limit("wages_overdue") and _over(wages, it.limit("wages_share")):
        yield Alert.WAGES_OVERDUE
    if suppliers and suppliers.days >= it.limit("suppliers_overdue") and suppliers.amount > suppliers.compared_with:
        yield Alert.SUPPLIERS_OVERDUE
    if bank and bank.days > it.limit("bank_overdue") and not _under(bank, it.limit("bank_share")):
        yield Alert.BANK_OVERDUE
    staff = "with_staff" if asked.staff.employees else "without_staff"
    floor = it.limit(f"contributions_floor_{staff}")
    heavy = dues is not None and (not asked.staff.employees or not _under(dues, it.limit("contributions_share")))
    if dues and dues.days > it.limit("contributions_overdue") and dues.amount > floor and heavy:
        yield Alert.CONTRIBUTIONS_OVERDUE
    always = tax is not None and tax.amount > it.limit("vat_overdue_floor")
    heavy_tax = (
        tax is not None
        and tax.amount > it.limit("vat_overdue_small")
        and not _under(tax, it.limit("vat_overdue_share"))
    )
    if always or heavy_tax:
        yield Alert.TAX_OVERDUE


def _over(debt: Arrears, percent: int) -> bool:
    return debt.amount * 100 > debt.compared_with * percent


def _under(debt: Arrears, percent: int) -> bool:
    return debt.amount * 100 < debt.compared_with * percent


def new_alerts(it: DecisionContext[Venture]) -> tuple[Alert, ...]:
    """The warnings of this check-in that are not standing already."""
    return tuple(alert for alert in _signals(it) if alert not in it.subject.alerts)


def raised(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    return tuple((AlertRaised(alert=alert), REACTION) for alert in new_alerts(it))


def missed_too_often(it: DecisionContext[Venture]) -> bool:
    return it.subject.missed_in_a_row + 1 >= it.limit("missed_in_a_row")


def raised_for_missing(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    return ((AlertRaised(alert=Alert.MISSED_CHECK_INS), REACTION),)


@rules.of_request(source=SOURCE)
def alert_new(it: DecisionContext[Venture]) -> bool:
    """This alert is not open yet.

    This alert is already open.

    Answer the alert that is already open.
    """
    return it.asked.alert not in it.subject.alerts


@rules.of_record(source=SOURCE)
def alerts_stand(it: DecisionContext[Venture]) -> bool:
    """An alert is waiting for an answer.

    No alert is waiting for an answer.

    If there are difficulties, raise an alert.
    """
    return bool(it.subject.alerts)


@rules.of_request(source=SOURCE)
def alert_stands(it: DecisionContext[Venture]) -> bool:
    """Only an open alert can be cleared.

    This alert is not open.

    Check which alerts are open.
    """
    return it.asked.alert in it.subject.alerts


@rules.of_request(source=SOURCE)
def last_alert(it: DecisionContext[Venture]) -> bool:
    """This is the last open alert.

    Other alerts are still open.

    Clear the other alerts too.
    """
    return it.subject.alerts == {it.asked.alert}


ROWS = (
    Step(asks=RaiseAlert, by=MENTORS, source=LIVING, target=AT_RISK, records=AlertRaised, rules=(alert_new,),
         sets=(DeadlineSpec("alert_reaction"),)),
    Step(asks=AnswerAlerts, by=MENTORS, source=at(AT_RISK), target=None, records=AlertsAnswered,
         rules=(alerts_stand,), ends=("alert_reaction",)),
    Step(asks=ClearAlert, by=MENTORS, source=at(AT_RISK), target=TRADING, records=AlertCleared,
         when=last_alert, ends=("alert_reaction",)),
    Step(asks=ClearAlert, by=MENTORS, source=at(AT_RISK), target=None, records=AlertCleared,
         rules=(alert_stands,)),
)  # fmt: skip
