"""Questions to the events beyond those of one stream and of who reads on (`recorder`): by topic, by id, and the log whole.

Rows are in the order of `COLUMNS`, as `codec.decode` reads them.
"""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.log.events.recorder import COLUMNS
from opera_cases.log.store.database import Database, Row
from opera_cases.log.store.snapshot import Snapshot

CHUNK = 2000


class EventAddress(NamedTuple):
    """Of which record an event is, and of what it tells."""

    stream: UUID
    topic: str

    @property
    def kind(self) -> str:
        """Of which kind the record is: the part of the topic before the point."""
        return self.topic.partition(".")[0]


def address_of_event(log: Database, event_id: UUID) -> EventAddress | None:
    """Where an event stands; None when there is none of this id."""
    rows = log.rows("SELECT originator_id, topic FROM log.event WHERE event_id = $1", event_id)
    return EventAddress(UUID(str(rows[0][0])), str(rows[0][1])) if rows else None


def count_events(log: Database | Snapshot) -> int:
    """How many events there are."""
    return int(log.rows("SELECT count(*) FROM log.event")[0][0])


def last_position(log: Snapshot) -> int:
    """The position of the last event; 0 for an empty log."""
    return int(log.rows("SELECT coalesce(max(notification_id), 0) FROM log.event")[0][0])


def positions_given(log: Snapshot) -> int | None:
    """The last position that SQLite counted, also where its event is gone; None on PostgreSQL and for an empty log."""
    rows = log.rows("SELECT seq FROM sqlite_sequence WHERE name = 'event'") if log.database.is_sqlite else []
    return int(rows[0][0]) if rows else None


def positions(log: Snapshot) -> list[tuple[Any, Any]]:
    """The id and the position of every event, as they stand."""
    return [(event_id, position) for event_id, position in log.rows("SELECT event_id, notification_id FROM log.event")]


def streams_begun(log: Database | Snapshot, topic: str, until: int | None = None) -> list[UUID]:
    """The records that begin with an event of a topic, by id; as far as a position of the log, when one is given."""
    sql = "SELECT originator_id FROM log.event WHERE topic = $1"
    bound, values = (" AND notification_id <= $2", [until]) if until is not None else ("", [])
    return [UUID(str(row[0])) for row in log.rows(f"{sql}{bound} ORDER BY originator_id", topic, *values)]


def streams_with(log: Database, streams: Collection[UUID], topic: str) -> list[UUID]:
    """Those of some records that have an event of a topic."""
    sql = "SELECT DISTINCT originator_id FROM log.event WHERE originator_id = ANY($1::uuid[]) AND topic = $2"
    return [UUID(str(row[0])) for row in log.rows(sql, sorted(streams), topic)]


def of_topic(log: Database, topic: str) -> list[Row]:
    """The events of a topic."""
    return log.rows(f"SELECT {COLUMNS} FROM log.event WHERE topic = $1", topic)


def by_ids(log: Database, event_ids: Collection[UUID]) -> dict[UUID, Row]:
    """Those of some events that there are, by their ids."""
    rows = log.rows(f"SELECT {COLUMNS} FROM log.event WHERE event_id = ANY($1::uuid[])", list(event_ids))
    return {UUID(str(row[1])): row for row in rows}


def of_record(log: Snapshot, record: UUID) -> list[Row]:
    """The events of one record, by version."""
    return log.rows(f"SELECT {COLUMNS} FROM log.event WHERE originator_id = $1 ORDER BY originator_version", record)


def in_order(log: Snapshot) -> Iterator[list[Row]]:
    """Every event in the order of the log, a chunk at a time."""
    rows = log.rows(f"SELECT {COLUMNS} FROM log.event ORDER BY notification_id LIMIT $1", CHUNK)
    while rows:
        yield rows
        rows = log.rows(
            f"SELECT {COLUMNS} FROM log.event WHERE notification_id > $1 ORDER BY notification_id LIMIT $2",
            rows[-1][0],
            CHUNK,
        )
