"""What can have happened to a venture, in the order of its life, and the figures it reports."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from opera_cases.domain.corrections.events import CorrectionProposed, CorrectionRejected, FactCorrected
from opera_cases.domain.events import Facts, RuleOverruled
from opera_cases.domain.people.identifiers import Check, IdentifierKind
from opera_cases.domain.personal import IdentifierValue, Note, PersonName, Reason, VentureName
from opera_cases.domain.vocabulary import (
    Balance,
    Channel,
    Code,
    Count,
    Days,
    Figure,
    LegalForm,
    Listed,
    Money,
    Month,
    Pathway,
    Place,
    ProgrammeChain,
    PublicName,
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
    MEMBER_SHARES = "MEMBER_SHARES"
    GUARANTEE = "GUARANTEE"
    BRIDGE_LOAN = "BRIDGE_LOAN"
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
    MEMBERS_NEAR_MINIMUM = "MEMBERS_NEAR_MINIMUM"
    MEMBERS_BELOW_MINIMUM = "MEMBERS_BELOW_MINIMUM"
    DISSOLUTION_NEAR = "DISSOLUTION_NEAR"


class CeaseCause(StrEnum):
    CASH = "CASH"
    MARKET = "MARKET"
    CONFLICT = "CONFLICT"
    HEALTH_OR_FAMILY = "HEALTH_OR_FAMILY"
    FOUND_A_JOB = "FOUND_A_JOB"
    RETIREMENT = "RETIREMENT"
    OTHER = "OTHER"


class LapseCause(StrEnum):
    """Why the validation of a plan lapsed (handbook 6.5)."""

    MEMBERS = "MEMBERS"
    USES = "USES"


class ParentPaper(StrEnum):
    """What a spin-off and its parent firm agree upon (handbook 2.7)."""

    LETTER_OF_INTENT = "LETTER_OF_INTENT"
    ASSET_LIST = "ASSET_LIST"
    NON_COMPETITION = "NON_COMPETITION"
    SUPPLY_CONTRACT = "SUPPLY_CONTRACT"


class Access(StrEnum):
    """How a group gets the business (handbook 2.4)."""

    AWARD = "AWARD"
    PURCHASE = "PURCHASE"
    RENT = "RENT"


class HostContract(StrEnum):
    """The contract of an entrepreneur with the cooperative that hosts them (handbook 2.6)."""

    CAPE = "CAPE"
    CESA = "CESA"


class Adviser(StrEnum):
    """Who is asked when two clocks do not fit."""

    INPS_OR_PATRONATO = "INPS_OR_PATRONATO"
    FRANCE_TRAVAIL = "FRANCE_TRAVAIL"


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


class DeskInvited(Facts, frozen=True, kw_only=True):
    """Another desk may read the venture and bring its people in."""

    topic: ClassVar[str] = "venture.desk_invited"
    to_desk: UUID


class MemberInvited(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.member_invited"
    person: UUID


class MemberCommitted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.member_committed"
    person: UUID
    amount: Money
    former_employee: bool = False
    not_barred: bool = False


class ShareSubscribed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.share_subscribed"
    person: UUID
    amount: Money
    from_benefit: Money = Decimal(0)


class MemberWithdrew(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.member_withdrew"
    person: UUID
    reason_code: ReasonCode
    reason: Reason | None = None
    due_back: Money = Decimal(0)


class MemberExcluded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.member_excluded"
    person: UUID
    reason: Reason
    due_back: Money = Decimal(0)


class MembershipBelowMinimum(Facts, frozen=True, kw_only=True):
    """Fewer members are left than the legal form needs: a year begins in which they must be replaced."""

    topic: ClassVar[str] = "venture.membership_below_minimum"
    members: int
    minimum: int


class MinimumNotRestored(Facts, frozen=True, kw_only=True):
    """The year is over and members are still missing: the law dissolves the company."""

    topic: ClassVar[str] = "venture.minimum_not_restored"
    members: int


class GroupFormed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.group_formed"
    legal_form: LegalForm
    members: int


class PerimeterSet(Facts, frozen=True, kw_only=True):
    """What of the firm the group wants to take over: jobs, assets of the resource database, contracts."""

    topic: ClassVar[str] = "venture.perimeter_set"
    company: UUID
    jobs: Count
    assets: tuple[UUID, ...] = ()
    contracts: Count = 0


class ParentAgreed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.parent_agreed"
    paper: ParentPaper
    document: UUID | None = None


class BidFiled(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.bid_filed"
    company: UUID
    amount: Money
    bid_date: date | None = None
    decision_expected_on: date | None = None


class PreemptionExercised(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.preemption_exercised"
    company: UUID
    price: Money
    decision_expected_on: date | None = None


class ClockConflictRaised(Facts, frozen=True, kw_only=True):
    """A window closes before what it waits for can be there: somebody has to be asked what to do."""

    topic: ClassVar[str] = "venture.clock_conflict_raised"
    rule: Code
    due_on: date
    waits_until: date
    to_ask: Adviser


class ClockConflictAnswered(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.clock_conflict_answered"
    answered_by: PublicName
    answer: Note


class BusinessAwarded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.business_awarded"
    company: UUID
    access: Access
    price: Money | None = None


class BusinessLost(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.business_lost"
    company: UUID
    reason_code: ReasonCode
    reason: Reason | None = None


class VentureConstituted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.constituted"
    legal_form: LegalForm
    members: int
    assets: Money | None = None


class VentureHosted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.hosted"
    host: PublicName
    contract: HostContract
    host_number: Code
    contract_number: IdentifierValue
    ends_on: date


class HostingRenewed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.hosting_renewed"
    number: int
    ends_on: date


class UsesRevised(Facts, frozen=True, kw_only=True):
    """Money of the validated plan is to be spent otherwise."""

    topic: ClassVar[str] = "venture.uses_revised"
    uses: tuple[Use, ...]


class PlanLapsed(Facts, frozen=True, kw_only=True):
    """Members or uses changed by more than the validated plan bears: it has to be written and validated anew."""

    topic: ClassVar[str] = "venture.plan_lapsed"
    plan_version: int
    cause: LapseCause
    share: Decimal


class FundsWithdrawn(Facts, frozen=True, kw_only=True):
    """A promise does not hold any longer."""

    topic: ClassVar[str] = "venture.funds_withdrawn"
    source: SourceKind
    amount: Money
    reason: Reason | None = None
    application: UUID | None = None


class VentureTransformed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.transformed"
    legal_form: LegalForm
    reason: Reason | None = None


class VentureSold(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.sold"
    price: Money | None = None
    reason: Reason | None = None


class TradingResumed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.trading_resumed"


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


class VentureRuleOverruled(RuleOverruled, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.rule_overruled"


class VentureCorrectionProposed(CorrectionProposed, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.correction_proposed"


class VentureCorrectionRejected(CorrectionRejected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.correction_rejected"


class VentureFactCorrected(FactCorrected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.fact_corrected"
