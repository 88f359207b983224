"""An attacker with every right on the database: changes one thing, and puts it back afterwards."""

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg

from opera_cases.log.store.tables import LOG
from tests.support.world import World

COLUMNS = ("notification_id", "event_id", "originator_id", "originator_version", "topic", "state", "metadata")
Row = list[Any]


class Attacker:
    """Someone who owns the database. `touched` are the ids of the rows that were meddled with."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self.log, self.rng = world.runtime.log, rng
        if self.log.is_sqlite:
            self._sqlite = sqlite3.connect(str(self.log.url.database), isolation_level=None, timeout=20)
            for (name,) in self._sqlite.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                self._sqlite.execute(f"DROP TRIGGER {name}")
            self.table = "event"
        else:
            url = self.log.url.set(drivername="postgresql").render_as_string(hide_password=False)
            self._postgres = psycopg.connect(url, autocommit=True)
            self._postgres.execute("SET session_replication_role = replica")  # triggers are off for this session
            self.table = "log.event"
        self.rows = [self._plain(row) for row in self._run(f"SELECT {', '.join(COLUMNS)} FROM {self.table} ORDER BY 1")]
        self.touched: set[UUID] = set()
        self._gone: list[dict[str, Any]] = []

    def close(self) -> None:
        (self._sqlite if self.log.is_sqlite else self._postgres).close()

    def _run(self, sql: str, *values: Any) -> list[Any]:
        if self.log.is_sqlite:
            return self._sqlite.execute(
                sql.replace("%s", "?"), tuple(v.hex if isinstance(v, UUID) else v for v in values)
            ).fetchall()
        cursor = self._postgres.execute(sql, values)
        return cursor.fetchall() if cursor.description else []

    def run(self, sql: str, *values: Any) -> list[Any]:
        """A statement about tables named as on PostgreSQL, with `%s` for each value."""
        return self._run(sql.replace("log.", "") if self.log.is_sqlite else sql, *values)

    @contextmanager
    def changed(self, table: str, column: str, value: Any, where: str, *values: Any) -> Iterator[None]:
        """One column of the rows that a condition names holds something else; they are put back whole afterwards."""
        with self.removed(table, where, *values):
            for row in self._gone:
                self._put_back(table, {**row, column: value})
            try:
                yield
            finally:
                for row in self._gone:
                    self._remove(table, {**row, column: value})

    @contextmanager
    def removed(self, table: str, where: str, *values: Any) -> Iterator[None]:
        """The rows that a condition names are gone."""
        names = [column.name for column in LOG.tables[f"log.{table}"].columns]
        found = self.run(f"SELECT {', '.join(names)} FROM log.{table} WHERE {where}", *values)
        assert found, f"nothing in {table} where {where}"
        self._gone = gone = [dict(zip(names, row, strict=True)) for row in found]
        self.run(f"DELETE FROM log.{table} WHERE {where}", *values)
        try:
            yield
        finally:
            for row in gone:
                self._put_back(table, row)

    @contextmanager
    def added(self, table: str, **row: Any) -> Iterator[None]:
        """A row too many."""
        self._put_back(table, row)
        try:
            yield
        finally:
            self._remove(table, row)

    def _put_back(self, table: str, row: dict[str, Any]) -> None:
        self.run(f"INSERT INTO log.{table} ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})", *row.values())

    def _remove(self, table: str, row: dict[str, Any]) -> None:
        keys = [column.name for column in LOG.tables[f"log.{table}"].primary_key.columns]
        same = " AND ".join(f"{name} = %s" for name in keys)
        self.run(f"DELETE FROM log.{table} WHERE {same}", *(row[name] for name in keys))

    @staticmethod
    def _plain(row: Any) -> Row:
        position, event_id, stream, version, topic, state, metadata = row
        return [position, UUID(str(event_id)), UUID(str(stream)), version, topic, bytes(state), bytes(metadata)]

    def _put(self, row: Row) -> None:
        self._run(f"INSERT INTO {self.table} ({', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * 7)})", *row)

    def _set(self, place: int, column: str, value: Any) -> None:
        self._run(f"UPDATE {self.table} SET {column} = %s WHERE notification_id = %s", value, place)

    def _drop(self, place: int) -> None:
        self._run(f"DELETE FROM {self.table} WHERE notification_id = %s", place)

    def multiply(self, count: int) -> None:
        """So many more events, before any head: copies of one under ids of their own, with room between them."""
        model = self.rows[-1]
        self._run("BEGIN")
        for number in range(1, count + 1):
            self._put([model[0] + 2 * number, uuid4(), uuid4(), 1, *model[4:]])
        self._run("COMMIT")

    # -- what can be done ---------------------------------------------------------------------------------------------

    @contextmanager
    def flip(self) -> Iterator[None]:
        """One bit of one column of one row."""
        row = self.rng.choice(self.rows)
        number = self.rng.randrange(7)
        self.touched = {row[1]}
        value = self._flipped(row[number], number)
        place = value if number == 0 else row[0]
        self._set(row[0], COLUMNS[number], value)
        yield
        self._set(place, COLUMNS[number], row[number])

    def _flipped(self, value: Any, number: int) -> Any:
        if number == 0:
            return max(each[0] for each in self.rows) + self.rng.randrange(1, 1000)
        if number == 3:
            return value + 100_000
        if isinstance(value, UUID):
            return UUID(int=value.int ^ (1 << self.rng.randrange(128)))
        if isinstance(value, str):
            at = self.rng.randrange(len(value))
            return value[:at] + ("x" if value[at] != "x" else "y") + value[at + 1 :]
        at, bit = self.rng.randrange(len(value)), 1 << self.rng.randrange(8)
        return value[:at] + bytes([value[at] ^ bit]) + value[at + 1 :]

    @contextmanager
    def redate(self) -> Iterator[None]:
        """One event is made to have happened on another day."""
        row = self.rng.choice(self.rows)
        self.touched = {row[1]}
        told = json.loads(row[6])
        told["occurred_on"] = f"2024-0{self.rng.randint(1, 9)}-1{self.rng.randint(0, 9)}"
        self._set(row[0], "metadata", json.dumps(told).encode())
        yield
        self._set(row[0], "metadata", row[6])

    @contextmanager
    def delete(self) -> Iterator[None]:
        row = self.rng.choice(self.rows)
        self.touched = {row[1]}
        self._drop(row[0])
        yield
        self._put(row)

    @contextmanager
    def insert(self) -> Iterator[None]:
        """A copy of an event, a little different, between two others; where there is no room, later ones move on."""
        number = self.rng.randrange(len(self.rows) - 1)
        row, model = self.rows[number], self.rng.choice(self.rows)
        place = row[0] + 1
        shifted = self.rows[number + 1][0] == place
        later = [each for each in self.rows if each[0] >= place]
        if shifted:
            for each in reversed(later):
                self._set(each[0], "notification_id", each[0] + 1)
        fresh = [place, uuid4(), model[2], model[3] + 100_000, *model[4:]]
        self.touched = {fresh[1]}
        self._put(fresh)
        yield
        self._drop(place)
        if shifted:
            for each in later:
                self._set(each[0] + 1, "notification_id", each[0])

    @contextmanager
    def swap(self) -> Iterator[None]:
        one, other = self.rng.sample(self.rows, 2)
        self.touched = {one[1], other[1]}
        for first, second in ((one, other), (other, one)):
            self._set(first[0], "notification_id", -1)
            self._set(second[0], "notification_id", first[0])
            self._set(-1, "notification_id", second[0])
            if first is one:
                yield

    @contextmanager
    def cut(self) -> Iterator[None]:
        """The tail is gone, as if yesterday's copy had been put back."""
        gone = self.rows[-self.rng.randint(1, 5) :]
        self.touched = {gone[0][1]}
        for each in gone:
            self._drop(each[0])
        yield
        for each in gone:
            self._put(each)


KINDS = ("flip", "redate", "delete", "insert", "swap", "cut")
