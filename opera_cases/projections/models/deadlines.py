"""Open deadlines of records of every kind: which event promised each, and until when nobody is reminded of it."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from opera_cases.domain.cases.states import SUSPENDED
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.log.store.database import Database
from opera_cases.projections import schema as s
from opera_cases.projections.values import as_date, as_uuid

deadlines = s.table(
    "deadline_v2",
    s.id("stream", key=True), s.text("key", key=True), s.text("kind"), s.text("rule"),
    sa.Column("cycle", sa.Integer), s.day("due_on", null=False), s.text("edition"), s.id("desk", null=True),
    s.text("region"), s.id("set_by"), s.count("set_version"), s.day("held_until"),
    sa.Index("deadline_v2_by_day", "due_on", "rule"), sa.Index("deadline_v2_by_desk", "desk", "due_on"),
    sa.Index("deadline_v2_by_rule", "rule", "due_on"),
)  # fmt: skip
"""Open deadlines: which event promised each, and until when nobody is reminded of it."""

NEVER = date(9999, 12, 31)
DESPITE_SUSPENSION = frozenset({"review", "correction_answer", "transfer_answer"})
"""What is announced while a case is suspended; everything else waits for the case to go on."""


def reminded_from(record: Aggregate, rule: str) -> date | None:
    """Before this day nobody is reminded of a deadline of the record; None when nothing holds reminders back."""
    if SUSPENDED in record.overlays and rule not in DESPITE_SUSPENSION:
        return NEVER
    return record.paused_until


def deadline_rows(record: Aggregate) -> Iterator[s.TableRow]:
    """A row for each open deadline of a record of any kind."""
    for key, deadline in record.deadlines.items():
        yield deadlines, {"stream": record.id, "key": key}, {
            "kind": record.kind, "rule": deadline.rule, "cycle": deadline.cycle, "due_on": deadline.due_on,
            "edition": deadline.edition, "desk": record.desk, "region": s.region(record),
            "set_by": record.set_by[key].event, "set_version": record.set_by[key].version,
            "held_until": reminded_from(record, deadline.rule),
        }  # fmt: skip


# -- questions ---------------------------------------------------------------------------------------------------------


class DueDeadline(NamedTuple):
    """A deadline of a record, by its rule and its number in a series."""

    stream: UUID
    cycle: int | None
    due_on: date


class OwedDeadline(NamedTuple):
    """A deadline of a record, by its key."""

    stream: UUID
    kind: str
    key: str
    due_on: date


def owed_on(log: Database, record: UUID, key: str) -> date | None:
    """The day of an open deadline of a record; None when it owes it no longer."""
    rows = log.rows("SELECT due_on FROM read.deadline_v2 WHERE stream = $1 AND key = $2", record, key)
    return as_date(rows[0][0]) if rows else None


def deadlines_due(log: Database, rule: str, until: date) -> list[DueDeadline]:
    """The deadlines of a rule until a day, the oldest first."""
    sql = "SELECT stream, cycle, due_on FROM read.deadline_v2 WHERE rule = $1 AND due_on <= $2 ORDER BY due_on"
    return [
        DueDeadline(as_uuid(stream), cycle, as_date(due_on)) for stream, cycle, due_on in log.rows(sql, rule, until)
    ]


def owing(log: Database) -> list[tuple[UUID, str]]:
    """Every record that owes something, with its kind."""
    return [
        (as_uuid(stream), kind)
        for stream, kind in log.rows("SELECT DISTINCT stream, kind FROM read.deadline_v2 ORDER BY stream")
    ]


def to_remind(log: Database, first: UUID, last: UUID, today: date, latest: dict[str, date]) -> list[OwedDeadline]:
    """Deadlines of the records between two ids of which something may have to be told today, the oldest first; paused records are
    left out. `latest` gives, by rule, the latest day of which anything is told already."""
    values: list[object] = [first, last, today]
    rows = []
    for rule, until in sorted(latest.items()):
        values += [rule, until]
        rows.append(f"(${len(values) - 1}::text, ${len(values)}::date)")
    sql = (
        f"WITH ladder (rule, latest) AS (VALUES {', '.join(rows)})"
        " SELECT d.stream, d.kind, d.key, d.due_on FROM ladder l"
        " JOIN read.deadline_v2 d ON d.rule = l.rule AND d.due_on <= l.latest"
        " LEFT JOIN read.reminder_v1 r ON r.record = d.stream AND r.key = d.key AND r.due_on = d.due_on"
        " WHERE d.stream >= $1 AND d.stream <= $2 AND (d.held_until IS NULL OR d.held_until <= $3)"
        " AND (r.state IS NULL OR r.state = 'ENDED' OR r.next_on <= $3)"
        " ORDER BY d.due_on, d.stream, d.key"
    )
    return [
        OwedDeadline(as_uuid(stream), str(kind), str(key), as_date(due_on))
        for stream, kind, key, due_on in log.rows(sql, *values)
    ]
