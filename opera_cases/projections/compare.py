"""Read models against a fold from scratch, row by row: what differs, and where."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa

from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.log.events.codec import decode
from opera_cases.log.events.recorder import Recorder
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.store.database import Database
from opera_cases.log.store.snapshot import Snapshot, as_of_now
from opera_cases.projections import inline, registry
from opera_cases.projections.followed import catch_up
from opera_cases.projections.followed.catch_up import Followed

_CHUNK = 500


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else bytes(value) if isinstance(value, memoryview) else value


def inline_rows(log: Snapshot, known: Iterable[Aggregate], keyring: Keyring) -> Iterator[tuple[str, str]]:
    """Every row that is missing, too many, or other than the picture of its record, as of one moment."""
    expected: dict[tuple[str, tuple[Any, ...]], dict[str, Any]] = {}
    for record in known:
        for (name, key), (keys, picture) in inline.rows_stored(record, keyring).items():
            expected[name, key] = {**keys, **picture}
    for table in registry.TABLES:
        primary = [column.name for column in table.primary_key.columns]
        for row in log.connection.execute(sa.select(table)):
            stored = dict(row._mapping)
            key = (table.fullname, tuple(stored[name] for name in primary))
            wanted = expected.pop(key, None)
            if wanted is None:
                yield f"{table.name} {key[1]}", "is a row of nothing in the log"
            elif differ := sorted(name for name, value in wanted.items() if _plain(stored[name]) != _plain(value)):
                yield f"{table.name} {key[1]}", f"differs from the log in {', '.join(differ)}"
    for name, key in expected:
        yield f"{name} {key}", "is missing"


def followed_rows(recorder: Recorder, read: Database, model: Followed) -> Iterator[tuple[str, str]]:
    """Fold a followed model again in memory, up to where it stands at one moment, and compare every row of that moment."""
    with as_of_now(read) as seen:
        standing = catch_up.standing_in(seen.connection, model)
        scratch = sa.create_engine("sqlite://")
        metadata = sa.MetaData()
        fresh = model.again("", metadata)
        metadata.create_all(scratch)
        with scratch.begin() as connection:
            position = 0
            while rows := [row for row in recorder.after(position, _CHUNK) if row[0] <= standing.position]:
                fresh.fold(connection, [decode(row) for row in rows])
                position = int(rows[-1][0])
            if position < standing.position:
                yield (
                    model.name,
                    f"knows events up to {standing.position}, and the log ends at {position}: its end was cut",
                )
            for mine, theirs in zip(fresh.tables, model.tables, strict=True):
                yield from _differences(connection, seen.connection, mine, theirs)
        scratch.dispose()


def _differences(
    scratch: sa.Connection, read: sa.Connection, mine: sa.Table, theirs: sa.Table
) -> Iterator[tuple[str, str]]:
    expected = {tuple(map(_plain, row)) for row in scratch.execute(sa.select(mine))}
    stored = [tuple(map(_plain, row)) for row in read.execute(sa.select(theirs))]
    if len(stored) != len(set(stored)):
        yield theirs.name, "has rows twice"
    for row in set(stored) - expected:
        yield f"{theirs.name} {row[:2]}", "is not what the log says"
    for row in expected - set(stored):
        yield f"{theirs.name} {row[:2]}", "is missing"
