"""What can have happened to an application for money."""

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
from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.kernel.journey_codes import ReasonCode
from opera_cases.domain.kernel.personal import Note, PrivateReasonCode, Reason
from opera_cases.domain.kernel.scalars import Money, PublicName
from opera_cases.domain.kernel.vocabulary import Place
from opera_cases.domain.ventures.codes import SourceKind


class ApplicationDrafted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.drafted"
    case: UUID
    concerns: UUID
    desk: UUID
    place: Place
    venture: UUID | None = None
    source: SourceKind
    funder: PublicName
    amount: Money
    entitled_on: date | None = None
    conditions: Note | None = None


class ApplicationFiled(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.filed"
    amount: Money | None = None


class ApplicationGranted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.granted"
    amount: Money
    tranches: tuple[Money, ...]
    theoretical_end: date | None = None
    conditions: Note | None = None


class ApplicationRefused(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.refused"
    required: ClassVar[frozenset[str]] = frozenset({"reason_code"})
    reason_code: ReasonCode | None = None
    reason: Reason | None = None
    reason_code_sealed: PrivateReasonCode | None = None


class ApplicationWithdrawn(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.withdrawn"
    required: ClassVar[frozenset[str]] = frozenset({"reason_code"})
    reason_code: ReasonCode | None = None
    reason: Reason | None = None
    reason_code_sealed: PrivateReasonCode | None = None


class TranchePaid(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.tranche_paid"
    number: int
    amount: Money


class TrancheChecked(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.tranche_checked"
    number: int
    conditions_met: bool
    note: Note | None = None


class ApplicationLapsed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.lapsed"
    due_on: date


class RiskPassed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.risk_passed"
    theoretical_end: date


class FundingCorrectionProposed(CorrectionProposed, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.correction_proposed"


class FundingCorrectionRejected(CorrectionRejected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.correction_rejected"


class FundingFactCorrected(FactCorrected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.fact_corrected"


class FundingStepsDoubted(StepsDoubted, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.steps_doubted"


class FundingDoubtsLifted(DoubtsLifted, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.doubts_lifted"


class FundingDoubtSettled(DoubtSettled, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.doubt_settled"
