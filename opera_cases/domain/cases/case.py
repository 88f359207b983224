"""The case itself: what its events made of it. What it remembers of each stands in the chapter of the event."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from opera_cases.domain.cases.states import TRANSFER_PENDING
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.entry_codes import EmploymentStatus, TargetGroup
from opera_cases.domain.kernel.events import Deadline
from opera_cases.domain.kernel.journey_codes import Outcome, Pathway
from opera_cases.domain.kernel.personal import Sealed
from opera_cases.domain.kernel.vocabulary import Channel


class Attempt(NamedTuple):
    on: date
    channel: Channel
    reached: bool


class Proposed(NamedTuple):
    """A vacancy proposed to the person: whether they agreed to the sending, and what came of it."""

    number: int
    vacancy: UUID
    agreed: bool | None = None
    result: str = ""


class Closing(NamedTuple):
    on: date
    outcome: Outcome


class Transfer(NamedTuple):
    """The last transfer asked for: from where to where, how it was answered, until when the giving desk may read."""

    from_desk: UUID | None = None
    to_desk: UUID | None = None
    answer: str = ""
    on: date | None = None
    grace_days: int = 0
    grace_until: date | None = None


class Case(Aggregate):
    kind = "case"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.file_number = ""
        self.person: UUID | None = None
        self.caseworker: UUID | None = None
        self.venture: UUID | None = None
        self.pathway: Pathway | None = None
        self.target_group: TargetGroup | None = None
        self.eligible = self.entry_recorded = self.needs_assessed = self.exit_recorded = self.followed_up = False
        self.contact_every_days: int | None = None
        self.attempts: tuple[Attempt, ...] = ()
        self.meetings: tuple[date, ...] = ()
        self.outcome: Outcome | None = None
        self.closed_on: date | None = None
        self.closings: tuple[Closing, ...] = ()
        self.follows: UUID | None = None
        self.agreement: UUID | None = None
        self.employment_status: EmploymentStatus | None = None
        self.referrals: dict[UUID, int] = {}
        self.referrals_made = 0
        self.transfer = Transfer()
        self.identities: frozenset[UUID] = frozenset()
        self.survivor: UUID | None = None
        self.merged_from = ""
        self.set_aside: tuple[Deadline, ...] = ()
        self.last_employer: Sealed | UUID | None = None
        self.profile: UUID | None = None
        self.published: UUID | None = None
        self.job_proposals: dict[UUID, Proposed] = {}
        self.placed_on: Sealed | date | None = None
        self.consultants: dict[UUID, date] = {}

    @property
    def subject(self) -> UUID:
        """Whose personal values this case holds: the person's, or, while nobody is known, its own."""
        return self.person or self.id

    @property
    def transfer_to(self) -> UUID | None:
        return self.transfer.to_desk if TRANSFER_PENDING in self.overlays else None

    @property
    def grace_days(self) -> int:
        return self.transfer.grace_days

    @property
    def contact_on(self) -> date | None:
        """The last day on which someone of the desk and the person really spoke."""
        return max((*self.meetings, *(each.on for each in self.attempts if each.reached)), default=None)

    @property
    def open_claims(self) -> tuple[tuple[str, UUID], ...]:
        """What says that this is the one open case of its person, under every record of theirs."""
        return tuple(("open_case", each) for each in sorted(self.identities))
