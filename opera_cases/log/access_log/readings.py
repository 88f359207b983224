"""Questions to the readings that were written down (`readings`): who read what of whom, and the rows of the chains as they stand.

Rows are in the order of `chains.COLUMNS`, which `chains.stored` reads: what somebody made of one is for the asker to see.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from opera_cases.log.access_log.filter import AccessFilter
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.proof.hash_chain import COLUMNS, AccessRow, trust_check
from opera_cases.log.store.database import Database, Row
from opera_cases.log.store.snapshot import Snapshot

PAGE, CHUNK, BACK = 5000, 2000, 100
_EVER = AccessFilter()


def newest_readings(
    log: Database, keyring: Keyring, most: int, criteria: AccessFilter = _EVER, subjects: Sequence[UUID] | None = None
) -> Iterator[AccessRow]:
    """Who read, the newest first, page by page of `most` rows at most; of some subjects only, where they are given. A row that
    nobody of the office wrote is left out: `verify` names it."""
    believed = trust_check(keyring)
    values: list[Any] = [min(most, PAGE), 0]
    condition = criteria.condition(values)
    if subjects is not None:
        values.append(list(subjects))
        condition += f" AND subject = ANY(${len(values)}::uuid[])"
    sql = (
        f"SELECT {COLUMNS} FROM log.reading WHERE {condition} ORDER BY recorded_at DESC, reading_id LIMIT $1 OFFSET $2"
    )
    while rows := log.rows(sql, *values):
        yield from (_read(row) for row in rows if believed(row))
        values[1] += len(rows)


def _read(row: Row) -> AccessRow:
    ident, at, principal, role, subject, classes, stream, place, purpose, correlation = row[:10]
    return AccessRow(UUID(str(ident)), str(at), UUID(str(principal)), str(role), UUID(str(subject)), str(classes), UUID(str(stream)), str(place),
                str(purpose), UUID(str(correlation)))  # fmt: skip


def of_id(log: Database, reading: UUID) -> Row | None:
    """The row of a reading; None when there is none."""
    rows = log.rows(f"SELECT {COLUMNS} FROM log.reading WHERE reading_id = $1", reading)
    return rows[0] if rows else None


def chained(log: Snapshot) -> Iterator[Row]:
    """The rows of every chain, one chain after the other, by number."""
    rows = log.rows(
        f"SELECT {COLUMNS} FROM log.reading WHERE chain IS NOT NULL AND number IS NOT NULL ORDER BY chain, number LIMIT $1",
        CHUNK,
    )
    while rows:
        yield from rows
        sql = f"SELECT {COLUMNS} FROM log.reading WHERE number IS NOT NULL AND (chain, number) > ($1::uuid, $2::bigint) ORDER BY chain, number LIMIT $3"
        rows = log.rows(sql, rows[-1][10], rows[-1][11], CHUNK)


def out_of_chain(log: Snapshot, since: str) -> list[tuple[Any, Any]]:
    """Some of the readings of which no chain knows, though they were recorded since a moment, or that are in one by half: id and moment."""
    halves = "chain IS NULL AND (number IS NOT NULL OR link IS NOT NULL) OR chain IS NOT NULL AND number IS NULL"
    sql = f"SELECT reading_id, recorded_at FROM log.reading WHERE {halves} OR chain IS NULL AND recorded_at >= $1 LIMIT $2"
    return [(ident, at) for ident, at in log.rows(sql, since, CHUNK)]


def back_from_the_end(log: Database, chain: UUID, after: int) -> Iterator[Row]:
    """The readings of a chain beyond a number, the last one first."""
    sql = f"SELECT {COLUMNS} FROM log.reading WHERE chain = $1 AND number > $2 AND number <= $3 ORDER BY number DESC LIMIT {BACK}"
    last = 2**63 - 1
    while rows := log.rows(sql, chain, after, last):
        yield from rows
        last = int(rows[-1][11]) - 1


def first_after(log: Database, chain: UUID, number: int) -> str | None:
    """When the reading behind a number of a chain was recorded; None when the chain ends there."""
    rows = log.rows(
        "SELECT recorded_at FROM log.reading WHERE chain = $1 AND number > $2 ORDER BY number LIMIT 1", chain, number
    )
    return rows[0][0] if rows else None
