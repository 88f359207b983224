"""An appointment over HTTP."""

from datetime import date
from uuid import UUID

from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Number
from opera_cases.domain.appointments import Appointment


class AppointmentFields(Shown):
    """What is shown of an appointment; `time` as the clock of its desk shows it."""

    case: UUID | None
    operator: UUID | None
    service: Code
    channel: Code
    day: date | None
    time: Code
    minutes: Number
    attendees: Number


def of_appointment(appointment: Appointment) -> AppointmentFields:
    """What is shown of it."""
    return AppointmentFields(
        case=appointment.case, operator=appointment.operator, service=appointment.service, channel=appointment.channel,
        day=appointment.day, time=appointment.time, minutes=appointment.minutes, attendees=appointment.attendees,
    )  # fmt: skip
