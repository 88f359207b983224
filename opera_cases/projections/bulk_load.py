"""Rows in bulk: by COPY on PostgreSQL, by one statement for many on SQLite."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa


def bulk_insert(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Add rows to a table, within the connection's transaction. All rows have the same columns."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(sa.insert(table), rows)
        return
    columns = ", ".join(f'"{name}"' for name in rows[0])
    driver: Any = connection.connection.driver_connection
    with driver.cursor().copy(f"COPY {table.fullname} ({columns}) FROM STDIN") as out:
        for row in rows:
            out.write_row(tuple(row.values()))


@contextmanager
def many_short_lives() -> Iterator[None]:
    """While a log is folded, millions of objects come and go and none forms a circle: looking for circles among them
    would take a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
