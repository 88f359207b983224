"""Lists and searches among many: pages by desk and state, people by a misspelt name.

The records are loaded through codec and folds, not through commands: an event is written down, read back, folded, and
its rows copied into the tables of the read models.
"""

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg

from benchmarks.measure import Result, in_turn
from benchmarks.office import BenchOffice
from opera_cases.api.routes.lists import Cursor, list_of
from opera_cases.application.search.people_and_cases import people_like
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.kernel.personal import DataClass, Sealed
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.people.events import PersonRegistered
from opera_cases.log.events.codec import PROCEDURE_OF_TOPIC, decode, encode
from opera_cases.log.keys.sealing import seal, unseal
from opera_cases.projections import inline
from opera_cases.projections.followed.name_index import KIND_OF, NameIndex

STATES = (
    "CONTACT",
    "INTAKE",
    "ASSESSMENT",
    "PLAN",
    "IDEA",
    "BUSINESS_PLAN",
    "FUNDING",
    "START_UP",
    "MENTORING",
    "CLOSED",
)
DESKS = 34
FILTERS = list_of("case")
SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "la",
    "me",
    "ni",
    "po",
    "ru",
    "sa",
    "te",
    "vi",
    "zo",
    "mar",
    "len",
    "tin",
    "dol",
)


def stored(event: Event[Any]) -> Event[Any]:
    """The event as it comes back from the log."""
    kept = encode(event)
    return decode((event.position, kept.event_id, kept.stream, kept.version, kept.topic, kept.state, kept.metadata))


