"""Questions of open deadlines."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from opera_cases.log.database import Database
from opera_cases.projections.values import day, ident


class Due(NamedTuple):
    """A deadline of a record, by its rule and its number in a series."""

    stream: UUID
    cycle: int | None
    due_on: date


class Owed(NamedTuple):
    """A deadline of a record, by its key."""

    stream: UUID
    kind: str
    key: str
    due_on: date


def owed_on(log: Database, record: UUID, key: str) -> date | None:
    """The day of an open deadline of a record; None when it owes it no longer."""
    rows = log.rows("SELECT due_on FROM read.deadline_v2 WHERE stream = $1 AND key = $2", record, key)
    return day(rows[0][0]) if rows else None


def due(log: Database, rule: str, until: date) -> list[Due]:
    """The deadlines of a rule until a day, the oldest first."""
    sql = "SELECT stream, cycle, due_on FROM read.deadline_v2 WHERE rule = $1 AND due_on <= $2 ORDER BY due_on"
    return [Due(ident(stream), cycle, day(due_on)) for stream, cycle, due_on in log.rows(sql, rule, until)]


def owing(log: Database) -> list[tuple[UUID, str]]:
    """Every record that owes something, with its kind."""
    return [(ident(stream), kind) for stream, kind in log.rows("SELECT DISTINCT stream, kind FROM read.deadline_v2 ORDER BY stream")]


def to_remind(log: Database, first: UUID, last: UUID, today: date, latest: dict[str, date]) -> list[Owed]:
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
    return [Owed(ident(stream), str(kind), str(key), day(due_on)) for stream, kind, key, due_on in log.rows(sql, *values)]
