"""Commands that were answered: known for ever by who asked, for which operation, under which id. Never rebuilt."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.log.store.database import Database
from opera_cases.log.store.snapshot import Snapshot

_CHUNK = 5000
_KEY = "principal, operation, command_id"


class Answered(NamedTuple):
    """What was answered: the digest of the request, the answer as JSON, the position of its first event."""

    request: bytes
    answer: bytes
    position: int


class StoredCommand(NamedTuple):
    """A row as it stands, whatever somebody made of it: `command_id` may be no id, `answer` no JSON."""

    operation: Any
    command_id: Any
    answer: Any
    position: Any


def answered(log: Database, principal: UUID, operation: str, command_id: UUID) -> Answered | None:
    """What was answered to a command; None for one not carried out yet."""
    sql = (
        "SELECT request, answer, position FROM log.command WHERE principal = $1 AND operation = $2 AND command_id = $3"
    )
    rows = log.rows(sql, principal, operation, command_id)
    return Answered(bytes(rows[0][0]), bytes(rows[0][1]), rows[0][2]) if rows else None


def all_commands(log: Snapshot) -> Iterator[StoredCommand]:
    """Every command there is."""
    order = f"ORDER BY {_KEY} LIMIT"
    rows = log.rows(f"SELECT {_KEY}, answer, position FROM log.command {order} $1", _CHUNK)
    while rows:
        yield from (StoredCommand(*row[1:]) for row in rows)
        sql = f"SELECT {_KEY}, answer, position FROM log.command WHERE ({_KEY}) > ($1::uuid, $2::text, $3::uuid) {order} $4"
        rows = log.rows(sql, *rows[-1][:3], _CHUNK)
