"""One database, SQLite or PostgreSQL: SQLAlchemy for tables and questions, plain statements where every command passes.

Plain statements are written with PostgreSQL's numbered placeholders and run on whatever is at hand: sqlite3, psycopg,
or, inside the event loop of a server, asyncpg. The code that asks is the same and looks synchronous everywhere.
"""

import asyncio
import json
import re
import select
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import psycopg
import sqlalchemy as sa
from sqlalchemy.util.concurrency import await_only, greenlet_spawn, in_greenlet

from opera_cases.domain.errors import CannotNow
from opera_cases.log.gathering import Lane, Shared, Waiting

Row = tuple[Any, ...]
T = TypeVar("T")


UNANSWERED = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)
"""What SQLAlchemy raises when a database does not answer."""


async def on_loop(work: Callable[..., T], *arguments: Any) -> T:
    """Run code that looks synchronous inside the event loop: its statements give way to others while they wait."""
    return await greenlet_spawn(work, *arguments)


class Conflict(Exception):
    """A unique row was there already, or a stream would have been reordered. `table` says where."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


class LostContact(CannotNow):
    """The database did not answer, so nobody knows whether the step was recorded. Send it again with the same key."""


@lru_cache(maxsize=4096)
def _for_sqlite(sql: str) -> str:
    sql = re.sub(r"= ANY\(\$(\d+)::uuid\[\]\)", r"IN (SELECT value FROM json_each(?\1))", sql)
    return re.sub(r"\$(\d+)(::[a-z]+(\[\])?)?", r"?\1", sql).replace("log.", "").replace("read.", "")


def _to_sqlite(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, list):
        return json.dumps([each.hex for each in value])
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else value


class Database:
    """Where one of the three stores lives. `sqlite:///path` or `postgresql://…`; nothing is opened before it is used.

    `before` is called with every plain statement before it runs: fault tests fail there, on the real database.
    """

    def __init__(self, url: str, *, pool: int = 10, statement_timeout: int = 10) -> None:
        self.url = sa.engine.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.before: Callable[[str], None] | None = None
        self._writer = threading.RLock()
        self._loop_pool: asyncpg.Pool | None = None
        self._lanes: dict[Hashable, Lane[Any]] | None = None
        self._timeout = statement_timeout
        if self.is_sqlite:
            self.engine = sa.create_engine(self.url, execution_options={"schema_translate_map": {"log": None, "read": None}})
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", lambda c: c.exec_driver_sql(_begin(c)))
            self._plain = self.engine
        else:
            self.url = self.url.set(drivername="postgresql+psycopg")
            arguments = {"connect_timeout": 5, "options": f"-c statement_timeout={statement_timeout}s"}
            self.engine = sa.create_engine(self.url, pool_size=pool, max_overflow=pool, connect_args=arguments)
            self._plain = sa.create_engine(
                self.url, pool_size=pool, max_overflow=pool, isolation_level="AUTOCOMMIT", connect_args=arguments
            )

            for engine in (self.engine, self._plain):
                sa.event.listen(engine, "checkout", _still_open)

    async def join_loop(self, connections: int = 10) -> None:
        """From now on, what is asked inside the event loop is gathered, and goes to PostgreSQL through asyncpg."""
        self._lanes = {}
        if not self.is_sqlite:
            url = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
            self._loop_pool = await asyncpg.create_pool(
                url, min_size=1, max_size=connections, command_timeout=self._timeout, reset=_nothing_to_reset
            )

    async def leave_loop(self) -> None:
        self._lanes = None
        if self._loop_pool is not None:
            pool, self._loop_pool = self._loop_pool, None
            await pool.close()

    def dispose(self) -> None:
        self.engine.dispose()
        self._plain.dispose()

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """Run one statement on its own and return its rows.

        Raises `Conflict` for a unique row that exists, `LostContact` when the database does not answer.
        """
        if self._loop_pool is not None and in_greenlet():
            return list(await_only(self.rows_on_loop(sql, values)))
        if self.is_sqlite:
            with self._sqlite() as connection:
                return self._execute(connection, sql, values)
        with _psycopg_errors():
            proxy = self._plain.raw_connection()
            try:
                if self.before:
                    self.before(sql)
                cursor = psycopg.RawCursor(proxy.driver_connection)  # type: ignore[arg-type]
                cursor.execute(sql.encode(), values)
                return cursor.fetchall() if cursor.description else []
            except psycopg.OperationalError:
                proxy.invalidate()
                raise
            finally:
                proxy.close()

    def on_a_loop(self) -> bool:
        """Whether whoever asks now shares an event loop with others."""
        return self._lanes is not None and in_greenlet()

    def in_lane(
        self, name: Hashable, key: Any, carry: Callable[[list[Waiting[Any]]], Awaitable[None]],
        apart: Callable[[Any], set[Hashable]] | None = None,
    ) -> Any:  # fmt: skip
        """Wait for an answer that is fetched for all who ask at this moment."""
        assert self._lanes is not None
        lane = self._lanes.get(name)
        if lane is None:
            lane = self._lanes[name] = Lane(carry, apart)
        return await_only(lane.ask(key))

    def shared(self, question: Shared, key: Any, *rest: Any) -> list[Row]:
        """The rows of one key; inside an event loop of a server asked together with those of others."""
        if self._loop_pool is None or not self.on_a_loop():
            return self.rows(question.one, key, *rest)
        rows: list[Row] = self.in_lane((question, rest), key, partial(self._carry, question, rest))
        return rows

    async def _carry(self, question: Shared, rest: tuple[Any, ...], together: list[Waiting[Any]]) -> None:
        found: dict[Any, list[Row]] = {each.key: [] for each in together}
        for row in await self.rows_on_loop(question.many, (list(found), *rest)):
            found[row[0]].append(tuple(row)[1:])
        for each in together:
            each.tell(found[each.key])

    def reading(self) -> sa.Connection:
        """A connection for questions of SQLAlchemy, each on its own: nothing is begun and nothing has to be ended."""
        if self.is_sqlite:
            return self.engine.connect().execution_options(reads=True)
        return self._plain.connect()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Around questions by SQLAlchemy: a database that does not answer becomes `LostContact`."""
        try:
            yield
        except UNANSWERED as wrong:
            raise LostContact from wrong

    def pause(self, seconds: float) -> None:
        """Wait a moment without holding up the event loop."""
        if self._loop_pool is not None and in_greenlet():
            await_only(asyncio.sleep(seconds))
        else:
            time.sleep(seconds)

    @contextmanager
    def transaction(self) -> Iterator[Callable[..., list[Row]]]:
        """Several statements at once on SQLite, as its one writer: all of them or none."""
        assert self.is_sqlite, "PostgreSQL writes in one statement"
        with self._writer, self._sqlite() as connection:
            self._execute(connection, "BEGIN IMMEDIATE", ())
            try:
                yield lambda sql, *values: self._execute(connection, sql, values)
                self._execute(connection, "COMMIT", ())
            except BaseException:  # whatever stopped it, nothing is left half-written
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _execute(self, connection: sqlite3.Connection, sql: str, values: Sequence[Any]) -> list[Row]:
        if self.before:
            self.before(sql)
        try:
            return connection.execute(_for_sqlite(sql), [_to_sqlite(value) for value in values]).fetchall()
        except sqlite3.IntegrityError as wrong:
            raise Conflict(str(wrong).rpartition("failed: ")[2].partition(".")[0]) from wrong

    @contextmanager
    def _sqlite(self) -> Iterator[sqlite3.Connection]:
        proxy = self._plain.raw_connection()
        try:
            yield proxy.driver_connection  # type: ignore[misc]
        except sqlite3.OperationalError as wrong:
            raise CannotNow(f"The database says: {wrong}. Nothing was changed; try again with the same key.") from wrong
        finally:
            proxy.close()

    async def rows_on_loop(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """The same as `rows`, for code of the event loop itself."""
        pool = self._loop_pool
        assert pool is not None
        try:
            if self.before:
                self.before(sql)
            async with pool.acquire(timeout=self._timeout) as connection:
                rows: list[Any] = await connection.fetch(sql, *values)
                return rows
        except asyncpg.UniqueViolationError as wrong:
            raise Conflict(str(wrong.table_name)) from wrong
        except asyncpg.PostgresError as wrong:
            raise _refused_by_postgres(wrong.sqlstate, wrong) from wrong
        except (OSError, TimeoutError, asyncpg.InterfaceError) as wrong:
            raise LostContact from wrong


def _still_open(connection: Any, _: Any, __: Any) -> None:
    """A connection that the server closed while it lay idle has something to read: the pool opens another one."""
    look = select.poll()
    look.register(connection.fileno(), select.POLLIN)
    if look.poll(0):
        raise sa.exc.DisconnectionError


async def _nothing_to_reset(_: asyncpg.Connection) -> None:
    """Every statement is its own transaction and leaves no trace on its connection."""


def _begin(connection: sa.Connection) -> str:
    return "BEGIN" if connection.get_execution_options().get("reads") else "BEGIN IMMEDIATE"


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


_TRY_AGAIN = {"40001", "40P01", "55P03", "OP001"}


def _refused_by_postgres(state: str | None, wrong: Exception) -> Exception:
    if state in _TRY_AGAIN:
        return Conflict("event")
    if state and state[:2] in ("08", "57", "53", "25"):
        return LostContact()
    return wrong


@contextmanager
def _psycopg_errors() -> Iterator[None]:
    try:
        yield
    except psycopg.errors.UniqueViolation as wrong:
        raise Conflict(wrong.diag.table_name or "") from wrong
    except psycopg.OperationalError as wrong:
        raise (_refused_by_postgres(wrong.sqlstate, wrong) if wrong.sqlstate else LostContact()) from wrong
    except psycopg.Error as wrong:
        raise _refused_by_postgres(wrong.sqlstate, wrong) from wrong
    except UNANSWERED as wrong:
        raise LostContact from wrong
