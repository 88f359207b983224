"""Group sessions: information and training for many, with places and attendance. They make nobody a participant (5.2)."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.access.roles import AT_A_DESK
from opera_cases.domain.appointments import Minutes, ServiceKind, TimeOfDay
from opera_cases.domain.companies.naming import company_there
from opera_cases.domain.desks.opening import desk_open
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import Note, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Code, Count, PublicName
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, StateNotes, Step, facts_seen
from opera_cases.domain.kernel.vocabulary import Channel, Place
from opera_cases.domain.kernel.workflow import Procedure

rules = Rules("session")

SCHEDULED, HELD, CANCELLED = "SCHEDULED", "HELD", "CANCELLED"
SOURCE = "handbook 5.2"
TEAM = AT_A_DESK
Capacity = Annotated[int, Meta(ge=1, le=500)]
Cases = Annotated[tuple[UUID, ...], Meta(max_length=500)]


class ScheduleSession(Command, frozen=True, kw_only=True):
    """A session for many is planned, with as many places as the room has. `crisis` names the firm that it is about."""

    desk: UUID
    title: PublicName
    service: ServiceKind
    channel: Channel = Channel.IN_PERSON
    day: date
    time: TimeOfDay
    minutes: Minutes = 90
    capacity: Capacity
    company: UUID | None = None


class Enrol(Command, frozen=True, kw_only=True):
    """The person of a case takes a place."""

    case: UUID


class GiveUpPlace(Command, frozen=True, kw_only=True):
    """The person of a case does not come: the place is free again."""

    case: UUID


class HoldSession(Command, frozen=True, kw_only=True):
    """The session took place: how many came in all, and which of those enrolled."""

    attendees: Count
    present: Cases = ()
    note: Note | None = None


class CancelSession(Command, frozen=True, kw_only=True):
    """The session does not take place."""

    reason: Reason | None = None


class SessionScheduled(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "session.scheduled"
    desk: UUID
    place: Place
    title: PublicName
    service: ServiceKind
    channel: Channel
    day: date
    time: Code
    minutes: int
    capacity: int
    company: UUID | None = None


class PlaceTaken(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "session.place_taken"
    case: UUID


class PlaceGivenUp(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "session.place_given_up"
    case: UUID


class SessionHeld(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "session.held"
    attendees: Count
    present: tuple[UUID, ...] = ()
    note: Note | None = None


class SessionCancelled(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "session.cancelled"
    reason: Reason | None = None


class Session(Aggregate):
    kind = "session"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.title = self.time = ""
        self.service = ServiceKind.INFORMATION_EVENT
        self.channel = Channel.IN_PERSON
        self.day: date | None = None
        self.minutes = self.capacity = self.attendees = 0
        self.company: UUID | None = None
        self.enrolled: tuple[UUID, ...] = ()
        self.present: tuple[UUID, ...] = ()


@Session.on(SessionScheduled)
def _(session: Session, event: Event[SessionScheduled]) -> None:
    said = event.facts
    session.desk, session.place, session.title, session.service = said.desk, said.place, said.title, said.service
    session.channel, session.day, session.time, session.minutes = said.channel, said.day, said.time, said.minutes
    session.capacity, session.company = said.capacity, said.company


@Session.on(PlaceTaken)
def _(session: Session, event: Event[PlaceTaken]) -> None:
    session.enrolled = (*session.enrolled, event.facts.case)


@Session.on(PlaceGivenUp)
def _(session: Session, event: Event[PlaceGivenUp]) -> None:
    session.enrolled = tuple(each for each in session.enrolled if each != event.facts.case)


@Session.on(SessionHeld)
def _(session: Session, event: Event[SessionHeld]) -> None:
    session.attendees, session.present = event.facts.attendees, event.facts.present


@rules.of_request("case_there", source=SOURCE)
def case_known(it: DecisionContext[Session]) -> bool:
    """The case is open and you may see it.

    The case is not open, or you may not see it.

    Check the case.
    """
    return bool(it.seen["case_there"])


@rules.of_request(source=SOURCE)
def not_enrolled_yet(it: DecisionContext[Session]) -> bool:
    """The case does not have a place yet.

    The case already has a place.

    There is nothing to do.
    """
    return it.asked.case not in it.subject.enrolled


@rules.of_request(source=SOURCE, tells=lambda it: {"capacity": it.subject.capacity})
def places_left(it: DecisionContext[Session]) -> bool:
    """There is still a place.

    There are no places left: the session has {capacity:place|places}.

    Choose another session, or wait until a place becomes free.
    """
    return len(it.subject.enrolled) < it.subject.capacity


@rules.of_request(source=SOURCE)
def has_a_place(it: DecisionContext[Session]) -> bool:
    """The case has a place to give up.

    The case does not have a place to give up.

    Check the case.
    """
    return it.asked.case in it.subject.enrolled


@rules.of_request(source=SOURCE)
def attendance_adds_up(it: DecisionContext[Session]) -> bool:
    """The people present had a place, each is named only once, and no more are named than were counted.

    Someone present did not have a place or is named more than once, or more people are named than were counted.

    Give a place first to anyone who came without one; correct the number.
    """
    present = it.asked.present
    counted = len(present) <= it.asked.attendees
    return counted and len(set(present)) == len(present) and set(present) <= set(it.subject.enrolled)


@rules.of_record(source=SOURCE, tells=lambda it: {"day": it.subject.day})
def day_has_come(it: DecisionContext[Session]) -> bool:
    """A session is recorded as held on the day itself or later.

    The session is on {day}, and that day has not come yet.

    Wait for that day, or cancel the session.
    """
    return it.subject.day is not None and it.on >= it.subject.day


THERE, WRITTEN = frozenset({SCHEDULED}), ("write_up",)

SESSION = Procedure(
    name="session", version=1, aggregate=Session, states=(SCHEDULED, HELD, CANCELLED),
    final=frozenset({HELD, CANCELLED}), lifeline=StateNotes(without_deadline={}),
    steps=(
        Step(asks=ScheduleSession, by=TEAM, source=frozenset({""}), target=SCHEDULED, records=SessionScheduled,
             rules=(desk_open, company_there), fills=facts_seen("place"),
             sets=(DeadlineSpec("write_up", on="day"),)),
        Step(asks=Enrol, by=TEAM, source=THERE, target=None, records=PlaceTaken,
             rules=(case_known, not_enrolled_yet, places_left)),
        Step(asks=GiveUpPlace, by=TEAM, source=THERE, target=None, records=PlaceGivenUp, rules=(has_a_place,)),
        Step(asks=HoldSession, by=TEAM, source=THERE, target=HELD, records=SessionHeld,
             rules=(day_has_come, attendance_adds_up), ends=WRITTEN),
        Step(asks=CancelSession, by=TEAM, source=THERE, target=CANCELLED, records=SessionCancelled, ends=WRITTEN),
    ),
)  # fmt: skip
