"""Files that were opened beyond reach, for a reason."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from opera_cases.domain.break_glass import BreakGlass
from opera_cases.log.store.database import Database
from opera_cases.projections import schema as s
from opera_cases.projections.values import as_uuid, as_uuids

accesses = s.table(
    "access_v1",
    s.id("access_id", key=True), s.text("state"), s.id("operator"), s.id("opened"), s.id("desk"), s.text("region"),
    s.day("until", null=False), s.text("verdict"), s.day("opened_on", null=False), s.day("next_due_on"), s.count("version"),
    sa.Index("access_by_operator", "operator", "opened"), sa.Index("access_by_desk", "desk", "state"),
)  # fmt: skip


def _rows(access: BreakGlass) -> Iterator[s.TableRow]:
    yield accesses, {"access_id": access.id}, {
        "state": access.state, "operator": access.operator, "opened": access.opened, "desk": access.desk, "region": s.region(access),
        "until": access.until, "verdict": access.verdict, "opened_on": access.opened_on, "next_due_on": s.next_due(access),
        "version": access.version,
    }  # fmt: skip


MODEL = s.Model(
    "access", BreakGlass, accesses, _rows,
    filters=("operator", "opened", "desk", "region", "verdict"),
    sorts=("opened_on",),
)  # fmt: skip


# -- questions ---------------------------------------------------------------------------------------------------------


class OpenedFile(NamedTuple):
    """Of whom a file is that somebody opened, and at which desk it is."""

    person: UUID
    desk: UUID


def taken_on(log: Database, operator: UUID, day: date) -> int:
    """How many files somebody opened on a day."""
    return int(
        log.rows("SELECT count(*) FROM read.access_v1 WHERE operator = $1 AND opened_on = $2", operator, day)[0][0]
    )


def latest_of(log: Database, operator: UUID, most: int) -> list[UUID]:
    """The accesses that somebody took last."""
    return as_uuids(
        log.rows(
            f"SELECT access_id FROM read.access_v1 WHERE operator = $1 ORDER BY until DESC LIMIT {most:d}", operator
        )
    )


def open_to(log: Database, operator: UUID, today: date) -> list[OpenedFile]:
    """The files that are open to somebody today because they gave a reason."""
    sql = (
        "SELECT c.person, c.desk FROM read.access_v1 a JOIN read.caseload_v4 c ON c.case_id = a.opened"
        " WHERE a.operator = $1 AND a.until >= $2 AND c.person IS NOT NULL"
    )
    return [OpenedFile(as_uuid(person), as_uuid(desk)) for person, desk in log.rows(sql, operator, today)]
