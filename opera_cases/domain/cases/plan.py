"""Plan and agreement: what is agreed with the person, and the pathway they choose, or change (handbook 6.4)."""

from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.contacts import NEXT_CONTACT
from opera_cases.domain.cases.states import ASSESSMENT, BUSINESS, DESK, IDEA, JOB_SEARCH, MATCHING, PLAN
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.journey_codes import BUSINESS_PATHWAYS, Goals, Need, Pathway, ReasonCode
from opera_cases.domain.kernel.personal import Note, PrivateReasonCode, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Days
from opera_cases.domain.kernel.steps import Command, CompanionStep, DeadlineSpec, Step, Typed, at, fill

rules = Rules("case")

SOURCE = "handbook 6.4"


class SignAgreement(Command, frozen=True, kw_only=True):
    """The service agreement: goals, how often to speak, and the way to go or the day by which to choose it."""

    goals: Goals
    contact_every_days: Annotated[int, Meta(ge=1, le=180)] = 30
    pathway: Pathway | None = None
    undecided_until: date | None = None
    terms: Note | None = None


class ChoosePathway(Command, frozen=True, kw_only=True):
    """The person chooses where the journey should lead."""

    pathway: Pathway


class ChangePathway(Command, frozen=True, kw_only=True):
    """The person leaves the way chosen and returns to the plan."""

    reason_code: PrivateReasonCode
    reason: Reason | None = None


class AgreementSigned(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.agreement_signed"
    caseworker: UUID
    goals: tuple[Need, ...]
    contact_every_days: Days
    pathway: Pathway | None = None
    undecided_until: date | None = None
    terms: Note | None = None


class AgreementAmended(Facts, frozen=True, kw_only=True):
    """The agreement names another caseworker from now on; what was signed stays as it was."""

    topic: ClassVar[str] = "case.agreement_amended"
    agreement: UUID
    caseworker: UUID


class PathwayChosen(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.pathway_chosen"
    pathway: Pathway


class PathwayChanged(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.pathway_changed"
    required: ClassVar[frozenset[str]] = frozenset({"reason_code"})
    left_pathway: Pathway
    left_venture: UUID | None = None
    reason_code: ReasonCode | None = None
    reason: Reason | None = None
    reason_code_sealed: PrivateReasonCode | None = None


@Case.on(AgreementSigned)
def _(case: Case, event: Event[AgreementSigned]) -> None:
    case.contact_every_days, case.agreement = event.facts.contact_every_days, event.event_id


@Case.on(PathwayChosen)
def _(case: Case, event: Event[PathwayChosen]) -> None:
    case.pathway = event.facts.pathway


@Case.on(PathwayChanged)
def _(case: Case, event: Event[PathwayChanged]) -> None:
    case.pathway = case.venture = None


@rules.of_record(source=SOURCE)
def needs_known(it: DecisionContext[Case]) -> bool:
    """The person's needs have been assessed.

    The person's needs have not been assessed yet.

    Record the assessment first.
    """
    return it.subject.needs_assessed


@rules.of_record(source="D.Lgs. 150/2015 art. 20 c. 2 a)")
def caseworker_named(it: DecisionContext[Case]) -> bool:
    """The service agreement names the caseworker responsible.

    The case does not have a caseworker yet.

    Assign a caseworker to the case.
    """
    return it.subject.caseworker is not None


@rules.of_request(source=SOURCE)
def pathway_or_day(it: DecisionContext[Case]) -> bool:
    """The service agreement names a pathway, or the day by which it will be chosen.

    The service agreement names neither a pathway nor the day by which it will be chosen.

    Give the pathway, or the day by which it will be chosen.
    """
    return it.asked.pathway is not None or it.asked.undecided_until is not None


@rules.of_request(source="rulebook: pathways_open")
def pathway_open(it: DecisionContext[Case]) -> bool:
    """The desks currently offer this pathway.

    The desks do not currently offer this pathway.

    Choose a pathway listed in the rulebook, or refer the person to another service.
    """
    open_now = it.find("pathways_open").codes
    return it.asked.pathway in open_now


@rules.of_request(source=SOURCE)
def leads_to_business(it: DecisionContext[Case]) -> bool:
    """The pathway leads to starting or taking over a business.

    The pathway does not lead to starting or taking over a business.

    Choose a pathway for starting or taking over a business.
    """
    return it.asked.pathway in BUSINESS_PATHWAYS


@rules.of_request(source=SOURCE)
def leads_to_a_job(it: DecisionContext[Case]) -> bool:
    """The pathway leads back to a job.

    The pathway does not lead back to a job.

    Choose redeployment.
    """
    return it.asked.pathway is Pathway.REDEPLOYMENT


@rules.of_request("still_member", "member_id", source=SOURCE)
def leaves_with_the_case(it: DecisionContext[Case]) -> bool:
    """Changing the pathway means leaving the venture in the same step; leaving a venture that is trading is recorded on
    the venture.

    This step does not let the person leave the venture, so they would remain a member.

    Record on the venture that the member has left, or that it has ceased trading.
    """
    return bool(it.seen["still_member"] != "TRADING")


def amends_agreement(it: DecisionContext[Case]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    """What another caseworker means for the agreement, where there is one."""
    agreement = it.subject.agreement
    return ((AgreementAmended(agreement=agreement, caseworker=it.asked.caseworker), ()),) if agreement else ()


def _leaves_the_group(it: DecisionContext[Any]) -> tuple[CompanionStep, ...]:
    """Whoever is still a member of a project leaves it in the same write."""
    if it.seen["still_member"] != "PROJECT":
        return ()
    values = {"person": it.seen["member_id"], "reason_code": Typed("reason_code")}
    return (CompanionStep("venture", it.subject.venture, "withdraw_member", values),)


ON_THE_WAY = ("idea_study", "plan_ready", "set_up", "after_leaving", "after_venture", "job_search", "stay_check_first",
              "stay_check", "proposal_answer", "proposal_result")  # fmt: skip
ROWS = (
    Step(asks=SignAgreement, by=DESK, source=at(ASSESSMENT), target=PLAN, records=AgreementSigned,
         rules=(needs_known, caseworker_named, pathway_or_day),
         fills=fill(caseworker=lambda it: it.subject.caseworker),
         sets=(NEXT_CONTACT, DeadlineSpec("choice", on="undecided_until")), ends=("assessment_held",)),
    Step(asks=ChoosePathway, by=DESK, source=at(PLAN), target=IDEA, records=PathwayChosen,
         when=leads_to_business, rules=(pathway_open,), sets=(DeadlineSpec("idea_study"),), ends=("choice",)),
    Step(asks=ChoosePathway, by=DESK, source=at(PLAN), target=MATCHING, records=PathwayChosen,
         when=leads_to_a_job, rules=(pathway_open,), sets=(DeadlineSpec("job_search"),), ends=("choice",)),
)  # fmt: skip

CHANGING = (
    Step(asks=ChangePathway, by=DESK, source=BUSINESS | JOB_SEARCH, target=PLAN, records=PathwayChanged,
         rules=(leaves_with_the_case,), together=_leaves_the_group,
         fills=fill(left_pathway=lambda it: it.subject.pathway or Pathway.REDEPLOYMENT, left_venture=lambda it: it.subject.venture),
         sets=(NEXT_CONTACT,), ends=(*ON_THE_WAY, "consequence")),
)  # fmt: skip
