"""One command's write: its id, its claims, its rows, its events. On PostgreSQL one statement; on SQLite one
transaction of its only writer.

On PostgreSQL the position of an event is its transaction's id and its number within it, so that order is settled at
write time without a lock; readers stop at the snapshot barrier. A stream whose predecessor would come to lie behind
the new event is refused.

Commands that come at one moment share a commit (decision 0012). What stands in the way of one of them is its own
affair: then each is written alone.
"""

import asyncio
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

import msgspec

from opera_cases.log.database import Conflict, Database, LostContact, Row
from opera_cases.log.gathering import Waiting


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


def write(database: Database, unit: Unit) -> list[int]:
    """Write everything or nothing, and return the positions of the events.

    Raises `Conflict` naming the table that refused: `command` (known already), `claim` (taken), `event` (moved on).
    """
    if database.on_a_loop():
        positions: list[int] = database.in_lane("write", unit, partial(_together, database), _touched)
        return positions
    if database.is_sqlite:
        return _from_sqlite(_write_to_sqlite(database, [unit])[0])
    sql, values = statement(unit)
    return [row[0] for row in database.rows(sql, *values)]


def _touched(unit: Unit) -> set[Hashable]:
    """Two writes that touch one record, one claim or one command id never go together."""
    claims = {(kind, key) for kind, key, _ in (*unit.claims, *unit.releases)}
    command = {(unit.command.principal, unit.command.command_id)} if unit.command else set()
    return {*(event.stream for event in unit.events), *claims, *command}


async def _together(database: Database, together: list[Waiting[Unit]]) -> None:
    units = [each.key for each in together]
    if database.is_sqlite:
        for each, came in zip(together, await asyncio.to_thread(_write_to_sqlite, database, units), strict=True):
            each.fail(came) if isinstance(came, Exception) else each.tell(came)
        return
    together = sorted(together, key=lambda each: each.key.events[0].stream)  # all wait for each other in one order
    try:
        await _write_on_loop(database, together)
    except LostContact:
        raise
    except Exception as wrong:
        if len(together) == 1:
            together[0].fail(wrong)
            return
        for each in together:
            await _together(database, [each])


async def _write_on_loop(database: Database, together: list[Waiting[Unit]]) -> None:
    sql, values = statement(*(each.key for each in together))
    positions = iter([row[0] for row in await database.rows_on_loop(sql, values)])
    for each in together:
        each.tell([next(positions) for _ in each.key.events])


# -- PostgreSQL: one statement ----------------------------------------------------------------------------------------

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
_COMMANDS = f"""
INSERT INTO log.command (principal, operation, command_id, request, answer, position)
SELECT c.principal, c.operation, c.command_id, c.request, c.answer, ({_POSITION}) + c.first
FROM unnest($8::uuid[], $9::text[], $10::uuid[], $11::bytea[], $12::bytea[], $13::int[])
     AS c(principal, operation, command_id, request, answer, first)"""
_CLAIMS = "unnest(${}::text[], ${}::text[], ${}::uuid[]) AS wanted(kind, key, holder)"


@dataclass(frozen=True, slots=True, order=True)
class _Shape:
    """Rows that are written alike: the table, its key, the other columns; without those the rows go away."""

    table: str
    keys: tuple[str, ...]
    others: tuple[str, ...] | tuple[()]
    goes: bool

    @classmethod
    def of(cls, change: RowChange) -> "_Shape":
        return cls(change.table, tuple(change.key), tuple(change.values or ()), change.values is None)

    def sql(self, place: int) -> str:
        rows = f"json_populate_recordset(NULL::{self.table}, ${place}::json)"
        if self.goes:
            same = " AND ".join(f"t.{key} = gone.{key}" for key in self.keys)
            return f"DELETE FROM {self.table} t USING {rows} AS gone WHERE {same}"
        columns = ", ".join((*self.keys, *self.others))
        sets = ", ".join(f"{column} = excluded.{column}" for column in self.others)
        action = f"DO UPDATE SET {sets}" if sets else "DO NOTHING"
        return f"INSERT INTO {self.table} ({columns}) SELECT {columns} FROM {rows} ON CONFLICT ({', '.join(self.keys)}) {action}"


