"""What is recorded of a person on the way from reception to the assessment."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.kernel.personal import Note, OptionalAnswer, PrivateCode, PrivateCodes, PrivateDay, PrivateId
from opera_cases.domain.kernel.vocabulary import (
    AgeBand,
    AgeGroup,
    Code,
    Days,
    Education,
    EmploymentStatus,
    Evidence,
    IncomeSupport,
    Need,
    Sex,
    TargetGroup,
    UnemployedFor,
)  # fmt: skip


class EligibilityConfirmed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.eligibility_confirmed"
    required: ClassVar[frozenset[str]] = frozenset({"evidence_on"})
    target_group: TargetGroup
    evidence: Evidence
    evidence_on: date | None = None
    criteria: Code
    document: UUID | None = None
    evidence_on_sealed: PrivateDay | None = None
    dated_by_then: bool = False


class EntryDataRecorded(Facts, frozen=True, kw_only=True):
    """The data at entry. Read `age_band` and `unemployed_for` by the functions of `entry_data`: both fields are empty in
    some entries."""

    topic: ClassVar[str] = "case.entry_data_recorded"
    sex: Sex
    age_band: AgeBand | None = None
    employment_status: EmploymentStatus
    unemployed_since: date | None = None
    income_support: IncomeSupport
    income_support_until: date | None = None
    education: Education
    occupation: Code | None = None
    sector: Code | None = None
    municipality: Code | None = None
    last_employer: UUID | None = None
    disability: OptionalAnswer
    foreign_background: OptionalAnswer
    housing_exclusion: OptionalAnswer
    age_group: AgeGroup | None = None
    unemployed_for: UnemployedFor | None = None
    unemployed_since_sealed: PrivateDay | None = None
    income_support_until_sealed: PrivateDay | None = None
    occupation_sealed: PrivateCode | None = None
    sector_sealed: PrivateCode | None = None
    municipality_sealed: PrivateCode | None = None
    last_employer_sealed: PrivateId | None = None


class AssessmentStarted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.assessment_started"
    registration_signed_on: date


class NeedsAssessed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.needs_assessed"
    needs: tuple[Need, ...]
    employability: int
    summary: Note | None = None


class ProfileRecorded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.profile_recorded"
    required: ClassVar[frozenset[str]] = frozenset({"occupations"})
    occupations: tuple[Code, ...] = ()
    skills: tuple[Code, ...] = ()
    languages: tuple[Code, ...] = ()
    driving_licence: bool = False
    mobility_km: Days = 0
    constraints: Note | None = None
    occupations_sealed: PrivateCodes | None = None
    skills_sealed: PrivateCodes | None = None
    languages_sealed: PrivateCodes | None = None