def batched(items: Sequence[Event[Any]], size: int) -> Iterator[Sequence[Event[Any]]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def copy(db: psycopg.Connection[Any], table: str, rows: Iterable[dict[str, Any]]) -> None:
    rows = iter(rows)
    first = next(rows)
    with db.cursor().copy(f"COPY {table} ({', '.join(first)}) FROM STDIN") as out:
        out.write_row(tuple(first.values()))
        for row in rows:
            out.write_row(tuple(row.values()))


class Crowd:
    """An office with many people and cases, at 34 desks, in ten states."""

    def __init__(self, cases: int, people: int) -> None:
        self.application = BenchOffice.open()
        self.rng = random.Random(7)
        world = self.application.world
        self.desks = [world.desk, *(uuid4() for _ in range(DESKS - 1))]
        self.people = [uuid4() for _ in range(people)]
        self.coordinator = Principal(uuid4(), Role.COORDINATOR, frozenset({world.desk}))
        case, person = world.case("INTAKE"), world.person()
        self._case = world.runtime.application.records.history(case.id)[0]
        self._person = world.runtime.application.records.history(person)[0]
        with psycopg.connect(self.application.log, autocommit=True) as db:
            self._register(db)
            copy(db, "read.caseload_v4", self._cases(cases))
            db.execute("VACUUM ANALYZE")

    def _register(self, db: psycopg.Connection[Any]) -> None:
        keyring = self.application.runtime.application.keyring
        keys = {person: (uuid4(), self.rng.randbytes(32)) for person in self.people}
        with psycopg.connect(self.application.cluster.url("keys"), autocommit=True) as vault:
            copy(vault, "subject_key", (
                {"key_id": key_id, "subject": person, "data_class": DataClass.IDENTITY.value, "epoch": keyring.master.epoch,
                 "wrapped": keyring.master.wrap(key), "made_at": datetime.now(UTC).isoformat()}
                for person, (key_id, key) in keys.items()
            ))  # fmt: skip
        names, batch, rows = self.application.runtime.models.names, [], []
        self.named: dict[UUID, str] = {}
        for person, (key_id, key) in keys.items():
            event_id = uuid4()
            said = {"family_name": self._name(), "given_names": self._name(), "birth_date": "1980-01-01"}
            self.named[person] = said["family_name"]
            sealed = {name: seal(text, key_id, key, subject=person, data_class=DataClass.IDENTITY, event=event_id, field=name)
                      for name, text in said.items()}  # fmt: skip
            facts: PersonRegistered = msgspec.structs.replace(self._person.facts, **sealed)
            body = msgspec.structs.replace(self._person.body, facts=facts)
            event = stored(msgspec.structs.replace(self._person, event_id=event_id, stream=person, body=body))
            batch.append(event)
            record = PROCEDURE_OF_TOPIC[event.topic].aggregate.replay(person, [event])
            rows += [
                {**key_, **row}
                for (table, _), (key_, row) in inline.rows_shown(record).items()
                if table == "read.person_v2"
            ]
        copy(db, "read.person_v2", rows)
        copy(db, "log.event", (
            {"notification_id": number, "event_id": each.event_id, "originator_id": each.stream, "originator_version": each.version,
             "topic": each.topic, "state": each.state, "metadata": each.metadata} for number, each in enumerate(map(encode, batch), 1)
        ))  # fmt: skip
        copy(db, "read.name_part_v1", (row for some in batched(batch, 5000) for row in self._index(names, some)))

    def _index(self, names: NameIndex, events: Sequence[Event[Any]]) -> Iterator[dict[str, Any]]:
        self.application.runtime.application.keyring.prefetch(event.facts.family_name.key for event in events)
        for event in events:
            for name in ("family_name", "given_names", "birth_date"):
                yield from names._rows(event.stream, event.event_id, KIND_OF[name], getattr(event.facts, name))

    def _name(self) -> str:
        return "".join(self.rng.choice(SYLLABLES) for _ in range(self.rng.randint(3, 5))).title()

    def _cases(self, count: int) -> Iterator[dict[str, Any]]:
        for number in range(count):
            facts = msgspec.structs.replace(
                self._case.facts, desk=self.desks[number % DESKS], file_number=f"2026-{number:06}"
            )
            body = msgspec.structs.replace(self._case.body, facts=facts)
            stream = uuid4()
            event = stored(msgspec.structs.replace(self._case, event_id=uuid4(), stream=stream, body=body))
            case = PROCEDURE_OF_TOPIC[event.topic].aggregate.replay(stream, [event])
            case.state, case.person = STATES[number // DESKS % len(STATES)], self.people[number % len(self.people)]
            yield from (
                {**key, **row}
                for (table, _), (key, row) in inline.rows_shown(case).items()
                if table == "read.caseload_v4"
            )

    def page(self) -> bytes:
        asked = FILTERS(desk=self.desks[0], state=self.rng.choice(STATES))
        return msgspec.json.encode(Cursor(self.application.runtime, self.coordinator).page("case", asked, uuid4()))

    def search(self) -> Any:
        """By a family name with one letter wrong."""
        name = self.named[self.rng.choice(self.people)]
        at = self.rng.randrange(len(name))
        return people_like(
            self.application.runtime.application,
            self.coordinator,
            {"family_name": name[:at] + "x" + name[at + 1 :]},
            uuid4(),
        )


def results(few: Crowd, many: Crowd) -> Iterator[Result]:
    runtime = many.application.runtime
    keyring = runtime.application.keyring
    connection = psycopg.connect(many.application.log, autocommit=True)
    sealed = msgspec.json.Decoder(Sealed)
    ledger = ("INSERT INTO log.reading (reading_id, recorded_at, principal, role, subject, classes, stream, place, purpose,"
              " correlation) VALUES ")  # fmt: skip

    def bare() -> bytes:
        sql = "SELECT * FROM read.caseload_v4 WHERE desk = %s AND state = %s ORDER BY case_id LIMIT 51"
        rows = connection.execute(sql, (many.desks[0], many.rng.choice(STATES))).fetchall()[:50]
        people = {row[7] for row in rows}
        names = connection.execute(
            "SELECT person_id, given_names, family_name FROM read.person_v2 WHERE person_id = ANY(%s)", (list(people),)
        )
        called = {row[0]: [unseal(sealed.decode(each), keyring) for each in row[1:]] for row in names}
        values: list[Any] = []
        for person in people:
            values += [uuid4(), datetime.now(UTC).isoformat(), many.coordinator.id, "COORDINATOR", person, "IDENTITY", UUID(int=0),
                       "list of cases", "case work", uuid4()]  # fmt: skip
        connection.execute(ledger + ", ".join(["(" + ", ".join(["%s"] * 10) + ")"] * len(people)), values)
        return json.dumps([[*row, *called[row[7]]] for row in rows], default=str).encode()

    yield in_turn(
        "a page of 50 by desk and state, 1,000,000 cases", "the SQL, opening, JSON", many.page, bare, "≤ 1.5", times=30
    )
    yield in_turn("a page of 50 among 1,000,000 cases", "among 10,000", many.page, few.page, "≤ 1.5", times=30)
    yield in_turn("people by a misspelt name among 100,000", "among 1,000", many.search, few.search, "≤ 2", times=30)
    connection.close()
