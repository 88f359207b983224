"""The rows of the log as they were at one moment, each read for itself: one that cannot be read is named, and stops nobody."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.application.integrity.findings import reason
from opera_cases.domain.kernel.events import Event
from opera_cases.log.events.codec import decode
from opera_cases.log.events.queries import of_record
from opera_cases.log.store.database import Row
from opera_cases.log.store.snapshot import Snapshot
from opera_cases.projections.followed.rebuild import streams


class Unreadable(NamedTuple):
    """An event that cannot be read: its position, and why."""

    position: Any
    why: str


def event_of(row: Row) -> Event[Any] | Unreadable:
    """An event from its row, or why it is none."""
    try:
        return decode(row)
    except Exception as wrong:  # bytes that somebody changed can break anything on the way
        return Unreadable(row[0], reason(wrong))


def histories(log: Snapshot) -> Iterator[list[Event[Any]]]:
    """Every record's events, one record after the other; those of which one cannot be read are left out: the pass over the log
    has named it."""
    for rows in streams(log):
        history = [each for each in map(event_of, rows) if isinstance(each, Event)]
        if len(history) == len(rows):
            yield history


def history_as_stored(log: Snapshot, record: UUID) -> list[Event[Any]]:
    """The events of one record."""
    return [decode(row) for row in of_record(log, record)]


def uuid_of(value: Any) -> UUID | None:
    """An id as a column holds it; None where that is no id."""
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        return None
