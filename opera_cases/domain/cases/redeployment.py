"""Back to a job: the published profile, proposals with the person's consent each time, placement, stay checks (2.8)."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.cases.case import Case, Proposed
from opera_cases.domain.cases.states import ACTIVE, CLOSED, DESK, MATCHING, PLACED, PLAN, POLICY, WHILE_SUSPENDED, at
from opera_cases.domain.events import Event, Facts
from opera_cases.domain.people.events import Purpose
from opera_cases.domain.personal import Note, Reason
from opera_cases.domain.rules import Asking, of_case, of_request
from opera_cases.domain.steps import Command, Step, Term
from opera_cases.domain.vocabulary import ContractKind, Days, Listed, ProgrammeChain, PublicName

SOURCE = "handbook 2.8"
Some = Annotated[tuple[Listed, ...], Meta(max_length=60)]
Languages = Annotated[
    tuple[Annotated[str, Meta(pattern="^[a-z]{2}:(A1|A2|B1|B2|C1|C2|L1)$", max_length=5)], ...], Meta(max_length=20)
]
Licences = Annotated[tuple[Annotated[str, Meta(pattern="^[A-Z0-9]{1,5}$", max_length=5)], ...], Meta(max_length=20)]


class Result(StrEnum):
    """What came of a proposal."""

    HIRED = "HIRED"
    FIRM_DECLINED = "FIRM_DECLINED"
    PERSON_DECLINED = "PERSON_DECLINED"
    NO_ANSWER = "NO_ANSWER"


class PlacementEnd(StrEnum):
    CONTRACT_ENDED = "CONTRACT_ENDED"
    DISMISSED = "DISMISSED"
    RESIGNED = "RESIGNED"
    FIRM_CLOSED = "FIRM_CLOSED"


class PublishProfile(Command, frozen=True, kw_only=True):
    """The profile enters the resource database under a pseudonym: what the person can do, where and from when."""

    occupations: Annotated[tuple[Listed, ...], Meta(min_length=1, max_length=20)]
    skills: Some = ()
    languages: Languages = ()
    licences: Licences = ()
    mobility_km: Days = 0
    sectors: Some = ()
    area: Listed | None = None
    municipality: Listed | None = None
    available_from: date | None = None
    confirmed_on: date


class WithdrawProfile(Command, frozen=True, kw_only=True):
    """The profile is not to be found any longer."""


class ProposeVacancy(Command, frozen=True, kw_only=True):
    """A vacancy suits the person; nothing is sent to the firm before the person agrees."""

    vacancy: UUID
    note: Note | None = None


class AgreeToProposal(Command, frozen=True, kw_only=True):
    """The person agrees to this one sending, or does not."""

    proposal: UUID
    agreed: bool


class RecordResult(Command, frozen=True, kw_only=True):
    """What came of a proposal that was sent."""

    proposal: UUID
    result: Result
    note: Note | None = None


class ConfirmPlacement(Command, frozen=True, kw_only=True):
    """The person has a job: from when, where, by which contract, on which evidence."""

    employer: PublicName
    starts_on: date
    contract: ContractKind
    chain: ProgrammeChain | None = None
    vacancy: UUID | None = None
    evidence: UUID | None = None
    evidence_seen: bool = False
    own_cooperative: bool = False


class RecordStayCheck(Command, frozen=True, kw_only=True):
    """Whether the person still works there."""

    still_there: bool
    note: Note | None = None


class EndPlacement(Command, frozen=True, kw_only=True):
    """The job ended: the search goes on."""

    ended_by: PlacementEnd
    reason: Reason | None = None


class AnswerRepaymentWarning(Command, frozen=True, kw_only=True):
    """What the person was told, or what the employment service said. The amount is theirs to know, not ours."""

    answer: Note


class ProfilePublished(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.profile_published"
    profile: UUID
    occupations: tuple[Listed, ...]
    skills: tuple[Listed, ...] = ()
    languages: Languages = ()
    licences: Licences = ()
    mobility_km: Days = 0
    sectors: tuple[Listed, ...] = ()
    area: Listed | None = None
    municipality: Listed | None = None
    available_from: date | None = None
    confirmed_on: date


class ProfileWithdrawn(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.profile_withdrawn"


class VacancyProposed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.vacancy_proposed"
    number: int
    vacancy: UUID
    note: Note | None = None


class ProposalAnswered(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.proposal_answered"
    proposal: UUID
    number: int
    agreed: bool


class ResultRecorded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.result_recorded"
    proposal: UUID
    number: int
    result: Result
    note: Note | None = None


class PlacementConfirmed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.placement_confirmed"
    employer: PublicName
    starts_on: date
    contract: ContractKind
    chain: ProgrammeChain | None = None
    vacancy: UUID | None = None
    evidence: UUID | None = None
    evidence_seen: bool = False
    own_cooperative: bool = False


class StayChecked(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.stay_checked"
    still_there: bool
    note: Note | None = None


class PlacementEnded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.placement_ended"
    ended_by: PlacementEnd
    reason: Reason | None = None


class RepaymentWarned(Facts, frozen=True, kw_only=True):
    """A job begins while a benefit advance could have to be given back. A human looks; no amount is computed."""

    topic: ClassVar[str] = "case.repayment_warned"
    application: UUID
    risk_until: date


class RepaymentWarningAnswered(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.repayment_warning_answered"
    answer: Note


@of_case("consents", source="handbook 4.4 (b)")
def agrees_to_be_seen(it: Asking[Case]) -> bool:
    """The person agrees that firms see the profile, under a pseudonym.

    Record the consent on the person; the service goes on without it.
    """
    return Purpose.PROFILE_TO_FIRMS in it.seen["consents"]


@of_request("profile_id", source=SOURCE)
def confirmed_by_the_person(it: Asking[Case]) -> bool:
    """The person has confirmed the profile.

    Go through it together and give the day.
    """
    return bool(it.asked.confirmed_on <= it.on)


@of_case(source=SOURCE)
def profile_there(it: Asking[Case]) -> bool:
    """A profile is published.

    There is nothing to withdraw.
    """
    return it.subject.profile is not None


@of_request("vacancy_open", source=SOURCE)
def vacancy_open(it: Asking[Case]) -> bool:
    """The vacancy is open.

    Choose another vacancy.
    """
    return bool(it.seen["vacancy_open"])


@of_request(source=SOURCE)
def proposal_waits_for_the_person(it: Asking[Case]) -> bool:
    """The proposal was made on this case, and the person has not answered yet.

    Take its event_id from the history.
    """
    found = it.subject.job_proposals.get(it.asked.proposal)
    return found is not None and found.agreed is None


@of_request(source=SOURCE)
def person_agreed(it: Asking[Case]) -> bool:
    """The person agreed to this sending, and its result is not known yet.

    Ask the person first: each sending needs their consent.
    """
    found = it.subject.job_proposals.get(it.asked.proposal)
    return found is not None and bool(found.agreed) and not found.result


@of_request("evidence_of_placement", source=SOURCE)
def placement_shown(it: Asking[Case]) -> bool:
    """The contract, or a document on file, shows the job, and it begins by then.

    Look at the contract, or file the document; give the first day of work.
    """
    shown = it.asked.evidence_seen or bool(it.seen["evidence_of_placement"])
    return bool(shown and it.asked.starts_on <= it.on)


@of_case(source=SOURCE)
def warning_stands(it: Asking[Case]) -> bool:
    """A warning about a benefit advance waits for an answer.

    There is nothing to answer.
    """
    return "repayment_warning" in it.subject.deadlines


def warned(it: Asking[Any]) -> tuple[tuple[Facts, tuple[Term, ...]], ...]:
    """The benefit advances of the person that a job from that day on puts at risk."""
    day, own = getattr(it.asked, "starts_on", it.on), getattr(it.asked, "own_cooperative", False)
    status = getattr(it.asked, "employment_status", None)
    if own or (status is not None and not status.startswith("EMPLOYED")):
        return ()
    return tuple(
        (RepaymentWarned(application=application, risk_until=until), (Term("repayment_warning"),))
        for application, until in it.seen["benefit_advances"] if day <= until
    )  # fmt: skip


@of_request("benefit_advances", source="handbook 2.2")
def advance_looked_up(it: Asking[Case]) -> bool:
    """The benefit advances of the person are looked up, to warn of one that a job puts at risk.

    This is for the office to find out.
    """
    return isinstance(it.seen["benefit_advances"], tuple | list)


def _number(it: Asking[Any]) -> int:
    return len(it.subject.job_proposals) + 1


def _numbered(it: Asking[Any]) -> int:
    found = it.subject.job_proposals.get(it.asked.proposal)
    return int(found.number) if found else 0


def _this(it: Asking[Any]) -> tuple[str, ...]:
    return (f"proposal_answer:{_numbered(it)}", f"proposal_result:{_numbered(it)}")


def _declined(it: Asking[Any]) -> bool:
    return bool(it.asked.agreed)


STAY = ("stay_check_first", "stay_check")
SEEKING = at(PLAN, MATCHING)

ROWS: tuple[Step, ...] = (
    Step(asks=PublishProfile, by=DESK, source=SEEKING, target=None, records=ProfilePublished,
         rules=(agrees_to_be_seen, confirmed_by_the_person), fills=lambda it: {"profile": it.subject.profile or it.seen["profile_id"]}),
    Step(asks=WithdrawProfile, by=DESK | POLICY, source=ACTIVE, target=None, records=ProfileWithdrawn,
         rules=(profile_there,), despite=WHILE_SUSPENDED),
    Step(asks=ProposeVacancy, by=DESK, source=at(MATCHING), target=None, records=VacancyProposed, rules=(vacancy_open,),
         fills=lambda it: {"number": _number(it)}, sets=(Term("proposal_answer", number=_number),)),
    Step(asks=AgreeToProposal, by=DESK, source=at(MATCHING), target=None, records=ProposalAnswered,
         rules=(proposal_waits_for_the_person,), fills=lambda it: {"number": _numbered(it)}, ends=_this,
         sets=(Term("proposal_result", number=_numbered, when=_declined),)),
    Step(asks=RecordResult, by=DESK, source=at(MATCHING, PLACED), target=None, records=ResultRecorded,
         rules=(person_agreed,), fills=lambda it: {"number": _numbered(it)}, ends=_this),
    Step(asks=ConfirmPlacement, by=DESK, source=SEEKING, target=PLACED, records=PlacementConfirmed,
         rules=(placement_shown, advance_looked_up), also=warned, ends=("choice", "next_contact", "job_search"),
         sets=(Term("stay_check_first"), Term("stay_check"))),
    Step(asks=RecordStayCheck, by=DESK, source=at(PLACED), target=None, records=StayChecked,
         ends=lambda it: tuple(key for key in STAY if key in it.subject.deadlines)[:1]),
    Step(asks=EndPlacement, by=DESK, source=at(PLACED), target=MATCHING, records=PlacementEnded, ends=STAY,
         sets=(Term("job_search"),)),
    Step(asks=AnswerRepaymentWarning, by=DESK, source=ACTIVE | {CLOSED}, target=None, records=RepaymentWarningAnswered,
         rules=(warning_stands,), ends=("repayment_warning",), despite=WHILE_SUSPENDED),
)  # fmt: skip


@Case.on(ProfilePublished)
def _(case: Case, event: Event[ProfilePublished]) -> None:
    case.profile = event.facts.profile
    case.published = event.event_id


@Case.on(ProfileWithdrawn)
def _(case: Case, event: Event[ProfileWithdrawn]) -> None:
    case.published = None


@Case.on(VacancyProposed)
def _(case: Case, event: Event[VacancyProposed]) -> None:
    case.job_proposals = {**case.job_proposals, event.event_id: Proposed(event.facts.number, event.facts.vacancy)}


@Case.on(ProposalAnswered)
def _(case: Case, event: Event[ProposalAnswered]) -> None:
    found = case.job_proposals.get(event.facts.proposal)
    if found:
        case.job_proposals = {**case.job_proposals, event.facts.proposal: found._replace(agreed=event.facts.agreed)}


@Case.on(ResultRecorded)
def _(case: Case, event: Event[ResultRecorded]) -> None:
    found = case.job_proposals.get(event.facts.proposal)
    if found:
        case.job_proposals = {**case.job_proposals, event.facts.proposal: found._replace(result=event.facts.result.value)}


@Case.on(PlacementConfirmed)
def _(case: Case, event: Event[PlacementConfirmed]) -> None:
    case.placed_on = event.facts.starts_on


@Case.on(PlacementEnded)
def _(case: Case, event: Event[PlacementEnded]) -> None:
    case.placed_on = None
