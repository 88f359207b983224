"""The last look at each kind of work: which worker, at which moment."""

from datetime import datetime
from typing import NamedTuple

from opera_cases.log.store.database import Database


class Heartbeat(NamedTuple):
    """Who looked last at one kind of work, and when."""

    name: str
    worker: str
    looked_at: datetime


def record_heartbeat(log: Database, look: Heartbeat) -> None:
    """Somebody looked; the look before is forgotten."""
    log.rows(
        "INSERT INTO log.heartbeat (name, worker, looked_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE"
        " SET worker = excluded.worker, looked_at = excluded.looked_at",
        look.name, look.worker, look.looked_at.isoformat(),
    )  # fmt: skip


def looks(log: Database) -> list[Heartbeat]:
    """The last look at each kind of work, by name."""
    rows = log.rows("SELECT name, worker, looked_at FROM log.heartbeat ORDER BY name")
    return [Heartbeat(str(name), str(worker), datetime.fromisoformat(at)) for name, worker, at in rows]
