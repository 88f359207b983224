"""The library's recorder on our log: the same code serves SQLite and PostgreSQL, and passes its contract tests."""

import threading
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    ListenNotifySubscription,
    Notification,
    StoredEvent,
    Subscription,
)  # fmt: skip

from opera_cases.log.events.unit_of_work import NewEvent, Unit
from opera_cases.log.events.write import write
from opera_cases.log.store import tables
from opera_cases.log.store.batching import BatchableQuery
from opera_cases.log.store.database import Conflict, Database

_EVENT = tables.event.c
COLUMNS = "notification_id, event_id, originator_id, originator_version, topic, state, metadata"
_OF_STREAM = "notification_id, event_id, originator_version, topic, state, metadata"
_STREAM = BatchableQuery(
    one=f"SELECT {_OF_STREAM} FROM log.event WHERE originator_id = $1 ORDER BY originator_version",
    many=f"SELECT originator_id, {_OF_STREAM} FROM log.event WHERE originator_id = ANY($1::uuid[])"
    " ORDER BY originator_id, originator_version",
)
_BARRIER = sa.text(
    "(((SELECT xid_offset FROM log.epoch) + pg_snapshot_xmin(pg_current_snapshot())::text::bigint) << 20)"
)
POLL_SECONDS = 0.2


class Recorder(ApplicationRecorder):
    """Inserts and selects events; `after` reads on in log order and never passes an open transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database

    # -- as the library asks ------------------------------------------------------------------------------------------

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:  # noqa: ARG002 (the library's signature)
        """Add events that have no circumstances; see `ApplicationRecorder`. The office itself writes by `write`, whole
        units."""
        events = tuple(
            NewEvent(uuid4(), UUID(str(each.originator_id)), each.originator_version, each.topic, each.state, b"{}")
            for each in stored_events
        )
        try:
            return write(self.database, Unit(events=events, unchecked=True)) if events else []
        except Conflict as conflict:
            raise IntegrityError(conflict.table) from conflict

    def select_events(
        self, originator_id: UUID | str, *, gt: int | None = None, lte: int | None = None, desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:  # fmt: skip
        """The events of one stream, by version; see `ApplicationRecorder`."""
        version = _EVENT.originator_version
        question = (
            sa.select(_EVENT.originator_id, version, _EVENT.topic, _EVENT.state)
            .where(_EVENT.originator_id == UUID(str(originator_id)))
            .order_by(version.desc() if desc else version)
        )
        if gt is not None:
            question = question.where(version > gt)
        if lte is not None:
            question = question.where(version <= lte)
        if limit is not None:
            question = question.limit(limit)
        with self.database.reading() as connection:
            return [StoredEvent(*row) for row in connection.execute(question)]

    def select_notifications(
        self, start: int | None, limit: int, stop: int | None = None, topics: Sequence[str] = (), *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:  # fmt: skip
        """Events of all streams by their positions, as far as every reader may go; see `ApplicationRecorder`."""
        position = _EVENT.notification_id
        question = (
            sa.select(_EVENT.originator_id, _EVENT.originator_version, _EVENT.topic, _EVENT.state, position)
            .order_by(position)
            .limit(limit)
        )
        if start is not None:
            question = question.where(position >= start if inclusive_of_start else position > start)
        if stop is not None:
            question = question.where(position <= stop)
        if topics:
            question = question.where(_EVENT.topic.in_(topics))
        if not self.database.is_sqlite:
            question = question.where(position < _BARRIER)
        with self.database.reading() as connection:
            return [Notification(*row[:4], id=row[4]) for row in connection.execute(question)]

    def max_notification_id(self) -> int | None:
        """The last position that every reader may read; None for an empty log."""
        return self.head() or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription["Recorder"]:
        """Events as they come, by asking again and again; see `ApplicationRecorder`."""
        return _Polling(self, gt, topics)

    # -- as the office asks -------------------------------------------------------------------------------------------

    def stream(self, stream: UUID) -> list[tuple[Any, ...]]:
        """The rows of one stream, in the order of its versions."""
        return self.database.shared(_STREAM, stream)

    def streams(self, streams: Collection[UUID]) -> dict[UUID, list[tuple[Any, ...]]]:
        """The rows of several streams at once, each as `stream` tells them."""
        found: dict[UUID, list[tuple[Any, ...]]] = {each: [] for each in streams}
        for row in self.database.rows(_STREAM.many, list(found)) if found else ():
            found[row[0] if isinstance(row[0], UUID) else UUID(row[0])].append(tuple(row)[1:])
        return found

    def after(self, position: int, limit: int) -> list[tuple[Any, ...]]:
        """The next rows of the log after a position, as far as every reader may go."""
        barrier = "" if self.database.is_sqlite else f" AND notification_id < {_BARRIER.text}"
        sql = f"SELECT {COLUMNS} FROM log.event WHERE notification_id > $1{barrier} ORDER BY 1 LIMIT $2"
        return self.database.rows(sql, position, limit)

    def head(self) -> int:
        """The last position that every reader may see; 0 for an empty log."""
        barrier = "" if self.database.is_sqlite else f" WHERE notification_id < {_BARRIER.text}"
        return int(self.database.rows(f"SELECT coalesce(max(notification_id), 0) FROM log.event{barrier}")[0][0])

    def waiting_since(self) -> float:
        """Seconds since the oldest open write transaction of the cluster began: it holds every reader back."""
        if self.database.is_sqlite:
            return 0.0
        sql = (
            "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0) FROM pg_stat_activity"
            " WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
        )
        return float(self.database.rows(sql)[0][0])


class _Polling(ListenNotifySubscription[Recorder]):
    """Polling is the truth: look again every 0.2 seconds."""

    def __init__(self, recorder: Recorder, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        self._ticker = threading.Thread(target=self._tick, daemon=True)
        self._ticker.start()

    def _tick(self) -> None:
        wait = threading.Event()
        while not self._has_been_stopped:
            self._has_been_notified.set()
            wait.wait(POLL_SECONDS)
