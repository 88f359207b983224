"""One database, SQLite or PostgreSQL: SQLAlchemy for tables and questions, plain statements where every command passes.

Plain statements are written with PostgreSQL's numbered placeholders and run on whatever is at hand: sqlite3, psycopg,
or, inside the event loop of a server, asyncpg. The code that asks is the same and looks synchronous everywhere.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.util.concurrency import await_only, greenlet_spawn, in_greenlet

from opera_cases.domain.kernel.errors import Unavailable
from opera_cases.log.store.batching import BatchableQuery, BatchQueue, Pending
from opera_cases.log.store.errors import UNANSWERED, Conflict, LostContact
from opera_cases.log.store.sqlite import begin_statement, in_sqlite, prepare_sqlite, values_for_sqlite

__all__ = ["UNANSWERED", "Conflict", "Database", "LostContact", "Row", "on_loop"]

Row = tuple[Any, ...]
T = TypeVar("T")


async def on_loop(work: Callable[..., T], *arguments: Any) -> T:
    """Run code that looks synchronous inside the event loop: its statements give way to others while they wait."""
    return await greenlet_spawn(work, *arguments)


class Database:
    """Where one of the three stores lives. `sqlite:///path` or `postgresql://…`; nothing is opened before it is used.

    `before` is called with every plain statement before it runs: fault tests fail there, on the real database.
    """

    def __init__(self, url: str, *, pool: int = 10, statement_timeout: int = 10) -> None:
        self.url = sa.engine.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.before: Callable[[str], None] | None = None
        self._writer = threading.RLock()
        self._loop_pool: Any = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._idle: list[sqlite3.Connection] = []
        self._lanes: dict[Hashable, BatchQueue[Any]] | None = None
        self._timeout = statement_timeout
        if self.is_sqlite:
            self.engine = sa.create_engine(
                self.url, execution_options={"schema_translate_map": {"log": None, "read": None}}
            )
            sa.event.listen(self.engine, "connect", prepare_sqlite)
            sa.event.listen(self.engine, "begin", lambda c: c.exec_driver_sql(begin_statement(c)))
            self._plain = self.engine
        else:
            self.url = self.url.set(drivername="postgresql+psycopg")
            arguments = {"connect_timeout": 5, "options": f"-c statement_timeout={statement_timeout}s"}
            self.engine = sa.create_engine(self.url, pool_size=pool, max_overflow=pool, connect_args=arguments)
            self._plain = sa.create_engine(
                self.url, pool_size=pool, max_overflow=pool, isolation_level="AUTOCOMMIT", connect_args=arguments
            )

            from opera_cases.log.store import postgres

            self._postgres = postgres
            for engine in (self.engine, self._plain):
                postgres.listen(engine)

    async def join_loop(self, connections: int = 10) -> None:
        """From now on, what is asked inside the event loop is gathered, and goes to PostgreSQL through asyncpg."""
        self._lanes, self._loop = {}, asyncio.get_running_loop()
        if not self.is_sqlite:
            self._loop_pool = await self._postgres.open_pool(self.url, connections, self._timeout)

    async def leave_loop(self) -> None:
        """The opposite of `join_loop`: connections of the event loop are closed."""
        self._lanes = self._loop = None
        if self._loop_pool is not None:
            pool, self._loop_pool = self._loop_pool, None
            await pool.close()

    def dispose(self) -> None:
        """Close every connection."""
        while self._idle:
            self._idle.pop().close()
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
        return self._postgres.run_statement(self._plain, self.before, sql, values)

    def on_a_loop(self) -> bool:
        """Whether whoever asks now shares an event loop with others."""
        return self._lanes is not None and in_greenlet()

    def in_lane(
        self, name: Hashable, key: Any, carry: Callable[[list[Pending[Any]]], Awaitable[None]],
        apart: Callable[[Any], set[Hashable]] | None = None,
    ) -> Any:  # fmt: skip
        """Wait for an answer that is fetched for all who ask at this moment."""
        return await_only(self._lane(name, carry, apart).begin(key))

    def begin_in_lane(
        self, name: Hashable, key: Any, carry: Callable[[list[Pending[Any]]], Awaitable[None]]
    ) -> asyncio.Future[Any] | Future[Any]:
        """The same, while whoever asks, inside the event loop or in a thread beside it, goes on with something else. What they
        ask next goes first: they wait for that, and only later for this."""
        lane = self._lane(name, carry, yields_first=True)
        if in_greenlet():
            return lane.begin(key)
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(lane.ask(key), self._loop)

    def _lane(
        self, name: Hashable, carry: Callable[[list[Pending[Any]]], Awaitable[None]],
        apart: Callable[[Any], set[Hashable]] | None = None, *, yields_first: bool = False,
    ) -> BatchQueue[Any]:  # fmt: skip
        assert self._lanes is not None
        lane = self._lanes.get(name)
        return (
            lane
            if lane is not None
            else self._lanes.setdefault(name, BatchQueue(carry, apart, yields_first=yields_first))
        )

    def shared(self, question: BatchableQuery, key: Any, *rest: Any) -> list[Row]:
        """The rows of one key; inside an event loop of a server asked together with those of others."""
        if self._loop_pool is None or not self.on_a_loop():
            return self.rows(question.one, key, *rest)
        rows: list[Row] = self.in_lane((question, rest), key, partial(self._carry, question, rest))
        return rows

    async def _carry(self, question: BatchableQuery, rest: tuple[Any, ...], together: list[Pending[Any]]) -> None:
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
            return connection.execute(in_sqlite(sql), values_for_sqlite(values)).fetchall()
        except sqlite3.IntegrityError as wrong:
            raise Conflict(str(wrong).rpartition("failed: ")[2].partition(".")[0]) from wrong

    @contextmanager
    def _sqlite(self) -> Iterator[sqlite3.Connection]:
        """A connection of our own: none is ever left within a transaction, so there is nothing to reset."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._opened()
        try:
            yield connection
        except sqlite3.OperationalError as wrong:
            raise Unavailable(
                f"The database says: {wrong}. Nothing was changed; try again with the same key."
            ) from wrong
        finally:
            self._idle.append(connection)

    def _opened(self) -> sqlite3.Connection:
        proxy = self._plain.raw_connection()
        connection: Any = proxy.driver_connection
        proxy.detach()
        return connection  # type: ignore[no-any-return]

    async def rows_on_loop(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """The same as `rows`, for code of the event loop itself."""
        assert self._loop_pool is not None
        found: list[Any] = await self._loop_pool.rows(self.before, sql, values)
        return found
