"""Writes as one statement of PostgreSQL, however many go together.

The position of an event is its transaction's id and its number within it, so that order is settled at write time
without a lock; readers stop at the snapshot barrier. A stream whose predecessor would come to lie behind the new event
is refused.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from opera_cases.log.authority.rows import Authority, Withdrawal
from opera_cases.log.events.unit_of_work import Shape, Unit, have_predecessors

_POSITION = "((SELECT xid_offset FROM log.epoch) + (SELECT pg_current_xact_id())::text::bigint) << 20"
"""The id of the transaction stands in a query of its own: called as it is, the planner would call it for an estimate, and a write
that waits for others would have its position before they have theirs."""
_EVENTS = f"""
INSERT INTO log.event (notification_id, event_id, originator_id, originator_version, topic, state, metadata)
SELECT CASE WHEN e.follows AND NOT EXISTS (
         SELECT 1 FROM log.event p WHERE p.originator_id = e.stream AND p.originator_version = e.version - 1
         AND p.notification_id < ({_POSITION}))
       THEN log.out_of_order() ELSE ({_POSITION}) + e.n END,
       e.event_id, e.stream, e.version, e.topic, e.state, e.metadata
FROM {{}}unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::bytea[], $6::bytea[], $7::bool[])
     WITH ORDINALITY AS e(event_id, stream, version, topic, state, metadata, follows, n)
RETURNING notification_id"""
_COMMANDS = f"""
INSERT INTO log.command (principal, operation, command_id, request, answer, position)
SELECT c.principal, c.operation, c.command_id, c.request, c.answer, ({_POSITION}) + c.first
FROM unnest($8::uuid[], $9::text[], $10::uuid[], $11::bytea[], $12::bytea[], $13::int[])
     AS c(principal, operation, command_id, request, answer, first)"""
_HELD = "held AS MATERIALIZED (SELECT log.still_authorised(${}, ${}, ${}))"
"""Before a position is taken: whatever ends meanwhile either waits for this write, or refuses it."""
_GIVEN: dict[type[Authority] | type[Withdrawal], str] = {
    Authority: "bytea text uuid text text text text text text uuid uuid bytea",
    Withdrawal: "bytea uuid uuid text bytea",
}
_CLAIMS = "unnest(${}::text[], ${}::text[], ${}::uuid[]) AS wanted(kind, key, holder)"


def _rows(shape: Shape, place: int) -> str:
    """Rows arrive as one JSON document, so that the table itself says what each column is."""
    rows = f"json_populate_recordset(NULL::{shape.table}, ${place}::json)"
    if shape.goes:
        same = " AND ".join(f"t.{key} = gone.{key}" for key in shape.keys)
        return f"DELETE FROM {shape.table} t USING {rows} AS gone WHERE {same}"
    return f"INSERT INTO {shape.table} ({shape.columns}) SELECT {shape.columns} FROM {rows} {shape.upsert}"


def _given(kind: type[Authority] | type[Withdrawal], places: Iterator[int]) -> str:
    table = "log.authority" if kind is Authority else "log.withdrawal"
    taken = ", ".join(f"${next(places)}::{each}[]" for each in _GIVEN[kind].split())
    return f"INSERT INTO {table} ({', '.join(kind._fields)}, mac) SELECT * FROM unnest({taken})"


@lru_cache(maxsize=512)
def _one_statement(
    claims: bool, releases: bool, shapes: tuple[Shape, ...], held: bool, given: tuple[type[Authority] | type[Withdrawal], ...]
) -> str:  # fmt: skip
    """The statement for writes of these shapes, however many; `statement` lists the values in its order."""
    parts, places = [_COMMANDS], iter(range(14, 1000))
    if releases:
        gone = _CLAIMS.format(*(next(places) for _ in range(3)))
        parts.append(
            f"DELETE FROM log.claim WHERE (kind, key, holder) IN (SELECT kind, key, holder FROM {gone}) RETURNING 1"
        )
    if claims:
        # What one record gives up another may take in the same write: reading the first part makes it happen first.
        after = f" WHERE (SELECT count(*) FROM c{len(parts) - 1}) >= 0" if releases else ""
        taken = "unnest(${}::text[], ${}::text[], ${}::uuid[], ${}::bytea[]) AS wanted(kind, key, holder, mac)".format(
            *(next(places) for _ in range(4))
        )
        parts.append(
            f"INSERT INTO log.claim (kind, key, holder, mac) SELECT kind, key, holder, mac FROM {taken}{after}"
        )
    parts += [_rows(shape, next(places)) for shape in shapes]
    parts += [_given(kind, places) for kind in given]
    first = f"{_HELD.format(*(next(places) for _ in range(3)))}, " if held else ""
    ctes = "".join(f", c{n} AS ({part})" for n, part in enumerate(parts))
    return (
        f"WITH {first}e AS ({_EVENTS.format('held, ' if held else '')}){ctes} SELECT notification_id FROM e ORDER BY 1"
    )


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
        for unit in units for e, checked in zip(unit.events, have_predecessors(unit), strict=True)
    ]  # fmt: skip
    values: list[Any] = [*_columns(events, 7), *_columns(_commands(units), 6)]
    claims = sorted(claim for unit in units for claim in unit.claims)
    releases = sorted(claim for unit in units for claim in unit.releases)
    for wanted, width in ((releases, 3), (claims, 4)):
        values += _columns(wanted, width) if wanted else []
    rows: dict[Shape, list[dict[str, Any]]] = {}
    for unit in units:
        for change in unit.rows:
            row = {**change.key, **(change.values or {})}
            rows.setdefault(Shape.of(change), []).append({name: _json(value) for name, value in row.items()})
    shapes = tuple(sorted(rows))
    documents = [msgspec.json.encode(rows[shape]).decode() for shape in shapes]
    values += documents
    given: dict[type[Authority] | type[Withdrawal], list[Sequence[Any]]] = {
        Authority: [(*row, mac) for unit in units for row, mac in unit.authorities],
        Withdrawal: [(*row, mac) for unit in units for row, mac in unit.withdrawals],
    }
    for rows_of in given.values():
        values += _columns(rows_of, 0) if rows_of else []
    shown = sorted({each for unit in units for each in unit.rests_on})
    ended = sorted({row.digest for unit in units for row, _ in unit.withdrawals})
    if held := bool(shown or ended):
        values += [ended, shown, max(unit.today for unit in units)]
    return _one_statement(
        bool(claims), bool(releases), shapes, held, tuple(kind for kind, found in given.items() if found)
    ), values


def _json(value: Any) -> Any:
    return "\\x" + value.hex() if isinstance(value, bytes) else value
