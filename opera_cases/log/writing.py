"""One command's write: its id, its claims, its rows, its events. On PostgreSQL one statement; on SQLite one
transaction of its only writer.

On PostgreSQL the position of an event is its transaction's id and its number within it, so that order is settled at
write time without a lock; readers stop at the snapshot barrier. A stream whose predecessor would come to lie behind
the new event is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from opera_cases.log.database import Conflict, Database, Row


@dataclass(frozen=True, slots=True)
class NewEvent:
    event_id: UUID
    stream: UUID
    version: int
    topic: str
    state: bytes
    metadata: bytes


@dataclass(frozen=True, slots=True)
class CommandRow:
    principal: UUID
    operation: str
    command_id: UUID
    request: bytes
    answer: bytes


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of an inline read model as it shall be after the command; without `values` it goes away."""

    table: str
    key: dict[str, Any]
    values: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Unit:
    """Everything that one command writes, all of it or none."""

    events: tuple[NewEvent, ...]
    command: CommandRow | None = None
    claims: tuple[tuple[str, str, UUID], ...] = ()
    releases: tuple[tuple[str, str, UUID], ...] = ()
    rows: tuple[RowChange, ...] = field(default=())
    unchecked: bool = False


def follows(unit: Unit) -> list[bool]:
    """Which events have their predecessor in the log, not in the same write."""
    written: set[UUID] = set()
    flags = []
    for event in unit.events:
        flags.append(not unit.unchecked and event.version > 1 and event.stream not in written)
        written.add(event.stream)
    return flags


_POSITION = "((SELECT xid_offset FROM log.epoch) + pg_current_xact_id()::text::bigint) << 20"
_EVENTS = f"""
INSERT INTO log.event (notification_id, event_id, originator_id, originator_version, topic, state, metadata)
SELECT CASE WHEN e.follows AND NOT EXISTS (
         SELECT 1 FROM log.event p WHERE p.originator_id = e.stream AND p.originator_version = e.version - 1
         AND p.notification_id < ({_POSITION}))
       THEN log.out_of_order() ELSE ({_POSITION}) + e.n END,
       e.event_id, e.stream, e.version, e.topic, e.state, e.metadata
FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::bytea[], $6::bytea[], $7::bool[])
     WITH ORDINALITY AS e(event_id, stream, version, topic, state, metadata, follows, n)
RETURNING notification_id"""


@lru_cache(maxsize=512)
def _one_statement(with_command: bool, claims: int, releases: int, shapes: tuple[tuple[str, ...], ...]) -> str:
    """The statement for a write of this shape; the placeholders follow the order in which `write` lists the values."""
    number = 7

    def places(count: int) -> list[str]:
        nonlocal number
        number += count
        return [f"${place}" for place in range(number - count + 1, number + 1)]

    parts = []
    if with_command:
        parts.append(
            "INSERT INTO log.command (principal, operation, command_id, request, answer, position)"
            f" VALUES ({', '.join(places(5))}, ({_POSITION}) + 1)"
        )
    if releases:
        parts.append(f"DELETE FROM log.claim WHERE (kind, key, holder) IN ({_triples(places, releases)}) RETURNING 1")
    if claims:
        # What one record gives up another may take in the same write: reading the first part makes it happen first.
        after = f" WHERE (SELECT count(*) FROM c{len(parts) - 1}) >= 0" if releases else ""
        rows = f"(VALUES {_triples(places, claims)}) AS wanted(kind, key, holder)"
        parts.append(f"INSERT INTO log.claim (kind, key, holder) SELECT kind, key, holder FROM {rows}{after}")
    parts += [_row_statement(shape, places) for shape in shapes]
    ctes = "".join(f", c{n} AS ({part})" for n, part in enumerate(parts))
    return f"WITH e AS ({_EVENTS}){ctes} SELECT notification_id FROM e ORDER BY 1"


