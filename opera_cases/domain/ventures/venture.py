"""The venture itself: members by dated periods, plan versions, money, check-ins, alerts."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from opera_cases.domain.aggregate import Aggregate
from opera_cases.domain.events import Event
from opera_cases.domain.ventures import events as e
from opera_cases.domain.vocabulary import Pathway, Period

DRAFT, FEASIBILITY, PLANNING, PLAN_VALIDATED = "DRAFT", "FEASIBILITY", "PLANNING", "PLAN_VALIDATED"
SETTING_UP, TRADING, AT_RISK = "SETTING_UP", "TRADING", "AT_RISK"
CONSOLIDATED, CEASED, ABANDONED = "CONSOLIDATED", "CEASED", "ABANDONED"


class Membership(NamedTuple):
    person: UUID
    promoter: bool
    period: Period


class Plan(NamedTuple):
    version: int
    author: UUID
    submitted_by: UUID
    sources: Decimal
    uses: Decimal
    turnover_by_year: tuple[Decimal, ...]
    decided: bool = False
    valid: bool = False


class Venture(Aggregate):
    kind = "venture"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.pathway = Pathway.MICRO_ENTERPRISE
        self.promoter: UUID | None = None
        self.case: UUID | None = None
        self.memberships: tuple[Membership, ...] = ()
        self.plan: Plan | None = None
        self.promised = Decimal(0)
        self.registered = False
        self.mentor: UUID | None = None
        self.trading_since: date | None = None
        self.ended_on: date | None = None
        self.alerts: frozenset[e.Alert] = frozenset()
        self.missed_in_a_row = self.low_in_a_row = self.last_month = self.check_ins_done = 0
        self.light: e.Light | None = None

    @property
    def subject(self) -> UUID:
        return self.promoter or self.id

    def members_on(self, day: date) -> frozenset[UUID]:
        return frozenset(each.person for each in self.memberships if each.period.covers(day))

    @property
    def check_ins_open(self) -> tuple[int, ...]:
        """The months of the series that are neither done, waived nor missed."""
        due = (each.cycle for each in self.deadlines.values() if each.rule == "check_in" and each.cycle is not None)
        return tuple(sorted(due))

    @property
    def funds_cover(self) -> bool:
        return self.plan is not None and self.promised >= self.plan.uses


def expected_turnover(by_year: tuple[Decimal, ...], after_month: int, until_month: int) -> Decimal:
    """The plan's turnover for the months after one and until another, spread evenly within each year."""
    months = range(after_month, min(until_month, 12 * len(by_year)))
    return sum((by_year[month // 12] / 12 for month in months), Decimal(0)).quantize(Decimal("0.01"))


@Venture.on(e.VentureOpened)
def _(venture: Venture, event: Event[e.VentureOpened]) -> None:
    said = event.facts
    venture.desk, venture.place, venture.pathway = said.desk, said.place, said.kind
    venture.promoter, venture.case = said.promoter, said.case


@Venture.on(e.MemberAdmitted)
def _(venture: Venture, event: Event[e.MemberAdmitted]) -> None:
    admitted = Membership(event.facts.person, event.facts.promoter, Period(since=event.on))
    venture.memberships = (*venture.memberships, admitted)


@Venture.on(e.PlanSubmitted)
def _(venture: Venture, event: Event[e.PlanSubmitted]) -> None:
    said = event.facts
    sources = sum((source.amount for source in said.sources), Decimal(0))
    uses = sum((use.amount for use in said.uses), Decimal(0))
    by = event.meta.actor.id
    venture.plan = Plan(said.plan_version, said.author, by, sources, uses, said.turnover_by_year)


@Venture.on(e.PlanValidated)
def _(venture: Venture, event: Event[e.PlanValidated]) -> None:
    if venture.plan:
        venture.plan = venture.plan._replace(decided=True, valid=True)


@Venture.on(e.PlanRejected)
def _(venture: Venture, event: Event[e.PlanRejected]) -> None:
    if venture.plan:
        venture.plan = venture.plan._replace(decided=True, valid=False)


@Venture.on(e.FundsPromised)
def _(venture: Venture, event: Event[e.FundsPromised]) -> None:
    venture.promised += event.facts.amount


@Venture.on(e.VentureRegistered)
def _(venture: Venture, event: Event[e.VentureRegistered]) -> None:
    venture.registered = True


@Venture.on(e.VentureMoved)
def _(venture: Venture, event: Event[e.VentureMoved]) -> None:
    venture.desk, venture.place = event.facts.to_desk, event.facts.place


@Venture.on(e.MentorAssigned)
def _(venture: Venture, event: Event[e.MentorAssigned]) -> None:
    venture.mentor = event.facts.mentor


@Venture.on(e.TradingStarted)
def _(venture: Venture, event: Event[e.TradingStarted]) -> None:
    venture.trading_since = event.on


@Venture.on(e.CheckInRecorded)
def _(venture: Venture, event: Event[e.CheckInRecorded]) -> None:
    said = event.facts
    venture.low_in_a_row = venture.low_in_a_row + 1 if said.below_plan else 0
    venture.missed_in_a_row, venture.last_month, venture.light = 0, said.month, said.light
    venture.check_ins_done += 1


@Venture.on(e.CheckInMissed)
def _(venture: Venture, event: Event[e.CheckInMissed]) -> None:
    venture.missed_in_a_row += 1


@Venture.on(e.AlertRaised)
def _(venture: Venture, event: Event[e.AlertRaised]) -> None:
    venture.alerts |= {event.facts.alert}


@Venture.on(e.AlertCleared)
def _(venture: Venture, event: Event[e.AlertCleared]) -> None:
    venture.alerts -= {event.facts.alert}


def _ended(venture: Venture, event: Event[e.VentureCeased | e.VentureAbandoned | e.VentureConsolidated]) -> None:
    venture.ended_on = event.on


Venture.on(e.VentureCeased)(_ended)
Venture.on(e.VentureAbandoned)(_ended)
Venture.on(e.VentureConsolidated)(_ended)
