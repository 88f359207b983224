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
from opera_cases.domain.kernel.events import Facts, RemindersPaused, RemindersResumed, RuleOverruled
from opera_cases.domain.kernel.personal import Email, Note, PersonName, Phone, PrivateReasonCode, Reason
from opera_cases.domain.kernel.vocabulary import (
    Channel,
    Code,
    Days,
    EmploymentStatus,
    ExitSituation,
    HeardFrom,
    IncomeSupport,
    Language,
    Need,
    Outcome,
    Pathway,
    Place,
    ReasonCode,
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
