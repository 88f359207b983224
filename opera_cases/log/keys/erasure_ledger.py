"""The ledger of erasures as a file: kept away from every backup, given to the next restore.

It says what it is: of which log, when it was written, how many lines it has, and last the hash of all that stands before,
so that one that was cut, changed or taken from elsewhere is not believed. A plain list of key ids, as releases before 0.8
wrote it, is read too; it can say none of this.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct

from opera_cases.domain.kernel.errors import Unavailable
from opera_cases.log.keys.tables import Erasure

FORMAT = "opera-cases ledger 1"


class NotThatLedger(Unavailable):
    """The ledger of erasures is not the one that is needed. Nothing was restored; find the newest one of this office."""


class _First(Struct, frozen=True):
    format: str
    log: UUID
    written_at: datetime
    count: int


class _Last(Struct, frozen=True):
    sha256: str


class ErasureLedgerFile(NamedTuple):
    """A ledger as it was read. A plain list knows neither its log nor when it was written, and of its entries the ids only."""

    entries: tuple[Erasure, ...]
    log: UUID | None = None
    written_at: datetime | None = None
    plain: frozenset[UUID] = frozenset()

    @property
    def key_ids(self) -> set[UUID]:
        """The ids of all keys that it names as destroyed."""
        return {each.key_id for each in self.entries} | self.plain


def write_ledger(log: UUID, at: datetime, entries: Iterable[Erasure]) -> bytes:
    """The file: a line that says what it is, a line for each erasure, and a line with the hash of all lines before."""
    rows = [msgspec.json.encode(each) for each in entries]
    lines = [msgspec.json.encode(_First(FORMAT, log, at, len(rows))), *rows]
    said = b"\n".join(lines) + b"\n"
    return said + msgspec.json.encode(_Last(hashlib.sha256(said).hexdigest())) + b"\n"


def read_ledger(content: bytes) -> ErasureLedgerFile:
    """Read a ledger. Raises `NotThatLedger` for one that was cut or changed, or that is none."""
    lines = content.splitlines(keepends=True)
    if not content.strip():
        raise NotThatLedger(
            "The ledger of erasures is empty. One without erasures says so in its first line; this one was cut off."
        )
    if not lines[0].lstrip().startswith(b"{"):
        return _plain(content)
    try:
        first, last = msgspec.json.decode(lines[0], type=_First), msgspec.json.decode(lines[-1], type=_Last)
        entries = tuple(msgspec.json.decode(each, type=Erasure) for each in lines[1:-1])
    except msgspec.MsgspecError:
        raise NotThatLedger(
            "The ledger of erasures was cut off or changed: its last line is not the hash of what stands before."
        ) from None
    if first.format != FORMAT:
        raise NotThatLedger(f"The ledger of erasures has the format {first.format}, which this release does not read.")
    if len(entries) != first.count or hashlib.sha256(b"".join(lines[:-1])).hexdigest() != last.sha256:
        raise NotThatLedger(
            "The ledger of erasures was cut off or changed: its last line is not the hash of what stands before."
        )
    return ErasureLedgerFile(entries, first.log, first.written_at)


def _plain(content: bytes) -> ErasureLedgerFile:
    try:
        return ErasureLedgerFile((), plain=frozenset(UUID(line) for line in content.decode().split()))
    except ValueError:
        raise NotThatLedger(
            "This is no ledger of erasures. Take the file that `opera-cases keys ledger` wrote."
        ) from None
