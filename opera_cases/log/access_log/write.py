"""Rows of the access ledger: written durably, at once, or begun while the answer is made; those of one moment go together.

A process has two chains (`log/proof/hash_chain.py`): one for its event loop, where one statement at a time is under way, and one for
its threads, which wait for each other.
"""

import asyncio
import os
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache, partial
from itertools import chain as joined
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from opera_cases.domain.kernel.errors import Unavailable
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.proof.hash_chain import COLUMNS, AccessRow, Chain, ChainedReading, key_of
from opera_cases.log.store.batching import Pending
from opera_cases.log.store.database import Conflict, Database

COLUMN_TYPES = {UUID: "uuid", int: "bigint", bytes: "bytea", str: "text"}
TYPES = [COLUMN_TYPES[kind] for kind in ChainedReading.__annotations__.values()]
MANY = f"INSERT INTO log.reading ({COLUMNS}) SELECT * FROM unnest({', '.join(f'${n}::{kind}[]' for n, kind in enumerate(TYPES, 1))})"
Begun = asyncio.Future[Any] | Future[Any]
ATTEMPTS = 2


class _Chains:
    """The chains of one database in this process."""

    def __init__(self, key: bytes) -> None:
        self.of_loop, self.of_threads = Chain(key), Chain(key)
        self.turn = threading.Lock()


_chains: WeakKeyDictionary[Database, _Chains] = WeakKeyDictionary()
os.register_at_fork(after_in_child=_chains.clear)


def _chains_of(database: Database, keyring: Keyring) -> _Chains:
    known = _chains.get(database)
    return known if known is not None else _chains.setdefault(database, _Chains(key_of(keyring)))


@lru_cache(maxsize=256)
def _values(count: int) -> str:
    width = len(ChainedReading._fields)
    places = ", ".join(
        "(" + ", ".join(f"${width * row + n}" for n in range(1, width + 1)) + ")" for row in range(count)
    )
    return f"INSERT INTO log.reading ({COLUMNS}) VALUES {places}"


def append(database: Database, keyring: Keyring, rows: Sequence[AccessRow]) -> None:
    """Write down who read. It is durable when this comes back."""
    chains = _chains_of(database, keyring)
    if database.on_a_loop() and not database.is_sqlite:
        database.in_lane("readings", rows, partial(_together, database, chains.of_loop))
        return
    with chains.turn:
        _one_after_the_other(database, chains.of_threads, rows)


def begin_append(database: Database, keyring: Keyring, rows: Sequence[AccessRow]) -> Begun:
    """Begin to write down who read, while whoever asks goes on. It is durable when `wait_for` comes back."""
    if database.is_sqlite:
        return _aside().submit(append, database, keyring, rows)
    return database.begin_in_lane("readings", rows, partial(_together, database, _chains_of(database, keyring).of_loop))


async def wait_for(begun: Begun) -> None:
    """Wait for what was begun. Raises what stood in its way."""
    await (begun if isinstance(begun, asyncio.Future) else asyncio.wrap_future(begun))


def _one_after_the_other(database: Database, chain: Chain, rows: Sequence[AccessRow]) -> None:
    for _ in range(ATTEMPTS):
        if chain.in_doubt:
            chain.settle(database.rows(Chain.LOOK, *chain.doubtful))
        linked = chain.linked(rows)
        try:
            database.rows(_values(len(linked)), *joined.from_iterable(linked))
        except Conflict:  # what nobody knew about came through late, or somebody else wrote there
            chain.begin_anew()
            continue
        chain.kept()
        return
    raise Unavailable


async def _together(database: Database, chain: Chain, together: list[Pending[Sequence[AccessRow]]]) -> None:
    await _written(database, chain, list(joined.from_iterable(each.key for each in together)))
    for each in together:
        each.tell(None)


async def _written(database: Database, chain: Chain, rows: Sequence[AccessRow]) -> None:
    for _ in range(ATTEMPTS):
        if chain.in_doubt:
            chain.settle(await database.rows_on_loop(Chain.LOOK, chain.doubtful))
        linked = chain.linked(rows)
        try:
            if len(linked) == 1:
                await database.rows_on_loop(_values(1), linked[0])
            else:
                await database.rows_on_loop(MANY, [list(column) for column in zip(*linked, strict=True)])
        except Conflict:
            chain.begin_anew()
            continue
        chain.kept()
        return
    raise Unavailable


@lru_cache
def _aside() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "readings")
