"""Out of a firm: the perimeter of a buy-out, the papers of a spin-off, bids, pre-emption, award and loss (2.4, 2.5, 2.7)."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.access.roles import EXPERTS
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import Note, PrivateReasonCode, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rule, Rules
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Fills, Step, filling
from opera_cases.domain.kernel.vocabulary import Count, LegalForm, Money, PublicName
from opera_cases.domain.ventures import group_events as g
from opera_cases.domain.ventures.codes import Access, Adviser, ParentPaper
from opera_cases.domain.ventures.states import (
    AT_RISK,
    BEFORE_TRADING,
    BUY_OUT,
    DESK,
    OUT_OF_A_FIRM,
    PROJECT,
    SPIN_OFF,
    TRADING,
    VALIDATED,
    at,
)  # fmt: skip
from opera_cases.domain.ventures.venture import Venture

rules = Rules("venture")

BUY_OUTS = "handbook 2.4"
COOPERATIVES = frozenset({
    LegalForm.COOP, LegalForm.COOP_SRL, LegalForm.SCOP_SARL, LegalForm.SCOP_SAS, LegalForm.SCOP_SA, LegalForm.SCIC,
})  # fmt: skip
Assets = Annotated[tuple[UUID, ...], Meta(max_length=100)]


class SetPerimeter(Command, frozen=True, kw_only=True):
    """What the group wants to take over of the firm: jobs, assets of the resource database, contracts."""

    company: UUID
    jobs: Count
    assets: Assets = ()
    contracts: Count = 0


class AgreeWithParent(Command, frozen=True, kw_only=True):
    """The parent firm signed one of the papers that a spin-off needs."""

    paper: ParentPaper
    document: UUID | None = None


class FileBid(Command, frozen=True, kw_only=True):
    """The group's offer is handed in. It binds from then on."""

    amount: Money
    decision_expected_on: date | None = None


class ExercisePreemption(Command, frozen=True, kw_only=True):
    """The cooperative of the firm's employees takes its precedence, at the appraised price."""

    price: Money
    decision_expected_on: date | None = None


class AwardBusiness(Command, frozen=True, kw_only=True):
    """The group gets the business: awarded by the court, bought, or rented."""

    access: Access
    price: Money | None = None


class LoseBusiness(Command, frozen=True, kw_only=True):
    """Somebody else gets the business, or nobody."""

    reason_code: PrivateReasonCode
    reason: Reason | None = None


class AnswerConflict(Command, frozen=True, kw_only=True):
    """What the adviser said about two clocks that do not fit."""

    answered_by: PublicName
    answer: Note


@rules.of_request("company_known", source=BUY_OUTS)
def company_known(it: DecisionContext[Venture]) -> bool:
    """The firm is recorded among the crisis companies.

    The firm is not recorded among the crisis companies.

    Report the company first.
    """
    return bool(it.seen["company_known"])


@rules.of_record(source=BUY_OUTS)
def perimeter_known(it: DecisionContext[Venture]) -> bool:
    """The firm and what is to be taken over are named.

    The firm and what is to be taken over are not named yet.

    Set the perimeter.
    """
    return "perimeter" in it.subject.reached


@rules.of_request("company_procedure", source=BUY_OUTS)
def firm_in_procedure(it: DecisionContext[Venture]) -> bool:
    """Bids are made to the receiver of a firm in a procedure.

    The firm is in no procedure, so there is no receiver to bid to.

    Record the procedure on the company; a healthy firm is bought without a bid.
    """
    return bool(it.seen["company_procedure"])


@rules.of_request("bid_date", source="handbook 2.5", tells=lambda it: {"bid_date": it.seen["bid_date"]})
def before_the_bid_date(it: DecisionContext[Venture]) -> bool:
    """Offers arrive by the day that the receiver set.

    Offers had to arrive by {bid_date}.

    Ask the receiver whether a later offer is still read.
    """
    return it.seen["bid_date"] is None or it.on <= it.seen["bid_date"]


@rules.of_record(source="rulebook: barred_bidders")
def nobody_barred(it: DecisionContext[Venture]) -> bool:
    """Every member has declared to be neither debtor, nor manager, nor a near relative, where the law asks for it.

    Not every member has declared to be neither debtor, nor manager, nor a near relative, as the law asks.

    Ask each member for the written declaration, or let the member leave.
    """
    return it.seek("barred_bidders") is None or all(each.not_barred for each in it.subject.present)


@rules.of_request("company_procedure", source="rulebook: preemption_procedures")
def procedure_allows_preemption(it: DecisionContext[Venture]) -> bool:
    """The law gives precedence to a cooperative of employees in this kind of procedure.

    The law gives no precedence to a cooperative of employees in this kind of procedure.

    File a bid instead: France has no such right, and not every Italian procedure knows it.
    """
    found = it.seek("preemption_procedures")
    return found is not None and it.seen["company_procedure"] in found.codes


@rules.of_record(source="D.L. 145/2013 art. 11 c. 2")
def cooperative_of_employees(it: DecisionContext[Venture]) -> bool:
    """Precedence belongs to a cooperative, constituted, whose members were employees of that firm.

    The venture is no cooperative, or not constituted yet, or not all of its members were employees of that firm.

    Constitute the cooperative first; record of each member that they worked there.
    """
    constituted = "constituted" in it.subject.reached and it.subject.legal_form in COOPERATIVES
    return constituted and bool(it.subject.present) and all(each.former_employee for each in it.subject.present)


