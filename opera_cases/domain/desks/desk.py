"""Desks: where the programme meets people, in which periods, and who works there."""

from datetime import date
from enum import StrEnum
from typing import ClassVar, NamedTuple
from uuid import UUID

from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.given import Given, GivenKind
from opera_cases.domain.kernel.scalars import Code, PublicName
from opera_cases.domain.kernel.steps import Command
from opera_cases.domain.kernel.vocabulary import Country, Period, Place, Role

OPEN, SHUT = "OPEN", "SHUT"
SOURCE = "handbook 1.5"


class DeskType(StrEnum):
    """A pilot desk gives the full service; an animation desk informs and refers."""

    PILOT = "PILOT"
    ANIMATION = "ANIMATION"


class OpenDesk(Command, frozen=True, kw_only=True):
    """A desk opens to the public."""

    unrecorded: ClassVar[frozenset[str]] = frozenset({"country", "province", "region", "zone"})
    code: Code
    name: PublicName
    type: DeskType
    host: PublicName
    country: Country
    region: Code
    province: Code
    zone: Code


class CloseDesk(Command, frozen=True, kw_only=True):
    """The desk closes after that day; its cases stay until they are handed over."""


class ReopenDesk(Command, frozen=True, kw_only=True):
    """The desk opens again."""


class PostOperator(Command, frozen=True, kw_only=True):
    """Someone works at this desk, in a role, from a day on. One person may serve several desks."""

    operator: UUID
    role: Role
    since: date
    until: date | None = None


class WithdrawOperator(Command, frozen=True, kw_only=True):
    """Someone works at this desk until that day, and no longer."""

    operator: UUID


class DeskOpened(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "desk.opened"
    code: Code
    name: PublicName
    type: DeskType
    host: PublicName
    place: Place


class DeskClosed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "desk.closed"


class DeskReopened(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "desk.reopened"


class OperatorPosted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "desk.operator_posted"
    operator: UUID
    role: Role
    since: date
    until: date | None = None


class OperatorWithdrawn(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "desk.operator_withdrawn"
    operator: UUID


class Posting(NamedTuple):
    """Who works here in which role, when, and the event that posted them."""

    operator: UUID
    role: Role
    period: Period
    event: UUID


class Absence(NamedTuple):
    """Who is away, who covers, when. Both days are included."""

    operator: UUID
    cover: UUID
    period: Period


class Desk(Aggregate):
    kind = "desk"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.desk = stream
        self.code = self.name = self.host = ""
        self.type = DeskType.PILOT
        self.periods: tuple[Period, ...] = ()
        self.postings: tuple[Posting, ...] = ()
        self.absences: tuple[Absence, ...] = ()

    def open_on(self, day: date) -> bool:
        return any(period.covers(day) for period in self.periods)

    @property
    def given(self) -> dict[UUID, Given]:
        """Work at this desk, by the event that gave it."""
        return {p.event: Given(GivenKind.POSTING, p.operator, p.role.value, (self.id,), since=p.period.since, until=p.period.until)
                for p in self.postings}  # fmt: skip

    def working(self, operator: UUID, day: date) -> frozenset[Role]:
        """The roles in which someone works here on a day."""
        return frozenset(p.role for p in self.postings if p.operator == operator and p.period.covers(day))


@Desk.on(DeskOpened)
def _(desk: Desk, event: Event[DeskOpened]) -> None:
    said = event.facts
    desk.code, desk.name, desk.host, desk.type, desk.place = said.code, said.name, said.host, said.type, said.place
    desk.periods = (Period(since=event.on),)


@Desk.on(DeskClosed)
def _(desk: Desk, event: Event[DeskClosed]) -> None:
    desk.periods = (*desk.periods[:-1], Period(since=desk.periods[-1].since, until=event.on))


@Desk.on(DeskReopened)
def _(desk: Desk, event: Event[DeskReopened]) -> None:
    desk.periods = (*desk.periods, Period(since=event.on))


@Desk.on(OperatorPosted)
def _(desk: Desk, event: Event[OperatorPosted]) -> None:
    said = event.facts
    desk.postings = (
        *desk.postings,
        Posting(said.operator, said.role, Period(since=said.since, until=said.until), event.event_id),
    )


@Desk.on(OperatorWithdrawn)
def _(desk: Desk, event: Event[OperatorWithdrawn]) -> None:
    desk.postings = tuple(
        p._replace(period=Period(since=p.period.since, until=event.on))
        if p.operator == event.facts.operator and p.period.covers(event.on)
        else p
        for p in desk.postings
    )
