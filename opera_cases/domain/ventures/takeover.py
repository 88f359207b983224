"""Out of a firm: the perimeter of a buy-out, the papers of a spin-off, award and loss of the business (handbook 2.4, 2.7)."""

from typing import Annotated, Any, ClassVar
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.access.roles import EXPERTS
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.journey_codes import ReasonCode
from opera_cases.domain.kernel.personal import PrivateReasonCode, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Count, Money
from opera_cases.domain.kernel.steps import Command, Step, filling
from opera_cases.domain.ventures.codes import Access, ParentPaper
from opera_cases.domain.ventures.states import BEFORE_TRADING, BUY_OUT, DESK, PROJECT, SPIN_OFF, VALIDATED
from opera_cases.domain.ventures.venture import Venture

rules = Rules("venture")

SOURCE = "handbook 2.4"
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


class AwardBusiness(Command, frozen=True, kw_only=True):
    """The group gets the business: awarded by the court, bought, or leased."""

    access: Access
    price: Money | None = None


class LoseBusiness(Command, frozen=True, kw_only=True):
    """Somebody else gets the business, or nobody."""

    reason_code: PrivateReasonCode
    reason: Reason | None = None


class PerimeterSet(Facts, frozen=True, kw_only=True):
    """What of the firm the group wants to take over: jobs, assets of the resource database, contracts."""

    topic: ClassVar[str] = "venture.perimeter_set"
    company: UUID
    jobs: Count
    assets: tuple[UUID, ...] = ()
    contracts: Count = 0


class ParentAgreed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.parent_agreed"
    paper: ParentPaper
    document: UUID | None = None


class BusinessAwarded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.business_awarded"
    company: UUID
    access: Access
    price: Money | None = None


class BusinessLost(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.business_lost"
    required: ClassVar[frozenset[str]] = frozenset({"reason_code"})
    company: UUID
    reason_code: ReasonCode | None = None
    reason: Reason | None = None
    reason_code_sealed: PrivateReasonCode | None = None


@Venture.on(PerimeterSet)
def _(venture: Venture, event: Event[PerimeterSet]) -> None:
    venture.company, venture.perimeter = event.facts.company, event.facts.assets
    venture.reached = {**venture.reached, "perimeter": event.on}


@Venture.on(ParentAgreed)
def _(venture: Venture, event: Event[ParentAgreed]) -> None:
    venture.papers |= {event.facts.paper.value}
    if set(ParentPaper) <= venture.papers:
        venture.reached = {**venture.reached, "business_secured": event.on}


@Venture.on(BusinessAwarded)
def _(venture: Venture, event: Event[BusinessAwarded]) -> None:
    venture.asked_for_business, venture.decision_expected_on = False, None
    venture.reached = {**venture.reached, "business_secured": event.on}


@Venture.on(BusinessLost)
def _(venture: Venture, event: Event[BusinessLost]) -> None:
    venture.asked_for_business, venture.business_lost, venture.decision_expected_on = False, True, None


@rules.of_request("company_known", source=SOURCE)
def company_known(it: DecisionContext[Venture]) -> bool:
    """The firm is recorded among the firms in difficulty.

    The firm is not recorded among the firms in difficulty.

    Report the firm first.
    """
    return bool(it.seen["company_known"])


@rules.of_record(source=SOURCE)
def perimeter_known(it: DecisionContext[Venture]) -> bool:
    """The firm and what is to be taken over from it have been named.

    The firm and what is to be taken over from it have not been named yet.

    Set the scope of the takeover.
    """
    return "perimeter" in it.subject.reached


@rules.of_request("company_procedure", source=SOURCE)
def free_to_be_had(it: DecisionContext[Venture]) -> bool:
    """A business in insolvency proceedings is obtained through a bid or pre-emption.

    The firm is in insolvency proceedings, and neither a bid nor pre-emption is recorded.

    Record the bid or the pre-emption first.
    """
    return it.subject.asked_for_business or not it.seen["company_procedure"]


@rules.of_record(source=SOURCE)
def asked_for_the_business(it: DecisionContext[Venture]) -> bool:
    """A bid has been made for the business or pre-emption exercised, and nothing has been decided yet.

    Neither a bid nor pre-emption is recorded, or the decision has already been taken.

    Record the bid or the pre-emption; a healthy firm is bought without either.
    """
    return it.subject.asked_for_business


@rules.of_record(source="handbook 6.5")
def business_secured(it: DecisionContext[Venture]) -> bool:
    """The business has been secured: awarded, bought or leased; for a spin-off, all the parent firm's documents have
    been signed.

    The business has not been secured yet: it has been neither awarded, nor bought, nor leased, or documents from the
    parent firm are missing.

    Record the award, or the missing documents.
    """
    return "business_secured" in it.subject.reached


@filling("company")
def the_company(it: DecisionContext[Any]) -> dict[str, Any]:
    """The firm whose business is to be taken over."""
    return {"company": it.subject.company}


ROWS = (
    Step(asks=SetPerimeter, by=EXPERTS, source=PROJECT | VALIDATED, target=None, records=PerimeterSet,
         rules=(company_known,), kinds=BUY_OUT),
    Step(asks=AgreeWithParent, by=EXPERTS, source=BEFORE_TRADING, target=None, records=ParentAgreed, kinds=SPIN_OFF),
)  # fmt: skip

DECIDED = (
    Step(asks=AwardBusiness, by=DESK, source=VALIDATED | {"PLANNING"}, target=None, records=BusinessAwarded,
         rules=(perimeter_known, free_to_be_had), fills=the_company, kinds=BUY_OUT),
    Step(asks=LoseBusiness, by=DESK, source=VALIDATED | {"PLANNING"}, target=None, records=BusinessLost,
         rules=(asked_for_the_business,), fills=the_company, kinds=BUY_OUT, ends=("conflict_answer",)),
)  # fmt: skip
