"""The audit trail: one row for every event of the log: by whom, when, on what, under which rules: what auditors ask by.

What the event says is not copied: it is read from the log when somebody asks, by whoever may read it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from opera_cases.domain.corrections.events import FactCorrected
from opera_cases.domain.kernel.events import Event, RuleOverruled
from opera_cases.projections.bulk_load import bulk_insert

HOME_ZONE = ZoneInfo("Europe/Rome")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailFilter:
    """What of the trail is asked for; everything that is given has to hold. Days are civil days, both included."""

    streams: Collection[UUID] | None = None
    kind: str = ""
    topic: str = ""
    step: str = ""
    actor: UUID | None = None
    role: str = ""
    desk: UUID | None = None
    rule: str = ""
    edition: str = ""
    recorded_from: date | None = None
    recorded_until: date | None = None
    occurred_from: date | None = None
    occurred_until: date | None = None
    late_by: int | None = None
    corrections: bool = False
    overrules: bool = False
    on_behalf: bool = False
    of_people: bool = False


class Audit:
    """`entry`: one row an event."""

    def __init__(self, suffix: str = "", metadata: sa.MetaData | None = None) -> None:
        metadata = metadata or sa.MetaData(schema="read")
        self.name = "audit_v1" + suffix
        self.entry = sa.Table(
            self.name, metadata,
            sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
            sa.Column("event_id", sa.Uuid, nullable=False),
            sa.Column("stream", sa.Uuid, nullable=False),
            sa.Column("kind", sa.Text, nullable=False),
            sa.Column("topic", sa.Text, nullable=False),
            sa.Column("step", sa.Text, nullable=False),
            sa.Column("state", sa.Text, nullable=False),
            sa.Column("actor", sa.Uuid, nullable=False),
            sa.Column("role", sa.Text, nullable=False),
            sa.Column("desk", sa.Uuid),
            sa.Column("on_behalf_of", sa.Uuid),
            sa.Column("channel", sa.Text, nullable=False),
            sa.Column("edition", sa.Text, nullable=False),
            sa.Column("procedure", sa.Text, nullable=False),
            sa.Column("occurred_on", sa.Date, nullable=False),
            sa.Column("recorded_at", sa.Text, nullable=False),
            sa.Column("days_late", sa.Integer, nullable=False),
            sa.Column("home", sa.Uuid),
            sa.Column("rules", sa.Text, nullable=False),
            sa.Column("special", sa.Text, nullable=False),
            sa.Column("correlation", sa.Uuid, nullable=False),
            sa.Column("causation", sa.Uuid),
            sa.Index(f"{self.name}_by_stream", "stream", "position"),
            sa.Index(f"{self.name}_by_actor", "actor", "recorded_at"),
            sa.Index(f"{self.name}_by_desk", "desk", "recorded_at"),
            sa.Index(f"{self.name}_by_topic", "topic", "position"),
            sa.Index(f"{self.name}_by_moment", "recorded_at"), sa.Index(f"{self.name}_by_home", "home", "kind", "position"),
        )  # fmt: skip
        self.tables = (self.entry,)
        self.reads = ("",)

    def again(self, suffix: str, metadata: sa.MetaData) -> "Audit":
        """The same model under another name, empty."""
        return Audit(suffix, metadata)

    def fold(self, connection: sa.Connection, events: Sequence[Event[Any]]) -> None:
        """See `Followed`."""
        bulk_insert(connection, self.entry, [_row(event) for event in events])

    def page(self, connection: sa.Connection, query: TrailFilter, after: int, limit: int) -> list[sa.Row[Any]]:
        """The rows of a page after a position, oldest first."""
        question = sa.select(self.entry).where(self.entry.c.position > after, *self._conditions(query))
        return list(connection.execute(question.order_by(self.entry.c.position).limit(limit)))

    def editions(self, connection: sa.Connection) -> list[sa.Row[Any]]:
        """By which editions and versions of tables events were decided: since when, until when, how many."""
        e = self.entry.c
        told = (
            sa.func.min(e.recorded_at).label("since"),
            sa.func.max(e.recorded_at).label("until"),
            sa.func.count().label("count"),
        )
        question = sa.select(e.edition, e.procedure, *told).group_by(e.edition, e.procedure)
        return list(connection.execute(question.order_by(e.edition, e.procedure)))

    def cases_before(self, connection: sa.Connection, position: int, desk: UUID | None, limit: int) -> list[UUID]:
        """The cases that had begun by a position; with a desk those that were ever at home there."""
        e = self.entry.c
        began = (e.kind == "case") & (e.position <= position)
        began &= (e.home == desk) if desk is not None else (e.topic == "case.contact_recorded")
        question = sa.select(e.stream).where(began).distinct().order_by(e.stream).limit(limit)
        return [row[0] for row in connection.execute(question)]

    def _conditions(self, asked: TrailFilter) -> list[sa.ColumnElement[bool]]:
        e = self.entry.c
        equal = {"kind": asked.kind, "topic": asked.topic, "step": asked.step, "role": asked.role, "actor": asked.actor,
                 "desk": asked.desk, "edition": asked.edition}  # fmt: skip
        found: list[sa.ColumnElement[bool]] = [
            e[name] == value for name, value in equal.items() if value not in ("", None)
        ]
        if asked.streams is not None:
            found.append(e.stream.in_(asked.streams))
        if asked.rule:
            found.append(e.rules.contains(f"|{asked.rule}|", autoescape=True))
        if asked.recorded_from:
            found.append(e.recorded_at >= begins(asked.recorded_from))
        if asked.recorded_until:
            found.append(e.recorded_at < begins(asked.recorded_until + timedelta(days=1)))
        if asked.occurred_from:
            found.append(e.occurred_on >= asked.occurred_from)
        if asked.occurred_until:
            found.append(e.occurred_on <= asked.occurred_until)
        if asked.late_by is not None:
            found.append(e.days_late >= asked.late_by)
        if asked.corrections:
            found.append(e.special == "CORRECTION")
        if asked.overrules:
            found.append(e.special == "OVERRULE")
        if asked.on_behalf:
            found.append(e.on_behalf_of.is_not(None))
        if asked.of_people:
            found.append(e.role.not_in(("CLOCK", "POLICY")))
        return found


def begins(day: date) -> str:
    """The first moment of a civil day, as the log writes moments."""
    return datetime.combine(day, time(), HOME_ZONE).astimezone(ZoneInfo("UTC")).isoformat()


def _row(event: Event[Any]) -> dict[str, Any]:
    body, meta = event.body, event.meta
    rules = {each.rule for each in body.sets} | {each.partition(":")[0] for each in body.ends}
    special = ""
    if isinstance(event.facts, FactCorrected):
        special = "CORRECTION"
    elif isinstance(event.facts, RuleOverruled):
        special = "OVERRULE"
        rules.add(event.facts.parameter.partition(":")[0])
    return {
        "position": event.position, "event_id": event.event_id, "stream": event.stream, "kind": event.topic.partition(".")[0],
        "topic": event.topic, "step": body.step, "state": body.left.state, "actor": meta.actor.id, "role": meta.actor.role.value,
        "desk": meta.actor.desk, "on_behalf_of": meta.on_behalf_of, "channel": meta.channel, "edition": meta.rulebook,
        "procedure": meta.procedure, "occurred_on": meta.occurred_on, "recorded_at": meta.recorded_at.isoformat(),
        "days_late": max(0, (meta.recorded_at.astimezone(HOME_ZONE).date() - meta.occurred_on).days),
        "rules": f"|{'|'.join(sorted(rules))}|" if rules else "", "special": special, "correlation": meta.correlation,
        "causation": meta.causation,
        "home": getattr(event.facts, "to_desk", None) or getattr(event.facts, "desk", None),
    }  # fmt: skip
