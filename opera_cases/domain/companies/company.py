"""The firm itself: its procedure, its dates, its people."""

from datetime import date
from uuid import UUID

from opera_cases.domain.companies.events import (
    AwardNoted,
    BidDateSet,
    CompanyRecovered,
    CompanyReported,
    CrisisTableHeld,
    ProcedureOpened,
    WageSupportRecorded,
    WorkforceRecorded,
)
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.kernel.journey_codes import ProgrammeChain

REPORTED, IN_PROCEDURE, RECOVERED, WOUND_UP = "REPORTED", "IN_PROCEDURE", "RECOVERED", "WOUND_UP"


class Company(Aggregate):
    kind = "company"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.name = ""
        self.municipality: str | None = None
        self.sector: str | None = None
        self.chain: ProgrammeChain | None = None
        self.employees = self.interested = 0
        self.in_crisis_area = False
        self.procedure = ""
        self.procedure_since: date | None = None
        self.bid_date: date | None = None
        self.wage_support_until: date | None = None
        self.tables: tuple[date, ...] = ()
        self.awards: frozenset[UUID] = frozenset()


@Company.on(CompanyReported)
def _(company: Company, event: Event[CompanyReported]) -> None:
    said = event.facts
    company.desk, company.place, company.name = said.desk, said.place, said.name
    company.municipality, company.sector, company.chain = said.municipality, said.sector, said.chain
    company.employees, company.in_crisis_area = said.employees, said.in_crisis_area


@Company.on(ProcedureOpened)
def _(company: Company, event: Event[ProcedureOpened]) -> None:
    company.procedure, company.procedure_since = event.facts.procedure, event.facts.since


@Company.on(WageSupportRecorded)
def _(company: Company, event: Event[WageSupportRecorded]) -> None:
    company.wage_support_until = event.facts.until


@Company.on(BidDateSet)
def _(company: Company, event: Event[BidDateSet]) -> None:
    company.bid_date = event.facts.bid_date


@Company.on(WorkforceRecorded)
def _(company: Company, event: Event[WorkforceRecorded]) -> None:
    company.employees, company.interested = event.facts.employees, event.facts.interested


@Company.on(CrisisTableHeld)
def _(company: Company, event: Event[CrisisTableHeld]) -> None:
    company.tables = (*company.tables, event.on)


@Company.on(AwardNoted)
def _(company: Company, event: Event[AwardNoted]) -> None:
    company.awards |= {event.facts.venture}


@Company.on(CompanyRecovered)
def _(company: Company, event: Event[CompanyRecovered]) -> None:
    company.procedure = ""
