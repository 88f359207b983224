"""The record of a person: which papers and numbers it has, never what they say."""

from typing import NamedTuple
from uuid import UUID

from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.kernel.personal import Sealed
from opera_cases.domain.kernel.vocabulary import Language
from opera_cases.domain.people import events as e
from opera_cases.domain.people.identifiers import Check, IdentifierKind

KNOWN, MERGED = "KNOWN", "MERGED"


class Identifier(NamedTuple):
    kind: IdentifierKind
    value: Sealed
    check: Check
    verified: bool


class Person(Aggregate):
    kind = "person"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.identifiers: dict[UUID, Identifier] = {}
        self.family_name: Sealed | None = None
        self.given_names: Sealed | None = None
        self.birth_date: Sealed | None = None
        self.notice_version: str | None = None
        self.consents: frozenset[e.Purpose] = frozenset()
        self.survivor: UUID | None = None
        self.absorbed: frozenset[UUID] = frozenset()
        self.email: Sealed | None = None
        self.language = Language.IT
        self.requests: dict[UUID, int] = {}

    @property
    def identities(self) -> tuple[UUID, ...]:
        """This record and those absorbed by it: all the names under which the person may be known."""
        return (self.id, *sorted(self.absorbed))


@Person.on(e.PersonRegistered)
def _(person: Person, event: Event[e.PersonRegistered]) -> None:
    person.desk, person.place = event.facts.desk, event.facts.place
    person.family_name, person.given_names = event.facts.family_name, event.facts.given_names
    person.birth_date, person.language = event.facts.birth_date, event.facts.language


@Person.on(e.ContactsRecorded)
def _(person: Person, event: Event[e.ContactsRecorded]) -> None:
    person.email = event.facts.email


@Person.on(e.IdentifierDeclared)
def _(person: Person, event: Event[e.IdentifierDeclared]) -> None:
    said = event.facts
    person.identifiers[event.event_id] = Identifier(said.identifier_kind, said.value, said.check, False)


@Person.on(e.IdentifierVerified)
def _(person: Person, event: Event[e.IdentifierVerified]) -> None:
    if declared := person.identifiers.get(event.facts.declaration):
        person.identifiers[event.facts.declaration] = declared._replace(verified=True)


@Person.on(e.NoticeGiven)
def _(person: Person, event: Event[e.NoticeGiven]) -> None:
    person.notice_version = event.facts.version


@Person.on(e.ConsentGiven)
def _(person: Person, event: Event[e.ConsentGiven]) -> None:
    person.consents |= {event.facts.purpose}


@Person.on(e.ConsentWithdrawn)
def _(person: Person, event: Event[e.ConsentWithdrawn]) -> None:
    person.consents -= {event.facts.purpose}


@Person.on(e.PersonMerged)
def _(person: Person, event: Event[e.PersonMerged]) -> None:
    person.survivor = event.facts.survivor


@Person.on(e.PersonUnmerged)
def _(person: Person, event: Event[e.PersonUnmerged]) -> None:
    person.survivor = None


@Person.on(e.RecordAbsorbed)
def _(person: Person, event: Event[e.RecordAbsorbed]) -> None:
    person.absorbed |= {event.facts.person}


@Person.on(e.RecordReleased)
def _(person: Person, event: Event[e.RecordReleased]) -> None:
    person.absorbed -= {event.facts.person}
