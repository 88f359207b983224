"""Bids and pre-emption: how a group asks for the business of a firm in a procedure (handbook 2.4, 2.5)."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.journey_codes import LegalForm
from opera_cases.domain.kernel.rules import DecisionContext, Rule, Rules
from opera_cases.domain.kernel.scalars import Money
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Fills, Step, filling
from opera_cases.domain.ventures.codes import Adviser
from opera_cases.domain.ventures.conflicts import ClockConflictRaised
from opera_cases.domain.ventures.states import BUY_OUT, DESK, VALIDATED
from opera_cases.domain.ventures.takeover import perimeter_known, the_company
from opera_cases.domain.ventures.venture import Venture

rules = Rules("venture")

SOURCE = "handbook 2.4"
COOPERATIVES = frozenset({
    LegalForm.COOP, LegalForm.COOP_SRL, LegalForm.SCOP_SARL, LegalForm.SCOP_SAS, LegalForm.SCOP_SA, LegalForm.SCIC,
})  # fmt: skip


class FileBid(Command, frozen=True, kw_only=True):
    """The group's offer is handed in. It binds from then on."""

    amount: Money
    decision_expected_on: date | None = None


class ExercisePreemption(Command, frozen=True, kw_only=True):
    """The cooperative of the firm's employees exercises its right of pre-emption, at the appraised price."""

    price: Money
    decision_expected_on: date | None = None


class BidFiled(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.bid_filed"
    company: UUID
    amount: Money
    bid_date: date | None = None
    decision_expected_on: date | None = None


class PreemptionExercised(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.preemption_exercised"
    company: UUID
    price: Money
    decision_expected_on: date | None = None


def _asked_for(venture: Venture, event: Event[BidFiled | PreemptionExercised]) -> None:
    venture.asked_for_business, venture.business_lost = True, False
    venture.decision_expected_on = event.facts.decision_expected_on


Venture.on(BidFiled)(_asked_for)
Venture.on(PreemptionExercised)(_asked_for)


@rules.of_request("company_procedure", source=SOURCE)
def firm_in_procedure(it: DecisionContext[Venture]) -> bool:
    """A bid is made to the receiver of a firm in insolvency proceedings.

    The firm is not in insolvency proceedings, so there is no receiver to bid to.

    Record the proceedings on the firm; a healthy firm is bought without a bid.
    """
    return bool(it.seen["company_procedure"])


@rules.of_request("bid_date", source="handbook 2.5", tells=lambda it: {"bid_date": it.seen["bid_date"]})
def before_the_bid_date(it: DecisionContext[Venture]) -> bool:
    """Bids are submitted by the date set by the receiver.

    Bids had to be submitted by {bid_date}.

    Ask the receiver whether a late bid can still be considered.
    """
    return it.seen["bid_date"] is None or it.on <= it.seen["bid_date"]


@rules.of_record(source="rulebook: barred_bidders")
def nobody_barred(it: DecisionContext[Venture]) -> bool:
    """Where the law requires it, every member has declared that they are neither the debtor, nor a manager, nor a close
    relative.

    Some members have not declared that they are neither the debtor, nor a manager, nor a close relative, as the law
    requires.

    Ask each member for a written declaration; anyone who cannot give it has to leave the group.
    """
    return it.seek("barred_bidders") is None or all(each.not_barred for each in it.subject.present)


@rules.of_request("company_procedure", source="rulebook: preemption_procedures")
def procedure_allows_preemption(it: DecisionContext[Venture]) -> bool:
    """In proceedings of this kind, the law gives a right of pre-emption to a cooperative of employees.

    In proceedings of this kind, the law does not give a right of pre-emption to a cooperative of employees.

    Submit a bid instead: there is no such right in France and, in Italy, it exists only in some proceedings.
    """
    found = it.seek("preemption_procedures")
    return found is not None and it.seen["company_procedure"] in found.codes


@rules.of_record(source="D.L. 145/2013 art. 11 c. 2")
def cooperative_of_employees(it: DecisionContext[Venture]) -> bool:
    """The right of pre-emption belongs to a cooperative that has already been formed and whose members were all
    employees of the firm.

    The venture is not a cooperative, or has not been formed yet, or some of its members were not employees of the firm.

    Form the cooperative first; record for each member that they were employed by the firm.
    """
    constituted = "constituted" in it.subject.reached and it.subject.legal_form in COOPERATIVES
    return constituted and bool(it.subject.present) and all(each.former_employee for each in it.subject.present)


@rules.of_request("benefit_due", source="rulebook: benefit_application")
def clocks_do_not_fit(it: DecisionContext[Venture]) -> bool:
    """The deadlines conflict: the time limit for the benefit advance ends before the decision on the business is
    expected.

    Ask the adviser named.
    """
    expected, due = it.asked.decision_expected_on, it.seen["benefit_due"]
    return expected is not None and due is not None and due < expected


@filling("company", "bid_date")
def _bid(it: DecisionContext[Any]) -> dict[str, Any]:
    return {"company": it.subject.company, "bid_date": it.seen["bid_date"]}


def _conflict(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    if not clocks_do_not_fit.check(it):
        return ()
    adviser = Adviser(str(it.find("benefit_adviser").value))
    raised = ClockConflictRaised(rule="benefit_application", due_on=it.seen["benefit_due"],
                                 waits_until=it.asked.decision_expected_on, to_ask=adviser)  # fmt: skip
    return ((raised, (DeadlineSpec("conflict_answer"),)),)


def _for_the_business(asks: type[Command], records: type[Facts], fills: Fills, *rules: Rule) -> tuple[Step, ...]:
    """Asking for the business: once with two deadlines that conflict, once without."""
    common: dict[str, Any] = {"asks": asks, "by": DESK, "source": VALIDATED | {"PLANNING"}, "target": None,
                              "records": records, "rules": rules, "fills": fills, "kinds": BUY_OUT}  # fmt: skip
    return (Step(**common, when=clocks_do_not_fit, also=_conflict), Step(**common))


ROWS = (
    *_for_the_business(FileBid, BidFiled, _bid, perimeter_known, firm_in_procedure, before_the_bid_date, nobody_barred),
    *_for_the_business(ExercisePreemption, PreemptionExercised, the_company, perimeter_known, procedure_allows_preemption,
                       cooperative_of_employees),
)  # fmt: skip
