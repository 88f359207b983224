"""What can have happened to a group, to what it takes over, and to the form and the money of a venture."""

from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.kernel.personal import IdentifierValue, Note, PrivateReasonCode, Reason
from opera_cases.domain.kernel.vocabulary import Code, Count, LegalForm, Money, PublicName, ReasonCode
from opera_cases.domain.ventures.codes import Access, Adviser, HostContract, LapseCause, ParentPaper, SourceKind, Use


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
    required: ClassVar[frozenset[str]] = frozenset({"reason_code"})
    person: UUID
    reason_code: ReasonCode | None = None
    reason: Reason | None = None
    due_back: Money = Decimal(0)
    reason_code_sealed: PrivateReasonCode | None = None


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
    required: ClassVar[frozenset[str]] = frozenset({"reason_code"})
    company: UUID
    reason_code: ReasonCode | None = None
    reason: Reason | None = None
    reason_code_sealed: PrivateReasonCode | None = None


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
