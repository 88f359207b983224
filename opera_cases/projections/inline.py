"""Read models kept in the command's own write: each row is a picture of one record, and taking it cannot fail.

What a command's answer and its guards need stands here: caseload, ventures, appointments, people, desks, operators and
the open deadlines. The same pictures serve live, rebuild and verification.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Any

import sqlalchemy as sa

from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.log.events.unit_of_work import RowChange
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.store.database import Database
from opera_cases.projections.opened import OpenedColumn, open_columns
from opera_cases.projections.registry import TABLES, rows_of
from opera_cases.projections.schema import READ

RowKey = dict[str, Any]
Picture = dict[str, Any]


def create_tables(log: Database) -> bool:
    """Make the tables that are not there yet, once however many processes start. Whether any was made: a release with
    a new picture of old records has to fold it from the log before it serves."""
    with log.engine.begin() as connection:
        if not log.is_sqlite:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(1041706)"))
        there = set(sa.inspect(connection).get_table_names(None if log.is_sqlite else "read"))
        READ.create_all(connection, tables=list(TABLES))
        return not {table.name for table in TABLES} <= there


ShownRows = dict[tuple[str, tuple[Any, ...]], tuple[RowKey, Picture]]


def rows_shown(record: Aggregate) -> ShownRows:
    """The rows of a record, by table and key; what is made from sealed values is not opened yet."""
    return {
        (table.fullname, tuple(key.values())): (
            key,
            {name: value.value if isinstance(value, Enum) else value for name, value in row.items()},
        )
        for table, key, row in rows_of(record)
    }


def rows_stored(record: Aggregate, keyring: Keyring) -> ShownRows:
    """The rows of a record as they are stored."""
    return {place: (key, open_columns(row, keyring)) for place, (key, row) in rows_shown(record).items()}


def rewrite(log: Database, record: Aggregate, keyring: Keyring) -> None:
    """Make the columns anew that were made from what is sealed, once a key is gone. Rows that went away meanwhile stay away."""
    tables = {table.fullname: table for table in TABLES}
    with log.engine.begin() as connection:
        for (name, _), (key, row) in rows_shown(record).items():
            if made := {column: value for column, value in row.items() if isinstance(value, OpenedColumn)}:
                same = sa.and_(*(tables[name].c[column] == value for column, value in key.items()))
                connection.execute(sa.update(tables[name]).where(same).values(open_columns(made, keyring)))


def row_changes(before: ShownRows, after: ShownRows) -> tuple[RowChange, ...]:
    """What has to be written so that the rows show the record as it is now; see `ready`."""
    gone = [RowChange(table, before[table, key][0], None) for table, key in before.keys() - after.keys()]
    fresh = [RowChange(place[0], *after[place]) for place in after if before.get(place) != after[place]]
    return (*gone, *fresh)


def ready(rows: Iterable[RowChange], keyring: Keyring) -> tuple[RowChange, ...]:
    """The changes as they are written, what was sealed opened for the columns that need it."""
    made = ((each, open_columns(each.values, keyring) if each.values else each.values) for each in rows)
    return tuple(each if values is each.values else RowChange(each.table, each.key, values) for each, values in made)
