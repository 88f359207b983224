"""Writes as one transaction of SQLite's only writer, however many go together."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from opera_cases.log.database import Conflict, Database, Row
from opera_cases.log.units import Shape, Unit, follows


def write_to_sqlite(database: Database, units: Sequence[Unit]) -> list[list[int] | Exception]:
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
        run(_row_for_sqlite(Shape.of(change)), *change.key.values(), *(change.values or {}).values())
    return positions


@lru_cache(maxsize=512)
def _row_for_sqlite(shape: Shape) -> str:
    if shape.goes:
        same = " AND ".join(f"{key} = ${n}" for n, key in enumerate(shape.keys, 1))
        return f"DELETE FROM {shape.table} WHERE {same}"
    places = ", ".join(f"${n}" for n in range(1, len(shape.keys) + len(shape.others) + 1))
    return f"INSERT INTO {shape.table} ({shape.columns}) VALUES ({places}) {shape.upsert}"
