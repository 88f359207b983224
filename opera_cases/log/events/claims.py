"""Claims: what one record holds alone, by kind and key. A row alone is not believed: its holder's events have to say so."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.log.store.database import Database
from opera_cases.log.store.snapshot import Snapshot

_CHUNK = 5000
_COLUMNS = "kind, key, holder, mac"


class StoredClaim(NamedTuple):
    """A row as it stands, whatever somebody made of it: `holder` may be no id, `mac` none."""

    kind: Any
    key: Any
    holder: Any
    mac: Any


def holder(log: Database, kind: str, key: str) -> UUID | None:
    """The record that holds a claim, as its row says."""
    rows = log.rows("SELECT holder FROM log.claim WHERE kind = $1 AND key = $2", kind, key)
    return UUID(str(rows[0][0])) if rows else None


def all_claims(log: Snapshot) -> Iterator[StoredClaim]:
    """Every claim there is, by kind and key."""
    rows = log.rows(f"SELECT {_COLUMNS} FROM log.claim ORDER BY kind, key LIMIT $1", _CHUNK)
    while rows:
        yield from (StoredClaim(*row) for row in rows)
        sql = f"SELECT {_COLUMNS} FROM log.claim WHERE (kind, key) > ($1::text, $2::text) ORDER BY kind, key LIMIT $3"
        rows = log.rows(sql, *rows[-1][:2], _CHUNK)


def drop_marks(log: Database) -> None:
    """Take the marks away: the key under which they were made is gone, and they are made anew."""
    log.rows("UPDATE log.claim SET mac = NULL")
