"""Lists: a page of rows within someone's reach, filtered by typed fields, by keyset, never by counting past rows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from opera_cases.domain.scope import AT_THEIR_DESKS, EVERYWHERE, PUBLIC, SHARED, WITH_THEIR_PEOPLE, Principal
from opera_cases.domain.vocabulary import Role
from opera_cases.log.database import Database
from opera_cases.log.keys import Keyring
from opera_cases.projections.opened import marked
from opera_cases.projections.tables import (
    accesses,
    appointments,
    caseload,
    companies,
    desks,
    documents,
    duplicates,
    fundings,
    last_employers,
    messages,
    operators,
    people,
    reminders,
    resources,
    sessions,
    submissions,
    vacancies,
    venture_desks,
    ventures,
)

TABLES = {
    "case": caseload, "venture": ventures, "appointment": appointments, "person": people, "desk": desks,
    "operator": operators, "document": documents, "duplicate": duplicates, "company": companies, "funding": fundings,
    "resource": resources, "vacancy": vacancies, "session": sessions, "reminder": reminders, "message": messages,
    "access": accesses, "submission": submissions,
}  # fmt: skip


MARKED = {("case", "last_employer"): (last_employers.c.employer, last_employers.c.case_id)}
"""Filters by what is kept as a keyed digest only: the column of the digest, and that of the record."""

TEXT, WORDS = "text", "words"
"""A filter by words, for the lists that have a column of words to look into; that column is shown to nobody."""


def shown(kind: str) -> list[sa.Column[Any]]:
    """The columns of a list that are shown."""
    return [column for column in TABLES[kind].columns if column.name != WORDS]


@dataclass(frozen=True, slots=True)
class Page:
    """One page asked for: equal fields, an upper day, the column to sort by, where the last page ended."""

    equal: dict[str, Any]
    due_before: date | None = None
    sort: str = ""
    after: tuple[Any, ...] | None = None
    limit: int = 50


def typed(kind: str, name: str, value: str) -> Any:
    """The value of a filter as its column holds it, or as it is before its digest is taken. Raises `ValueError`."""
    if name == TEXT:
        return value
    if (kind, name) in MARKED:
        return UUID(value)
    wanted = TABLES[kind].c[name].type
    if isinstance(wanted, sa.Uuid):
        return UUID(value)
    return date.fromisoformat(value) if isinstance(wanted, sa.Date) else value


def key(kind: str) -> sa.Column[Any]:
    return next(iter(TABLES[kind].primary_key.columns))


def within_reach(kind: str, who: Principal, today: date) -> sa.ColumnElement[bool]:
    """The same reach as `reach`, as a condition on rows."""
    table = TABLES[kind]
    if kind in PUBLIC | SHARED or who.role in EVERYWHERE:
        return sa.true()
    if kind == "person":
        return _people(who, today)
    if kind == "duplicate":
        return _duplicates(who)
    if kind == "reminder":
        return sa.or_(*(_about(each, who, today) for each in OWING))
    if kind == "message":
        return _messages(who)
    if kind == "submission":
        return submissions.c.region == who.region if who.role is Role.REGIONAL_COORDINATOR and who.region else sa.false()
    if kind == "access":
        return _accesses(who)
    if kind == "document":
        return documents.c.case_id.in_(sa.select(caseload.c.case_id).where(within_reach("case", who, today)))
    if who.role in AT_THEIR_DESKS and who.desks:
        return _with_the_case(kind, table.c.desk.in_(who.desks), who, today)
    if who.role is Role.REGIONAL_COORDINATOR and who.region:
        return _with_the_case(kind, table.c.region == who.region, who, today)
    if who.role in WITH_THEIR_PEOPLE and who.desks:
        return _working(kind, who, today)
    return sa.false()


OWING = ("case", "venture", "appointment", "person", "duplicate", "company", "funding", "resource", "vacancy", "session", "access")
"""Kinds of records that owe something by a day."""


def _about(kind: str, who: Principal, today: date) -> sa.ColumnElement[bool]:
    """Reminders of one kind of record are for whoever may read the record."""
    theirs = sa.true() if kind in SHARED else reminders.c.record.in_(sa.select(key(kind)).where(within_reach(kind, who, today)))
    return (reminders.c.record_kind == kind) & theirs


def _accesses(who: Principal) -> sa.ColumnElement[bool]:
    """One's own; and those to files of the desks, or of the region, that somebody leads."""
    mine = accesses.c.operator == who.id
    if who.role is Role.COORDINATOR:
        return mine | accesses.c.desk.in_(who.desks)
    return mine | (accesses.c.region == who.region) if who.role is Role.REGIONAL_COORDINATOR and who.region else mine


