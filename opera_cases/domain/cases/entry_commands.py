"""What can be asked of a case between reception and the assessment."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.cases import entry_data
from opera_cases.domain.kernel.personal import Note, OptionalAnswer, PrivateCode, PrivateCodes, PrivateDay, PrivateId
from opera_cases.domain.kernel.steps import Command
from opera_cases.domain.kernel.vocabulary import (
    Days,
    Education,
    EmploymentStatus,
    Evidence,
    Goals,
    IncomeSupport,
    Sex,
    TargetGroup,
    UnemployedFor,
)  # fmt: skip

Level = Annotated[int, Meta(ge=1, le=5)]


class ConfirmEligibility(Command, frozen=True, kw_only=True):
    """The person belongs to a target group, and a paper shows it."""

    derives: ClassVar[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
        "dated_by_then": entry_data.dated_by_then, "declared_on": entry_data.declared_on,
    }  # fmt: skip
    target_group: TargetGroup
    evidence: Evidence
    evidence_on: PrivateDay
    document: UUID | None = None
    dated_by_then: bool = False
    declared_on: date | None = None


class RecordEntryData(Command, frozen=True, kw_only=True):
    """The compulsory entry data, and the optional questions with one of their four answers."""

    derives: ClassVar[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
        "unemployed_for": entry_data.without_work_for
    }
    sex: Sex
    employment_status: EmploymentStatus
    unemployed_since: PrivateDay | None = None
    income_support: IncomeSupport
    income_support_until: PrivateDay | None = None
    education: Education
    occupation: PrivateCode | None = None
    sector: PrivateCode | None = None
    municipality: PrivateCode | None = None
    last_employer: PrivateId | None = None
    unemployed_for: UnemployedFor | None = None
    disability: OptionalAnswer
    foreign_background: OptionalAnswer
    housing_exclusion: OptionalAnswer


class StartAssessment(Command, frozen=True, kw_only=True):
    """Registration is signed; the search for needs and profile begins."""

    registration_signed_on: date


class RecordAssessment(Command, frozen=True, kw_only=True):
    """What the person needs, and the employability level from 1 to 5 of the qualitative interview."""

    needs: Goals
    employability: Level
    summary: Note | None = None


class RecordProfile(Command, frozen=True, kw_only=True):
    """Occupations (ISCO-08), skills (ESCO), languages with level, licence and mobility."""

    occupations: PrivateCodes
    skills: PrivateCodes | None = None
    languages: PrivateCodes | None = None
    driving_licence: bool = False
    mobility_km: Days = 0
    constraints: Note | None = None
