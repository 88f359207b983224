"""The timeline of a case: everything that happened to it, to its venture and in its meetings, in log order.

Rows hold the message key (the topic) and the facts with their sealed values; words are made when it is read.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from opera_cases.domain.appointments import AppointmentBooked
from opera_cases.domain.documents.document import DocumentAdded
from opera_cases.domain.events import Event
from opera_cases.domain.ventures.events import VentureOpened
from opera_cases.projections.loading import load

_encode = msgspec.json.Encoder().encode


class Timeline:
    """`entry`: one row an event and case. `link`: which case a venture or an appointment belongs to."""

    def __init__(self, suffix: str = "", metadata: sa.MetaData | None = None) -> None:
        metadata = metadata or sa.MetaData(schema="read")
        self.name = "timeline_v2" + suffix
        self.entry = sa.Table(
            "timeline_v2" + suffix, metadata,
            sa.Column("case_id", sa.Uuid, primary_key=True),
            sa.Column("position", sa.BigInteger, primary_key=True),
            sa.Column("event_id", sa.Uuid, nullable=False),
            sa.Column("stream", sa.Uuid, nullable=False),
            sa.Column("topic", sa.Text, nullable=False),
            sa.Column("step", sa.Text, nullable=False),
            sa.Column("state", sa.Text, nullable=False),
            sa.Column("occurred_on", sa.Date, nullable=False),
            sa.Column("recorded_at", sa.Text, nullable=False),
            sa.Column("actor", sa.Uuid, nullable=False),
            sa.Column("role", sa.Text, nullable=False),
            sa.Column("facts", sa.LargeBinary, nullable=False),
            sa.Column("sets", sa.LargeBinary, nullable=False),
        )  # fmt: skip
        self.link = sa.Table(
            "timeline_link_v2" + suffix, metadata,
            sa.Column("stream", sa.Uuid, primary_key=True),
            sa.Column("case_id", sa.Uuid, nullable=False),
        )  # fmt: skip
        self.tables = (self.entry, self.link)
        self.reads = ("case.", "venture.", "appointment.", "document.")

    def again(self, suffix: str, metadata: sa.MetaData) -> "Timeline":
        """The same model under another name, empty."""
        return Timeline(suffix, metadata)

    def fold(self, connection: sa.Connection, events: Sequence[Event[Any]]) -> None:
        fresh = {event.stream: case for event in events if (case := _begins(event)) is not None}
        if fresh:
            load(connection, self.link, [{"stream": s, "case_id": c} for s, c in fresh.items()])
        asked = {e.stream for e in events if e.topic.startswith(("venture.", "appointment.", "document."))} - fresh.keys()
        known = sa.select(self.link.c.stream, self.link.c.case_id).where(self.link.c.stream.in_(asked))
        of_case = fresh | _pairs(connection.execute(known).all() if asked else ())
        rows = [
            _row(event, case)
            for event in events
            if (case := event.stream if event.topic.startswith("case.") else of_case.get(event.stream)) is not None
        ]
        load(connection, self.entry, rows)

    def of(self, connection: sa.Connection, cases: Collection[UUID], after: int, limit: int) -> list[sa.Row[Any]]:
        """The entries of a case, and of those merged into it, after a position, oldest first."""
        mine = self.entry.c.case_id.in_(cases) & (self.entry.c.position > after)
        return list(connection.execute(sa.select(self.entry).where(mine).order_by(self.entry.c.position).limit(limit)))


def _pairs(rows: Sequence[Any]) -> dict[UUID, UUID]:
    return {row[0]: row[1] for row in rows}


def _begins(event: Event[Any]) -> UUID | None:
    facts = event.facts
    return facts.case if isinstance(facts, VentureOpened | AppointmentBooked | DocumentAdded) else None


def _row(event: Event[Any], case: UUID) -> dict[str, Any]:
    body, meta = event.body, event.meta
    return {
        "case_id": case, "position": event.position, "event_id": event.event_id, "stream": event.stream,
        "topic": event.topic, "step": body.step, "state": body.left.state, "occurred_on": meta.occurred_on,
        "recorded_at": meta.recorded_at.isoformat(), "actor": meta.actor.id, "role": meta.actor.role.value,
        "facts": _encode(body.facts), "sets": _encode(body.sets),
    }  # fmt: skip
