"""What one command writes: its events, its id, its claims, its rows. All of it or none."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.log.authority.rows import Authority, Withdrawal


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be written, as the columns of its row hold it: `state` and `metadata` are JSON in bytes. Its position
    comes with the write."""

    event_id: UUID
    stream: UUID
    version: int
    topic: str
    state: bytes
    metadata: bytes


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command that is answered by this write: who asked, kind and step, under which key; the digest of the request,
    and the answer as JSON."""

    principal: UUID
    operation: str
    command_id: UUID
    request: bytes
    answer: bytes


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of an inline read model as it shall be after the command; without `values` it goes away."""

    table: str
    key: dict[str, Any]
    values: dict[str, Any] | None


class MarkedClaim(NamedTuple):
    """What one record holds alone, with its mark."""

    kind: str
    key: str
    holder: UUID
    mac: bytes


@dataclass(frozen=True, slots=True)
class Unit:
    """Everything that one command writes, all of it or none.

    `rests_on` are the digests of what lets the asker act: if any was withdrawn by the day `today`, nothing is written.
    `authorities` and `withdrawals` are rows with their marks.
    """

    events: tuple[NewEvent, ...]
    command: CommandRow | None = None
    claims: tuple[MarkedClaim, ...] = ()
    releases: tuple[tuple[str, str, UUID], ...] = ()
    rows: tuple[RowChange, ...] = field(default=())
    unchecked: bool = False
    rests_on: tuple[bytes, ...] = ()
    today: str = ""
    authorities: tuple[tuple[Authority, bytes], ...] = ()
    withdrawals: tuple[tuple[Withdrawal, bytes], ...] = ()


def have_predecessors(unit: Unit) -> list[bool]:
    """Which events have their predecessor in the log, not in the same write."""
    written: set[UUID] = set()
    flags = []
    for event in unit.events:
        flags.append(not unit.unchecked and event.version > 1 and event.stream not in written)
        written.add(event.stream)
    return flags


@dataclass(frozen=True, slots=True, order=True)
class Shape:
    """Rows that are written alike: the table, its key, the other columns; without those the rows go away."""

    table: str
    keys: tuple[str, ...]
    others: tuple[str, ...]
    goes: bool

    @classmethod
    def of(cls, change: RowChange) -> "Shape":
        """The shape of one change of a row."""
        return cls(change.table, tuple(change.key), tuple(change.values or ()), change.values is None)

    @property
    def columns(self) -> str:
        """The columns of the key and the others, as a statement lists them."""
        return ", ".join((*self.keys, *self.others))

    @property
    def upsert(self) -> str:
        """What an insert does where the row is there already."""
        sets = ", ".join(f"{column} = excluded.{column}" for column in self.others)
        return f"ON CONFLICT ({', '.join(self.keys)}) " + (f"DO UPDATE SET {sets}" if sets else "DO NOTHING")
