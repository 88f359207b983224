"""What can have happened to a case on its way back to a job."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta

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
from opera_cases.domain.kernel.vocabulary import ContractKind, Days, Listed, ProgrammeChain, PublicName

Languages = Annotated[
    tuple[Annotated[str, Meta(pattern="^[a-z]{2}:(A1|A2|B1|B2|C1|C2|L1)$", max_length=5)], ...], Meta(max_length=20)
]
Occupations = Annotated[tuple[Listed, ...], Meta(min_length=1, max_length=20)]
Listing = Annotated[tuple[Listed, ...], Meta(max_length=60)]
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


class ProfilePublished(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.profile_published"
    required: ClassVar[frozenset[str]] = frozenset({"occupations"})
    profile: UUID
    occupations: tuple[Listed, ...] = ()
    skills: tuple[Listed, ...] = ()
    languages: Languages = ()
    licences: Licences = ()
    mobility_km: Days = 0
    sectors: tuple[Listed, ...] = ()
    area: Listed | None = None
    municipality: Listed | None = None
    available_from: date | None = None
    confirmed_on: date
    occupations_sealed: Annotated[Sealed, statistical(Occupations)] | None = None
    skills_sealed: Annotated[Sealed, statistical(Listing)] | None = None
    languages_sealed: Annotated[Sealed, statistical(Languages)] | None = None
    licences_sealed: Annotated[Sealed, statistical(Licences)] | None = None
    sectors_sealed: Annotated[Sealed, statistical(Listing)] | None = None
    municipality_sealed: PrivateListed | None = None
    available_from_sealed: PrivateDay | None = None


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
    required: ClassVar[frozenset[str]] = frozenset({"employer", "starts_on"})
    employer: PublicName | None = None
    starts_on: date | None = None
    contract: ContractKind
    chain: ProgrammeChain | None = None
    vacancy: UUID | None = None
    evidence: UUID | None = None
    evidence_seen: bool = False
    own_cooperative: bool = False
    employer_sealed: InstitutionName | None = None
    starts_on_sealed: PrivateDay | None = None
    begun_by_then: bool = False


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
