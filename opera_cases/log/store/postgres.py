"""Plain statements on PostgreSQL: psycopg for threads, asyncpg for the event loop of a server, the same errors from both.

Imported only where a PostgreSQL is used: an embedded office starts without it.
"""

import asyncio
import select
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import asyncpg
import psycopg
import sqlalchemy as sa

from opera_cases.domain.kernel.errors import Withdrawn
from opera_cases.log.store.errors import UNANSWERED, Conflict, LostContact

_TRY_AGAIN = {"40001", "40P01", "55P03", "OP001"}
Before = Callable[[str], None] | None


def listen(engine: sa.Engine) -> None:
    """See before each use whether a connection still stands."""
    sa.event.listen(engine, "checkout", _still_open)


def _still_open(connection: Any, _: Any, __: Any) -> None:
    """A connection that the server closed while it lay idle has something to read: the pool opens another one."""
    look = select.poll()
    look.register(connection.fileno(), select.POLLIN)
    if look.poll(0):
        raise sa.exc.DisconnectionError


def run_statement(engine: sa.Engine, before: Before, sql: str, values: Sequence[Any]) -> list[Any]:
    """Run one statement by itself."""
    with _psycopg_errors():
        proxy = engine.raw_connection()
        try:
            if before:
                before(sql)
            cursor = psycopg.RawCursor(proxy.driver_connection)  # type: ignore[arg-type]
            cursor.execute(sql.encode(), values)
            return cursor.fetchall() if cursor.description else []
        except psycopg.OperationalError:
            proxy.invalidate()
            raise
        finally:
            proxy.close()


async def open_pool(url: sa.URL, connections: int, timeout: int) -> "LoopPool":
    """Connections for an event loop, at most so many; a statement may take `timeout` seconds."""
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    pool: asyncpg.Pool = await asyncpg.create_pool(
        address, min_size=1, max_size=connections, command_timeout=timeout, reset=_nothing_to_reset
    )
    return LoopPool(pool, connections, timeout)


class LoopPool:
    """The connections of an event loop. One that is free is taken again as it is: handing it back between two statements
    costs as much as a small statement."""

    def __init__(self, pool: asyncpg.Pool, most: int, timeout: int) -> None:
        self._pool, self._timeout = pool, timeout
        self._turn = asyncio.Semaphore(most)
        self._free: list[Any] = []

    async def rows(self, before: Before, sql: str, values: Sequence[Any]) -> list[Any]:
        """Run one statement by itself, without holding up the event loop. Raises `Conflict` for a unique row that
        exists, `LostContact` when the database does not answer."""
        try:
            if before:
                before(sql)
            await self._its_turn()
            try:
                return await self._fetched(sql, values)
            finally:
                self._turn.release()
        except asyncpg.UniqueViolationError as wrong:
            raise Conflict(str(wrong.table_name)) from wrong
        except asyncpg.PostgresError as wrong:
            raise _refused(wrong.sqlstate, wrong) from wrong
        except (OSError, TimeoutError, asyncpg.InterfaceError) as wrong:
            raise LostContact from wrong

    async def _its_turn(self) -> None:
        if self._turn.locked():
            async with asyncio.timeout(self._timeout):
                await self._turn.acquire()
        else:
            await self._turn.acquire()

    async def _fetched(self, sql: str, values: Sequence[Any]) -> list[Any]:
        connection = await self._connection()
        try:
            found: list[Any] = await connection.fetch(sql, *values)
        except asyncpg.PostgresError:  # the statement is over, and its connection as good as before
            self._free.append(connection)
            raise
        except BaseException:  # cut off half-way, also by a caller who went away: asyncpg sees to it that it ends
            await self._pool.release(connection)
            raise
        self._free.append(connection)
        return found

    async def _connection(self) -> Any:
        while self._free:
            connection = self._free.pop()
            if not connection.is_closed():
                return connection
            await self._pool.release(connection)
        return await self._pool.acquire(timeout=self._timeout)

    async def close(self) -> None:
        """Close every connection, those in use once they come back."""
        while self._free:
            await self._pool.release(self._free.pop())
        await self._pool.close()


async def _nothing_to_reset(_: asyncpg.Connection) -> None:
    """Every statement is its own transaction and leaves no trace on its connection."""


def _refused(state: str | None, wrong: Exception) -> Exception:
    if state == "OP003":
        return Withdrawn()
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
        raise (_refused(wrong.sqlstate, wrong) if wrong.sqlstate else LostContact()) from wrong
    except psycopg.Error as wrong:
        raise _refused(wrong.sqlstate, wrong) from wrong
    except UNANSWERED as wrong:
        raise LostContact from wrong
