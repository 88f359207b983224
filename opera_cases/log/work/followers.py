"""How far whoever reads the log has come: policies, and the witness, of which the log knows how much it signed.

A position of a policy is one of the log. Of the witness it is the number of rows of a ledger that a head covers.
"""

from typing import NamedTuple

from opera_cases.log.store.database import Database
from opera_cases.log.store.snapshot import Snapshot

_SIGNED = "signed/"


class FollowerPosition(NamedTuple):
    """Who reads on, and how far they have come."""

    name: str
    position: int


def position(log: Database, name: str) -> int:
    """How far a reader of the log has come; 0 for one that has not begun."""
    rows = log.rows("SELECT position FROM log.follower WHERE name = $1", name)
    return int(rows[0][0]) if rows else 0


def advance(log: Database, name: str, to: int) -> None:
    """A reader of the log has come so far; another one of the same name may have come further."""
    log.rows(
        "INSERT INTO log.follower (name, position) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE"
        " SET position = excluded.position WHERE log.follower.position < excluded.position",
        name, to,
    )  # fmt: skip


def note_signed(log: Database, ledger: str, size: int) -> None:
    """The witness covers so many rows of a ledger: one that knows less is an older copy, or was cut."""
    advance(log, f"{_SIGNED}{ledger}", size)


def signed_sizes(log: Database) -> list[FollowerPosition]:
    """By the names of ledgers, how many rows of each were ever signed."""
    rows = log.rows(f"SELECT name, position FROM log.follower WHERE name LIKE '{_SIGNED}%'")
    return [FollowerPosition(str(name).removeprefix(_SIGNED), int(size)) for name, size in rows]


def policies(log: Snapshot) -> list[FollowerPosition]:
    """How far each policy has come."""
    rows = log.rows(f"SELECT name, position FROM log.follower WHERE name NOT LIKE '{_SIGNED}%'")
    return [FollowerPosition(str(name), int(at)) for name, at in rows]
