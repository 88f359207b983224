"""Somebody with every right on the databases: files of SQLite, or the superuser of PostgreSQL. They have no key."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

Row = tuple[Any, ...]


class Store:
    """One database. Tables are named with their schema; statements have `?` for values."""

    def __init__(self, where: Path | str) -> None:
        self.where, self.sqlite = where, isinstance(where, Path)

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        if self.sqlite:
            connection = sqlite3.connect(str(self.where), isolation_level=None, timeout=20)
            guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            try:
                yield connection, guards
            finally:
                connection.close()
        else:
            with psycopg.connect(str(self.where), autocommit=True) as postgres:
                postgres.execute("SET session_replication_role = replica")  # triggers are off for this session
                yield postgres, []

    def _own(self, statement: str) -> str:
        return statement.replace("log.", "").replace("read.", "") if self.sqlite else statement.replace("?", "%s")

    def _plain(self, value: Any) -> Any:
        return value.hex if self.sqlite and isinstance(value, UUID) else value

    def rows(self, statement: str, *values: Any) -> list[Row]:
        """What a question answers; ids as text of 32 digits and bytes as bytes, on both engines."""
        with self._connected() as (connection, _):
            found = connection.execute(self._own(statement), tuple(map(self._plain, values))).fetchall()
        return [tuple(value.hex if isinstance(value, UUID) else value for value in row) for row in found]

    def write(self, statement: str, *values: Any) -> int:
        """Do it, whatever triggers say; they are there again afterwards. Returns how many rows were touched."""
        with self._connected() as (connection, guards):
            for name, _ in guards:
                connection.execute(f"DROP TRIGGER {name}")
            try:
                return int(connection.execute(self._own(statement), tuple(map(self._plain, values))).rowcount)
            finally:
                for _, made in guards:
                    connection.execute(made)

    def put(self, table: str, **values: Any) -> None:
        """A row more. Columns that the table does not have are left out: another release has others."""
        known = [name for name in values if name in self.columns(table)]
        self.write(
            f"INSERT INTO {table} ({', '.join(known)}) VALUES ({', '.join('?' * len(known))})",
            *(values[name] for name in known),
        )

    def columns(self, table: str) -> list[str]:
        """The columns of a table; none when there is no such table."""
        schema, _, name = table.rpartition(".")
        if self.sqlite:
            return [row[0] for row in self.rows("SELECT name FROM pragma_table_info(?)", name)]
        sql = "SELECT column_name FROM information_schema.columns WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position"
        return [row[0] for row in self.rows(sql, schema or "public", name)]

    def row(self, table: str, condition: str, *values: Any) -> dict[str, Any]:
        """The one row of which something holds."""
        (found,) = self.rows(f"SELECT {', '.join(self.columns(table))} FROM {table} WHERE {condition}", *values)
        return dict(zip(self.columns(table), found, strict=True))

    @contextmanager
    def changed(self, table: str, condition: str, *values: Any, to: dict[str, Any]) -> Iterator[None]:
        """Other values in the row of which something holds, and the old ones afterwards."""
        before = self.row(table, condition, *values)
        assert (
            self.write(
                f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in to)} WHERE {condition}", *to.values(), *values
            )
            == 1
        )
        try:
            yield
        finally:
            same = {**before, **{name: self._plain(value) for name, value in to.items()}}
            keys = [name for name in same if same[name] is not None]
            back = f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in to)} WHERE {' AND '.join(f'{name} = ?' for name in keys)}"
            self.write(back, *(before[name] for name in to), *(same[name] for name in keys))

    @contextmanager
    def gone(self, table: str, condition: str, *values: Any) -> Iterator[dict[str, Any]]:
        """Without the row of which something holds, which is put back afterwards."""
        before = self.row(table, condition, *values)
        assert self.write(f"DELETE FROM {table} WHERE {condition}", *values) == 1
        try:
            yield before
        finally:
            self.put(table, **before)

    @contextmanager
    def more(self, table: str, **values: Any) -> Iterator[None]:
        """With a row more, which is gone afterwards."""
        self.put(table, **values)
        try:
            yield
        finally:
            known = [name for name in values if name in self.columns(table) and values[name] is not None]
            self.write(
                f"DELETE FROM {table} WHERE {' AND '.join(f'{name} = ?' for name in known)}",
                *(values[name] for name in known),
            )
