"""What can have happened to a venture, in the order of its life."""

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
from opera_cases.domain.kernel.personal import IdentifierValue, Note, PersonName, PrivateReasonCode, Reason, VentureName
from opera_cases.domain.kernel.vocabulary import (
    Balance,
    Channel,
    Figure,
    Listed,
    Money,
    Month,
    Pathway,
    Place,
    ProgrammeChain,
    ReasonCode,
    Share,
    Verdict,
)
from opera_cases.domain.people.identifiers import Check, IdentifierKind
from opera_cases.domain.ventures.codes import (
    Alert,
    Arrears,
    CeaseCause,
    Conditions,
    FigureSource,
    Light,
    PrivateCause,
    PrivateProblems,
    Problem,
    Source,
    SourceKind,
    Staff,
    Use,
    VentureCondition,
)


class VentureOpened(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.opened"
    kind: Pathway
    desk: UUID
    place: Place
    promoter: UUID
    case: UUID
    working_title: VentureName
    company: UUID | None = None
    sector: Listed | None = None
    chain: ProgrammeChain | None = None


class MemberAdmitted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.member_admitted"
    person: UUID
    promoter: bool = False
    amount: Money | None = None
    former_employee: bool = False
    not_barred: bool = False


class FeasibilityStarted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.feasibility_started"


class FeasibilityFound(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.feasibility_found"
    verdict: Verdict
    opinion: Note | None = None


class PlanSubmitted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.plan_submitted"
    plan_version: int
    author: UUID
    sources: tuple[Source, ...]
    uses: tuple[Use, ...]
    turnover_by_year: tuple[Money, ...]
    summary: Note | None = None


class PlanValidated(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.plan_validated"
    plan_version: int
    validator: UUID
    opinion: Note | None = None


class PlanRejected(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.plan_rejected"
    plan_version: int
    validator: UUID
    reason: Reason


class SettingUpBegun(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.setting_up_begun"


class FundsPromised(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.funds_promised"
    source: SourceKind
    amount: Money
    application: UUID | None = None


class VentureRegistered(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.registered"
    identifier_kind: IdentifierKind
    number: IdentifierValue
    check: Check


class TradingStarted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.trading_started"
    self_funded: bool = False


class MentorAssigned(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.mentor_assigned"
    mentor: UUID


class CheckInRecorded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.check_in_recorded"
    month: Month
    channel: Channel
    met: PersonName | None = None
    condition: VentureCondition
    turnover: Money
    turnover_source: FigureSource = FigureSource.DECLARED
    turnover_since_start: Money | None = None
    turnover_expected: Money
    below_plan: bool = False
    cash_balance: Balance | None = None
    cash_estimated: bool = False
    cash_months: Figure | None = None
    staff: Staff
    largest_customer: Share | None = None
    wages: Arrears | None = None
    suppliers: Arrears | None = None
    bank: Arrears | None = None
    contributions: Arrears | None = None
    tax: Arrears | None = None
    problems: tuple[Problem, ...] = ()
    actions: Note | None = None
    actions_due_on: date | None = None
    second_tranche: Conditions = Conditions.NOT_APPLICABLE
    light: Light
    light_reason: Reason | None = None
    problems_sealed: PrivateProblems | None = None


class CheckInWaived(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.check_in_waived"
    month: Month
    reason: Reason


class CheckInMoved(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.check_in_moved"
    month: Month
    was: date
    to: date
    reason: Reason


class CheckInAdded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.check_in_added"
    month: Month
    due_on: date
    reason: Reason


class VentureRemindersPaused(RemindersPaused, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.reminders_paused"


class VentureRemindersResumed(RemindersResumed, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.reminders_resumed"


class CheckInMissed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.check_in_missed"
    month: Month
    due_on: date


class AlertRaised(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.alert_raised"
    alert: Alert
    note: Note | None = None


class AlertsAnswered(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.alerts_answered"
    action: Note


class AlertCleared(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.alert_cleared"
    alert: Alert
    reason: Reason


class VentureAbandoned(Facts, frozen=True, kw_only=True):
    """The end before trading. `reason_code` is clear where it follows from the last member's leaving, sealed where somebody
    gives it."""

    topic: ClassVar[str] = "venture.abandoned"
    required: ClassVar[frozenset[str]] = frozenset({"reason_code"})
    reason_code: ReasonCode | None = None
    reason: Reason | None = None
    reason_code_sealed: PrivateReasonCode | None = None


class VentureCeased(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.ceased"
    required: ClassVar[frozenset[str]] = frozenset({"cause"})
    cause: CeaseCause | None = None
    jobs_lost: Figure
    debts_known: Money | None = None
    reason: Reason | None = None
    cause_sealed: PrivateCause | None = None


class VentureConsolidated(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.consolidated"
    trading_since: date


class VentureMoved(Facts, frozen=True, kw_only=True):
    """The case of the venture went to another desk, and the venture with it."""

    topic: ClassVar[str] = "venture.moved"
    from_desk: UUID
    to_desk: UUID
    place: Place


class VentureRuleOverruled(RuleOverruled, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.rule_overruled"


class VentureCorrectionProposed(CorrectionProposed, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.correction_proposed"


class VentureCorrectionRejected(CorrectionRejected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.correction_rejected"


class VentureFactCorrected(FactCorrected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.fact_corrected"


class VentureStepsDoubted(StepsDoubted, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.steps_doubted"


class VentureDoubtsLifted(DoubtsLifted, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.doubts_lifted"


class VentureDoubtSettled(DoubtSettled, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.doubt_settled"
