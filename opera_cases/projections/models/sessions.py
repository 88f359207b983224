"""Sessions for groups."""

from collections.abc import Iterator

import sqlalchemy as sa

from opera_cases.domain.sessions import Session
from opera_cases.projections import schema as s

sessions = s.table(
    "session_v1",
    s.id("session_id", key=True), s.text("state"), s.id("desk"), s.text("region"), s.text("title"), s.text("service"),
    s.text("channel"), s.day("day", null=False), s.text("time"), s.count("minutes"), s.count("capacity"), s.count("enrolled"),
    s.count("attendees"), s.id("company", null=True), s.count("version"),
    sa.Index("session_by_desk", "desk", "day"), sa.Index("session_by_region", "region", "day"),
)  # fmt: skip


def _rows(session: Session) -> Iterator[s.TableRow]:
    yield sessions, {"session_id": session.id}, {
        "state": session.state, "desk": session.desk, "region": s.region(session), "title": session.title,
        "service": session.service, "channel": session.channel, "day": session.day, "time": session.time,
        "minutes": session.minutes, "capacity": session.capacity, "enrolled": len(session.enrolled),
        "attendees": session.attendees, "company": session.company, "version": session.version,
    }  # fmt: skip


MODEL = s.Model(
    "session", Session, sessions, _rows,
    filters=("desk", "region", "service", "day", "company"),
    sorts=("day",),
)  # fmt: skip
