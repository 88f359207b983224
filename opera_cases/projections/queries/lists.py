"""Lists: a page of rows within someone's reach, filtered by typed fields, by keyset, never by counting past rows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from opera_cases.domain.access import Principal
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.store.database import Database
from opera_cases.projections.access import key, reaches_all_at, within_reach
from opera_cases.projections.models.people import people
from opera_cases.projections.opened import keyed_digest
from opera_cases.projections.registry import MODELS

TEXT, WORDS = "text", "words"
"""A filter by words, for the lists that have a column of words to look into; that column is shown to nobody."""


def shown_columns(kind: str) -> list[sa.Column[Any]]:
    """The columns of a list that are shown."""
    return [column for column in MODELS[kind].table.columns if column.name != WORDS]


@dataclass(frozen=True, slots=True)
class PageQuery:
    """One page asked for: equal fields, an upper day, the column to sort by, where the last page ended."""

    equal: dict[str, Any]
    due_before: date | None = None
    sort: str = ""
    after: tuple[Any, ...] | None = None
    limit: int = 50


def type_of(kind: str, name: str) -> type[UUID] | type[date] | type[str]:
    """Of what type the values of a filter are."""
    if name == TEXT:
        return str
    if name in MODELS[kind].marked:
        return UUID
    column = MODELS[kind].table.c[name].type
    return UUID if isinstance(column, sa.Uuid) else date if isinstance(column, sa.Date) else str


def filter_value(kind: str, name: str, value: str) -> Any:
    """The value of a filter as its column holds it, or as it is before its digest is taken. Raises `ValueError`."""
    wanted = type_of(kind, name)
    return UUID(value) if wanted is UUID else date.fromisoformat(value) if wanted is date else value


def _of_their_desk(kind: str, who: Principal, asked: PageQuery) -> bool:
    """Whether what is asked for is of one of their own desks, and so within reach without another condition: the index
    by desk and state then answers among a million."""
    return asked.equal.get("desk") in who.desks and reaches_all_at(kind, "desk", who)


def rows_of_page(
    connection: sa.Connection, kind: str, who: Principal, today: date, query: PageQuery, keyring: Keyring
) -> list[sa.Row[Any]]:  # fmt: skip
    """The rows of a page and one more, if there is one: that is how one knows that another page follows."""
    table, ident = MODELS[kind].table, key(kind)
    question = sa.select(*shown_columns(kind)).where(
        sa.true() if _of_their_desk(kind, who, query) else within_reach(kind, who, today)
    )
    for word in str(query.equal.get(TEXT, "")).casefold().split()[:10]:
        question = question.where(table.c["words"].contains(word, autoescape=True))
    for name, value in query.equal.items():
        if name == TEXT:
            continue
        if name in MODELS[kind].marked:
            mark, of_record = MODELS[kind].marked[name]
            question = question.where(ident.in_(sa.select(of_record).where(mark == keyed_digest(value, keyring))))
            continue
        column = table.c[name]
        question = question.where(column.in_(value) if isinstance(value, frozenset) else column == value)
    if query.due_before is not None:
        question = question.where(table.c["next_due_on"] < query.due_before)
    if query.sort:
        column, descending = table.c[query.sort.lstrip("-")], query.sort.startswith("-")
        question = question.where(column.is_not(None))  # what owes no day has no place in an order of days
        order = [column.desc() if descending else column.asc(), ident]
        if query.after is not None:
            beyond = column < query.after[0] if descending else column > query.after[0]
            question = question.where(beyond | ((column == query.after[0]) & (ident > query.after[1])))
    else:
        order = [ident]
        if query.after is not None:
            question = question.where(ident > query.after[0])
    return list(connection.execute(question.order_by(*order).limit(query.limit + 1)))


def sealed_names(log: Database, ids: Collection[UUID]) -> dict[UUID, tuple[bytes, bytes]]:
    """The sealed names of people, by id."""
    sql = f"SELECT person_id, given_names, family_name FROM {people.fullname} WHERE person_id = ANY($1::uuid[])"
    return {UUID(str(row[0])): (row[1], row[2]) for row in log.rows(sql, list(ids))} if ids else {}
