"""What a record holds alone, by its events: its file number, its person's one open case, a verified number, the code of a desk …

The tables of the procedures say when something is claimed and given up; this says it again from the events alone, so that what
stands among the claims can be held against the log.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from opera_cases.domain.break_glass import AccessTaken
from opera_cases.domain.cases.closing import CaseClosed
from opera_cases.domain.cases.contacts import ContactRecorded
from opera_cases.domain.cases.identities import CaseMerged, CaseUnmerged, IdentitiesJoined, IdentitiesParted
from opera_cases.domain.cases.intake import IntakeOpened
from opera_cases.domain.cases.reopening import CaseReopened
from opera_cases.domain.desks.desk import DeskOpened
from opera_cases.domain.duplicates.duplicate import DuplicateFlagged
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.people.events import IdentifierVerified
from opera_cases.domain.people.person import Identifier
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.domain.ventures.ending import VentureAbandoned, VentureCeased
from opera_cases.domain.ventures.leaving import MemberExcluded, MemberWithdrew
from opera_cases.domain.ventures.opening import VentureOpened
from opera_cases.domain.ventures.states import ENDED


class Claim(NamedTuple):
    """Something of a kind that one record at most holds at a time. Of a verified number the domain knows the sealed value only."""

    kind: str
    key: str | Identifier


HeldAfter = Callable[[Any, Event[Any], frozenset[Claim]], Iterable[Claim]]
"""What an event claims or gives up: asked with the record as it was before, the event, and what the record holds."""


def _open_case(of: Callable[[Any], Iterable[Any]]) -> HeldAfter:
    return lambda case, event, held: (Claim("open_case", str(each)) for each in of(event.facts))


def _of_kind(kind: str) -> HeldAfter:
    return lambda record, event, held: (each for each in held if each.kind == kind)


def _verified(person: Any, event: Event[IdentifierVerified], held: frozenset[Claim]) -> Iterable[Claim]:
    declared = person.identifiers.get(event.facts.declaration)
    return (Claim("identifier", declared),) if declared else ()


def _of_promoter(
    venture: Any, event: Event[MemberWithdrew | MemberExcluded], held: frozenset[Claim]
) -> Iterable[Claim]:
    gone = event.facts.person == venture.promoter and venture.state not in ENDED
    return _of_kind("venture_of_case")(venture, event, held) if gone else ()


def _of_the_day(access: Any, event: Event[AccessTaken], held: frozenset[Claim]) -> Iterable[Claim]:
    """The how-manieth of the day a file opened beyond reach is for whoever opened it; before 0.8 nobody counted."""
    number = event.body.saw.get("access_attempts")
    return () if number is None else (Claim("access", f"{event.meta.actor.id}|{event.on}|{number}"),)


CLAIMS: dict[type[Facts], HeldAfter] = {
    ContactRecorded: lambda case, event, held: (Claim("file_number", event.facts.file_number),),
    IntakeOpened: _open_case(lambda facts: {facts.person, *facts.identities}),
    CaseReopened: _open_case(lambda facts: facts.identities),
    CaseUnmerged: _open_case(lambda facts: facts.identities),
    IdentitiesJoined: _open_case(lambda facts: facts.identities),
    IdentifierVerified: _verified,
    DeskOpened: lambda desk, event, held: (Claim("desk_code", event.facts.code),),
    VentureOpened: lambda venture, event, held: (Claim("venture_of_case", str(event.facts.case)),),
    DuplicateFlagged: lambda pair, event, held: (Claim("duplicate", "+".join(map(str, sorted((event.facts.first, event.facts.second))))),),
    AccessTaken: _of_the_day,
}  # fmt: skip
GIVES_UP: dict[type[Facts], HeldAfter] = {
    CaseClosed: _of_kind("open_case"),
    CaseMerged: _of_kind("open_case"),
    IdentitiesParted: _open_case(lambda facts: facts.identities),
    VentureAbandoned: _of_kind("venture_of_case"),
    VentureCeased: _of_kind("venture_of_case"),
    MemberWithdrew: _of_promoter,
    MemberExcluded: _of_promoter,
}  # fmt: skip
CLAIMING_KINDS = frozenset(facts.topic.partition(".")[0] for facts in CLAIMS)
"""The kinds of records that claim anything."""


def claims_of(history: Iterable[Event[Any]]) -> frozenset[Claim]:
    """What a record holds after its history. Facts count as they were when they were recorded: a correction claims nothing."""
    held: frozenset[Claim] = frozenset()
    record: Any = None
    for event in history:
        facts = type(event.facts)
        record = record or PROCEDURES[event.topic.partition(".")[0]].aggregate(event.stream)
        if facts in GIVES_UP:
            held -= frozenset(GIVES_UP[facts](record, event, held))
        if facts in CLAIMS:
            held |= frozenset(CLAIMS[facts](record, event, held))
        record.evolve(event)
    return held
