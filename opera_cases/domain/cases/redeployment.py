"""Back to a job: the published profile, proposals with the person's consent each time, placement, stay checks (2.8)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from opera_cases.domain.cases.job_events import (
    Languages,
    Licences,
    Listing,
    Occupations,
    PlacementConfirmed,
    PlacementEnd,
    PlacementEnded,
    ProfilePublished,
    ProfileWithdrawn,
    ProposalAnswered,
    RepaymentWarned,
    RepaymentWarningAnswered,
    Result,
    ResultRecorded,
    StayChecked,
    VacancyProposed,
)
from opera_cases.domain.cases.job_rules import (
    advance_looked_up,
    agrees_to_be_seen,
    confirmed_by_the_person,
    person_agreed,
    placement_shown,
    profile_there,
    proposal_waits_for_the_person,
    vacancy_open,
    warning_stands,
)
from opera_cases.domain.cases.states import ACTIVE, CLOSED, DESK, MATCHING, PLACED, PLAN, POLICY, WHILE_SUSPENDED, at
from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.kernel.personal import (
    InstitutionName,
    Note,
    PrivateDay,
    PrivateListed,
    Reason,
    Sealed,
    statistical,
)
from opera_cases.domain.kernel.rules import DecisionContext
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, filled
from opera_cases.domain.kernel.vocabulary import ContractKind, Days, Listed, ProgrammeChain


class PublishProfile(Command, frozen=True, kw_only=True):
    """The profile enters the resource database under a pseudonym: what the person can do, where and from when."""

    occupations: Annotated[Sealed, statistical(Occupations)]
    skills: Annotated[Sealed, statistical(Listing)] | None = None
    languages: Annotated[Sealed, statistical(Languages)] | None = None
    licences: Annotated[Sealed, statistical(Licences)] | None = None
    mobility_km: Days = 0
    sectors: Annotated[Sealed, statistical(Listing)] | None = None
    area: Listed | None = None
    municipality: PrivateListed | None = None
    available_from: PrivateDay | None = None
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

    derives: ClassVar[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
        "begun_by_then": lambda typed: typed["starts_on"] <= typed["occurred_on"]
    }
    employer: InstitutionName
    starts_on: PrivateDay
    contract: ContractKind
    chain: ProgrammeChain | None = None
    vacancy: UUID | None = None
    evidence: UUID | None = None
    evidence_seen: bool = False
    own_cooperative: bool = False
    begun_by_then: bool = False


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


def warned(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    """The benefit advances of the person that a job puts at risk: those that still ran on its first day."""
    own = getattr(it.asked, "own_cooperative", False)
    status = getattr(it.asked, "employment_status", None)
    if own or (status is not None and not status.startswith("EMPLOYED")):
        return ()
    return tuple(
        (RepaymentWarned(application=application, risk_until=until), (DeadlineSpec("repayment_warning"),))
        for application, until in it.seen["benefit_advances"]
    )  # fmt: skip


def _number(it: DecisionContext[Any]) -> int:
    return len(it.subject.job_proposals) + 1


def _numbered(it: DecisionContext[Any]) -> int:
    found = it.subject.job_proposals.get(it.asked.proposal)
    return int(found.number) if found else 0


def _this(it: DecisionContext[Any]) -> tuple[str, ...]:
    return (f"proposal_answer:{_numbered(it)}", f"proposal_result:{_numbered(it)}")


def _declined(it: DecisionContext[Any]) -> bool:
    return bool(it.asked.agreed)


STAY = ("stay_check_first", "stay_check")
SEEKING = at(PLAN, MATCHING)
ROWS: tuple[Step, ...] = (
    Step(asks=PublishProfile, by=DESK, source=SEEKING, target=None, records=ProfilePublished,
         rules=(agrees_to_be_seen, confirmed_by_the_person), fills=filled(profile=lambda it: it.subject.profile or it.seen["profile_id"])),
    Step(asks=WithdrawProfile, by=DESK | POLICY, source=ACTIVE, target=None, records=ProfileWithdrawn,
         rules=(profile_there,), despite=WHILE_SUSPENDED),
    Step(asks=ProposeVacancy, by=DESK, source=at(MATCHING), target=None, records=VacancyProposed, rules=(vacancy_open,),
         fills=filled(number=lambda it: _number(it)), sets=(DeadlineSpec("proposal_answer", number=_number),)),
    Step(asks=AgreeToProposal, by=DESK, source=at(MATCHING), target=None, records=ProposalAnswered,
         rules=(proposal_waits_for_the_person,), fills=filled(number=lambda it: _numbered(it)), ends=_this,
         sets=(DeadlineSpec("proposal_result", number=_numbered, when=_declined),)),
    Step(asks=RecordResult, by=DESK, source=at(MATCHING, PLACED), target=None, records=ResultRecorded,
         rules=(person_agreed,), fills=filled(number=lambda it: _numbered(it)), ends=_this),
    Step(asks=ConfirmPlacement, by=DESK, source=SEEKING, target=PLACED, records=PlacementConfirmed,
         rules=(placement_shown, advance_looked_up), also=warned, ends=("choice", "next_contact", "job_search"),
         sets=(DeadlineSpec("stay_check_first"), DeadlineSpec("stay_check"))),
    Step(asks=RecordStayCheck, by=DESK, source=at(PLACED), target=None, records=StayChecked,
         ends=lambda it: tuple(key for key in STAY if key in it.subject.deadlines)[:1]),
    Step(asks=EndPlacement, by=DESK, source=at(PLACED), target=MATCHING, records=PlacementEnded, ends=STAY,
         sets=(DeadlineSpec("job_search"),)),
    Step(asks=AnswerRepaymentWarning, by=DESK, source=ACTIVE | {CLOSED}, target=None, records=RepaymentWarningAnswered,
         rules=(warning_stands,), ends=("repayment_warning",), despite=WHILE_SUSPENDED),
)  # fmt: skip