@rules.of_record(source=BUY_OUTS)
def asked_for_the_business(it: DecisionContext[Venture]) -> bool:
    """The business was asked for by bid or pre-emption, and it is not decided yet.

    The business was not asked for, or it is decided already.

    Record the bid or the pre-emption; a healthy firm is bought without.
    """
    return it.subject.asked_for_business


@rules.of_request("company_procedure", source=BUY_OUTS)
def free_to_be_had(it: DecisionContext[Venture]) -> bool:
    """A business in a procedure is awarded upon a bid or a pre-emption.

    The firm is in a procedure, and neither bid nor pre-emption is recorded.

    Record the bid or the pre-emption first.
    """
    return it.subject.asked_for_business or not it.seen["company_procedure"]


@rules.of_request("benefit_due", source="rulebook: benefit_application")
def clocks_do_not_fit(it: DecisionContext[Venture]) -> bool:
    """The window for the benefit advance closes before the decision on the business is expected.

    Ask the adviser named.
    """
    expected, due = it.asked.decision_expected_on, it.seen["benefit_due"]
    return expected is not None and due is not None and due < expected


@rules.of_record(source=BUY_OUTS)
def conflict_stands(it: DecisionContext[Venture]) -> bool:
    """Clocks were found not to fit, and nobody has answered yet.

    There is no conflict of deadlines that waits for an answer.

    There is nothing to answer.
    """
    return "conflict_answer" in it.subject.deadlines


@filling("company", "bid_date")
def _bid(it: DecisionContext[Any]) -> dict[str, Any]:
    return {"company": it.subject.company, "bid_date": it.seen["bid_date"]}


@filling("company")
def _company(it: DecisionContext[Any]) -> dict[str, Any]:
    return {"company": it.subject.company}


def _conflict(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    if not clocks_do_not_fit.check(it):
        return ()
    adviser = Adviser(str(it.find("benefit_adviser").value))
    raised = g.ClockConflictRaised(rule="benefit_application", due_on=it.seen["benefit_due"],
                                   waits_until=it.asked.decision_expected_on, to_ask=adviser)  # fmt: skip
    return ((raised, (DeadlineSpec("conflict_answer"),)),)


def _for_the_business(asks: type[Command], records: type[Facts], fills: Fills, *rules: Rule) -> tuple[Step, ...]:
    """Asking for the business: once with two clocks that do not fit, once without."""
    common: dict[str, Any] = {"asks": asks, "by": DESK, "source": VALIDATED | {"PLANNING"}, "target": None,
                              "records": records, "rules": rules, "fills": fills, "kinds": BUY_OUT}  # fmt: skip
    return (Step(**common, when=clocks_do_not_fit, also=_conflict), Step(**common))


ROWS: tuple[Step, ...] = (
    Step(asks=SetPerimeter, by=EXPERTS, source=PROJECT | VALIDATED, target=None, records=g.PerimeterSet,
         rules=(company_known,), kinds=BUY_OUT),
    Step(asks=AgreeWithParent, by=EXPERTS, source=BEFORE_TRADING, target=None, records=g.ParentAgreed, kinds=SPIN_OFF),
    *_for_the_business(FileBid, g.BidFiled, _bid, perimeter_known, firm_in_procedure, before_the_bid_date, nobody_barred),
    *_for_the_business(ExercisePreemption, g.PreemptionExercised, _company, perimeter_known, procedure_allows_preemption,
                       cooperative_of_employees),
    Step(asks=AwardBusiness, by=DESK, source=VALIDATED | {"PLANNING"}, target=None, records=g.BusinessAwarded,
         rules=(perimeter_known, free_to_be_had), fills=_company, kinds=BUY_OUT),
    Step(asks=LoseBusiness, by=DESK, source=VALIDATED | {"PLANNING"}, target=None, records=g.BusinessLost,
         rules=(asked_for_the_business,), fills=_company, kinds=BUY_OUT, ends=("conflict_answer",)),
    Step(asks=AnswerConflict, by=EXPERTS, source=BEFORE_TRADING | at(TRADING, AT_RISK), target=None,
         records=g.ClockConflictAnswered, rules=(conflict_stands,), kinds=OUT_OF_A_FIRM, ends=("conflict_answer",)),
)  # fmt: skip


@Venture.on(g.PerimeterSet)
def _(venture: Venture, event: Event[g.PerimeterSet]) -> None:
    venture.company, venture.perimeter = event.facts.company, event.facts.assets
    venture.reached = {**venture.reached, "perimeter": event.on}


@Venture.on(g.ParentAgreed)
def _(venture: Venture, event: Event[g.ParentAgreed]) -> None:
    venture.papers |= {event.facts.paper.value}
    if set(ParentPaper) <= venture.papers:
        venture.reached = {**venture.reached, "business_secured": event.on}


def _asked_for(venture: Venture, event: Event[g.BidFiled | g.PreemptionExercised]) -> None:
    venture.asked_for_business, venture.business_lost = True, False
    venture.decision_expected_on = event.facts.decision_expected_on


Venture.on(g.BidFiled)(_asked_for)
Venture.on(g.PreemptionExercised)(_asked_for)


@Venture.on(g.BusinessAwarded)
def _(venture: Venture, event: Event[g.BusinessAwarded]) -> None:
    venture.asked_for_business, venture.decision_expected_on = False, None
    venture.reached = {**venture.reached, "business_secured": event.on}


@Venture.on(g.BusinessLost)
def _(venture: Venture, event: Event[g.BusinessLost]) -> None:
    venture.asked_for_business, venture.business_lost, venture.decision_expected_on = False, True, None
