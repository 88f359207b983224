"""Ids of records beyond someone's reach do not leave the office: an appointment may name a case that went elsewhere."""

from collections.abc import Collection, Iterable
from typing import Any, TypeVar
from uuid import UUID

from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import UNRESTRICTED, AccessLevel, Principal
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import TOPICS
from opera_cases.domain.operators.operator import Operator
from opera_cases.projections import access

T = TypeVar("T")
_LENGTH = 36
_SEVERAL = (list, tuple, set, frozenset)


def private_topics(record: Aggregate, who: Principal, reach: AccessLevel) -> frozenset[str]:
    """The topics of a record that are nobody's business but of whoever works on it, and of whom they are about: how a colleague is
    reached, what they were given and what they show. Everybody else reads that they work here."""
    if record.kind != Operator.kind or reach is AccessLevel.WRITE or record.id == who.id:
        return frozenset()
    return frozenset(topic for topic in TOPICS if topic.startswith(f"{Operator.kind}.")) - {
        "operator.enrolled",
        "operator.left",
    }


def redact(runtime: Runtime, who: Principal, answer: T, granted: Collection[UUID | None] = ()) -> T:
    """The answer with every id of a record beyond reach left out.

    `granted` are records known to be within reach already: whoever reaches a case reaches what is part of it.
    """
    if who.role in UNRESTRICTED:
        return answer
    ids = _ids(answer) - set(granted)
    gone = _beyond(runtime, who, ids, granted) if ids else set()
    return _without(answer, gone) if gone else answer


def _beyond(runtime: Runtime, who: Principal, ids: set[UUID], granted: Collection[UUID | None]) -> set[UUID]:
    unsure: dict[str, set[UUID]] = {}
    for each in access.records_named(runtime.log, ids):
        if each.case is None or each.case not in granted:
            unsure.setdefault(each.kind, set()).add(each.id)
    if not unsure:
        return set()
    today = runtime.application.today()
    with runtime.log.reading() as connection:
        return {
            each for kind, some in unsure.items() for each in some - access.reached(connection, kind, some, who, today)
        }


def _id(value: Any) -> UUID | None:
    if isinstance(value, UUID):
        return value
    if isinstance(value, str) and len(value) == _LENGTH and value[8] == value[13] == "-":
        try:
            return UUID(value)
        except ValueError:
            return None
    return None


def _ids(answer: Any) -> set[UUID]:
    found: set[UUID] = set()
    texts: set[str] = set()
    left: list[Iterable[Any]] = [(answer,)]
    while left:
        for value in left.pop():
            kind = type(value)
            if kind is str:
                if len(value) == _LENGTH:
                    texts.add(value)
            elif isinstance(value, UUID):
                found.add(value)
            elif isinstance(value, dict):
                left.append(value.values())
            elif isinstance(value, _SEVERAL):
                left.append(value)
    return found | {each for text in texts if (each := _id(text)) is not None}


def _without(value: Any, gone: set[UUID]) -> Any:
    if isinstance(value, dict):
        return {name: _without(each, gone) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without(each, gone) for each in value if _id(each) not in gone or _id(each) is None]
    return None if _id(value) in gone and _id(value) is not None else value


def hide_from_other_members(facts: dict[str, Any], people: Collection[UUID]) -> dict[str, Any]:
    """What a group's history says of one member is read in words in that member's case only: of a fact about somebody
    who is not among `people`, every sealed value is left out."""
    if "person" not in facts or UUID(str(facts["person"])) in people:
        return facts
    return {name: value for name, value in facts.items() if not (isinstance(value, dict) and "ciphertext" in value)}
