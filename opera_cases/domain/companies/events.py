"""What can have happened to a firm in difficulty."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from opera_cases.domain.corrections.events import CorrectionProposed, CorrectionRejected, FactCorrected
from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.kernel.journey_codes import ProgrammeChain
from opera_cases.domain.kernel.personal import Note, PersonName, Reason
from opera_cases.domain.kernel.scalars import Code, Count, Listed, PublicName
from opera_cases.domain.kernel.vocabulary import Place


class WageSupport(StrEnum):
    CIGO = "CIGO"
    CIGS = "CIGS"
    DEROGATION = "DEROGATION"
    ACTIVITE_PARTIELLE = "ACTIVITE_PARTIELLE"


class CompanyReported(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "company.reported"
    desk: UUID
    place: Place
    name: PublicName
    municipality: Listed | None = None
    sector: Listed | None = None
    chain: ProgrammeChain | None = None
    employees: Count
    in_crisis_area: bool = False


class ProcedureOpened(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "company.procedure_opened"
    procedure: Code
    since: date
    court: PublicName | None = None
    receiver: PersonName | None = None


class WageSupportRecorded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "company.wage_support_recorded"
    support: WageSupport
    employees: Count
    until: date


class BidDateSet(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "company.bid_date_set"
    bid_date: date


class EmployeesInformed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "company.employees_informed"
    informed_on: date


class WorkforceRecorded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "company.workforce_recorded"
    employees: Count
    interested: Count = 0


class CrisisTableHeld(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "company.crisis_table_held"
    participants: tuple[PublicName, ...]
    agreed: Note | None = None


class AwardNoted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "company.award_noted"
    venture: UUID


class CompanyRecovered(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "company.recovered"
    reason: Reason | None = None


class CompanyWoundUp(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "company.wound_up"
    reason: Reason | None = None


class CompanyCorrectionProposed(CorrectionProposed, frozen=True, kw_only=True):
    topic: ClassVar[str] = "company.correction_proposed"


class CompanyCorrectionRejected(CorrectionRejected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "company.correction_rejected"


class CompanyFactCorrected(FactCorrected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "company.fact_corrected"
