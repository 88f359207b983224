"""Rows of the access ledger: written durably, at once, or begun while the answer is made; those of one moment go together."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache, partial
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.log.database import Database
from opera_cases.log.gathering import Waiting


class Read(NamedTuple):
    """Who read, in which role, of whom which classes of values, in which record, where, for what, under which correlation."""

    reading_id: UUID
    recorded_at: str
    principal: UUID
    role: str
    subject: UUID
    classes: str
    stream: UUID
    place: str
    purpose: str
    correlation: UUID


COLUMNS = ", ".join(Read._fields)
TYPES = ["uuid" if Read.__annotations__[name] is UUID else "text" for name in Read._fields]
MANY = f"INSERT INTO log.reading ({COLUMNS}) SELECT * FROM unnest({', '.join(f'${n}::{kind}[]' for n, kind in enumerate(TYPES, 1))})"
Begun = asyncio.Future[Any] | Future[Any]


@lru_cache(maxsize=256)
def _values(count: int) -> str:
    width = len(Read._fields)
    places = ", ".join("(" + ", ".join(f"${width * row + n}" for n in range(1, width + 1)) + ")" for row in range(count))
    return f"INSERT INTO log.reading ({COLUMNS}) VALUES {places}"


def note(database: Database, rows: Sequence[Read]) -> None:
    """Write down who read. It is durable when this comes back."""
    database.rows(_values(len(rows)), *chain.from_iterable(rows))


def begin(database: Database, rows: Sequence[Read]) -> Begun:
    """Begin to write down who read, while whoever asks goes on. It is durable when `done` comes back."""
    if database.is_sqlite:
        return _aside().submit(note, database, rows)
    return database.begin_in_lane("readings", rows, partial(_together, database))


async def done(begun: Begun) -> None:
    """Wait for what was begun. Raises what stood in its way."""
    await (begun if isinstance(begun, asyncio.Future) else asyncio.wrap_future(begun))


async def _together(database: Database, together: list[Waiting[Sequence[Read]]]) -> None:
    rows = list(chain.from_iterable(each.key for each in together))
    if len(rows) == 1:
        await database.rows_on_loop(_values(1), rows[0])
    else:
        await database.rows_on_loop(MANY, [list(column) for column in zip(*rows, strict=True)])
    for each in together:
        each.tell(None)


@lru_cache
def _aside() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "readings")
