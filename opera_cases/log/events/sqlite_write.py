"""Writes as one transaction of SQLite's only writer, however many go together."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from opera_cases.domain.kernel.errors import Withdrawn
from opera_cases.log.authority.rows import Authority, Withdrawal
from opera_cases.log.events.unit_of_work import Shape, Unit, have_predecessors
from opera_cases.log.store.database import Conflict, Database, Row


def write_to_sqlite(database: Database, units: Sequence[Unit]) -> list[list[int]]:
    """The positions of the events of each. A conflict of one leaves nothing of any."""
    with database.transaction() as run:
        return [_write_one(run, unit) for unit in units]


_INSERT = (
    "INSERT INTO log.event (event_id, originator_id, originator_version, topic, state, metadata)"
    " SELECT $1, $2, $3, $4, $5, $6 {} RETURNING notification_id"
)
_FIRST = _INSERT.format("")
_NEXT = _INSERT.format(
    "WHERE EXISTS (SELECT 1 FROM log.event WHERE originator_id = $2 AND originator_version = $3 - 1)"
)


@lru_cache(maxsize=64)
def _ended(first: int, count: int) -> str:
    """Whether any of what a write rests on was withdrawn, with the places of its values from a number on."""
    places = ", ".join(f"${n}" for n in range(first + 1, first + 1 + count))
    return f"SELECT 1 FROM log.withdrawal WHERE since <= ${first} AND digest IN ({places})"


@lru_cache(maxsize=64)
def _resting(checked: bool, count: int) -> str:
    """The first event of a write that rests on something: not written once any of it was withdrawn."""
    follows_on = (
        "EXISTS (SELECT 1 FROM log.event WHERE originator_id = $2 AND originator_version = $3 - 1) AND "
        if checked
        else ""
    )
    return _INSERT.format(f"WHERE {follows_on}NOT EXISTS ({_ended(7, count)})")


def _write_one(run: Callable[..., list[Row]], unit: Unit) -> list[int]:
    positions: list[int] = []
    shown = unit.rests_on
    for event, checked in zip(unit.events, have_predecessors(unit), strict=True):
        said = (event.event_id, event.stream, event.version, event.topic, event.state, event.metadata)
        if shown and not positions:
            written = run(_resting(checked, len(shown)), *said, unit.today, *shown)
        else:
            written = run(_NEXT if checked else _FIRST, *said)
        if not written:
            raise Withdrawn if shown and run(_ended(1, len(shown)), unit.today, *shown) else Conflict("event")
        positions.append(written[0][0])
    if row := unit.command:
        run("INSERT INTO log.command VALUES ($1, $2, $3, $4, $5, $6)",
            row.principal, row.operation, row.command_id, row.request, row.answer, positions[0])  # fmt: skip
    for released in sorted(unit.releases):
        run("DELETE FROM log.claim WHERE kind = $1 AND key = $2 AND holder = $3", *released)
    for claim in sorted(unit.claims):
        run("INSERT INTO log.claim (kind, key, holder, mac) VALUES ($1, $2, $3, $4)", *claim)
    marked: tuple[tuple[Authority | Withdrawal, bytes], ...] = (*unit.authorities, *unit.withdrawals)
    for given, mac in marked:
        places = ", ".join(f"${n}" for n in range(1, len(given) + 2))
        run(f"INSERT INTO {given.table} ({', '.join(given._fields)}, mac) VALUES ({places})", *given, mac)
    for change in unit.rows:
        run(_row_for_sqlite(Shape.of(change)), *change.key.values(), *(change.values or {}).values())
    return positions


@lru_cache(maxsize=512)
def _row_for_sqlite(shape: Shape) -> str:
    if shape.goes:
        same = " AND ".join(f"{key} = ${n}" for n, key in enumerate(shape.keys, 1))
        return f"DELETE FROM {shape.table} WHERE {same}"
    places = ", ".join(f"${n}" for n in range(1, len(shape.keys) + len(shape.others) + 1))
    return f"INSERT INTO {shape.table} ({shape.columns}) VALUES ({places}) {shape.upsert}"
