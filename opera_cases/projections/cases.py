"""Questions of the caseload."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from opera_cases.log.database import Database
from opera_cases.projections.values import ident, idents


class Whose(NamedTuple):
    """Whose a case is, nobody's yet at its beginning, and at which desk."""

    person: UUID | None
    desk: UUID


class Follower(NamedTuple):
    """A case that follows a venture, and whose it is."""

    case: UUID
    person: UUID


def whose(log: Database, case: UUID) -> Whose | None:
    """Whose a case is; None when there is no such case."""
    rows = log.rows("SELECT person, desk FROM read.caseload_v4 WHERE case_id = $1", case)
    return Whose(ident(rows[0][0]) if rows[0][0] else None, ident(rows[0][1])) if rows else None


def following(log: Database, venture: UUID) -> list[UUID]:
    """The cases that follow a venture."""
    return idents(log.rows("SELECT case_id FROM read.caseload_v4 WHERE venture = $1 ORDER BY case_id", venture))


def followers(log: Database, venture: UUID) -> list[Follower]:
    """The cases that follow a venture, of those whose person is known."""
    sql = "SELECT case_id, person FROM read.caseload_v4 WHERE venture = $1 AND person IS NOT NULL ORDER BY case_id"
    return [Follower(ident(case), ident(person)) for case, person in log.rows(sql, venture)]


def of_people(log: Database, people: Collection[UUID]) -> list[UUID]:
    """The cases of some records of persons."""
    sql = "SELECT case_id FROM read.caseload_v4 WHERE person = ANY($1::uuid[]) ORDER BY case_id"
    return idents(log.rows(sql, list(people))) if people else []


def with_profile(log: Database, people: Collection[UUID]) -> list[UUID]:
    """The cases of some records of persons whose profile is published."""
    sql = (
        "SELECT p.case_id FROM read.profile_v1 p JOIN read.caseload_v4 c ON c.case_id = p.case_id"
        " WHERE c.person = ANY($1::uuid[]) ORDER BY p.case_id"
    )
    return idents(log.rows(sql, list(people)))


def merged_into(log: Database, case: UUID) -> list[UUID]:
    """The cases that point to this one as their survivor."""
    return idents(log.rows("SELECT case_id FROM read.caseload_v4 WHERE survivor = $1 AND state = 'MERGED'", case))


def latest(log: Database, state: str, desk: UUID | None = None) -> UUID:
    """The case in a state that was opened last, at a desk or anywhere. Raises `LookupError` when there is none."""
    at, values = (" AND desk = $2", (desk,)) if desk else ("", ())
    rows = log.rows(f"SELECT case_id FROM read.caseload_v4 WHERE state = $1{at} ORDER BY opened_on DESC, case_id LIMIT 1", state, *values)
    if not rows:
        raise LookupError(f"no case in {state}")
    return ident(rows[0][0])