def _messages(who: Principal) -> sa.ColumnElement[bool]:
    """One's own; a coordinator sees what became of those of the desk."""
    mine = messages.c.recipient == who.id
    return mine | messages.c.desk.in_(who.desks) if who.role is Role.COORDINATOR else mine


def _with_the_case(
    kind: str, own: sa.ColumnElement[bool], who: Principal, today: date
) -> sa.ColumnElement[bool]:  # fmt: skip
    """What belongs to a case may be read by whoever may read the case, wherever it was booked or opened."""
    if kind == "case":
        theirs = own | _opened(who, today)
        return theirs | _between_desks(who, today) if who.role in AT_THEIR_DESKS else theirs
    cases = sa.select(caseload.c.case_id).where(within_reach("case", who, today))
    with_case = own | TABLES[kind].c.case_id.in_(cases)
    if kind != "venture":
        return with_case
    followed = sa.select(caseload.c.venture).where(caseload.c.venture.is_not(None), within_reach("case", who, today))
    invited = sa.select(venture_desks.c.venture_id).where(venture_desks.c.desk.in_(who.desks))
    return with_case | ventures.c.venture_id.in_(followed) | ventures.c.venture_id.in_(invited)


def reached(connection: sa.Connection, kind: str, ids: Collection[UUID], who: Principal, today: date) -> set[UUID]:
    """Which of some records of a kind are within someone's reach."""
    question = sa.select(key(kind)).where(key(kind).in_(ids), within_reach(kind, who, today))
    return {row[0] for row in connection.execute(question)}


def _opened(who: Principal, today: date) -> sa.ColumnElement[bool]:
    """Files that somebody opened beyond their reach, for a reason, and whose day is not over."""
    if not who.opened:
        return sa.false()
    mine = sa.select(accesses.c.opened).where(accesses.c.operator == who.id, accesses.c.until >= today)
    return caseload.c.case_id.in_(mine)


def _between_desks(who: Principal, today: date) -> sa.ColumnElement[bool]:
    """Cases that another desk asks one of theirs to take over, and those given away that may still be read."""
    asked = (caseload.c.transfer == "PENDING") & caseload.c.transfer_to.in_(who.desks)
    given = (caseload.c.grace_until >= today) & caseload.c.transfer_from.in_(who.desks)
    return asked | given


def _people(who: Principal, today: date) -> sa.ColumnElement[bool]:
    """People where one of their cases is, under any of their records; without any case, where they were registered."""
    record, case = people.alias(), caseload.alias()
    same = (
        (record.c.person_id == people.c.person_id) | (record.c.survivor == people.c.person_id)
        | (record.c.person_id == people.c.survivor) | (record.c.survivor == people.c.survivor)
    )  # fmt: skip
    theirs = sa.select(case.c.case_id).where(case.c.person.in_(sa.select(record.c.person_id).where(same).correlate(people)))
    reached = sa.select(caseload.c.case_id).where(within_reach("case", who, today))
    by_case = sa.exists(theirs.where(case.c.case_id.in_(reached)).correlate(people))
    if who.role in AT_THEIR_DESKS and who.desks:
        return by_case | (people.c.desk.in_(who.desks) & ~sa.exists(theirs.correlate(people)))
    if who.role is Role.REGIONAL_COORDINATOR and who.region:
        return by_case | (people.c.region == who.region)
    return by_case if who.role in WITH_THEIR_PEOPLE and who.desks else sa.false()


