"""The venture itself: what its events made of it. What it remembers of each stands in the chapter of the event."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.journey_codes import LegalForm, Pathway
from opera_cases.domain.kernel.rulebook import Of
from opera_cases.domain.kernel.vocabulary import Period
from opera_cases.domain.ventures.codes import Alert, Light

ZERO = Decimal(0)


class Membership(NamedTuple):
    person: UUID
    promoter: bool
    period: Period


class Member(NamedTuple):
    """One period of one person in the group: invited, then a member from `since` until the day they left.

    Who leaves and comes back has two. `former_employee`: of the firm that the group takes over.
    """

    person: UUID
    number: int
    promoter: bool = False
    since: date | None = None
    left_on: date | None = None
    committed: Decimal = ZERO
    subscribed: Decimal = ZERO
    from_benefit: Decimal = ZERO
    former_employee: bool = False
    not_barred: bool = False
    why_left: str = ""

    @property
    def brings(self) -> Decimal:
        """What the member puts in: what was subscribed, before that what was committed."""
        return max(self.committed, self.subscribed)

    def on(self, day: date) -> bool:
        """A member on a day is one at its end: the day of leaving is the first without."""
        return self.since is not None and self.since <= day and (self.left_on is None or day < self.left_on)


class Plan(NamedTuple):
    version: int
    author: UUID
    submitted_by: UUID
    sources: Decimal
    uses: Decimal
    turnover_by_year: tuple[Decimal, ...]
    decided: bool = False
    valid: bool = False


class Basis(NamedTuple):
    """Who belonged to the group, what they brought and what was to be spent when the plan was validated."""

    people: frozenset[UUID] = frozenset()
    capital: Decimal = ZERO
    uses: Decimal = ZERO


class Venture(Aggregate):
    kind = "venture"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.pathway = Pathway.MICRO_ENTERPRISE
        self.promoter: UUID | None = None
        self.case: UUID | None = None
        self.members: tuple[Member, ...] = ()
        self.plan: Plan | None = None
        self.basis = Basis()
        self.promised = ZERO
        self.promised_from: dict[str, Decimal] = {}
        self.registered = False
        self.legal_form: LegalForm | None = None
        self.company: UUID | None = None
        self.reached: dict[str, date] = {}
        self.papers: frozenset[str] = frozenset()
        self.perimeter: tuple[UUID, ...] = ()
        self.asked_for_business = self.business_lost = False
        self.decision_expected_on: date | None = None
        self.renewals = 0
        self.mentor: UUID | None = None
        self.desks: frozenset[UUID] = frozenset()
        self.trading_since: date | None = None
        self.ended_on: date | None = None
        self.alerts: frozenset[Alert] = frozenset()
        self.missed_in_a_row = self.low_in_a_row = self.last_month = self.check_ins_done = 0
        self.light: Light | None = None

    @property
    def subject(self) -> UUID:
        return self.promoter or self.id

    @property
    def variant(self) -> str:
        return self.pathway.value if self.version else ""

    @property
    def of(self) -> Of:
        return Of(self.pathway.value, self.legal_form.value if self.legal_form else "")

    @property
    def memberships(self) -> tuple[Membership, ...]:
        """The periods of membership, in the order in which they were recorded."""
        began = (each for each in self.members if each.since is not None)
        return tuple(
            Membership(m.person, m.promoter, Period(since=m.since, until=m.left_on and m.left_on - timedelta(days=1)))
            for m in began if m.since is not None
        )  # fmt: skip

    @property
    def present(self) -> tuple[Member, ...]:
        """Those who are members now."""
        return tuple(each for each in self.members if each.since is not None and each.left_on is None)

    def members_on(self, day: date) -> frozenset[UUID]:
        return frozenset(each.person for each in self.members if each.on(day))

    @property
    def people(self) -> frozenset[UUID]:
        return frozenset(each.person for each in self.members)

    def entry(self, person: UUID) -> Member | None:
        """The period of a person that is not over: as a member, or as somebody invited."""
        return next((each for each in self.members if each.person == person and each.left_on is None), None)

    def member_changed(self, person: UUID, **news: Any) -> None:
        """The open period of a person says something else, or begins."""
        entry = self.entry(person)
        if entry is None:
            self.members = (*self.members, Member(person, len(self.members) + 1)._replace(**news))
        else:
            self.members = tuple(each._replace(**news) if each is entry else each for each in self.members)

    @property
    def capital(self) -> Decimal:
        return sum((each.brings for each in self.present), ZERO)

    @property
    def money(self) -> Decimal:
        """What is there to be spent: promises of sources, and the shares of present members."""
        return self.promised + sum((each.subscribed for each in self.present), ZERO)

    @property
    def funds_cover(self) -> bool:
        return self.plan is not None and self.money >= self.plan.uses

    @property
    def check_ins_open(self) -> tuple[int, ...]:
        """The months of the series that are neither done, waived nor missed."""
        due = (each.cycle for each in self.deadlines.values() if each.rule == "check_in" and each.cycle is not None)
        return tuple(sorted(due))


def expected_turnover(by_year: tuple[Decimal, ...], after_month: int, until_month: int) -> Decimal:
    """The plan's turnover for the months after one and until another, spread evenly within each year."""
    months = range(after_month, min(until_month, 12 * len(by_year)))
    return sum((by_year[month // 12] / 12 for month in months), ZERO).quantize(Decimal("0.01"))
