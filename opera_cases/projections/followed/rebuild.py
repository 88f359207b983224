"""Folding a read model again beside the old one, which goes on serving, and putting it in its place in one moment."""

from collections.abc import Iterator
from itertools import chain, groupby
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event
from opera_cases.log.events.codec import PROCEDURE_OF_TOPIC, decode
from opera_cases.log.events.recorder import COLUMNS, Recorder
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.progress import Progress
from opera_cases.log.store.database import Database
from opera_cases.log.store.snapshot import Snapshot
from opera_cases.log.store.tables import event as event_table
from opera_cases.projections import inline, opened, registry
from opera_cases.projections.bulk_load import bulk_insert, many_short_lives
from opera_cases.projections.followed import catch_up

_CHUNK = 2000
_E = event_table.c
_ROW = (_E.notification_id, _E.event_id, _E.originator_id, _E.originator_version, _E.topic, _E.state, _E.metadata)


def records(log: Database) -> Iterator[Aggregate]:
    """Every record of the log, replayed, one after the other: memory stays flat however long the log is."""
    for rows in streams(log):
        yield replayed([decode(row) for row in rows])


def replayed(history: list[Event[Any]]) -> Aggregate:
    """A record from its events, of whatever kind it is."""
    record: Aggregate = PROCEDURE_OF_TOPIC[history[0].topic].aggregate.replay(history[0].stream, history)
    return record


def streams(log: Database | Snapshot) -> Iterator[list[Any]]:
    """The rows of every record of the log, one record after the other."""
    for _, rows in groupby(_rows(log), key=lambda row: row[2]):
        yield list(rows)


def _rows(log: Database | Snapshot) -> Iterator[Any]:
    """The whole log by streams, by the index that has them so."""
    order = f"ORDER BY originator_id, originator_version LIMIT {_CHUNK}"
    rows = log.rows(f"SELECT {COLUMNS} FROM log.event {order}")
    while rows:
        yield from rows
        after = "WHERE (originator_id, originator_version) > ($1::uuid, $2::int)"
        last = rows[-1]
        rows = (
            log.rows(f"SELECT {COLUMNS} FROM log.event {after} {order}", last[2], last[3])
            if len(rows) == _CHUNK
            else []
        )


def _beside(table: sa.Table, suffix: str) -> sa.Table:
    """A table like this one under another name, with indexes of names never used before."""
    copy = table.to_metadata(sa.MetaData(schema="read"), name=table.name + suffix)
    _name_indexes_anew(copy)
    return copy


def _name_indexes_anew(table: sa.Table) -> None:
    for index in table.indexes:
        index.name = sa.sql.elements.quoted_name(f"ix_{uuid4().hex[:12]}", quote=False)


def _put_in_place(connection: sa.Connection, sqlite: bool, old: sa.Table, new: sa.Table) -> None:
    prefix = "" if sqlite else "read."
    connection.execute(sa.text(f"DROP TABLE {prefix}{old.name}"))
    connection.execute(sa.text(f"ALTER TABLE {prefix}{new.name} RENAME TO {old.name}"))


def rebuild_inline(log: Database, recorder: Recorder, keyring: Keyring, progress: Progress) -> int:
    """Fold the rows of the inline models again. Commands go on; they wait only for the last moment."""
    started = recorder.head()
    total = _events(log)
    fresh = {table.fullname: _beside(table, "_next") for table in registry.TABLES}
    with log.engine.begin() as connection:
        for table in fresh.values():
            table.drop(connection, checkfirst=True)
            table.create(connection)
    done = written = waiting = 0
    batch: dict[str, list[dict[str, Any]]] = {}
    with many_short_lives():
        for record in records(log):
            done += record.version
            for (name, _), (key, row) in inline.rows_shown(record).items():
                batch.setdefault(name, []).append(key | row)
                waiting += 1
            if waiting >= _CHUNK:
                _load(log, fresh, batch, keyring)
                written, waiting = written + waiting, 0
                progress(done, total)
    _load(log, fresh, batch, keyring)
    written += waiting
    with log.engine.begin() as connection:
        if not log.is_sqlite:
            names = ", ".join(f"read.{table.name}" for table in registry.TABLES)
            connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
            connection.execute(sa.text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
        changed = sa.select(_E.originator_id).where(_E.notification_id > started).distinct()
        moved = {row[0] for row in connection.execute(changed)}
        _replace(connection, fresh, moved, keyring)
        for table in registry.TABLES:
            _put_in_place(connection, log.is_sqlite, table, fresh[table.fullname])
    progress(total, total)
    return written


def _replace(connection: sa.Connection, fresh: dict[str, sa.Table], moved: set[UUID], keyring: Keyring) -> None:
    """Records that changed while the others were folded are folded once more, with every writer waiting."""
    for stream in moved:
        rows = list(
            connection.execute(sa.select(*_ROW).where(_E.originator_id == stream).order_by(_E.originator_version))
        )
        events = [decode(tuple(row)) for row in rows]
        record = PROCEDURE_OF_TOPIC[events[0].topic].aggregate.replay(stream, events)
        for table in fresh.values():
            connection.execute(sa.delete(table).where(next(iter(table.primary_key.columns)) == stream))
        for (name, _), (key, row) in inline.rows_stored(record, keyring).items():
            connection.execute(sa.insert(fresh[name]).values({**key, **row}))


def _load(log: Database, fresh: dict[str, sa.Table], batch: dict[str, list[dict[str, Any]]], keyring: Keyring) -> None:
    opened.fetch_keys(chain.from_iterable(batch.values()), keyring)
    ready = {name: [opened.open_columns(row, keyring) for row in rows] for name, rows in batch.items()}
    with log.engine.begin() as connection:
        for name, rows in ready.items():
            bulk_insert(connection, fresh[name], rows)
    batch.clear()


def rebuild_followed(recorder: Recorder, read: Database, live: catch_up.Followed, progress: Progress) -> int:
    """Fold a followed model again under another name up to the head, then swap names and positions at once."""
    shadow = live.again("_next", sa.MetaData(schema="read"))
    for table in shadow.tables:
        _name_indexes_anew(table)
    with read.engine.begin() as connection:
        for table in shadow.tables:
            table.drop(connection, checkfirst=True)
        connection.execute(sa.delete(catch_up.read_model).where(catch_up.read_model.c.name == shadow.name))
    catch_up.create_model(read, shadow)
    total = _events(recorder.database)
    done = 0
    with many_short_lives():
        while count := catch_up.fold_next(recorder, read, shadow, _CHUNK):
            done += count
            progress(min(done, total), total)
    with read.engine.begin() as connection:
        model = catch_up.read_model
        if not read.is_sqlite:
            connection.execute(sa.text("LOCK TABLE read.read_model IN EXCLUSIVE MODE"))
        position = connection.execute(sa.select(model.c.position).where(model.c.name == shadow.name)).scalar_one()
        for old, new in zip(live.tables, shadow.tables, strict=True):
            _put_in_place(connection, read.is_sqlite, old, new)
        connection.execute(sa.update(model).where(model.c.name == live.name).values(position=position, trouble=""))
        connection.execute(sa.delete(model).where(model.c.name == shadow.name))
    progress(total, total)
    return total


def _events(log: Database) -> int:
    return int(log.rows("SELECT count(*) FROM log.event")[0][0])
