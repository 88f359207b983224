"""What is asked of the office, and what it answers."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from msgspec import Struct

from opera_cases.domain.access import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRequest:
    """One step, asked by someone.

    `values` are the fields of the command as typed, personal ones in plain words: the office seals them. `stream` is
    missing for the step that begins a record. `expected` is the version the asker has read. `key` makes a repeat
    harmless: the same key, asker and step happen once. `on` is the day it occurred, today when missing. `idempotency_payload`
    are the values by which a repeat is known, where the office itself filled some in. `data_subject` is the person whose
    values a new document holds. `new_id` is the id of the new record, where it follows from what it is about.
    """

    step: str
    kind: str
    values: dict[str, Any]
    by: Principal
    stream: UUID | None = None
    expected: int | None = None
    key: UUID = field(default_factory=uuid4)
    on: date | None = None
    channel: str = "OFFICE"
    correlation: UUID = field(default_factory=uuid4)
    causation: UUID | None = None
    on_behalf_of: UUID | None = None
    dry_run: bool = False
    idempotency_payload: dict[str, Any] | None = None
    data_subject: UUID | None = None
    new_id: UUID | None = None

    @property
    def operation(self) -> str:
        """Kind and step, as in `case.close`: under this and the key a command is known for ever."""
        return f"{self.kind}.{self.step}"


class CommandResult(Struct, frozen=True, kw_only=True):
    """What happened: which record, its version and state now, and the events by their ids. Never personal values."""

    kind: str
    id: UUID
    version: int
    state: str
    event_ids: tuple[UUID, ...]
    position: int = 0
    repeated: bool = False
    recorded: bool = True


@dataclass(frozen=True, slots=True)
class Instant:
    """Now, by the office's clock, and the civil day at a place."""

    at: datetime
    today: date
    zone: str
