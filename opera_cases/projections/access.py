"""The policy of access as a condition on rows: the same relations as for one record, compiled to SQL."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, NamedTuple, assert_never
from uuid import UUID

import sqlalchemy as sa

from opera_cases.domain.access import WITH_THEIR_PEOPLE, Principal
from opera_cases.domain.access import conditions as c
from opera_cases.domain.access.policy import grants_of
from opera_cases.domain.access.table import OF_A_CASE, PUBLIC, SHARED, Grant
from opera_cases.log.store.database import Database
from opera_cases.projections.models.cases import assignments
from opera_cases.projections.models.people import people
from opera_cases.projections.models.reminders import reminders
from opera_cases.projections.models.ventures import venture_desks
from opera_cases.projections.registry import TABLE_OF
from opera_cases.projections.values import as_uuid

Clause = sa.ColumnElement[bool]
TABLE_OF_RELATION = {**TABLE_OF, "venture_desk": venture_desks, "assignment": assignments}
"""By kind: the table of its records, and those of which only relations speak."""


def key(kind: str) -> sa.Column[Any]:
    """The column with the ids of the records of a kind."""
    return next(iter(TABLE_OF_RELATION[kind].primary_key.columns))


def within_reach(kind: str, who: Principal, today: date) -> Clause:
    """Which records of a kind somebody reaches on a day, however far, as a condition on their table."""
    clauses = [_granted(each, kind, who, today) for each in grants_of(who.role, kind)]
    if any(each is None for each in clauses):
        return sa.true()
    return sa.or_(sa.false(), *(each for each in clauses if each is not None))


def reaches_all_at(kind: str, column: str, who: Principal) -> bool:
    """Whether somebody reaches every record that has one of their own desks in the column."""
    return any(isinstance(each.holds, c.At) and each.holds.column == column for each in grants_of(who.role, kind))


def reached(connection: sa.Connection, kind: str, ids: Collection[UUID], who: Principal, today: date) -> set[UUID]:
    """Which of some records of a kind are within someone's reach."""
    question = sa.select(key(kind)).where(key(kind).in_(ids), within_reach(kind, who, today))
    return {row[0] for row in connection.execute(question)}


class Named(NamedTuple):
    """A record that may be hidden, by kind, and the case of which it is part."""

    kind: str
    id: UUID
    case: UUID | None


_NAMED = " UNION ALL ".join(
    f"SELECT '{kind}', {key(kind).name}, {'case_id' if kind in OF_A_CASE | {'case', 'document'} else 'NULL'}"
    f" FROM {table.fullname} WHERE {key(kind).name} = ANY($1::uuid[])"
    for kind, table in TABLE_OF.items() if kind not in PUBLIC | SHARED
)  # fmt: skip


def records_named(log: Database, ids: Collection[UUID]) -> list[Named]:
    """Which of some ids are of records that may be hidden."""
    return [
        Named(kind, as_uuid(found), as_uuid(case) if case else None)
        for kind, found, case in log.rows(_NAMED, list(ids))
    ]


def pointing(kind: str, there: str, ids: Collection[UUID]) -> sa.Select[Any]:
    """The records of a kind whose column names one of some others, by id."""
    return sa.select(key(kind)).where(TABLE_OF_RELATION[kind].c[there].in_(ids)).order_by(key(kind))


def related(how: c.Related, here: Any, who: Principal, today: date) -> sa.Select[Any]:
    """Whether there is a related row, for a record that has something `here`."""
    table = TABLE_OF_RELATION[how.kind]
    return sa.select(sa.literal(1)).where(table.c[how.there] == here, _holds(how.holds, table, who, today)).limit(1)


def _granted(grant: Grant, kind: str, who: Principal, today: date) -> Clause | None:
    """A row of the policy; None where it holds of every record."""
    if isinstance(grant.holds, c.Anybody):
        return None
    if who.role in WITH_THEIR_PEOPLE and not who.desks and not isinstance(grant.holds, c.Themselves):
        return sa.false()
    return _holds(grant.holds, TABLE_OF_RELATION[kind], who, today)


def _holds(condition: c.AccessCondition, table: sa.Table, who: Principal, today: date) -> Clause:
    match condition:
        case c.Anybody():
            return sa.true()
        case c.At(column):
            return table.c[column].in_(who.desks) if who.desks else sa.false()
        case c.InRegion(column):
            return table.c[column] == who.region if who.region else sa.false()
        case c.Themselves(column):
            return table.c[column] == who.id
        case c.Is(column, values):
            return table.c[column].in_(values)
        case c.Until(column, days, open_):
            lasts = table.c[column] >= today - timedelta(days=days)
            return lasts | table.c[column].is_(None) if open_ else lasts
        case c.All(of):
            return sa.and_(*(_holds(each, table, who, today) for each in of))
        case c.Either(of):
            return sa.or_(*(_holds(each, table, who, today) for each in of))
        case c.Related(kind, here, there, holds):
            other = TABLE_OF_RELATION[kind]
            return table.c[here].in_(
                sa.select(other.c[there]).where(other.c[there].is_not(None), _holds(holds, other, who, today))
            )
        case c.OpenedBeyondReach(how):
            return _holds(how, table, who, today) if who.opened else sa.false()
        case c.Through(kind, here, there):
            return _through(table, kind, here, there, who, today)
        case c.Without(kind, _, there):
            return ~sa.exists(_of_the_same_person(kind, there).correlate(people))
        case c.ToWhatItIsAbout(kinds):
            return sa.or_(*(_about(each, who, today) for each in kinds))
        case _:
            assert_never(condition)


def _through(table: sa.Table, kind: str, here: str, there: str, who: Principal, today: date) -> Clause:
    other, reach = TABLE_OF_RELATION[kind], within_reach(kind, who, today)
    if here == c.SAME_PERSON:
        theirs = _of_the_same_person(kind, there)
        (found,) = theirs.selected_columns
        return sa.exists(theirs.where(found.in_(sa.select(key(kind)).where(reach))).correlate(people))
    return table.c[here].in_(sa.select(other.c[there]).where(other.c[there].is_not(None), reach))


def _of_the_same_person(kind: str, there: str) -> sa.Select[Any]:
    """The records of a kind that are of a person, under any of the records that were merged."""
    record, other = people.alias(), TABLE_OF_RELATION[kind].alias()
    same = (
        (record.c.person_id == people.c.person_id) | (record.c.survivor == people.c.person_id)
        | (record.c.person_id == people.c.survivor) | (record.c.survivor == people.c.survivor)
    )  # fmt: skip
    return sa.select(other.c[key(kind).name]).where(
        other.c[there].in_(sa.select(record.c.person_id).where(same).correlate(people))
    )


def _about(kind: str, who: Principal, today: date) -> Clause:
    """Reminders of one kind of record are for whoever may read the record."""
    return (reminders.c.record_kind == kind) & reminders.c.record.in_(
        sa.select(key(kind)).where(within_reach(kind, who, today))
    )
