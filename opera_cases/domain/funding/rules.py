"""The rules of an application. Each says what must hold, what stands in the way, and what to do."""

from opera_cases.domain.funding.application import Funding
from opera_cases.domain.kernel.rules import DecisionContext, Rules, amount, due_day
from opera_cases.domain.ventures.codes import SourceKind

rules = Rules("funding")

SOURCE = "handbook 2.2"
BENEFIT = SourceKind.BENEFIT_ADVANCE


@rules.of_request("case_there", "case_subject", "case_desk", "place", source=SOURCE)
def case_known(it: DecisionContext[Funding]) -> bool:
    """Money is asked for in an open case within your reach.

    The case for which money is asked is not open, or not within your reach.

    Check the case.
    """
    return bool(it.seen["case_there"])


@rules.of_request("venture_alive", source=SOURCE)
def venture_there(it: DecisionContext[Funding]) -> bool:
    """The venture, if one is named, has not ended and is within your reach.

    The venture named has ended, or is not within your reach.

    Check the venture, or leave it out.
    """
    return it.asked.venture is None or bool(it.seen["venture_alive"])


@rules.of_request(source="rulebook: benefit_advance")
def benefit_known(it: DecisionContext[Funding]) -> bool:
    """A benefit advance has a day from which it can be asked for.

    The day from which the benefit advance can be asked for is missing.

    Give the day of the share or of the start.
    """
    return it.asked.source is not BENEFIT or it.asked.entitled_on is not None


@rules.of_request(source="rulebook: benefit_application", tells=lambda it: due_day(it, "benefit_application"))
def within_the_window(it: DecisionContext[Funding]) -> bool:
    """A benefit advance is asked for within the window of the law.

    The window in which the benefit advance can be asked for closed on {due_on}.

    Ask the employment service whether a later application is still read; record its answer as a new application.
    """
    due = it.subject.deadlines.get("benefit_application")
    return due is None or it.on <= due.due_on


@rules.of_request(source="rulebook: benefit_advance")
def end_known(it: DecisionContext[Funding]) -> bool:
    """Of a benefit advance one knows until when the benefit would have run.

    The day until which the benefit would have run is missing.

    Take the day from the decision: until then a job puts the advance at risk.
    """
    return it.subject.source is not BENEFIT or it.asked.theoretical_end is not None


@rules.of_record(source=SOURCE)
def tranche_left(it: DecisionContext[Funding]) -> bool:
    """There is a tranche that has not arrived.

    Every tranche has arrived.

    Everything granted has been paid.
    """
    return it.subject.tranches_paid < len(it.subject.tranches)


@rules.of_request(
    source=SOURCE, tells=lambda it: {"granted": amount(it.subject.granted), "paid": amount(it.subject.paid)}
)
def not_more_than_granted(it: DecisionContext[Funding]) -> bool:
    """No more is paid than was granted.

    This would be more than was granted: {granted} in all, of which {paid} are paid.

    Correct the amount.
    """
    return bool(it.subject.paid + it.asked.amount <= it.subject.granted)


@rules.of_record(source="rulebook: benefit_second_check")
def checked_first(it: DecisionContext[Funding]) -> bool:
    """A later tranche of a benefit advance comes after the check that its conditions still hold.

    Whether the conditions of the benefit advance still hold is not checked, or they do not.

    Record the check first.
    """
    first = it.subject.source is not BENEFIT or not it.subject.tranches_paid
    return first or it.subject.conditions_met is True


@rules.of_request(source=SOURCE)
def last_tranche(it: DecisionContext[Funding]) -> bool:
    """This is the last tranche.

    Nothing to do.
    """
    return it.subject.tranches_paid + 1 >= len(it.subject.tranches)


@rules.of_record(source="rulebook: benefit_application", tells=lambda it: due_day(it, "benefit_application"))
def window_closed(it: DecisionContext[Funding]) -> bool:
    """The window has closed.

    The window is open until {due_on}.

    Wait for its last day.
    """
    due = it.subject.deadlines.get("benefit_application")
    return due is not None and it.on > due.due_on


@rules.of_record(source="rulebook: repayment_risk", tells=lambda it: due_day(it, "repayment_risk"))
def end_passed(it: DecisionContext[Funding]) -> bool:
    """The day until which the benefit would have run has passed.

    The benefit would have run until {due_on}.

    Wait for that day.
    """
    due = it.subject.deadlines.get("repayment_risk")
    return due is not None and it.on > due.due_on
