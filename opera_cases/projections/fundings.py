"""Questions of applications for money."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from opera_cases.log.database import Database
from opera_cases.projections.values import day, ident, idents


def of_venture(log: Database, venture: UUID, state: str) -> list[UUID]:
    """The applications for a venture that are in a state."""
    return idents(log.rows("SELECT funding_id FROM read.funding_v1 WHERE venture = $1 AND state = $2 ORDER BY funding_id", venture, state))


def benefit_due(log: Database, venture: UUID) -> date | None:
    """The first day on which a window for a benefit advance of a venture's members closes."""
    sql = (
        "SELECT min(d.due_on) FROM read.deadline_v2 d JOIN read.funding_v1 f ON f.funding_id = d.stream"
        " WHERE f.venture = $1 AND d.rule = 'benefit_application'"
    )
    found = log.rows(sql, venture)[0][0]
    return day(found) if found else None


def benefit_advances(log: Database, people: Collection[UUID]) -> list[tuple[UUID, date]]:
    """The benefit advances granted to some records of persons, each with the end of the benefit in theory."""
    sql = (
        "SELECT funding_id, theoretical_end FROM read.funding_v1 WHERE concerns = ANY($1::uuid[])"
        " AND theoretical_end IS NOT NULL AND state IN ('GRANTED', 'PAID') ORDER BY funding_id"
    )
    return [(ident(funding), day(end)) for funding, end in log.rows(sql, list(people))] if people else []
