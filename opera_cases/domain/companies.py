"""Crisis companies: firms in difficulty, from which people, resources and buy-outs come (handbook 2.4, 2.5 and 6.2)."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.aggregate import Aggregate
from opera_cases.domain.corrections.events import CorrectionProposed, CorrectionRejected, FactCorrected
from opera_cases.domain.corrections.steps import correction_rows
from opera_cases.domain.events import Event, Facts
from opera_cases.domain.personal import Note, PersonName, Reason
from opera_cases.domain.rules import Asking, of_case, of_request
from opera_cases.domain.steps import Command, Lifeline, Step, Term
from opera_cases.domain.vocabulary import Code, Count, Listed, Place, ProgrammeChain, PublicName, Role
from opera_cases.domain.workflow import Procedure

REPORTED, IN_PROCEDURE, RECOVERED, WOUND_UP = "REPORTED", "IN_PROCEDURE", "RECOVERED", "WOUND_UP"
SOURCE = "handbook 2.4"
DESK = frozenset({Role.CASEWORKER, Role.COORDINATOR})
ProcedureKind = Annotated[str, Meta(pattern=r"^[A-Z_]{3,40}$", max_length=40)]
Participants = Annotated[tuple[PublicName, ...], Meta(max_length=20)]


class WageSupport(StrEnum):
    CIGO = "CIGO"
    CIGS = "CIGS"
    DEROGATION = "DEROGATION"
    ACTIVITE_PARTIELLE = "ACTIVITE_PARTIELLE"


class ReportCompany(Command, frozen=True, kw_only=True):
    """A firm in difficulty becomes known to a desk: from the union, the employment centre, the receiver, its workers.

    The name stands in the clear: name a sole trader by trade and place, never by the person's name.
    """

    desk: UUID
    name: PublicName
    municipality: Listed | None = None
    sector: Listed | None = None
    chain: ProgrammeChain | None = None
    employees: Count


class OpenProcedure(Command, frozen=True, kw_only=True):
    """A court or the debtor opened a procedure, on the day in `since`. The receiver speaks for the firm."""

    procedure: ProcedureKind
    since: date
    court: PublicName | None = None
    receiver: PersonName | None = None


class RecordWageSupport(Command, frozen=True, kw_only=True):
    """Wage support runs until that day: the clock against which everyone works."""

    support: WageSupport
    employees: Count
    until: date


class SetBidDate(Command, frozen=True, kw_only=True):
    """The receiver sets, or moves, the day by which offers must have arrived."""

    bid_date: date


class RecordWorkforce(Command, frozen=True, kw_only=True):
    """How many people work there now, and how many of them would take part in a take-over."""

    employees: Count
    interested: Count = 0


class HoldCrisisTable(Command, frozen=True, kw_only=True):
    """The crisis table met: which institutions were there, what was agreed. Persons are not named."""

    participants: Participants
    agreed: Note | None = None


class NoteAward(Command, frozen=True, kw_only=True):
    """The business, or a branch of it, went to a group."""

    venture: UUID


class Recover(Command, frozen=True, kw_only=True):
    """The firm recovers and goes on by itself."""

    reason: Reason | None = None


class WindUp(Command, frozen=True, kw_only=True):
    """The firm is no more."""

    reason: Reason | None = None


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


@of_request("desk_open", "place", source=SOURCE)
def desk_open(it: Asking[Company]) -> bool:
    """The desk is open on the day of the report.

    Choose another desk, or correct the date.
    """
    return bool(it.seen["desk_open"])


@of_request(source="rulebook: insolvency_procedures")
def procedure_of_the_law(it: Asking[Company]) -> bool:
    """The procedure is one that the law of the country knew on the day on which it began.

    Choose from the list of the rulebook: names changed in July 2022 in Italy.
    """
    known = it.rulebook.seek("insolvency_procedures", it.asked.since, it.place)
    return known is not None and it.asked.procedure in known.codes and it.asked.since <= it.on


@of_case(source=SOURCE)
def in_no_procedure(it: Asking[Company]) -> bool:
    """No procedure is open for the firm, or another one follows it.

    Nothing to do.
    """
    return it.subject.state in (REPORTED, IN_PROCEDURE)


@of_request(source=SOURCE)
def day_to_come(it: Asking[Company]) -> bool:
    """The day lies after the one on which it is set.

    Check the date.
    """
    day = getattr(it.asked, "bid_date", None) or it.asked.until
    return bool(day > it.on)


@of_request(source=SOURCE)
def not_noted_yet(it: Asking[Company]) -> bool:
    """The award to that group is not noted already.

    Nothing to do.
    """
    return it.asked.venture not in it.subject.awards


def _reported(it: Asking[Any]) -> dict[str, Any]:
    area = it.seek("crisis_area")
    place = (it.asked.municipality or "").rpartition(":")[2]
    return {"place": it.seen["place"], "in_crisis_area": area is not None and place in area.codes}


THERE = frozenset({REPORTED, IN_PROCEDURE})
OWED = ("bid_date", "wage_support_end", "company_review")

STEPS: tuple[Step, ...] = (
    Step(asks=ReportCompany, by=DESK, source=frozenset({""}), target=REPORTED, records=CompanyReported,
         rules=(desk_open,), fills=_reported, sets=(Term("company_review"),)),
    Step(asks=OpenProcedure, by=DESK, source=THERE, target=IN_PROCEDURE, records=ProcedureOpened,
         rules=(in_no_procedure, procedure_of_the_law), sets=(Term("company_review"),)),
    Step(asks=RecordWageSupport, by=DESK, source=THERE, target=None, records=WageSupportRecorded, rules=(day_to_come,),
         sets=(Term("wage_support_end", on="until"),)),
    Step(asks=SetBidDate, by=DESK, source=frozenset({IN_PROCEDURE}), target=None, records=BidDateSet, rules=(day_to_come,),
         sets=(Term("bid_date", on="bid_date"),)),
    Step(asks=RecordWorkforce, by=DESK, source=THERE, target=None, records=WorkforceRecorded, sets=(Term("company_review"),)),
    Step(asks=HoldCrisisTable, by=DESK, source=THERE, target=None, records=CrisisTableHeld, sets=(Term("company_review"),)),
    Step(asks=NoteAward, by=frozenset({Role.POLICY}), source=THERE | {RECOVERED, WOUND_UP}, target=None,
         records=AwardNoted, rules=(not_noted_yet,), ends=("bid_date",)),
    Step(asks=Recover, by=DESK, source=THERE, target=RECOVERED, records=CompanyRecovered, ends=OWED),
    Step(asks=WindUp, by=DESK, source=THERE, target=WOUND_UP, records=CompanyWoundUp, ends=OWED),
    *correction_rows(
        CompanyCorrectionProposed, CompanyCorrectionRejected, CompanyFactCorrected, source=THERE, by=DESK,
        confirmed_by=frozenset({Role.COORDINATOR}), steps=lambda: STEPS,
    ),
)  # fmt: skip

COMPANY = Procedure(
    name="company", version=1, aggregate=Company, steps=STEPS, states=(REPORTED, IN_PROCEDURE, RECOVERED, WOUND_UP),
    final=frozenset({RECOVERED, WOUND_UP}), lifeline=Lifeline(without_deadline={}),
)  # fmt: skip
