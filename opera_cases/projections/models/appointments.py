"""Appointments."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from opera_cases.domain.appointments import Appointment
from opera_cases.log.store.database import Database
from opera_cases.projections import schema as s

appointments = s.table(
    "appointment_v1",
    s.id("appointment_id", key=True), s.text("state"), s.id("desk"), s.text("region"), s.id("case_id", null=True),
    s.id("operator"), s.text("service"), s.text("channel"), s.day("day", null=False), s.text("time"), s.count("minutes"),
    s.count("attendees"), s.count("version"),
    sa.Index("appointment_by_case", "case_id", "state"), sa.Index("appointment_by_operator", "operator", "day"),
    sa.Index("appointment_by_desk", "desk", "day"), sa.Index("appointment_by_region", "region", "day"),
)  # fmt: skip


def _rows(appointment: Appointment) -> Iterator[s.TableRow]:
    yield appointments, {"appointment_id": appointment.id}, {
        "state": appointment.state, "desk": appointment.desk, "region": s.region(appointment),
        "case_id": appointment.case, "operator": appointment.operator, "service": appointment.service,
        "channel": appointment.channel, "day": appointment.day, "time": appointment.time,
        "minutes": appointment.minutes, "attendees": appointment.attendees, "version": appointment.version,
    }  # fmt: skip


MODEL = s.Model(
    "appointment", Appointment, appointments, _rows,
    filters=("desk", "region", "case_id", "operator", "service", "day"),
    sorts=("day",),
)  # fmt: skip


# -- questions ---------------------------------------------------------------------------------------------------------


def is_booked(log: Database, case: UUID, since: date, service: str = "%") -> bool:
    """Whether a meeting about a case is booked from a day on, for a service or for any."""
    sql = "SELECT 1 FROM read.appointment_v1 WHERE case_id = $1 AND state = 'BOOKED' AND day >= $2 AND service LIKE $3 LIMIT 1"
    return bool(log.rows(sql, case, since, service))
