"""The rules of a venture. Each says what must hold, what stands in the way, and what to do."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from opera_cases.domain.kernel import calendar
from opera_cases.domain.kernel.events import Deadline
from opera_cases.domain.kernel.rules import DecisionContext, Rules, amount, due_day
from opera_cases.domain.kernel.vocabulary import Verdict
from opera_cases.domain.people.identifiers import Check
from opera_cases.domain.ventures import alerts
from opera_cases.domain.ventures.codes import Alert
from opera_cases.domain.ventures.venture import Venture

rules = Rules("venture")

LIFE = "handbook 6.5"


@rules.of_request("case_in_business", "place", "desk", "promoter", source=LIFE)
def case_in_business(it: DecisionContext[Venture]) -> bool:
    """A venture is opened for a person whose case has chosen to start a business.

    The case of the person has not chosen to start a business.

    Choose the pathway on the case first.
    """
    return bool(it.seen["case_in_business"])


@rules.of_request("case_pathway", source=LIFE)
def kind_of_the_pathway(it: DecisionContext[Venture]) -> bool:
    """The venture is of the kind that the person chose as pathway.

    The venture is not of the kind that the person chose as pathway.

    Correct the kind, or change the pathway of the case.
    """
    return bool(it.asked.kind == it.seen["case_pathway"])


@rules.of_request("case_has_venture", source=LIFE)
def no_other_venture(it: DecisionContext[Venture]) -> bool:
    """The case follows no other venture.

    The case follows another venture already.

    Abandon that venture first, or change the pathway of the case.
    """
    return not it.seen["case_has_venture"]


@rules.of_request("place", source="rulebook: regional_sectors")
def sector_of_the_region(it: DecisionContext[Venture]) -> bool:
    """The activity is in a sector that the region chose for the programme.

    The activity is not in a sector that the region chose for the programme.

    Choose the sector as the plan has it; where the region chose none, every sector is open.
    """
    chosen = it.seek("regional_sectors")
    if chosen is None or it.asked.sector is None:
        return True
    scheme, _, code = it.asked.sector.partition(":")
    return not scheme.startswith("NACE/") or any(code.startswith(each) for each in chosen.codes)


@rules.of_record(source=LIFE)
def letter_of_intent(it: DecisionContext[Venture]) -> bool:
    """The parent firm has signed a letter of intent.

    The parent firm has not signed a letter of intent yet.

    Record the letter.
    """
    return "LETTER_OF_INTENT" in it.subject.papers


@rules.of_request(source=LIFE)
def verdict_go(it: DecisionContext[Venture]) -> bool:
    """Only a study with the verdict go leads to the plan.

    The verdict of the study is not go, and only with it the plan follows.

    Study further, or abandon the venture.
    """
    return it.asked.verdict is Verdict.GO


def _sum(lines: Iterable[Any]) -> Decimal:
    return sum((line.amount for line in lines), Decimal(0))


@rules.of_request(
    source=LIFE, tells=lambda it: {"sources": amount(_sum(it.asked.sources)), "uses": amount(_sum(it.asked.uses))}
)
def sources_cover_uses(it: DecisionContext[Venture]) -> bool:
    """In a plan the sources are at least as much as the uses.

    The sources of the plan, {sources}, are less than its uses, {uses}.

    Find another source or spend less.
    """
    return _sum(it.asked.sources) >= _sum(it.asked.uses)


@rules.of_record(source=LIFE)
def plan_waiting(it: DecisionContext[Venture]) -> bool:
    """A version of the plan waits for a decision.

    No version of the plan waits for a decision.

    Submit the plan first.
    """
    return it.subject.plan is not None and not it.subject.plan.decided


@rules.of_record(source="handbook 2.2, four eyes")
def not_own_plan(it: DecisionContext[Venture]) -> bool:
    """Nobody decides on a plan that they wrote or submitted.

    You wrote or submitted this plan yourself.

    Ask a colleague to decide.
    """
    plan = it.subject.plan
    return plan is None or it.by.id not in (plan.author, plan.submitted_by)


@rules.of_request(source="handbook 4.3")
def number_valid(it: DecisionContext[Venture]) -> bool:
    """The number of the register passes its check digit.

    The check digit of the number is wrong.

    Compare it with the certificate.
    """
    return it.asked.check is Check.VALID


@rules.of_record(source=LIFE)
def registered(it: DecisionContext[Venture]) -> bool:
    """The venture is registered.

    The venture is not registered yet.

    Record its number.
    """
    return it.subject.registered


@rules.of_record(source=LIFE)
def not_registered_yet(it: DecisionContext[Venture]) -> bool:
    """The venture is not registered yet.

    The venture is registered already.

    A wrong number is corrected, not recorded again.
    """
    return not it.subject.registered


@rules.of_request(source=LIFE)
def funded(it: DecisionContext[Venture]) -> bool:
    """The promised sources cover the uses of the plan, unless the promoter pays alone.

    The promised sources do not cover the uses of the plan.

    Record the promises, or say that the venture is self-funded.
    """
    return bool(it.asked.self_funded) or it.subject.funds_cover


@rules.of_request("to_desk_open", "receiving_place", source="handbook 6.10")
def goes_to_another_desk(it: DecisionContext[Venture]) -> bool:
    """A venture moves to another desk with the case of its promoter.

    The case of the promoter does not move to another desk.

    This is for the office to know.
    """
    of_promoter = it.asked.case in (None, it.subject.case)
    return of_promoter and it.asked.to_desk != it.subject.desk and it.seen["receiving_place"] is not None


@rules.of_request("mentor_active", source=LIFE)
def mentor_active(it: DecisionContext[Venture]) -> bool:
    """The mentor works at the desk of the venture on that day.

    The mentor does not work at the desk of the venture on that day.

    Choose a mentor or caseworker of this desk.
    """
    return bool(it.seen["mentor_active"])


@rules.of_request(source="handbook 3.1")
def check_in_open(it: DecisionContext[Venture]) -> bool:
    """The check-in of that month is scheduled and still open.

    No check-in of that month is open.

    Look at the check-ins still open and choose the right month.
    """
    return it.asked.month in it.subject.check_ins_open


def _check_in(it: DecisionContext[Venture]) -> Deadline | None:
    return it.subject.deadlines.get(f"check_in:{it.asked.month}")


def _days_before(it: DecisionContext[Venture]) -> int:
    """How many days before its day the check-in of the month can be held."""
    early = it.asked.month <= it.limit("check_in_first_months")
    return it.limit("check_in_window_first_months" if early else "check_in_window_later")


def _window(it: DecisionContext[Venture]) -> dict[str, object]:
    due, days = _check_in(it), _days_before(it)
    return {"opens": due.due_on - timedelta(days=days), "days": days, "due_on": due.due_on} if due else {}


@rules.of_request(source="rulebook: check_in_window_later", tells=_window)
def not_before_its_window(it: DecisionContext[Venture]) -> bool:
    """A check-in is held not earlier before its day than the rulebook allows.

    This check-in is held from {opens} on, {days:day|days} before its day, {due_on}.

    Wait for the window; anything urgent is a note or an alert.
    """
    due = _check_in(it)
    return due is None or it.on >= due.due_on - timedelta(days=_days_before(it))


def day_of_month(it: DecisionContext[Venture]) -> date:
    """The day on which a month after the start is over."""
    return calendar.add_months(it.subject.trading_since or it.on, it.asked.month)


@rules.of_request(source="handbook 3.1")
def moved_to_a_day_to_come(it: DecisionContext[Venture]) -> bool:
    """A check-in is moved to a day to come, before mentoring ends.

    The day has passed, or lies after the end of the mentoring.

    Choose another day.
    """
    ends = it.subject.deadlines.get("consolidation")
    return bool(it.asked.to >= it.today and (ends is None or it.asked.to <= ends.due_on))


@rules.of_request(source="handbook 3.1")
def check_in_new(it: DecisionContext[Venture]) -> bool:
    """The series has no check-in in that month, neither open nor done.

    The series has a check-in in that month already.

    Choose another month, or move the one that is open.
    """
    done = {getattr(each.facts, "month", None) for each in it.subject.known.values()}
    return it.asked.month not in done and it.asked.month not in it.subject.check_ins_open


@rules.of_request(source="handbook 3.1")
def added_to_come(it: DecisionContext[Venture]) -> bool:
    """A check-in is added for a month to come, before mentoring ends.

    The month has passed, or lies after the end of the mentoring.

    Choose a later month.
    """
    ends = it.subject.deadlines.get("consolidation")
    return day_of_month(it) >= it.today and (ends is None or day_of_month(it) <= ends.due_on)


def _missed_from(it: DecisionContext[Venture]) -> dict[str, object]:
    due, days = _check_in(it), it.limit("check_in_missed_after")
    return {"days": days, "due_on": due.due_on, "missed_on": due.due_on + timedelta(days=days)} if due else {}


@rules.of_request(source="rulebook: check_in_missed_after", tells=_missed_from)
def thirty_days_late(it: DecisionContext[Venture]) -> bool:
    """A check-in is missed so long after its day as the rulebook says, not before.

    This check-in is missed from {missed_on} on, {days:day|days} after its day, {due_on}.

    It can still be held.
    """
    due = _check_in(it)
    return due is not None and it.on >= due.due_on + timedelta(days=it.limit("check_in_missed_after"))


@rules.of_request(source="handbook 3.3")
def alert_new(it: DecisionContext[Venture]) -> bool:
    """The alert does not stand yet.

    The alert stands already.

    React to the one that stands.
    """
    return it.asked.alert not in it.subject.alerts


@rules.of_record(source="handbook 3.3")
def alerts_stand(it: DecisionContext[Venture]) -> bool:
    """There is an alert to react to.

    There is no alert to react to.

    Raise one if there are difficulties.
    """
    return bool(it.subject.alerts)


@rules.of_request(source="handbook 3.3")
def alert_stands(it: DecisionContext[Venture]) -> bool:
    """Only an alert that stands can be cleared.

    This alert does not stand.

    Check which alerts are open.
    """
    return it.asked.alert in it.subject.alerts


@rules.of_request(source="handbook 3.3")
def last_alert(it: DecisionContext[Venture]) -> bool:
    """This is the last alert that stands.

    Other alerts stand too.

    Clear the others too.
    """
    return it.subject.alerts == {it.asked.alert}


@rules.of_request(source="handbook 3.3")
def warnings_follow(it: DecisionContext[Venture]) -> bool:
    """The figures give a warning.

    Nothing to do.
    """
    return bool(alerts.new_alerts(it))


@rules.of_request(source="rulebook: missed_in_a_row")
def missed_twice(it: DecisionContext[Venture]) -> bool:
    """So many check-ins in a row were missed as the rulebook says.

    Nothing to do.
    """
    return alerts.missed_too_often(it) and Alert.MISSED_CHECK_INS not in it.subject.alerts


@rules.of_record(source="rulebook: consolidation")
def all_check_ins_settled(it: DecisionContext[Venture]) -> bool:
    """Every check-in of the series is done, waived or missed.

    There are check-ins of the series that are neither done, nor waived, nor missed.

    Record or waive the check-ins still open.
    """
    return not it.subject.check_ins_open


@rules.of_request(source="rulebook: consolidation", tells=lambda it: due_day(it, "consolidation"))
def thirty_six_months_passed(it: DecisionContext[Venture]) -> bool:
    """The venture has traded as long as the programme asks.

    The venture will have traded long enough on {due_on}.

    Wait for that day.
    """
    due = it.subject.deadlines.get("consolidation")
    return due is not None and it.on >= due.due_on
