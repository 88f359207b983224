"""Vacancies: what firms of the priority chains ask for, and until when (handbook 2.8)."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.access.roles import EXPERTS
from opera_cases.domain.desks.opening import desk_open
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.journey_codes import ContractKind, ProgrammeChain
from opera_cases.domain.kernel.personal import Note, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Listed, PublicName
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, StateNotes, Step, facts_seen
from opera_cases.domain.kernel.vocabulary import Place, Role
from opera_cases.domain.kernel.workflow import Procedure

rules = Rules("vacancy")

OPEN, FILLED, WITHDRAWN, EXPIRED = "OPEN", "FILLED", "WITHDRAWN", "EXPIRED"
SOURCE = "handbook 2.8"
TEAM = EXPERTS
Places = Annotated[int, Meta(ge=1, le=500)]


class PostVacancy(Command, frozen=True, kw_only=True):
    """A firm looks for people: for which work, where, by which contract, until when. A sole trader is named by trade."""

    desk: UUID
    firm: PublicName
    occupation: Listed
    chain: ProgrammeChain | None = None
    sector: Listed | None = None
    municipality: Listed | None = None
    contract: ContractKind
    places: Places = 1
    open_until: date
    details: Note | None = None


class FillPlace(Command, frozen=True, kw_only=True):
    """Somebody placed by the desks was hired: one place less."""

    case: UUID


class WithdrawVacancy(Command, frozen=True, kw_only=True):
    """The firm is no longer looking."""

    reason: Reason | None = None


class ExpireVacancy(Command, frozen=True, kw_only=True):
    """The day until which the firm looked has passed."""


class VacancyPosted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "vacancy.posted"
    desk: UUID
    place: Place
    firm: PublicName
    occupation: Listed
    chain: ProgrammeChain | None = None
    sector: Listed | None = None
    municipality: Listed | None = None
    contract: ContractKind
    places: int
    open_until: date
    details: Note | None = None


class PlaceFilled(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "vacancy.place_filled"
    case: UUID


class VacancyWithdrawn(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "vacancy.withdrawn"
    reason: Reason | None = None


class VacancyExpired(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "vacancy.expired"


class Vacancy(Aggregate):
    kind = "vacancy"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.firm = self.occupation = ""
        self.chain: ProgrammeChain | None = None
        self.sector: str | None = None
        self.municipality: str | None = None
        self.contract = ContractKind.PERMANENT
        self.places = self.filled = 0
        self.open_until: date | None = None


@Vacancy.on(VacancyPosted)
def _(vacancy: Vacancy, event: Event[VacancyPosted]) -> None:
    said = event.facts
    vacancy.desk, vacancy.place, vacancy.firm, vacancy.occupation = said.desk, said.place, said.firm, said.occupation
    vacancy.chain, vacancy.sector, vacancy.municipality = said.chain, said.sector, said.municipality
    vacancy.contract, vacancy.places, vacancy.open_until = said.contract, said.places, said.open_until


@Vacancy.on(PlaceFilled)
def _(vacancy: Vacancy, event: Event[PlaceFilled]) -> None:
    vacancy.filled += 1


@rules.of_request(source=SOURCE)
def open_for_a_while(it: DecisionContext[Vacancy]) -> bool:
    """The last day of the vacancy is in the future.

    The last day of the vacancy has already passed.

    Check the date.
    """
    return bool(it.asked.open_until >= it.on)


@rules.of_request(source=SOURCE)
def last_place(it: DecisionContext[Vacancy]) -> bool:
    """The last place has been filled.

    There is nothing to do.
    """
    return it.subject.filled + 1 >= it.subject.places


@rules.of_record(source=SOURCE, tells=lambda it: {"until": it.subject.open_until})
def last_day_over(it: DecisionContext[Vacancy]) -> bool:
    """The last day of the vacancy has passed.

    The vacancy is open until {until}.

    Wait until that day has passed.
    """
    return it.subject.open_until is not None and it.on > it.subject.open_until


THERE, OVER = frozenset({OPEN}), ("vacancy_closes",)

VACANCY = Procedure(
    name="vacancy", version=1, aggregate=Vacancy, states=(OPEN, FILLED, WITHDRAWN, EXPIRED),
    final=frozenset({FILLED, WITHDRAWN, EXPIRED}), lifeline=StateNotes(without_deadline={}),
    steps=(
        Step(asks=PostVacancy, by=TEAM, source=frozenset({""}), target=OPEN, records=VacancyPosted,
             rules=(desk_open, open_for_a_while), fills=facts_seen("place"),
             sets=(DeadlineSpec("vacancy_closes", on="open_until"),)),
        Step(asks=FillPlace, by=frozenset({Role.POLICY}), source=THERE, target=FILLED, records=PlaceFilled,
             when=last_place, ends=OVER),
        Step(asks=FillPlace, by=frozenset({Role.POLICY}), source=THERE, target=None, records=PlaceFilled),
        Step(asks=WithdrawVacancy, by=TEAM, source=THERE, target=WITHDRAWN, records=VacancyWithdrawn, ends=OVER),
        Step(asks=ExpireVacancy, by=frozenset({Role.CLOCK}), source=THERE, target=EXPIRED, records=VacancyExpired,
             rules=(last_day_over,), ends=OVER),
    ),
)  # fmt: skip
