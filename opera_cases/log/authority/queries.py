"""Questions to the rows of authority (`authority`): whose something shown is, who holds a role, and all there are.

Days are civil dates as text (ISO 8601). A row is told as it stands: whether its mark is the office's own, and whether its event
still gives it, is for the asker to see.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.log.authority.rows import Authority, Withdrawal
from opera_cases.log.store.batching import BatchableQuery
from opera_cases.log.store.database import Database, Row
from opera_cases.log.store.snapshot import Snapshot

_NAMES = Authority._fields
WIDTH = len(_NAMES) + 1
"""How many columns a row with its mark has."""
_RECORD = _NAMES.index("record")


def _columns(of: str) -> str:
    """A row, its mark, and the version that its record has come to."""
    names = ", ".join(f"{of}.{name}" for name in (*_NAMES, "mac"))
    return f"{names}, (SELECT max(e.originator_version) FROM log.event e WHERE e.originator_id = {of}.record)"


def _ended(of: str) -> str:
    return f"EXISTS (SELECT 1 FROM log.withdrawal w WHERE w.digest = {of}.digest AND w.since <= $2)"


_WHOSE = (
    f"{_columns('c')}, {_columns('p')} FROM log.authority c"
    " LEFT JOIN log.authority p ON p.operator = c.operator AND p.kind = 'POSTING' AND p.role = c.role AND p.since <= $2"
    f" AND (p.until = '' OR p.until >= $2) AND NOT {_ended('p')}"
    " WHERE c.digest {} AND c.until >= $2 AND NOT " + _ended("c")
)
_FIND = BatchableQuery(
    one="SELECT " + _WHOSE.format("= $1"), many="SELECT c.digest, " + _WHOSE.format("= ANY($1::bytea[])")
)
"""One question tells whose it is, where they are posted today, and how far the records that say so have come."""


class Stands(NamedTuple):
    """A row with its mark as it stands (`parse_row`), and the version to which its record has come; None where there is no event of it."""

    raw: Row
    version: int | None

    @property
    def record(self) -> UUID:
        """The record whose event gave it."""
        return _uuid(self.raw[_RECORD])


def find_authority(log: Database, digest: bytes, today: date) -> list[Row]:
    """What stands on a day for whoever shows what has this digest: a row for each desk at which they are posted, one where they
    are at none (`parted`). Inside an event loop asked together with what others show."""
    return log.shared(_FIND, digest, today.isoformat())


def parted(row: Row) -> tuple[Stands, Stands | None]:
    """What is shown, and the posting beside it, if there is one."""
    shown, posting = Stands(row[:WIDTH], row[WIDTH]), row[WIDTH + 1 :]
    return shown, Stands(posting[:WIDTH], posting[WIDTH]) if posting[0] is not None else None


def parse_row(raw: Sequence[Any]) -> tuple[Authority, Any]:
    """A row and the mark that it shows. Raises `ValueError` where an id is none."""
    found, kind, operator, role, desks, region, purpose, since, until, event, record, mac = raw
    kind, role, desks, region, purpose, since, until = map(str, (kind, role, desks, region, purpose, since, until))
    return Authority(
        bytes(found), kind, _uuid(operator), role, desks, region, purpose, since, until, _uuid(event), _uuid(record)
    ), mac


def grants_in_force(log: Database, kind: str, today: date) -> list[Stands]:
    """What of a kind stands on a day, by operator."""
    sql = (
        f"SELECT {_columns('c')} FROM log.authority c WHERE c.kind = $1 AND c.since <= $2"
        f" AND (c.until = '' OR c.until >= $2) AND NOT {_ended('c')} ORDER BY c.operator"
    )
    return [Stands(row[:WIDTH], row[WIDTH]) for row in log.rows(sql, kind, today.isoformat())]


def postings_of(log: Database, operator: UUID, role: str, today: date) -> list[Stands]:
    """By what somebody works at a desk in a role, and has not ceased to by a day; the oldest first."""
    sql = (
        f"SELECT {_columns('c')} FROM log.authority c WHERE c.operator = $1 AND c.kind = 'POSTING'"
        f" AND c.role = $3 AND NOT {_ended('c')} ORDER BY c.since, c.digest"
    )
    return [Stands(row[:WIDTH], row[WIDTH]) for row in log.rows(sql, operator, today.isoformat(), role)]


def ever_held(log: Database) -> list[tuple[UUID, str]]:
    """Who ever held which role, by a role given or by a token."""
    rows = log.rows("SELECT DISTINCT operator, role FROM log.authority WHERE kind IN ('GRANT', 'TOKEN')")
    return [(_uuid(operator), str(role)) for operator, role in rows]


def digests(log: Database, operator: UUID) -> dict[UUID, bytes]:
    """The digests of somebody's rows, by the events that gave them."""
    rows = log.rows("SELECT event_id, digest FROM log.authority WHERE operator = $1", operator)
    return {_uuid(event): bytes(found) for event, found in rows}


def all_authority(log: Snapshot) -> list[tuple[Authority, bytes]]:
    """All rows there are, each with its mark."""
    found = [parse_row(raw) for raw in log.rows(f"SELECT {', '.join(_NAMES)}, mac FROM log.authority")]
    return [(row, bytes(mac)) for row, mac in found]


def withdrawals(log: Snapshot) -> list[tuple[Withdrawal, bytes]]:
    """All withdrawals, each with its mark."""
    rows = log.rows("SELECT digest, event_id, operator, since, mac FROM log.withdrawal")
    return [
        (Withdrawal(bytes(digest), _uuid(event), _uuid(operator), str(since)), bytes(mac))
        for digest, event, operator, since, mac in rows
    ]


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))
