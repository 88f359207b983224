"""Ids of records beyond someone's reach do not leave the office: an appointment may name a case that went elsewhere."""

from collections.abc import Iterator
from typing import Any, TypeVar
from uuid import UUID

from opera_cases.domain.scope import EVERYWHERE, Principal
from opera_cases.office.premises import Premises
from opera_cases.projections import lists

T = TypeVar("T")
_LENGTH = 36


def within_reach(where: Premises, who: Principal, answer: T) -> T:
    """The answer with every id of a record beyond reach left out."""
    if who.role in EVERYWHERE:
        return answer
    ids = set(_ids(answer))
    with where.log.engine.connect().execution_options(reads=True) as connection:
        gone = lists.beyond(connection, ids, who, where.office.today())
    return _without(answer, gone) if gone else answer


def _id(value: Any) -> UUID | None:
    if isinstance(value, UUID):
        return value
    if isinstance(value, str) and len(value) == _LENGTH and value[8] == value[13] == "-":
        try:
            return UUID(value)
        except ValueError:
            return None
    return None


def _ids(value: Any) -> Iterator[UUID]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _ids(each)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _ids(each)
    elif (found := _id(value)) is not None:
        yield found


def _without(value: Any, gone: set[UUID]) -> Any:
    if isinstance(value, dict):
        return {name: _without(each, gone) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without(each, gone) for each in value if _id(each) not in gone or _id(each) is None]
    return None if _id(value) in gone and _id(value) is not None else value
