"""The record of a person: which papers and numbers it has, never what they say."""

from typing import NamedTuple
from uuid import UUID

from opera_cases.domain.aggregate import Aggregate
from opera_cases.domain.events import Event
from opera_cases.domain.people import events as e
from opera_cases.domain.people.identifiers import Check, IdentifierKind
from opera_cases.domain.personal import Sealed

KNOWN = "KNOWN"


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


@Person.on(e.PersonRegistered)
def _(person: Person, event: Event[e.PersonRegistered]) -> None:
    person.desk, person.place = event.facts.desk, event.facts.place
    person.family_name, person.given_names = event.facts.family_name, event.facts.given_names
    person.birth_date = event.facts.birth_date


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
