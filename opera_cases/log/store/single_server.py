"""One process serves an embedded office: SQLite has one writer, and two servers would only wait for each other."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from opera_cases.domain.kernel.errors import Unavailable
from opera_cases.log.store.database import Database


@contextmanager
def serving_alone(log: Database) -> Iterator[None]:
    """Hold the office while it is served; the lock goes with the process, however it ends. Nothing on PostgreSQL.

    Raises `Unavailable` when another process serves it.
    """
    if not log.is_sqlite or not log.url.database:
        yield
        return
    path = Path(log.url.database).with_suffix(".serving")
    with path.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable(
                f"Another process serves the office in {path.parent}. Stop it first; for several servers use PostgreSQL."
            ) from None
        yield