@lru_cache(maxsize=512)
def _one_statement(claims: bool, releases: bool, shapes: tuple[_Shape, ...]) -> str:
    """The statement for writes of these shapes, however many; `statement` lists the values in its order."""
    parts, places = [_COMMANDS], iter(range(14, 1000))
    if releases:
        gone = _CLAIMS.format(*(next(places) for _ in range(3)))
        parts.append(f"DELETE FROM log.claim WHERE (kind, key, holder) IN (SELECT kind, key, holder FROM {gone}) RETURNING 1")
    if claims:
        # What one record gives up another may take in the same write: reading the first part makes it happen first.
        after = f" WHERE (SELECT count(*) FROM c{len(parts) - 1}) >= 0" if releases else ""
        taken = _CLAIMS.format(*(next(places) for _ in range(3)))
        parts.append(f"INSERT INTO log.claim (kind, key, holder) SELECT kind, key, holder FROM {taken}{after}")
    parts += [shape.sql(next(places)) for shape in shapes]
    ctes = "".join(f", c{n} AS ({part})" for n, part in enumerate(parts))
    return f"WITH e AS ({_EVENTS}){ctes} SELECT notification_id FROM e ORDER BY 1"


def _columns(rows: Iterable[Sequence[Any]], count: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(count)]


def _commands(units: Sequence[Unit]) -> Iterator[tuple[Any, ...]]:
    first = 1
    for unit in units:
        if row := unit.command:
            yield row.principal, row.operation, row.command_id, row.request, row.answer, first
        first += len(unit.events)


def statement(*units: Unit) -> tuple[str, list[Any]]:
    """The one statement for some writes and its values, for PostgreSQL."""
    events = [
        (e.event_id, e.stream, e.version, e.topic, e.state, e.metadata, checked)
        for unit in units for e, checked in zip(unit.events, follows(unit), strict=True)
    ]  # fmt: skip
    values = [*_columns(events, 7), *_columns(_commands(units), 6)]
    claims = sorted(claim for unit in units for claim in unit.claims)
    releases = sorted(claim for unit in units for claim in unit.releases)
    for wanted in (releases, claims):
        values += _columns(wanted, 3) if wanted else []
    rows: dict[_Shape, list[dict[str, Any]]] = {}
    for unit in units:
        for change in unit.rows:
            row = {**change.key, **(change.values or {})}
            rows.setdefault(_Shape.of(change), []).append({name: _json(value) for name, value in row.items()})
    shapes = tuple(sorted(rows))
    documents = [msgspec.json.encode(rows[shape]).decode() for shape in shapes]
    return _one_statement(bool(claims), bool(releases), shapes), [*values, *documents]


def _json(value: Any) -> Any:
    return "\\x" + value.hex() if isinstance(value, bytes) else value


# -- SQLite: one transaction of its only writer -----------------------------------------------------------------------


def _from_sqlite(came: list[int] | Exception) -> list[int]:
    if isinstance(came, Exception):
        raise came
    return came


def _write_to_sqlite(database: Database, units: Sequence[Unit]) -> list[list[int] | Exception]:
    """What came of each: its positions, or the conflict that stopped it and nothing else."""
    with database.transaction() as run:
        if len(units) == 1:
            return [_write_one_to_sqlite(run, units[0])]
        came: list[list[int] | Exception] = []
        for unit in units:
            run("SAVEPOINT one")
            try:
                came.append(_write_one_to_sqlite(run, unit))
            except Conflict as wrong:
                run("ROLLBACK TO one")
                came.append(wrong)
            run("RELEASE one")
        return came


def _write_one_to_sqlite(run: Callable[..., list[Row]], unit: Unit) -> list[int]:
    positions: list[int] = []
    for event, checked in zip(unit.events, follows(unit), strict=True):
        before = "SELECT 1 FROM log.event WHERE originator_id = $1 AND originator_version = $2"
        if checked and not run(before, event.stream, event.version - 1):
            raise Conflict("event")
        written = run(
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
        run(_row_for_sqlite(_Shape.of(change)), *change.key.values(), *(change.values or {}).values())
    return positions


@lru_cache(maxsize=512)
def _row_for_sqlite(shape: _Shape) -> str:
    if shape.goes:
        same = " AND ".join(f"{key} = ${n}" for n, key in enumerate(shape.keys, 1))
        return f"DELETE FROM {shape.table} WHERE {same}"
    columns = (*shape.keys, *shape.others)
    places = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
    sets = ", ".join(f"{column} = excluded.{column}" for column in shape.others)
    action = f"DO UPDATE SET {sets}" if sets else "DO NOTHING"
    return f"INSERT INTO {shape.table} ({', '.join(columns)}) VALUES ({places}) ON CONFLICT ({', '.join(shape.keys)}) {action}"
