"""Readings are chained: each writer numbers its own, 1, 2, 3 …, and links each to the one before under a key of the office.

The link of a reading is, for ever, the HMAC-SHA256 under the office's key READINGS over "opera reading 1", a line break, and
the canonical JSON (names sorted, no white space, ids as text, bytes in hexadecimal) of every other column of its row: what
was read, the chain, the number, and the link before it (32 zero bytes for number 1). So a row shows by itself that the office
wrote it, and two neighbours show that none between them is missing. Readings older than chains have none of this.
"""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import msgspec

from opera_cases.log.keys.keyring import OFFICE, Keyring
from opera_cases.log.store.database import Row

OWNER = (OFFICE, "READINGS")
NO_LINK = bytes(32)
_canonical = msgspec.json.Encoder(order="deterministic").encode


class AccessRow(NamedTuple):
    """Who read, in which role, of whom which classes of values, in which record, where, for what, under which correlation."""

    reading_id: UUID
    recorded_at: str
    principal: UUID
    role: str
    subject: UUID
    classes: str
    stream: UUID
    place: str
    purpose: str
    correlation: UUID


class ChainedReading(NamedTuple):
    """The same, as it is stored: at which number of which chain, behind which link, under which link."""

    reading_id: UUID
    recorded_at: str
    principal: UUID
    role: str
    subject: UUID
    classes: str
    stream: UUID
    place: str
    purpose: str
    correlation: UUID
    chain: UUID
    number: int
    before: bytes
    link: bytes


COLUMNS = ", ".join(ChainedReading._fields)
_IDS = frozenset(name for name, kind in ChainedReading.__annotations__.items() if kind is UUID)
_SAID = ChainedReading._fields[:-1]


def key_of(keyring: Keyring) -> bytes:
    """The key under which this office links its readings; made when there is none."""
    return keyring.keys([OWNER])[OWNER][1]


def link_of(key: bytes, reading: ChainedReading) -> bytes:
    """The link of a row, computed from its other columns."""
    said = dict(zip(_SAID, (*reading[:12], reading.before.hex()), strict=True))
    return hmac.digest(key, b"opera reading 1\n" + _canonical(said), hashlib.sha256)


def parse_linked(row: Row) -> ChainedReading | None:
    """A row in the order of `COLUMNS` as what the office wrote; None when it cannot be that, or is older than chains."""
    try:
        told: dict[str, Any] = {
            name: UUID(str(value)) if name in _IDS else value
            for name, value in zip(ChainedReading._fields, row, strict=True)
        }
        told["before"], told["link"] = bytes(told["before"]), bytes(told["link"])
        whole = isinstance(told["number"], int) and all(
            isinstance(each, str | int | UUID | bytes) for each in told.values()
        )
    except (TypeError, ValueError):
        return None
    return ChainedReading(**told) if whole else None


def link_holds(key: bytes, reading: ChainedReading | None) -> bool:
    """Whether this office wrote a row, as it stands."""
    return reading is not None and hmac.compare_digest(link_of(key, reading), reading.link)


class Chain:
    """The readings of one writer, one after the other: whoever writes takes the next links, and says how it went.

    A number is spent once its row is durable. Where nobody knows whether it is (the database was lost on the way), the chain
    is `in_doubt` until somebody has looked, and goes on behind what was tried or behind what was kept. What was durable once
    and is no longer is not taken back: the next number leaves a gap, which `verify` names.
    """

    LOOK = "SELECT link FROM log.reading WHERE chain = $1 AND number = $2"

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._tried: ChainedReading | None = None
        self.begin_anew()

    def begin_anew(self) -> None:
        """Another chain: something else stands where the next reading would."""
        self.id, self._number, self._link, self._tried = uuid4(), 0, NO_LINK, None

    @property
    def in_doubt(self) -> bool:
        """Whether a write was begun of which nobody said how it ended."""
        return self._tried is not None

    def linked(self, readings: Sequence[AccessRow]) -> list[ChainedReading]:
        """These readings as the next of the chain. Say `kept` once they are durable."""
        rows: list[ChainedReading] = []
        number, link = self._number, self._link
        for each in readings:
            number += 1
            row = ChainedReading(*each, self.id, number, link, b"")
            link = link_of(self._key, row)
            rows.append(row._replace(link=link))
        self._tried = rows[-1]
        return rows

    def kept(self) -> None:
        """What was tried last is durable."""
        if self._tried is not None:
            self._number, self._link, self._tried = self._tried.number, self._tried.link, None

    @property
    def doubtful(self) -> tuple[UUID, int]:
        """What to `LOOK` for after a doubt."""
        return self.id, self._tried.number if self._tried else self._number

    def settle(self, rows: Sequence[Row]) -> None:
        """After a doubt, and a look: go on behind what was tried where it came through, behind what was kept where not."""
        if self._tried is not None and rows and bytes(rows[0][0]) == self._tried.link:
            self.kept()
        self._tried = None


def chained_since(keyring: Keyring) -> str | None:
    """Since when readings are chained here, as the database of the keys knows it; None before the first.

    Whoever writes into the log alone cannot move this moment.
    """
    sql = "SELECT made_at FROM subject_key WHERE subject = $1 AND data_class = $2"
    rows = keyring.database.rows(sql, *OWNER)
    return str(rows[0][0]) if rows else None


def trust_check(keyring: Keyring) -> Callable[[Row], bool]:
    """Says of rows in the order of `COLUMNS` whether the office wrote them: their link holds, or they are older than chains."""
    since = chained_since(keyring)
    key = b"" if since is None else key_of(keyring)

    def believed(row: Row) -> bool:
        if any(each is not None for each in row[10:]):
            return since is not None and link_holds(key, parse_linked(row))
        return since is None or str(row[1]) < since

    return believed
