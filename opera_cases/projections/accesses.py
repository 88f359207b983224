"""Questions of the files that were opened beyond somebody's reach."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from opera_cases.log.database import Database
from opera_cases.projections.values import ident, idents


class OpenedFile(NamedTuple):
    """Of whom a file is that somebody opened, and at which desk it is."""

    person: UUID
    desk: UUID


def taken_on(log: Database, operator: UUID, day: date) -> int:
    """How many files somebody opened on a day."""
    return int(log.rows("SELECT count(*) FROM read.access_v1 WHERE operator = $1 AND opened_on = $2", operator, day)[0][0])


def latest_of(log: Database, operator: UUID, most: int) -> list[UUID]:
    """The accesses that somebody took last."""
    return idents(log.rows(f"SELECT access_id FROM read.access_v1 WHERE operator = $1 ORDER BY until DESC LIMIT {most:d}", operator))


def open_to(log: Database, operator: UUID, today: date) -> list[OpenedFile]:
    """The files that are open to somebody today because they gave a reason."""
    sql = (
        "SELECT c.person, c.desk FROM read.access_v1 a JOIN read.caseload_v4 c ON c.case_id = a.opened"
        " WHERE a.operator = $1 AND a.until >= $2 AND c.person IS NOT NULL"
    )
    return [OpenedFile(ident(person), ident(desk)) for person, desk in log.rows(sql, operator, today)]
