"""The timeline of a case: everything that happened to it, to its venture and in its meetings, in log order.

Rows hold the message key (the topic) and the facts with their sealed values; words are made when it is read.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from opera_cases.domain.appointments import AppointmentBooked
from opera_cases.domain.cases.following import VentureJoined, VentureLeft
from opera_cases.domain.cases.plan import PathwayChanged
from opera_cases.domain.documents.document import DocumentAdded
from opera_cases.domain.funding.events import ApplicationDrafted
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.ventures.opening import VentureOpened
from opera_cases.projections.bulk_load import bulk_insert

_encode = msgspec.json.Encoder().encode


class Timeline:
    """`entry`: one row an event and case. `link`: to which cases a venture, an appointment or another record belongs: to
    those that follow the venture now, each from the event on by which it joined."""

    def __init__(self, suffix: str = "", metadata: sa.MetaData | None = None) -> None:
        metadata = metadata or sa.MetaData(schema="read")
        self.name = "timeline_v3" + suffix
        self.entry = sa.Table(
            "timeline_v3" + suffix, metadata,
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
            "timeline_link_v3" + suffix, metadata,
            sa.Column("stream", sa.Uuid, primary_key=True),
            sa.Column("case_id", sa.Uuid, primary_key=True),
        )  # fmt: skip
        self.tables = (self.entry, self.link)
        self.reads = ("case.", "venture.", "appointment.", "document.", "funding.")

    def again(self, suffix: str, metadata: sa.MetaData) -> "Timeline":
        """The same model under another name, empty."""
        return Timeline(suffix, metadata)

    def fold(self, connection: sa.Connection, events: Sequence[Event[Any]]) -> None:
        """See `Followed`."""
        asked = {e.stream for e in events if not e.topic.startswith("case.")}
        known = sa.select(self.link.c.stream, self.link.c.case_id).where(self.link.c.stream.in_(asked))
        of_case: dict[UUID, set[UUID]] = {}
        for stream, case in connection.execute(known).all() if asked else ():
            of_case.setdefault(stream, set()).add(case)
        before = {(stream, case) for stream, cases in of_case.items() for case in cases}
        gone: set[tuple[UUID, UUID]] = set()
        rows = []
        for event in events:
            if (link := _begins(event)) is not None:
                of_case.setdefault(link[0], set()).add(link[1])
                gone.discard(link)
            cases = {event.stream} if event.topic.startswith("case.") else of_case.get(event.stream, ())
            rows += [_row(event, case) for case in sorted(cases)]
            if (left := _leaves(event)) is not None:
                of_case.get(left[0], set()).discard(left[1])
                gone.add(left)
        for stream, case in gone:
            connection.execute(sa.delete(self.link).where(self.link.c.stream == stream, self.link.c.case_id == case))
        after = {(stream, case) for stream, cases in of_case.items() for case in cases}
        known_before = before - gone
        fresh = sorted(after - known_before)
        if fresh:
            there = set(
                map(
                    tuple, connection.execute(sa.select(self.link).where(self.link.c.stream.in_({s for s, _ in fresh})))
                )
            )
            bulk_insert(connection, self.link, [{"stream": s, "case_id": c} for s, c in fresh if (s, c) not in there])
        bulk_insert(connection, self.entry, rows)

    def of(self, connection: sa.Connection, cases: Collection[UUID], after: int, limit: int) -> list[sa.Row[Any]]:
        """The entries of a case, and of those merged into it, after a position, oldest first."""
        mine = self.entry.c.case_id.in_(cases) & (self.entry.c.position > after)
        return list(connection.execute(sa.select(self.entry).where(mine).order_by(self.entry.c.position).limit(limit)))


def _begins(event: Event[Any]) -> tuple[UUID, UUID] | None:
    """A record and the case to which it belongs from this event on."""
    facts = event.facts
    if isinstance(facts, VentureJoined):
        return facts.venture, event.stream
    case = (
        facts.case
        if isinstance(facts, VentureOpened | AppointmentBooked | DocumentAdded | ApplicationDrafted)
        else None
    )
    return (event.stream, case) if case is not None else None


def _leaves(event: Event[Any]) -> tuple[UUID, UUID] | None:
    """A venture and the case that follows it no longer."""
    facts = event.facts
    venture = (
        facts.left_venture
        if isinstance(facts, PathwayChanged)
        else facts.venture
        if isinstance(facts, VentureLeft)
        else None
    )
    return (venture, event.stream) if venture is not None else None


def _row(event: Event[Any], case: UUID) -> dict[str, Any]:
    body, meta = event.body, event.meta
    return {
        "case_id": case, "position": event.position, "event_id": event.event_id, "stream": event.stream,
        "topic": event.topic, "step": body.step, "state": body.left.state, "occurred_on": meta.occurred_on,
        "recorded_at": meta.recorded_at.isoformat(), "actor": meta.actor.id, "role": meta.actor.role.value,
        "facts": _encode(body.facts), "sets": _encode(body.sets),
    }  # fmt: skip
