"""Records as their events made them: loaded, as known on a day, and within whose reach."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from opera_cases.application.access.relations import Relations
from opera_cases.application.integrity.stored_claims import held_keys, people_of
from opera_cases.application.personal.reader import CASE_WORK, FOR_A_REASON
from opera_cases.domain.access import OPENERS, UNRESTRICTED, AccessLevel, Principal, policy
from opera_cases.domain.access.table import OPENED_TODAY
from opera_cases.domain.cases.case import Case
from opera_cases.domain.duplicates.duplicate import Duplicate
from opera_cases.domain.kernel.aggregate import A, Aggregate
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.kernel.vocabulary import Place
from opera_cases.log.events import claims
from opera_cases.log.events.codec import decode_stream
from opera_cases.log.events.recorder import Recorder
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.store.database import Database
from opera_cases.projections.models import accesses, cases


class Records:
    """Reads streams and inline rows of one office."""

    def __init__(self, database: Database, recorder: Recorder, keyring: Keyring) -> None:
        self.database, self.recorder, self.keyring = database, recorder, keyring
        self._relations = Relations(database, self.load, self.load_all)

    def history(self, stream: UUID, until: int | None = None) -> list[Event[Any]]:
        """The events of a record, up to a position of the log when one is given."""
        events = decode_stream(stream, self.recorder.stream(stream))
        return events if until is None else [event for event in events if event.position <= until]

    def load(
        self, aggregate: type[A], stream: UUID, until: int | None = None, history: list[Event[Any]] | None = None
    ) -> A:
        """The record as its events made it; empty when there is none, or when the id is of another kind of record.
        `history` is given by whoever has read it already."""
        events = self.history(stream, until) if history is None else history
        if events and not events[0].topic.startswith(aggregate.kind + "."):
            events = []
        return aggregate.replay(stream, events)

    def load_all(self, aggregate: type[A], streams: Collection[UUID]) -> dict[UUID, A]:
        """Several records of a kind, with one question."""
        return {
            stream: aggregate.replay(stream, decode_stream(stream, rows))
            for stream, rows in self.recorder.streams(streams).items()
        }

    def holder(self, kind: str, key: str) -> UUID | None:
        """The record that holds a claim. One whose events do not say so is not believed, whatever the row says."""
        holder = claims.holder(self.database, kind, key)
        return holder if holder is not None and key in held_keys(self.keyring, self.history(holder), kind) else None

    def reach(self, who: Principal, record: Aggregate, today: date) -> AccessLevel:
        """How far someone reaches to a record."""
        return policy.reach(who, record, today, self._relations)

    def covered(self, who: Principal, record: Aggregate) -> UUID | None:
        """The colleague for whom somebody stands in when they work on a record."""
        case = getattr(record, "case", None)
        records = (record, self.load(Case, case)) if case is not None and not isinstance(record, Case) else (record,)
        named = (getattr(each, name, None) for each in records for name in ("caseworker", "mentor", "operator"))
        return next((each for each in named if each in who.covers), None)

    def purpose(
        self, who: Principal, record: UUID, home: UUID | None, today: date, people: Collection[UUID] = ()
    ) -> str:
        """For what somebody reads the file of a case, or of a person under some records: in the course of their work, or
        opened beyond their reach for a reason. `home` is the desk of the file."""
        if home in who.desks or who.role in UNRESTRICTED:
            return CASE_WORK
        cases = [record, *(each.id for each in self.cases_of(people))]
        looked_at = who.role in OPENERS and any(self._opened(who, case, today) for case in cases)
        return FOR_A_REASON if looked_at else CASE_WORK

    def _opened(self, who: Principal, case: UUID, today: date) -> bool:
        """Whether somebody opened a file beyond their reach, for a reason, and the day is not over."""
        return who.opened and self._relations.related(Case(case), OPENED_TODAY.related, who, today)

    def opened_beyond_reach(self, who: Principal, desks: Collection[UUID | None], today: date) -> frozenset[UUID]:
        """The people in whose files somebody may look today only because they opened them for a reason, where some of what
        they are shown is of `desks`."""
        if who.role not in OPENERS or not who.opened or not set(desks) - {None} - who.desks:
            return frozenset()
        found = accesses.open_to(self.database, who.id, today)
        return frozenset(each.person for each in found if each.desk not in who.desks)

    def cases_of(self, people: Iterable[UUID]) -> list[Case]:
        """The cases of some records of persons."""
        return list(self.load_all(Case, cases.of_people(self.database, list(people))).values())

    def merged_into(self, case: UUID) -> list[UUID]:
        """The cases that point to this one as their survivor."""
        return cases.merged_into(self.database, case)

    def open_cases(self, people: Iterable[UUID]) -> dict[UUID, list[UUID]]:
        """The open cases of some records of persons, each with the records for which it counts."""
        holders = {holder for person in people if (holder := self.holder("open_case", str(person)))}
        return {each: people_of(self.keyring, self.history(each)) for each in sorted(holders)}


def home(record: Aggregate) -> tuple[UUID | None, Place | None]:
    """The desk at which a record is at home, and where that is: the first of two for a pair of records."""
    return (record.desks[0], record.places[0]) if isinstance(record, Duplicate) else (record.desk, record.place)
