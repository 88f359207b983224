"""Desks, who works at them, and who is away."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

import msgspec
import sqlalchemy as sa

from opera_cases.domain.desks.desk import Desk
from opera_cases.domain.kernel.vocabulary import Place, Role
from opera_cases.log.store.database import Database
from opera_cases.projections import schema as s
from opera_cases.projections.values import as_uuid, as_uuids

desks = s.table(
    "desk_v1",
    s.id("desk_id", key=True), s.text("code"), s.text("name"), s.text("type"), s.text("host"), s.text("state"),
    s.text("country"), s.text("region"), s.text("province"), s.text("zone"), s.count("operators"), s.count("version"),
)  # fmt: skip

postings = s.table(
    "posting_v1",
    s.id("desk_id", key=True), sa.Column("number", sa.Integer, primary_key=True, autoincrement=False), s.id("operator"), s.text("role"), s.day("since", null=False), s.day("until"),
    sa.Index("posting_by_operator", "operator"),
)  # fmt: skip

absences = s.table(
    "absence_v1",
    s.id("desk_id", key=True), sa.Column("number", sa.Integer, primary_key=True, autoincrement=False), s.id("operator"), s.id("cover"), s.day("since", null=False),
    s.day("until", null=False),
    sa.Index("absence_by_cover", "cover"),
)  # fmt: skip


def _rows(desk: Desk) -> Iterator[s.TableRow]:
    place = desk.place
    assert place is not None
    yield desks, {"desk_id": desk.id}, {
        "code": desk.code, "name": desk.name, "type": desk.type, "host": desk.host, "state": desk.state,
        "country": place.country, "region": place.region, "province": place.province, "zone": place.zone,
        "operators": len({p.operator for p in desk.postings if p.period.until is None}), "version": desk.version,
    }  # fmt: skip
    for number, posting in enumerate(desk.postings):
        yield postings, {"desk_id": desk.id, "number": number}, {
            "operator": posting.operator, "role": posting.role, "since": posting.period.since,
            "until": posting.period.until,
        }  # fmt: skip
    for number, absence in enumerate(desk.absences):
        yield absences, {"desk_id": desk.id, "number": number}, {
            "operator": absence.operator, "cover": absence.cover, "since": absence.period.since,
            "until": absence.period.until,
        }  # fmt: skip


MODEL = s.Model(
    "desk", Desk, desks, _rows, beside=(postings, absences,),
    filters=("region", "country", "code", "type"),
    sorts=("code",),
)  # fmt: skip


# -- questions ---------------------------------------------------------------------------------------------------------


class DeskLine(NamedTuple):
    """A desk as it is listed."""

    id: UUID
    code: str
    name: str
    state: str


class PostedAt(NamedTuple):
    """In which role somebody works at which desk."""

    role: Role
    desk: UUID


def all_desks(log: Database) -> list[DeskLine]:
    """All desks, by code."""
    rows = log.rows("SELECT desk_id, code, name, state FROM read.desk_v1 ORDER BY code")
    return [DeskLine(as_uuid(desk), code, name, state) for desk, code, name, state in rows]


def first_desk(log: Database, region: str = "") -> UUID | None:
    """The desk with the first code, of a region or of all."""
    of, values = (" WHERE region = $1", (region,)) if region else ("", ())
    rows = log.rows(f"SELECT desk_id FROM read.desk_v1{of} ORDER BY code LIMIT 1", *values)
    return as_uuid(rows[0][0]) if rows else None


def place(log: Database, desk: UUID) -> Place | None:
    """Where a desk is; None when there is no such desk."""
    rows = log.rows("SELECT country, region, province, zone FROM read.desk_v1 WHERE desk_id = $1", desk)
    return (
        msgspec.convert(dict(zip(("country", "region", "province", "zone"), rows[0], strict=True)), Place)
        if rows
        else None
    )


def desk_names(log: Database, desks: Collection[UUID]) -> dict[UUID, str]:
    """The names of some desks, by id."""
    rows = log.rows("SELECT desk_id, name FROM read.desk_v1 WHERE desk_id = ANY($1::uuid[])", list(desks))
    return {as_uuid(desk): str(name) for desk, name in rows}


# -- who works there -----------------------------------------------------------------------------------------------------


def working_at(log: Database, desk: UUID, role: Role, today: date) -> tuple[UUID, ...]:
    """Who works at a desk in a role on a day, without those who left."""
    sql = (
        "SELECT operator FROM read.posting_v1 p WHERE desk_id = $1 AND role = $2 AND since <= $3"
        " AND (until IS NULL OR until >= $3) AND NOT EXISTS"
        " (SELECT 1 FROM read.operator_v1 o WHERE o.operator_id = p.operator AND o.state = 'LEFT')"
    )
    return tuple(sorted(set(as_uuids(log.rows(sql, desk, role.value, today)))))


def posts_of(log: Database, operator: UUID, today: date) -> list[PostedAt]:
    """Where somebody works on a day, in which roles."""
    sql = "SELECT role, desk_id FROM read.posting_v1 WHERE operator = $1 AND since <= $2 AND (until IS NULL OR until >= $2)"
    return [PostedAt(Role(role), as_uuid(desk)) for role, desk in log.rows(sql, operator, today)]


def coordinators(log: Database, today: date) -> list[tuple[UUID, UUID]]:
    """Who coordinates which desk on a day."""
    sql = (
        "SELECT operator, desk_id FROM read.posting_v1 WHERE role = 'COORDINATOR' AND since <= $1"
        " AND (until IS NULL OR until >= $1) ORDER BY operator, desk_id"
    )
    return [(as_uuid(operator), as_uuid(desk)) for operator, desk in log.rows(sql, today)]


def name_of_last(log: Database, operator: UUID, role: str) -> str:
    """The name of the desk at which somebody was posted last in a role; empty when at none."""
    sql = (
        "SELECT d.name FROM read.posting_v1 p JOIN read.desk_v1 d ON d.desk_id = p.desk_id WHERE p.operator = $1 AND p.role = $2"
        " ORDER BY p.since DESC LIMIT 1"
    )
    rows = log.rows(sql, operator, role)
    return str(rows[0][0]) if rows else ""


def cover_of(log: Database, operator: UUID, today: date) -> UUID | None:
    """Who stands in for somebody on a day."""
    sql = "SELECT cover FROM read.absence_v1 WHERE operator = $1 AND since <= $2 AND until >= $2 ORDER BY since DESC LIMIT 1"
    rows = log.rows(sql, operator, today)
    return as_uuid(rows[0][0]) if rows else None


def is_enrolled(log: Database, operator: UUID) -> bool:
    """Whether somebody works for the programme."""
    return bool(log.rows("SELECT 1 FROM read.operator_v1 WHERE operator_id = $1 AND state = 'ENROLLED'", operator))
