"""When somebody last looked at the clock: so that silence of the worker is seen before it is felt."""

import os
import socket
from datetime import UTC, datetime
from typing import NamedTuple

from opera_cases.log.store.database import Database
from opera_cases.log.work import heartbeats
from opera_cases.log.work.heartbeats import Heartbeat

LATE_SECONDS = 300.0
"""After so long without a look, reminders are late."""


class Beat(NamedTuple):
    """The last look at one kind of work: which worker, how many seconds ago."""

    name: str
    worker: str
    seconds_ago: float

    @property
    def late(self) -> bool:
        """Whether nobody has looked for longer than `LATE_SECONDS`."""
        return self.seconds_ago > LATE_SECONDS


def beat(database: Database, name: str) -> None:
    """Somebody looked."""
    heartbeats.record_heartbeat(database, Heartbeat(name, f"{socket.gethostname()}/{os.getpid()}", datetime.now(UTC)))


def beats(database: Database) -> list[Beat]:
    """The last look at each kind of work."""
    now = datetime.now(UTC)
    return [
        Beat(each.name, each.worker, max(0.0, (now - each.looked_at).total_seconds()))
        for each in heartbeats.looks(database)
    ]
