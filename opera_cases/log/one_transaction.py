"""Writes as one transaction of SQLite's only writer, however many go together."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from opera_cases.domain.errors import Withdrawn
from opera_cases.log.authority import Authority, Withdrawal
from opera_cases.log.database import Conflict, Database, Row
from opera_cases.log.units import Shape, Unit, follows


def write_to_sqlite(database: Database, units: Sequence[Unit]) -> list[list[int]]:
    """The positions of the events of each. A conflict of one leaves nothing of any."""
    with database.transaction() as run:
        return [_write_one(run, unit) for unit in units]


_INSERT = (
    "INSERT INTO log.event (event_id, originator_id, originator_version, topic, state, metadata)"
    " SELECT $1, $2, $3, $4, $5, $6 {} RETURNING notification_id"
)
_FIRST = _INSERT.format("")
_NEXT = _INSERT.format("WHERE EXISTS (SELECT 1 FROM log.event WHERE originator_id = $2 AND originator_version = $3 - 1)")


_ENDED = "SELECT 1 FROM log.withdrawal WHERE since <= $1 AND digest IN ({}) LIMIT 1"


def _write_one(run: Callable[..., list[Row]], unit: Unit) -> list[int]:
    if unit.rests_on and run(_ENDED.format(", ".join(f"${n}" for n in range(2, len(unit.rests_on) + 2))), unit.today, *unit.rests_on):
        raise Withdrawn
    positions: list[int] = []
    for event, checked in zip(unit.events, follows(unit), strict=True):
        written = run(_NEXT if checked else _FIRST, event.event_id, event.stream, event.version, event.topic, event.state,
                      event.metadata)  # fmt: skip
        if not written:
            raise Conflict("event")
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
