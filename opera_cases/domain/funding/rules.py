"""The rules of an application. Each says what must hold, what stands in the way, and what to do."""

from opera_cases.domain.funding.application import Funding
from opera_cases.domain.kernel.rules import DecisionContext, Rules, amount, due_day
from opera_cases.domain.ventures.codes import SourceKind

rules = Rules("funding")

SOURCE = "handbook 2.2"
BENEFIT = SourceKind.BENEFIT_ADVANCE


@rules.of_request("case_there", "case_subject", "case_desk", "place", source=SOURCE)
def case_known(it: DecisionContext[Funding]) -> bool:
    """Funding is requested for an open case that you may see.

    The case for which funding is requested is not open, or you may not see it.

    Check the case.
    """
    return bool(it.seen["case_there"])


@rules.of_request("venture_alive", source=SOURCE)
def venture_there(it: DecisionContext[Funding]) -> bool:
    """The venture given has not ended and you may see it.

    The venture given has ended, or you may not see it.

    Check the venture, or leave it out.
    """
    return it.asked.venture is None or bool(it.seen["venture_alive"])


@rules.of_request(source="rulebook: benefit_advance")
def benefit_known(it: DecisionContext[Funding]) -> bool:
    """For a benefit advance, the date from which it can be requested is known.

    The date from which the benefit advance can be requested is missing.

    Give the date on which the share was subscribed or trading started.
    """
    return it.asked.source is not BENEFIT or it.asked.entitled_on is not None


@rules.of_request(source="rulebook: benefit_application", tells=lambda it: due_day(it, "benefit_application"))
def within_the_window(it: DecisionContext[Funding]) -> bool:
    """A benefit advance is requested within the time limit set by law.

    The time limit for requesting the benefit advance ended on {due_on}.

    Ask the employment service whether a late application can still be considered; record its answer as a new
    application.
    """
    due = it.subject.deadlines.get("benefit_application")
    return due is None or it.on <= due.due_on


@rules.of_request(source="rulebook: benefit_advance")
def end_known(it: DecisionContext[Funding]) -> bool:
    """For a benefit advance, the date until which the benefit would have been paid is known.

    The date until which the benefit would have been paid is missing.

    Take the date from the decision: until then, a job may mean that the advance has to be repaid.
    """
    return it.subject.source is not BENEFIT or it.asked.theoretical_end is not None


@rules.of_record(source=SOURCE)
def tranche_left(it: DecisionContext[Funding]) -> bool:
    """A payment is still to come.

    All payments have been received.

    There is nothing to record: everything granted has been paid.
    """
    return it.subject.tranches_paid < len(it.subject.tranches)


@rules.of_request(
    source=SOURCE, tells=lambda it: {"granted": amount(it.subject.granted), "paid": amount(it.subject.paid)}
)
def not_more_than_granted(it: DecisionContext[Funding]) -> bool:
    """The total paid does not exceed the amount granted.

    The amount granted would be exceeded: {granted} in all, of which {paid} has already been paid.

    Correct the amount.
    """
    return bool(it.subject.paid + it.asked.amount <= it.subject.granted)


@rules.of_record(source="rulebook: benefit_second_check")
def checked_first(it: DecisionContext[Funding]) -> bool:
    """Before a later payment of a benefit advance, somebody has checked that its conditions are still met.

    The conditions of the benefit advance have not been checked, or are no longer met.

    Record the check first.
    """
    first = it.subject.source is not BENEFIT or not it.subject.tranches_paid
    return first or it.subject.conditions_met is True


@rules.of_request(source=SOURCE)
def last_tranche(it: DecisionContext[Funding]) -> bool:
    """This is the last payment.

    There is nothing to do.
    """
    return it.subject.tranches_paid + 1 >= len(it.subject.tranches)


@rules.of_record(source="rulebook: benefit_application", tells=lambda it: due_day(it, "benefit_application"))
def window_closed(it: DecisionContext[Funding]) -> bool:
    """The deadline has passed.

    The deadline is {due_on}.

    Wait until that day has passed.
    """
    due = it.subject.deadlines.get("benefit_application")
    return due is not None and it.on > due.due_on


@rules.of_record(source="rulebook: repayment_risk", tells=lambda it: due_day(it, "repayment_risk"))
def end_passed(it: DecisionContext[Funding]) -> bool:
    """The date until which the benefit would have been paid has passed.

    The benefit would have been paid until {due_on}.

    Wait until that day has passed.
    """
    due = it.subject.deadlines.get("repayment_risk")
    return due is not None and it.on > due.due_on