def _triples(places: Callable[[int], list[str]], count: int) -> str:
    return ", ".join(f"({kind}::text, {key}::text, {holder}::uuid)" for kind, key, holder in (places(3) for _ in range(count)))


def _row_statement(shape: tuple[str, ...], places: Callable[[int], list[str]]) -> str:
    """`shape` is the table, then its key columns, then `|` and the other columns, or `-` for a row that goes."""
    table, keys, rest = shape[0], shape[1 : shape.index("|")], shape[shape.index("|") + 1 :]
    if rest == ("-",):
        return f"DELETE FROM {table} WHERE " + " AND ".join(f"{k} = {p}" for k, p in zip(keys, places(len(keys)), strict=True))
    columns = (*keys, *rest)
    sets = ", ".join(f"{column} = excluded.{column}" for column in rest)
    action = f"DO UPDATE SET {sets}" if sets else "DO NOTHING"
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(places(len(columns)))})"
        f" ON CONFLICT ({', '.join(keys)}) {action}"
    )


def _shape(change: RowChange) -> tuple[str, ...]:
    return (change.table, *change.key, "|", *(change.values if change.values is not None else ("-",)))


def _values(change: RowChange) -> list[Any]:
    return [*change.key.values(), *(change.values or {}).values()]


def statement(unit: Unit) -> tuple[str, list[Any]]:
    """The one statement and its values, for PostgreSQL."""
    events = unit.events
    values: list[Any] = [
        [e.event_id for e in events], [e.stream for e in events], [e.version for e in events],
        [e.topic for e in events], [e.state for e in events], [e.metadata for e in events], follows(unit),
    ]  # fmt: skip
    if row := unit.command:
        values += [row.principal, row.operation, row.command_id, row.request, row.answer]
    for claim in (*sorted(unit.releases), *sorted(unit.claims)):
        values += claim
    for change in unit.rows:
        values += _values(change)
    shapes = tuple(_shape(change) for change in unit.rows)
    return _one_statement(unit.command is not None, len(unit.claims), len(unit.releases), shapes), values


def write(database: Database, unit: Unit) -> list[int]:
    """Write everything or nothing, and return the positions of the events.

    Raises `Conflict` naming the table that refused: `command` (known already), `claim` (taken), `event` (moved on).
    """
    if database.is_sqlite:
        return _write_to_sqlite(database, unit)
    sql, values = statement(unit)
    return [row[0] for row in database.rows(sql, *values)]


def _write_to_sqlite(database: Database, unit: Unit) -> list[int]:
    with database.transaction() as run:
        positions: list[int] = []
        for event, checked in zip(unit.events, follows(unit), strict=True):
            before = "SELECT 1 FROM log.event WHERE originator_id = $1 AND originator_version = $2"
            if checked and not run(before, event.stream, event.version - 1):
                raise Conflict("event")
            written: list[Row] = run(
                "INSERT INTO log.event (event_id, originator_id, originator_version, topic, state, metadata)"
                " VALUES ($1, $2, $3, $4, $5, $6) RETURNING notification_id",
                event.event_id, event.stream, event.version, event.topic, event.state, event.metadata,
            )  # fmt: skip
            positions.append(written[0][0])
        if row := unit.command:
            run("INSERT INTO log.command VALUES ($1, $2, $3, $4, $5, $6)",
                row.principal, row.operation, row.command_id, row.request, row.answer, positions[0])  # fmt: skip
        for claim in sorted(unit.releases):
            run("DELETE FROM log.claim WHERE kind = $1 AND key = $2 AND holder = $3", *claim)
        for claim in sorted(unit.claims):
            run("INSERT INTO log.claim (kind, key, holder) VALUES ($1, $2, $3)", *claim)
        for change in unit.rows:
            numbers = iter(range(1, 100))
            sql = _row_statement(_shape(change), lambda count, n=numbers: [f"${next(n)}" for _ in range(count)])  # type: ignore[misc]
            run(sql, *_values(change))
        return positions
