"""Records as their events made them: loaded, as known on a day, and within whose reach."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from opera_cases.domain.access import Access
from opera_cases.domain.aggregate import A, Aggregate
from opera_cases.domain.cases.case import Case
from opera_cases.domain.documents.document import Document
from opera_cases.domain.duplicates.duplicate import Duplicate
from opera_cases.domain.events import Event
from opera_cases.domain.messages.message import Message
from opera_cases.domain.people.person import Person
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.domain.reminders.reminder import Reminder
from opera_cases.domain.scope import AT_THEIR_DESKS, EVERYWHERE, WITH_THEIR_PEOPLE, Principal, Reach, reach
from opera_cases.domain.ventures.venture import Venture
from opera_cases.domain.vocabulary import Place, Role
from opera_cases.log import claims
from opera_cases.log.codec import decode_stream
from opera_cases.log.database import Database
from opera_cases.log.keys import Keyring
from opera_cases.log.recorder import Recorder
from opera_cases.office.claims import held, people_of
from opera_cases.office.opening import CASE_WORK, FOR_A_REASON
from opera_cases.projections import lists

OPENERS = AT_THEIR_DESKS | WITH_THEIR_PEOPLE | {Role.REGIONAL_COORDINATOR}
"""Whose reach ends somewhere, and who may open a file beyond it for a reason."""


class Records:
    """Reads streams and inline rows of one office."""

    def __init__(self, database: Database, recorder: Recorder, keyring: Keyring) -> None:
        self.database, self.recorder, self.keyring = database, recorder, keyring

    def history(self, stream: UUID, until: int | None = None) -> list[Event[Any]]:
        """The events of a record, up to a position of the log when one is given."""
        events = decode_stream(stream, self.recorder.stream(stream))
        return events if until is None else [event for event in events if event.position <= until]

    def load(self, aggregate: type[A], stream: UUID, until: int | None = None, history: list[Event[Any]] | None = None) -> A:
        """The record as its events made it; empty when there is none, or when the id is of another kind of record.
        `history` is given by whoever has read it already."""
        events = self.history(stream, until) if history is None else history
        if events and not events[0].topic.startswith(aggregate.kind + "."):
            events = []
        return aggregate.replay(stream, events)

    def load_all(self, aggregate: type[A], streams: Collection[UUID]) -> dict[UUID, A]:
        """Several records of a kind, with one question."""
        return {stream: aggregate.replay(stream, decode_stream(stream, rows)) for stream, rows in self.recorder.streams(streams).items()}

    def holder(self, kind: str, key: str) -> UUID | None:
        """The record that holds a claim. One whose events do not say so is not believed, whatever the row says."""
        holder = claims.holder(self.database, kind, key)
        return holder if holder is not None and key in held(self.keyring, self.history(holder), kind) else None

    def owed_on(self, record: UUID, key: str) -> date | None:
        """The day of an open deadline of a record."""
        rows = self.database.rows("SELECT due_on FROM read.deadline_v2 WHERE stream = $1 AND key = $2", record, key)
        return as_date(rows[0][0]) if rows else None

    def count(self, table: str, column: str, value: UUID, state: str) -> int:
        sql = f"SELECT count(*) FROM read.{table} WHERE {column} = $1 AND state = $2"
        return int(self.database.rows(sql, value, state)[0][0])

    def working_with(self, who: Principal, record: Aggregate) -> frozenset[UUID]:
        """The people who work on this record, as far as it matters for `who`."""
        named = {getattr(record, name, None) for name in ("caseworker", "mentor", "operator")} - {None}
        case = record.id if isinstance(record, Case) else getattr(record, "case", None)
        if who.role in WITH_THEIR_PEOPLE and who.id not in named and case is not None:
            sql = (
                "SELECT 1 FROM read.venture_v2 WHERE case_id = $1 AND mentor = $2"
                " UNION ALL SELECT 1 FROM read.caseload_v4 c JOIN read.venture_v2 v ON v.venture_id = c.venture"
                " WHERE c.case_id = $1 AND v.mentor = $2"
                " UNION ALL SELECT 1 FROM read.appointment_v1 WHERE case_id = $1 AND operator = $2 LIMIT 1"
            )
            if self.database.rows(sql, case, who.id):
                named.add(who.id)
        return frozenset(each for each in named if each is not None)

    def covered(self, who: Principal, record: Aggregate) -> UUID | None:
        """The colleague for whom somebody stands in when they work on a record."""
        case = getattr(record, "case", None)
        records = (record, self.load(Case, case)) if case is not None and not isinstance(record, Case) else (record,)
        named = (getattr(each, name, None) for each in records for name in ("caseworker", "mentor", "operator"))
        return next((each for each in named if each in who.covers), None)

    def reach(self, who: Principal, record: Aggregate, today: date) -> Reach:
        """How far someone reaches to a record."""
        if isinstance(record, Person):
            return self._reach_to_person(who, record, today)
        if isinstance(record, Duplicate):
            return _reach_to_duplicate(who, record)
        if isinstance(record, Reminder):
            return self._reach_to_reminder(who, record, today)
        if isinstance(record, Message):
            return _reach_to_message(who, record)
        if isinstance(record, Access):
            return _reach_to_access(who, record)
        own = self._reach_by_desk(who, record, today)
        if isinstance(record, Case) and own is Reach.NONE and self._opened(who, record.id, today):
            return Reach.READS
        if isinstance(record, Venture) and own is not Reach.WORKS:
            own = max(own, self._reach_to_group(who, record, today))
        case = None if isinstance(record, Case) else getattr(record, "case", None)
        if case is None and not record.version and hasattr(record, "case"):
            case = record.id  # what is not there is looked for as long as what is
        if own is Reach.WORKS or case is None:
            return own
        of_case = self.reach(who, self.load(Case, case), today)
        return of_case if isinstance(record, Document) else max(own, min(of_case, Reach.READS))

    def _opened(self, who: Principal, case: UUID, today: date) -> bool:
        """Whether somebody opened a file beyond their reach, for a reason, and the day is not over."""
        if who.role not in OPENERS or not who.opened:
            return False
        sql = "SELECT 1 FROM read.access_v1 WHERE operator = $1 AND opened = $2 AND until >= $3 LIMIT 1"
        return bool(self.database.rows(sql, who.id, case, today))

    def purpose(self, who: Principal, record: UUID, home: UUID | None, today: date, people: Collection[UUID] = ()) -> str:
        """For what somebody reads the file of a case, or of a person under some records: in the course of their work, or
        opened beyond their reach for a reason. `home` is the desk of the file."""
        if home in who.desks or who.role in EVERYWHERE:
            return CASE_WORK
        cases = [record, *(each.id for each in self.cases_of(people))]
        return FOR_A_REASON if any(self._opened(who, case, today) for case in cases) else CASE_WORK

    def opened_beyond_reach(self, who: Principal, desks: Collection[UUID | None], today: date) -> frozenset[UUID]:
        """The people in whose files somebody may look today only because they opened them for a reason, where some of what
        they are shown is of `desks`."""
        if who.role not in OPENERS or not who.opened or not set(desks) - {None} - who.desks:
            return frozenset()
        sql = ("SELECT c.person, c.desk FROM read.access_v1 a JOIN read.caseload_v4 c ON c.case_id = a.opened"
               " WHERE a.operator = $1 AND a.until >= $2 AND c.person IS NOT NULL")  # fmt: skip
        found = [(UUID(str(person)), UUID(str(desk))) for person, desk in self.database.rows(sql, who.id, today)]
        return frozenset(person for person, desk in found if desk not in who.desks)

    def _reach_to_reminder(self, who: Principal, reminder: Reminder, today: date) -> Reach:
        """As far as to the record that it is about."""
        if who.role in EVERYWHERE or reminder.record is None:
            return Reach.WORKS if who.role in EVERYWHERE else Reach.NONE
        return self.reach(who, self.load(PROCEDURES[reminder.record_kind].aggregate, reminder.record), today)

    def _reach_to_group(self, who: Principal, venture: Venture, today: date) -> Reach:
        """A desk that was invited answers; whoever reaches the case of one member reads the venture."""
        if who.role in AT_THEIR_DESKS and who.desks & venture.desks:
            return Reach.ANSWERS
        cases = self.following(venture.id) or [venture.id]  # a venture without cases is looked at as long as one with some
        with self.database.reading() as connection:
            return Reach.READS if lists.reached(connection, "case", cases, who, today) else Reach.NONE

    def following(self, venture: UUID) -> list[UUID]:
        """The cases that follow a venture."""
        rows = self.database.rows("SELECT case_id FROM read.caseload_v4 WHERE venture = $1 ORDER BY case_id", venture)
        return [UUID(str(row[0])) for row in rows]

    def _reach_by_desk(self, who: Principal, record: Aggregate, today: date) -> Reach:
        if isinstance(record, Document):
            return Reach.NONE
        asked = grace = None
        if isinstance(record, Case):
            asked, transfer = record.transfer_to, record.transfer
            if transfer.grace_until is not None and today <= transfer.grace_until:
                grace = transfer.from_desk
        return reach(who, record.kind, desk=record.desk, region=record.place.region if record.place else "",
                     working_with=self.working_with(who, record), asked_desk=asked, grace_desk=grace)  # fmt: skip

    def cases_of(self, people: Iterable[UUID]) -> list[Case]:
        """The cases of some records of persons."""
        known = list(people)
        sql = "SELECT case_id FROM read.caseload_v4 WHERE person = ANY($1::uuid[]) ORDER BY case_id"
        rows = self.database.rows(sql, known) if known else []
        return list(self.load_all(Case, [UUID(str(row[0])) for row in rows]).values())

    def merged_into(self, case: UUID) -> list[UUID]:
        """The cases that point to this one as their survivor."""
        rows = self.database.rows("SELECT case_id FROM read.caseload_v4 WHERE survivor = $1 AND state = 'MERGED'", case)
        return [UUID(str(row[0])) for row in rows]

    def open_cases(self, people: Iterable[UUID]) -> dict[UUID, list[UUID]]:
        """The open cases of some records of persons, each with the records for which it counts."""
        holders = {holder for person in people if (holder := self.holder("open_case", str(person)))}
        return {each: people_of(self.keyring, self.history(each)) for each in sorted(holders)}

    def _reach_to_person(self, who: Principal, person: Person, today: date) -> Reach:
        """A person is within reach where one of their cases is; without any case, at the desk that registered them."""
        region = person.place.region if person.place else ""
        own = reach(who, person.kind, desk=person.desk, region=region, working_with=frozenset())
        if own is Reach.WORKS and who.role not in AT_THEIR_DESKS:
            return own
        cases = self.cases_of({*person.identities, person.survivor or person.id})
        best = max((self.reach(who, case, today) for case in cases), default=Reach.NONE)
        if not cases:
            return own
        return best if best is Reach.WORKS else min(best, Reach.READS)


def _reach_to_access(who: Principal, access: Access) -> Reach:
    """Whoever took it reads what became of it; whoever leads the desk or the region of the file judges it."""
    led = who.role is Role.COORDINATOR and access.desk in who.desks
    regional = who.role is Role.REGIONAL_COORDINATOR and access.place is not None and access.place.region == who.region
    if who.role in EVERYWHERE or led or regional:
        return Reach.WORKS
    return Reach.READS if access.operator == who.id else Reach.NONE


def _reach_to_message(who: Principal, message: Message) -> Reach:
    """Whoever it is for reads it; a coordinator sees what became of those of the desk."""
    led = who.role is Role.COORDINATOR and message.desk in who.desks
    return Reach.WORKS if who.role in EVERYWHERE else Reach.READS if led or message.recipient == who.id else Reach.NONE


def home(record: Aggregate) -> tuple[UUID | None, Place | None]:
    """The desk at which a record is at home, and where that is: the first of two for a pair of records."""
    return (record.desks[0], record.places[0]) if isinstance(record, Duplicate) else (record.desk, record.place)


def as_date(value: date | str) -> date:
    """A day as a row holds it: SQLite keeps text."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def _reach_to_duplicate(who: Principal, pair: Duplicate) -> Reach:
    """A coordinator of both desks, or of the region of one of them; nobody else sees why two records met."""
    regional = who.role is Role.REGIONAL_COORDINATOR and who.region in {place.region for place in pair.places}
    local = who.role is Role.COORDINATOR and set(pair.desks) <= who.desks
    return Reach.WORKS if who.role in EVERYWHERE or regional or local else Reach.NONE
