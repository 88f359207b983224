"""What can have happened to a venture, in the order of its life, and the figures it reports."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from opera_cases.domain.corrections.events import CorrectionProposed, CorrectionRejected, FactCorrected
from opera_cases.domain.events import Facts
from opera_cases.domain.people.identifiers import Check, IdentifierKind
from opera_cases.domain.personal import IdentifierValue, Note, PersonName, Reason, VentureName
from opera_cases.domain.vocabulary import (
    Balance,
    Channel,
    Count,
    Days,
    Figure,
    Money,
    Month,
    Pathway,
    Place,
    ReasonCode,
    Share,
    Verdict,
)  # fmt: skip


class SourceKind(StrEnum):
    OWN_FUNDS = "OWN_FUNDS"
    BENEFIT_ADVANCE = "BENEFIT_ADVANCE"
    BANK_LOAN = "BANK_LOAN"
    MICROCREDIT = "MICROCREDIT"
    GRANT = "GRANT"
    FAMILY = "FAMILY"
    INVESTOR_MEMBER = "INVESTOR_MEMBER"
    OTHER = "OTHER"


class UseKind(StrEnum):
    EQUIPMENT = "EQUIPMENT"
    PREMISES = "PREMISES"
    STOCK = "STOCK"
    SET_UP_COSTS = "SET_UP_COSTS"
    WORKING_CAPITAL = "WORKING_CAPITAL"
    TRAINING = "TRAINING"
    OTHER = "OTHER"


class VentureCondition(StrEnum):
    """How a mentor finds the venture (handbook 3.2)."""

    TRADING = "TRADING"
    NOT_YET_TRADING = "NOT_YET_TRADING"
    PAUSED = "PAUSED"
    SOLD = "SOLD"
    CHANGED_FORM = "CHANGED_FORM"
    CLOSED = "CLOSED"
    UNREACHABLE = "UNREACHABLE"


class Light(StrEnum):
    GREEN = "GREEN"
    AMBER = "AMBER"
    RED = "RED"


class FigureSource(StrEnum):
    """Where a mentor's figure comes from."""

    DECLARED = "DECLARED"
    ACCOUNTS = "ACCOUNTS"


class Conditions(StrEnum):
    """Whether the conditions of the second tranche of the benefit advance still hold."""

    MET = "MET"
    NOT_MET = "NOT_MET"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class Problem(StrEnum):
    MARKET = "MARKET"
    PRICE = "PRICE"
    CASH = "CASH"
    STAFF = "STAFF"
    CONFLICT = "CONFLICT"
    ADMINISTRATION = "ADMINISTRATION"
    PREMISES = "PREMISES"
    HEALTH_OR_FAMILY = "HEALTH_OR_FAMILY"
    REGULATION = "REGULATION"


class Alert(StrEnum):
    """Signals of trouble (handbook 3.3). Thresholds stand in the rulebook."""

    RED_LIGHT = "RED_LIGHT"
    CASH_SHORT = "CASH_SHORT"
    TURNOVER_LOW = "TURNOVER_LOW"
    WAGES_OVERDUE = "WAGES_OVERDUE"
    SUPPLIERS_OVERDUE = "SUPPLIERS_OVERDUE"
    BANK_OVERDUE = "BANK_OVERDUE"
    CONTRIBUTIONS_OVERDUE = "CONTRIBUTIONS_OVERDUE"
    TAX_OVERDUE = "TAX_OVERDUE"
    MISSED_CHECK_INS = "MISSED_CHECK_INS"
    MENTOR_CONCERN = "MENTOR_CONCERN"


class CeaseCause(StrEnum):
    CASH = "CASH"
    MARKET = "MARKET"
    CONFLICT = "CONFLICT"
    HEALTH_OR_FAMILY = "HEALTH_OR_FAMILY"
    FOUND_A_JOB = "FOUND_A_JOB"
    RETIREMENT = "RETIREMENT"
    OTHER = "OTHER"


class Source(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where money of a plan shall come from."""

    kind: SourceKind
    amount: Money


class Use(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What money of a plan shall be spent on."""

    kind: UseKind
    amount: Money


class Arrears(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A debt overdue, and the figure it is compared with: the monthly wage bill, the supplier debts not yet due, all
    bank exposure, last year's contributions or turnover."""

    amount: Money
    days: Days
    compared_with: Money


class Staff(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """People at work in the venture."""

    members: Count = 1
    employees: Count = 0
    full_time_equivalents: Figure
    women: Count = 0
    under_30: Count = 0
    from_crisis: Count = 0


class VentureOpened(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.opened"
    kind: Pathway
    desk: UUID
    place: Place
    promoter: UUID
    case: UUID
    working_title: VentureName


class MemberAdmitted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.member_admitted"
    person: UUID
    promoter: bool = False


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


class CheckInWaived(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.check_in_waived"
    month: Month
    reason: Reason


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
    topic: ClassVar[str] = "venture.abandoned"
    reason_code: ReasonCode
    reason: Reason | None = None


class VentureCeased(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.ceased"
    cause: CeaseCause
    jobs_lost: Figure
    debts_known: Money | None = None
    reason: Reason | None = None


class VentureConsolidated(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.consolidated"
    trading_since: date


class VentureMoved(Facts, frozen=True, kw_only=True):
    """The case of the venture went to another desk, and the venture with it."""

    topic: ClassVar[str] = "venture.moved"
    from_desk: UUID
    to_desk: UUID
    place: Place


class VentureCorrectionProposed(CorrectionProposed, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.correction_proposed"


class VentureCorrectionRejected(CorrectionRejected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.correction_rejected"


class VentureFactCorrected(FactCorrected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.fact_corrected"
