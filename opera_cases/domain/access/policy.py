"""The policy asked of one record: how far somebody reaches to it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, Protocol, assert_never

from opera_cases.domain.access import conditions as c
from opera_cases.domain.access.levels import AccessLevel
from opera_cases.domain.access.principal import Principal
from opera_cases.domain.access.roles import WITH_THEIR_PEOPLE
from opera_cases.domain.access.table import GRANTS, Grant
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.vocabulary import Place, Role


class Others(Protocol):
    """What is known of other records, for relations that lead through them."""

    def related(self, record: Aggregate, how: c.Related, who: Principal, today: date) -> bool:
        """Whether there is a row as it is asked for."""
        ...

    def through(self, record: Aggregate, how: c.Through, who: Principal, today: date) -> Iterable[AccessLevel]:
        """How far somebody reaches to each of the records to which the relation leads."""
        ...

    def about(self, record: Aggregate, who: Principal, today: date) -> AccessLevel:
        """How far somebody reaches to the record that this one is about."""
        ...

    def there_is(self, record: Aggregate, how: c.Without) -> bool:
        """Whether there is a record to which the relation leads."""
        ...


@cache
def grants_of(role: Role, kind: str) -> tuple[Grant, ...]:
    """The rows of the policy for a role and a kind of record, those that reach furthest first."""
    return tuple(
        sorted((each for each in GRANTS if role in each.roles and kind in each.kinds), key=lambda each: -each.reach)
    )


def reach(who: Principal, record: Aggregate, today: date, others: Others | None) -> AccessLevel:
    """How far somebody reaches to a record on a day; without `others`, as far as the record itself tells."""
    best = AccessLevel.NONE
    for grant in grants_of(who.role, record.kind):
        if grant.reach <= best:
            break
        best = max(best, _level(grant, who, record, today, others))
    return best


def _level(grant: Grant, who: Principal, record: Aggregate, today: date, others: Others | None) -> AccessLevel:
    if who.role in WITH_THEIR_PEOPLE and not who.desks and not isinstance(grant.holds, c.Anybody | c.Themselves):
        return AccessLevel.NONE
    if others is None and isinstance(grant.holds, c.Through | c.ToWhatItIsAbout):
        return AccessLevel.NONE
    if isinstance(grant.holds, c.Through):
        assert others is not None
        gives = grant.holds.gives
        return max((gives[each] for each in others.through(record, grant.holds, who, today)), default=AccessLevel.NONE)
    if isinstance(grant.holds, c.ToWhatItIsAbout):
        assert others is not None
        return others.about(record, who, today)
    return grant.reach if _holds(grant.holds, who, record, today, others) else AccessLevel.NONE


def _holds(condition: c.AccessCondition, who: Principal, record: Aggregate, today: date, others: Others | None) -> bool:
    match condition:
        case c.Anybody():
            return True
        case c.At(column):
            return column_value(record, column) in who.desks
        case c.InRegion(column):
            return bool(who.region) and column_value(record, column) == who.region
        case c.Themselves(column):
            return bool(column_value(record, column) == who.id)
        case c.Is(column, values):
            return column_value(record, column) in values
        case c.Until(column, days, open_):
            day = column_value(record, column)
            return open_ if day is None else bool(today <= day + timedelta(days=days))
        case c.All(of):
            return all(_holds(each, who, record, today, others) for each in of)
        case c.Either(of):
            return any(_holds(each, who, record, today, others) for each in of)
        case c.Related():
            return others is not None and others.related(record, condition, who, today)
        case c.OpenedBeyondReach(related):
            return who.opened and others is not None and others.related(record, related, who, today)
        case c.Without():
            return others is None or not others.there_is(record, condition)
        case c.Through() | c.ToWhatItIsAbout():
            raise TypeError("a way through another record stands alone in its row: it says itself how far it leads")
        case _:
            assert_never(condition)


def _of_pair(both: Sequence[Any], which: int) -> Any:
    return both[which] if both else None


def _region(place: Place | None) -> str:
    return place.region if place else ""


_OF: dict[str, Callable[[Any], Any]] = {
    "region": lambda record: _region(record.place),
    "transfer": lambda case: case.transfer.answer, "transfer_from": lambda case: case.transfer.from_desk,
    "transfer_to": lambda case: case.transfer.to_desk, "grace_until": lambda case: case.transfer.grace_until,
    "first_desk": lambda pair: _of_pair(pair.desks, 0), "second_desk": lambda pair: _of_pair(pair.desks, 1),
    "first_region": lambda pair: _region(_of_pair(pair.places, 0)), "second_region": lambda pair: _region(_of_pair(pair.places, 1)),
    "case_id": lambda record: record.id if record.kind == "case" else record.case,
    "venture_id": lambda venture: venture.id, "desk_id": lambda desk: desk.id,
}  # fmt: skip
"""What a column holds where the record has it under another name."""


def column_value(record: Aggregate, column: str) -> Any:
    """What the column of a record's read model holds."""
    of = _OF.get(column)
    return getattr(record, column) if of is None else of(record)
