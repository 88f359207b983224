"""The facts about two records that may be of one person (see `facts`)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from opera_cases.application.facts.gathering import FactLoader
from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.states import MERGED
from opera_cases.domain.duplicates.duplicate import Duplicate
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.people.person import KNOWN, Person


def unmerged(g: FactLoader, which: str) -> Person | None:
    """One of the two records (`first` or `second`); None where it was merged into another."""
    person = g.of_pair(which)
    return person if person.state == KNOWN else None


def identities_of_both(g: FactLoader) -> list[UUID]:
    """The ids of both, and of all records that were merged into them."""
    return sorted({*g.of_pair("first").identities, *g.of_pair("second").identities})


def open_cases(g: FactLoader) -> dict[UUID, list[UUID]]:
    """The open cases of both, by id, each with the records of persons for which it counts."""
    return g.records.open_cases(identities_of_both(g))


def parted_cases(g: FactLoader) -> dict[UUID, list[UUID]]:
    """The cases of each side that were merged into a case of the other side, the latest of each, with the records
    for which they count once the sides are parted."""
    assert isinstance(g.subject, Duplicate)
    apart = {g.subject.merged}
    rest = set(identities_of_both(g)) - apart
    found = {}
    for side, other in ((apart, rest), (rest, apart)):
        crossing = [
            case for case in g.records.cases_of(sorted(side))
            if case.state == MERGED and g.load(Case, case.survivor).person in other
        ]  # fmt: skip
        if crossing:
            found[max(crossing, key=lambda case: case.position).id] = sorted(side)
    return found


def person_of(g: FactLoader) -> dict[UUID, UUID | None]:
    """Whose the open cases of both are: the cases come from the pair, whichever of them the request names."""
    return {case: g.records.load(Case, case).person for case in open_cases(g)}


def both_within_reach(g: FactLoader) -> bool:
    """Whether the asker reaches both records; a regional coordinator decides on pairs of the region whoever holds them."""
    people = (g.of_pair("first"), g.of_pair("second"))
    regional = g.by.role is Role.REGIONAL_COORDINATOR
    return regional or all(g.records.reach(g.by, each, g.today) for each in people)


FACTS_OF_PAIRS: dict[str, Callable[[FactLoader], Any]] = {
    "first_desk": lambda g: g.of_pair("first").desk,
    "second_desk": lambda g: g.of_pair("second").desk,
    "first_place": lambda g: (p := unmerged(g, "first")) and p.place,
    "second_place": lambda g: (p := unmerged(g, "second")) and p.place,
    "identities_of_both": identities_of_both,
    "open_cases": open_cases,
    "parted_cases": parted_cases,
    "person_of": person_of,
    "both_within_reach": both_within_reach,
}
