"""Records as their events made them: loaded, as known on a day, and within whose reach."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from opera_cases.domain.aggregate import A, Aggregate
from opera_cases.domain.cases.case import Case
from opera_cases.domain.events import Event
from opera_cases.domain.scope import WITH_THEIR_PEOPLE, Principal, sees
from opera_cases.log.codec import decode_all
from opera_cases.log.database import Database
from opera_cases.log.keys import Keyring
from opera_cases.log.recorder import Recorder


class Records:
    """Reads streams and inline rows of one office."""

    def __init__(self, database: Database, recorder: Recorder, keyring: Keyring) -> None:
        self.database, self.recorder, self.keyring = database, recorder, keyring

    def history(self, stream: UUID, until: int | None = None) -> list[Event[Any]]:
        """The events of a record, up to a position of the log when one is given."""
        events = decode_all(self.recorder.stream(stream))
        return events if until is None else [event for event in events if event.position <= until]

    def load(self, aggregate: type[A], stream: UUID, until: int | None = None) -> A:
        """The record as its events made it; empty when there is none, or when the id is of another kind of record."""
        events = self.history(stream, until)
        if events and not events[0].topic.startswith(aggregate.kind + "."):
            events = []
        return aggregate.replay(stream, events)

    def holder(self, kind: str, key: str) -> UUID | None:
        rows = self.database.rows("SELECT holder FROM log.claim WHERE kind = $1 AND key = $2", kind, key)
        return UUID(str(rows[0][0])) if rows else None

    def count(self, table: str, column: str, value: UUID, state: str) -> int:
        sql = f"SELECT count(*) FROM read.{table} WHERE {column} = $1 AND state = $2"
        return int(self.database.rows(sql, value, state)[0][0])

    def working_with(self, who: Principal, record: Aggregate) -> frozenset[UUID]:
        """The people who work on this record, as far as it matters for `who`."""
        named = {getattr(record, name, None) for name in ("caseworker", "mentor", "operator")} - {None}
        case = record.id if isinstance(record, Case) else getattr(record, "case", None)
        if who.role in WITH_THEIR_PEOPLE and who.id not in named and case is not None:
            sql = (
                "SELECT 1 FROM read.venture_v1 WHERE case_id = $1 AND mentor = $2"
                " UNION ALL SELECT 1 FROM read.appointment_v1 WHERE case_id = $1 AND operator = $2 LIMIT 1"
            )
            if self.database.rows(sql, case, who.id):
                named.add(who.id)
        return frozenset(each for each in named if each is not None)

    def within_reach(self, who: Principal, record: Aggregate) -> bool:
        """Whether someone may see a record. A person is within reach where one of their cases is."""
        region = record.place.region if record.place else ""
        working = self.working_with(who, record)
        if sees(who, record.kind, desk=record.desk, region=region, working_with=working):
            return True
        return record.kind == "person" and any(
            self.within_reach(who, self.load(Case, UUID(str(row[0]))))
            for row in self.database.rows("SELECT case_id FROM read.caseload_v1 WHERE person = $1", record.id)
        )


def as_true_on(events: list[Event[Any]], day: date) -> list[Event[Any]]:
    """The events that had occurred by the end of a day."""
    return [event for event in events if event.on < day + timedelta(days=1)]



