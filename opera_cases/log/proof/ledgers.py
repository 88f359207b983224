"""The ledgers that are proved: events, readings and refusals, each as a list in one order, each row as bytes to be hashed.

What is hashed of an event is every column except its position, so that an office can move; the position is proved beside
it. Readings and refusals stand in the order in which they were recorded.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.log.events.recorder import COLUMNS, Recorder
from opera_cases.log.proof.merkle import leaf_hash
from opera_cases.log.store.database import Database, Row

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BATCH = 2000


class LedgerRow(NamedTuple):
    """One row of a ledger: where it stands, its id, the hash of everything else."""

    place: int
    id: UUID
    leaf: bytes


def event_bytes(event_id: UUID, stream: UUID, version: int, topic: str, state: bytes, metadata: bytes) -> bytes:
    """An event as it is hashed, for ever: ids and version, then topic, state and metadata, each behind its length."""
    parts = (topic.encode(), state, metadata)
    return b"".join(
        (event_id.bytes, stream.bytes, version.to_bytes(8, "big"), *(_behind_length(each) for each in parts))
    )


def _behind_length(content: bytes) -> bytes:
    return len(content).to_bytes(8, "big") + content


def _event(row: Row) -> LedgerRow:
    position, event_id, stream, version, topic, state, metadata = row
    ident = _uuid(event_id)
    return LedgerRow(
        int(position),
        ident,
        leaf_hash(event_bytes(ident, _uuid(stream), version, topic, bytes(state), bytes(metadata))),
    )


def _noted(row: Row) -> LedgerRow:
    """A reading or a refusal: its moment, its id, then every other column as text behind its length. Where a reading is in
    a chain, that is of the columns too: number in decimal, links in hexadecimal; where it is in none, they are not there."""
    recorded_at, ident, *others = row
    told = (str(recorded_at), *(str(_uuid(each)) if _is_id(each) else str(each) for each in others))
    ident = _uuid(ident)
    return LedgerRow(
        micros(recorded_at), ident, leaf_hash(ident.bytes + b"".join(_behind_length(each.encode()) for each in told))
    )


def _reading(row: Row) -> LedgerRow:
    *told, chain, number, before, link = row
    in_chain = (chain, number, *(each if each is None else bytes(each).hex() for each in (before, link)))
    return _noted((*told, *in_chain) if any(each is not None for each in in_chain) else tuple(told))


def _unreadable(row: Row) -> LedgerRow:
    """A row whose columns are not of their types: an entry that agrees with none, at its place and under its id as far as there are any."""
    told = sha256(repr(row).encode()).digest()
    at = row[0] if isinstance(row[0], int) and 0 <= row[0] < 2**63 else 0
    return LedgerRow(at, _known_id(row[1]) or UUID(bytes=told[:16]), told)


def _known_id(value: Any) -> UUID | None:
    try:
        return _uuid(value)
    except ValueError:
        return None


def micros(recorded_at: str) -> int:
    """A moment as microseconds since 1970."""
    return (datetime.fromisoformat(recorded_at) - EPOCH) // (datetime.resolution)


def _is_id(value: Any) -> bool:
    return isinstance(value, UUID) or (
        isinstance(value, str) and len(value) == 32 and all(c in "0123456789abcdef" for c in value)
    )


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))


class Ledger(NamedTuple):
    """One list: its name, its table, the columns that are hashed, and how a row becomes an entry."""

    name: str
    table: str
    key: str
    columns: str
    entry: Callable[[Row], LedgerRow]

    def rows(self, database: Database, after: tuple[Any, ...] | None, until: str) -> list[Row]:
        """The next rows in order. Of events none beyond the barrier, of notes none recorded after a moment."""
        if self.name == "events":
            return Recorder(database).after(int(after[0]) if after else 0, BATCH)
        moment = "recorded_at" if database.is_sqlite else 'recorded_at COLLATE "C"'
        beyond = f"({moment}, {self.key}) > ($2, $3) AND" if after else ""
        sql = f"SELECT {self.columns} FROM {self.table} WHERE {beyond} {moment} < $1 ORDER BY {moment}, {self.key} LIMIT {BATCH}"
        return database.rows(sql, until, *(after or ()))

    def read(self, database: Database, until: str, after: tuple[Any, ...] | None = None) -> Iterator[LedgerRow]:
        """Every entry after one, in order, read in batches: nothing is held open meanwhile."""
        while rows := self.rows(database, after, until):
            yield from map(self.entry_of, rows)
            after = self.mark(rows[-1])

    def entry_of(self, row: Row) -> LedgerRow:
        """A row as an entry, whatever somebody made of it."""
        try:
            return self.entry(row)
        except (TypeError, ValueError, AttributeError, OverflowError):
            return _unreadable(row)

    def mark(self, row: Row) -> tuple[Any, ...]:
        """What has to be remembered of a row to read on behind it: its position, or its time and id."""
        return (row[0],) if self.name == "events" else tuple(row[:2])

    def count(self, database: Database) -> int:
        """How many rows there are, also those that no head may cover yet."""
        return int(database.rows(f"SELECT count(*) FROM {self.table}")[0][0])

    def place_of(self, database: Database, ident: UUID) -> int | None:
        """Where a row stands now; None when it is not there."""
        column = "notification_id" if self.name == "events" else "recorded_at"
        rows = database.rows(f"SELECT {column} FROM {self.table} WHERE {self.key} = $1", ident)
        if not rows:
            return None
        if self.name == "events":
            return int(rows[0][0])
        try:
            return micros(str(rows[0][0]))
        except ValueError:  # at no moment at all
            return -1


EVENTS = Ledger("events", "log.event", "event_id", COLUMNS, _event)
READINGS = Ledger(
    "readings", "log.reading", "reading_id",
    "recorded_at, reading_id, principal, role, subject, classes, stream, place, purpose, correlation, chain, number, before, link", _reading,
)  # fmt: skip
REFUSALS = Ledger(
    "refusals", "log.refusal", "refusal_id",
    "recorded_at, refusal_id, principal, role, operation, stream, version, rules, rulebook, correlation", _noted,
)  # fmt: skip
LEDGERS: Sequence[Ledger] = (EVENTS, READINGS, REFUSALS)
