"""When somebody last looked at the clock: so that silence of the worker is seen before it is felt."""

import os
import socket
from datetime import UTC, datetime
from typing import NamedTuple

from opera_cases.log.database import Database

LATE_SECONDS = 300.0
"""After so long without a look, reminders are late."""


class Beat(NamedTuple):
    """The last look at one kind of work: which worker, how many seconds ago."""

    name: str
    worker: str
    seconds_ago: float

    @property
    def late(self) -> bool:
        return self.seconds_ago > LATE_SECONDS


def beat(database: Database, name: str) -> None:
    """Somebody looked."""
    worker = f"{socket.gethostname()}/{os.getpid()}"
    database.rows(
        "INSERT INTO log.heartbeat (name, worker, looked_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE"
        " SET worker = excluded.worker, looked_at = excluded.looked_at",
        name, worker, datetime.now(UTC).isoformat(),
    )  # fmt: skip


def beats(database: Database) -> list[Beat]:
    """The last look at each kind of work."""
    now = datetime.now(UTC)
    rows = database.rows("SELECT name, worker, looked_at FROM log.heartbeat ORDER BY name")
    return [Beat(str(n), str(w), max(0.0, (now - datetime.fromisoformat(at)).total_seconds())) for n, w, at in rows]