def _duplicates(who: Principal) -> sa.ColumnElement[bool]:
    if who.role is Role.REGIONAL_COORDINATOR and who.region:
        return (duplicates.c.first_region == who.region) | (duplicates.c.second_region == who.region)
    if who.role is Role.COORDINATOR and who.desks:
        return duplicates.c.first_desk.in_(who.desks) & duplicates.c.second_desk.in_(who.desks)
    return sa.false()


def _working(kind: str, who: Principal, today: date) -> sa.ColumnElement[bool]:
    me = who.id
    theirs = sa.select(ventures.c.venture_id).where(ventures.c.mentor == me)
    following = sa.select(caseload.c.case_id).where(caseload.c.venture.in_(theirs))
    mentored = sa.union_all(sa.select(ventures.c.case_id).where(ventures.c.mentor == me), following)
    met = sa.select(appointments.c.case_id).where(appointments.c.operator == me, appointments.c.case_id.is_not(None))
    if kind == "case":
        mine = caseload.c.caseworker == me
        return mine | caseload.c.case_id.in_(mentored) | caseload.c.case_id.in_(met) | _opened(who, today)
    if kind == "venture":
        followed = sa.select(caseload.c.venture).where(caseload.c.venture.is_not(None), caseload.c.case_id.in_(met))
        return (ventures.c.mentor == me) | ventures.c.case_id.in_(met) | ventures.c.venture_id.in_(followed)
    of_case = TABLES[kind].c.case_id.in_(mentored) | TABLES[kind].c.case_id.in_(met)
    return of_case | (appointments.c.operator == me) if kind == "appointment" else of_case


def _of_their_desk(kind: str, who: Principal, asked: Page) -> bool:
    """Whether what is asked for is of one of their own desks, and so within reach without another condition: the index
    by desk and state then answers among a million."""
    return kind in ("case", "venture", "appointment", "funding") and who.role in AT_THEIR_DESKS and asked.equal.get("desk") in who.desks


def page(
    connection: sa.Connection, kind: str, who: Principal, today: date, asked: Page, keyring: Keyring
) -> list[sa.Row[Any]]:  # fmt: skip
    """The rows of a page and one more, if there is one: that is how one knows that another page follows."""
    table, ident = TABLES[kind], key(kind)
    question = sa.select(*shown(kind)).where(sa.true() if _of_their_desk(kind, who, asked) else within_reach(kind, who, today))
    for word in str(asked.equal.get(TEXT, "")).casefold().split()[:10]:
        question = question.where(table.c["words"].contains(word, autoescape=True))
    for name, value in asked.equal.items():
        if name == TEXT:
            continue
        if (kind, name) in MARKED:
            mark, of_record = MARKED[kind, name]
            question = question.where(ident.in_(sa.select(of_record).where(mark == marked(value, keyring))))
            continue
        column = table.c[name]
        question = question.where(column.in_(value) if isinstance(value, frozenset) else column == value)
    if asked.due_before is not None:
        question = question.where(table.c["next_due_on"] < asked.due_before)
    if asked.sort:
        column, descending = table.c[asked.sort.lstrip("-")], asked.sort.startswith("-")
        question = question.where(column.is_not(None))  # what owes no day has no place in an order of days
        order = [column.desc() if descending else column.asc(), ident]
        if asked.after is not None:
            beyond = column < asked.after[0] if descending else column > asked.after[0]
            question = question.where(beyond | ((column == asked.after[0]) & (ident > asked.after[1])))
    else:
        order = [ident]
        if asked.after is not None:
            question = question.where(ident > asked.after[0])
    return list(connection.execute(question.order_by(*order).limit(asked.limit + 1)))


def names(log: Database, ids: Collection[UUID]) -> dict[UUID, tuple[bytes, bytes]]:
    """The sealed names of people, by id."""
    sql = f"SELECT person_id, given_names, family_name FROM {people.fullname} WHERE person_id = ANY($1::uuid[])"
    return {UUID(str(row[0])): (row[1], row[2]) for row in log.rows(sql, list(ids))} if ids else {}
