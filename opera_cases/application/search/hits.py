"""Whoever learns that somebody is known elsewhere has read of them, though no name was shown: it stands in the ledger of that person."""

from collections.abc import Iterable
from uuid import UUID

from opera_cases.application.context import Context
from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.application.requests import CommandRequest
from opera_cases.domain.access import UNRESTRICTED, Principal
from opera_cases.domain.kernel.personal import DataClass
from opera_cases.domain.people.person import Person
from opera_cases.log.events.unit_of_work import MarkedClaim
from opera_cases.projections import access

KNOWN_ELSEWHERE = "known elsewhere"
SEARCH, REGISTRATION, NUMBER = "search of people", "registration", "check of a number"
"""For what, and where, as the ledger says it: these words are stored."""


def note_hits(context: Context, who: Principal, place: str, people: Iterable[UUID], correlation: UUID) -> None:
    """Record, for each of some people beyond reach, that somebody learned that they are known here."""
    with PersonalDataReader(context.database, context.keyring, who=who, place=place, purpose=KNOWN_ELSEWHERE, stream=UUID(int=0), at=context.clock(),
                 correlation=correlation) as reading:  # fmt: skip
        for person in people:
            reading.note_opened(person, DataClass.IDENTITY.value)


def alike(context: Context, request: CommandRequest) -> int:
    """How many are like the person whom somebody is about to register, or tries to; those elsewhere are told of it."""
    found = context.search.alike(request.values) if context.search else []
    _note_beyond(context, request, REGISTRATION, {each.person for each in found})
    return len(found)


def note_holders(context: Context, request: CommandRequest, claims: Iterable[MarkedClaim]) -> None:
    """A number turned out to be another person's, verified: whoever asked has learned that it is known here."""
    holders = {context.records.holder(each.kind, each.key) for each in claims if each.kind == "identifier"}
    _note_beyond(context, request, NUMBER, {each for each in holders if each is not None})


def _note_beyond(context: Context, request: CommandRequest, place: str, people: set[UUID]) -> None:
    if not people or request.by.role in UNRESTRICTED:
        return
    with context.database.reading() as connection:
        reached = access.reached(connection, Person.kind, people, request.by, context.today())
    note_hits(context, request.by, place, people - reached, request.correlation)
