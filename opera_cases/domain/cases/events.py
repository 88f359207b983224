"""What can have happened to a case, in the order of its life."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from opera_cases.domain.corrections.events import (
    CorrectionProposed,
    CorrectionRejected,
    DoubtSettled,
    DoubtsLifted,
    FactCorrected,
    StepsDoubted,
)
from opera_cases.domain.events import Facts, RemindersPaused, RemindersResumed, RuleOverruled
from opera_cases.domain.personal import (
    Email,
    Note,
    OptionalAnswer,
    PersonName,
    Phone,
    PrivateCode,
    PrivateCodes,
    PrivateDay,
    PrivateId,
    PrivateReasonCode,
    Reason,
)
from opera_cases.domain.vocabulary import (
    AgeBand,
    AgeGroup,
    Channel,
    Code,
    Days,
    Education,
    EmploymentStatus,
    Evidence,
    ExitSituation,
    HeardFrom,
    IncomeSupport,
    Language,
    Need,
    Outcome,
    Pathway,
    Place,
    ReasonCode,
    Sex,
    TargetGroup,
    UnemployedFor,
    Verdict,
)  # fmt: skip


class ContactRecorded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.contact_recorded"
    desk: UUID
    place: Place
    file_number: Code
    channel: Channel
    heard_from: HeardFrom
    language: Language
    name: PersonName | None = None
    phone: Phone | None = None
    email: Email | None = None
    wish: Note | None = None
    follows: UUID | None = None


class ContactAttempted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.contact_attempted"
    channel: Channel
    reached: bool
    note: Note | None = None


class MeetingHeld(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.meeting_held"
    appointment: UUID
    channel: Channel


class NoteAdded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.note_added"
    text: Note


class CaseworkerAssigned(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.caseworker_assigned"
    caseworker: UUID
    reason: Reason | None = None


class IntakeOpened(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.intake_opened"
    person: UUID
    notice_version: Code
    duplicate_search_on: date
    identities: tuple[UUID, ...] = ()


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


class AgreementSigned(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.agreement_signed"
    caseworker: UUID
    goals: tuple[Need, ...]
    contact_every_days: Days
    pathway: Pathway | None = None
    undecided_until: date | None = None
    terms: Note | None = None


class PathwayChosen(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.pathway_chosen"
    pathway: Pathway


class VentureJoined(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.venture_joined"
    venture: UUID


class IdeaPassed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.idea_passed"
    venture: UUID
    verdict: Verdict
    opinion: Note | None = None


class PlanPassed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.plan_passed"
    venture: UUID
    plan_version: int


class FundingSecured(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.funding_secured"
    venture: UUID
    self_funded: bool = False


class StageReworked(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.stage_reworked"
    required: ClassVar[frozenset[str]] = frozenset({"reason_code"})
    back_to: Code
    reason_code: ReasonCode | None = None
    reason: Reason
    reason_code_sealed: PrivateReasonCode | None = None


class LaunchConfirmed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.launch_confirmed"
    venture: UUID
    trading_since: date


class PathwayChanged(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.pathway_changed"
    required: ClassVar[frozenset[str]] = frozenset({"reason_code"})
    left_pathway: Pathway
    left_venture: UUID | None = None
    reason_code: ReasonCode | None = None
    reason: Reason | None = None
    reason_code_sealed: PrivateReasonCode | None = None


class CaseSuspended(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.suspended"
    required: ClassVar[frozenset[str]] = frozenset({"reason_code"})
    reason_code: ReasonCode | None = None
    review_on: date
    reason: Reason | None = None
    reason_code_sealed: PrivateReasonCode | None = None


class CaseResumed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.resumed"
    note: Note | None = None


class CaseClosed(Facts, frozen=True, kw_only=True):
    """The end. `reason_code` is clear where the procedure itself gives it (COMPLETED), sealed where somebody does."""

    topic: ClassVar[str] = "case.closed"
    required: ClassVar[frozenset[str]] = frozenset({"reason_code"})
    outcome: Outcome
    reason_code: ReasonCode | None = None
    exit_situation: ExitSituation | None = None
    reason: Reason | None = None
    reason_code_sealed: PrivateReasonCode | None = None
    no_answer: bool = False


class ExitDataRecorded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.exit_data_recorded"
    exit_situation: ExitSituation


class FollowUpRecorded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.follow_up_recorded"
    situation: ExitSituation
    improved: bool
    channel: Channel
    note: Note | None = None


class SituationRecorded(Facts, frozen=True, kw_only=True):
    """An update: what is so from that day on. Entry data stay what they were at entry."""

    topic: ClassVar[str] = "case.situation_recorded"
    employment_status: EmploymentStatus
    income_support: IncomeSupport
    note: Note | None = None


class CaseRuleOverruled(RuleOverruled, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.rule_overruled"


class CaseCorrectionProposed(CorrectionProposed, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.correction_proposed"


class CaseCorrectionRejected(CorrectionRejected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.correction_rejected"


class CaseRemindersPaused(RemindersPaused, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.reminders_paused"


class CaseRemindersResumed(RemindersResumed, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.reminders_resumed"


class ServicePactRecorded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.service_pact_recorded"
    signed_on: date


class CaseFactCorrected(FactCorrected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.fact_corrected"


class CaseStepsDoubted(StepsDoubted, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.steps_doubted"


class CaseDoubtsLifted(DoubtsLifted, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.doubts_lifted"


class CaseDoubtSettled(DoubtSettled, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.doubt_settled"
