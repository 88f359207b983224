"""The record that stands in the way of a step, named to whoever reaches it; to others a refusal says nothing more."""

from collections.abc import Callable, Iterable
from datetime import date
from uuid import UUID

from opera_cases.application.integrity.stored_claims import identifier_key
from opera_cases.application.records import Records
from opera_cases.application.requests import CommandRequest
from opera_cases.application.search.name_index import Search
from opera_cases.domain.cases.case import Case
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.errors import KeyDestroyed, Refusal
from opera_cases.domain.people.person import Person
from opera_cases.domain.ventures.venture import Venture

Finds = Callable[[Records, Search | None, CommandRequest], Iterable[UUID]]


def with_obstacles(
    records: Records, search: Search | None, request: CommandRequest, refusals: tuple[Refusal, ...], today: date
) -> tuple[Refusal, ...]:
    """The refusals, each with the ids of the records that stand in the way and, of a case, its file number."""
    return tuple(_named(records, search, request, each, today) if each.rule in _FINDS else each for each in refusals)


def _named(records: Records, search: Search | None, request: CommandRequest, refusal: Refusal, today: date) -> Refusal:
    aggregate, find = _FINDS[refusal.rule]
    loaded = [records.load(aggregate, each) for each in sorted(set(find(records, search, request)) - {request.stream})]
    reached = [each for each in loaded if each.version and records.reach(request.by, each, today)]
    if not reached:
        return refusal
    told = [(aggregate.kind, " ".join(str(each.id) for each in reached))]
    if len(reached) == 1 and isinstance(reached[0], Case):
        told.append(("file_number", reached[0].file_number))
    return refusal._replace(told=(*refusal.told, *told))


def _open_cases(records: Records, search: Search | None, request: CommandRequest) -> Iterable[UUID]:
    person = request.values.get("person") or (records.load(Case, request.stream).person if request.stream else None)
    record = records.load(Person, UUID(str(person)))
    root = records.load(Person, record.survivor) if record.survivor else record
    return records.open_cases(root.identities)


def _venture_of_case(records: Records, search: Search | None, request: CommandRequest) -> Iterable[UUID]:
    venture = records.load(Case, UUID(str(request.values["case"]))).venture
    return () if venture is None else (venture,)


def _alike(records: Records, search: Search | None, request: CommandRequest) -> Iterable[UUID]:
    return [each.person for each in search.alike(request.values)] if search else ()


def _same_number(records: Records, search: Search | None, request: CommandRequest) -> Iterable[UUID]:
    person = records.load(Person, request.stream) if request.stream else None
    declared = person.identifiers.get(UUID(str(request.values["declaration"]))) if person else None
    try:
        holder = records.holder("identifier", identifier_key(records.keyring, declared)) if declared else None
    except KeyDestroyed:
        return ()
    return () if holder is None else (holder,)


_FINDS: dict[str, tuple[type[Aggregate], Finds]] = {
    "case.no_other_open_case": (Case, _open_cases), "venture.no_other_venture": (Venture, _venture_of_case),
    "person.likeness_considered": (Person, _alike), "person.identifier_free": (Person, _same_number),
}  # fmt: skip
"""By the rule that refuses: of which kind the records are that may stand in the way, and which they are."""
