"""Leases: who does which share of the work just now. A process that dies gives its share back by saying nothing more.

Nothing rests on them: every step that time takes is taken once, whoever asks. They keep workers out of each other's way.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from opera_cases.log.store.database import Database

SECONDS = 5.0
ME = uuid4().hex
"""This process, as the leases name it."""


def offer(database: Database, names: list[str]) -> None:
    """Make sure that there is something to take under these names."""
    for name in names:
        database.rows(
            "INSERT INTO log.lease (name, holder, until) VALUES ($1, '', 0) ON CONFLICT (name) DO NOTHING", name
        )


def shares(database: Database, work: str, count: int, seconds: float = SECONDS) -> Iterator[str]:
    """The shares of a piece of work that nobody has just now, one after the other, each once in this round.

    Rows that another process is about to take are passed over (`SKIP LOCKED`).
    """
    offer(database, [f"{work}/{number:02d}" for number in range(count)])
    began, skip = time.time(), "" if database.is_sqlite else " FOR UPDATE SKIP LOCKED"
    free = (
        "UPDATE log.lease SET holder = $1, until = $2 WHERE name = (SELECT name FROM log.lease"
        f" WHERE name LIKE $3 AND until < $4 ORDER BY until, name LIMIT 1{skip}) RETURNING name"
    )
    while rows := database.rows(free, ME, time.time() + seconds, f"{work}/%", began):
        name = str(rows[0][0])
        try:
            yield name
        finally:
            give_back(database, name)


def renew(database: Database, name: str, seconds: float = SECONDS) -> None:
    """Still at it."""
    database.rows("UPDATE log.lease SET until = $1 WHERE name = $2 AND holder = $3", time.time() + seconds, name, ME)


def give_back(database: Database, name: str) -> None:
    """Let a lease go before its time, if this process holds it."""
    database.rows("UPDATE log.lease SET until = $1 WHERE name = $2 AND holder = $3", time.time(), name, ME)


@contextmanager
def alone(database: Database, name: str) -> Iterator[bool]:
    """One thing at a time, whoever has it first; False for whoever comes second."""
    offer(database, [name])
    now = time.time()
    sql = "UPDATE log.lease SET holder = $1, until = $2 WHERE name = $3 AND (until < $4 OR holder = $1) RETURNING 1"
    mine = bool(database.rows(sql, ME, now + SECONDS, name, now))
    try:
        yield mine
    finally:
        if mine:
            give_back(database, name)
