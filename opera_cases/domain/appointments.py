"""Appointments: booked, then held, and so a service record; or cancelled, or missed (handbook 6.2)."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.access.roles import AT_A_DESK
from opera_cases.domain.corrections.events import CorrectionProposed, CorrectionRejected, FactCorrected
from opera_cases.domain.corrections.steps import correction_rows
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import Note, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, StateNotes, Step, facts_seen
from opera_cases.domain.kernel.vocabulary import Channel, Place, Role
from opera_cases.domain.kernel.workflow import Procedure

rules = Rules("appointment")

BOOKED, HELD, CANCELLED, MISSED = "BOOKED", "HELD", "CANCELLED", "MISSED"
SOURCE = "handbook 1.6 and 6.2"
TEAM = AT_A_DESK

TimeOfDay = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", max_length=5)]
Minutes = Annotated[int, Meta(ge=1, le=600)]
Attendees = Annotated[int, Meta(ge=1, le=500)]


class ServiceKind(StrEnum):
    """What the desks really did (handbook 1.6)."""

    RECEPTION = "RECEPTION"
    ORIENTATION = "ORIENTATION"
    SKILLS_ASSESSMENT = "SKILLS_ASSESSMENT"
    TRAINING = "TRAINING"
    BUSINESS_PLAN = "BUSINESS_PLAN"
    CONSULTANCY = "CONSULTANCY"
    FUNDING = "FUNDING"
    MENTORING = "MENTORING"
    INFORMATION_EVENT = "INFORMATION_EVENT"


class BookAppointment(Command, frozen=True, kw_only=True):
    """A meeting is agreed: with the person of a case, or, without a case, with a group."""

    desk: UUID
    case: UUID | None = None
    operator: UUID
    service: ServiceKind
    channel: Channel
    day: date
    time: TimeOfDay
    minutes: Minutes = 60


class HoldAppointment(Command, frozen=True, kw_only=True):
    """The meeting took place: it is now a service record."""

    minutes: Minutes
    attendees: Attendees = 1
    signed: bool = False
    note: Note | None = None


class CancelAppointment(Command, frozen=True, kw_only=True):
    """The meeting will not take place."""

    reason: Reason | None = None


class MissAppointment(Command, frozen=True, kw_only=True):
    """The person did not come."""

    reason: Reason | None = None


class AppointmentBooked(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "appointment.booked"
    desk: UUID
    place: Place
    case: UUID | None = None
    concerns: UUID | None = None
    operator: UUID
    service: ServiceKind
    channel: Channel
    day: date
    time: Code
    minutes: int


class AppointmentHeld(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "appointment.held"
    minutes: int
    attendees: int
    signed: bool = False
    note: Note | None = None


class AppointmentCancelled(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "appointment.cancelled"
    reason: Reason | None = None


class AppointmentMissed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "appointment.missed"
    reason: Reason | None = None


class AppointmentCorrectionProposed(CorrectionProposed, frozen=True, kw_only=True):
    topic: ClassVar[str] = "appointment.correction_proposed"


class AppointmentCorrectionRejected(CorrectionRejected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "appointment.correction_rejected"


class AppointmentFactCorrected(FactCorrected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "appointment.fact_corrected"


class Appointment(Aggregate):
    kind = "appointment"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.case: UUID | None = None
        self.concerns: UUID | None = None
        self.operator: UUID | None = None
        self.service = ServiceKind.RECEPTION
        self.channel = Channel.IN_PERSON
        self.day: date | None = None
        self.time = ""
        self.minutes = self.attendees = 0

    @property
    def subject(self) -> UUID:
        """Whose personal values a note about the meeting holds."""
        return self.concerns or self.id


@Appointment.on(AppointmentBooked)
def _(appointment: Appointment, event: Event[AppointmentBooked]) -> None:
    said = event.facts
    appointment.desk, appointment.place, appointment.case = said.desk, said.place, said.case
    appointment.concerns = said.concerns
    appointment.operator, appointment.service, appointment.channel = said.operator, said.service, said.channel
    appointment.day, appointment.time, appointment.minutes = said.day, said.time, said.minutes


@Appointment.on(AppointmentHeld)
def _(appointment: Appointment, event: Event[AppointmentHeld]) -> None:
    appointment.minutes, appointment.attendees = event.facts.minutes, event.facts.attendees


@rules.of_request("desk_open", "place", source=SOURCE)
def desk_open(it: DecisionContext[Appointment]) -> bool:
    """The desk is open on the day the appointment is made.

    The desk is not open on the day the appointment is made.

    Choose another desk, or correct the date.
    """
    return bool(it.seen["desk_open"])


@rules.of_request("case_at_desk", "concerns", source=SOURCE)
def case_of_the_desk(it: DecisionContext[Appointment]) -> bool:
    """The appointment belongs to an open case of the desk, or to no case.

    The case is not an open case of this desk.

    Check the case; a group event does not belong to one.
    """
    return it.asked.case is None or bool(it.seen["case_at_desk"])


@rules.of_request("operator_posted", source=SOURCE)
def operator_of_the_desk(it: DecisionContext[Appointment]) -> bool:
    """The person holding the appointment works at the desk on that day.

    The person who is to hold the appointment does not work at the desk on that day.

    Choose someone from this desk, or ask an administrator to assign the person to it.
    """
    return bool(it.seen["operator_posted"])


@rules.of_request(source=SOURCE, tells=lambda it: {"day": it.subject.day})
def day_has_come(it: DecisionContext[Appointment]) -> bool:
    """An appointment is recorded as held or missed on the day itself or later.

    The appointment is on {day}, and that day has not come yet.

    Wait for that day, or cancel the appointment and book another.
    """
    return it.subject.day is not None and it.on >= it.subject.day


NEW, THERE = frozenset({""}), frozenset({BOOKED})

LIFE = (
    Step(asks=BookAppointment, by=TEAM, source=NEW, target=BOOKED, records=AppointmentBooked,
         rules=(desk_open, case_of_the_desk, operator_of_the_desk), fills=facts_seen("place", "concerns"),
         sets=(DeadlineSpec("write_up", on="day"),)),
    Step(asks=HoldAppointment, by=TEAM, source=THERE, target=HELD, records=AppointmentHeld, rules=(day_has_come,),
         ends=("write_up",)),
    Step(asks=CancelAppointment, by=TEAM, source=THERE, target=CANCELLED, records=AppointmentCancelled,
         ends=("write_up",)),
    Step(asks=MissAppointment, by=TEAM, source=THERE, target=MISSED, records=AppointmentMissed,
         rules=(day_has_come,), ends=("write_up",)),
    )  # fmt: skip
STEPS: tuple[Step, ...] = LIFE + correction_rows(
    AppointmentCorrectionProposed, AppointmentCorrectionRejected, AppointmentFactCorrected,
    source=frozenset({BOOKED, HELD}), by=TEAM, confirmed_by=frozenset({Role.COORDINATOR}), steps=lambda: STEPS,
)  # fmt: skip

APPOINTMENT = Procedure(
    name="appointment", version=2, aggregate=Appointment, states=(BOOKED, HELD, CANCELLED, MISSED),
    final=frozenset({HELD, CANCELLED, MISSED}),
    steps=STEPS,
    lifeline=StateNotes(without_deadline={}),
)  # fmt: skip
