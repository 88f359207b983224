"""Operators, by sealed names, and the roles of the programme that they hold."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from opera_cases.domain.kernel.given import GivenKind
from opera_cases.domain.operators.operator import Operator
from opera_cases.log.store.database import Database
from opera_cases.projections import schema as s
from opera_cases.projections.values import as_uuid

operators = s.table(
    "operator_v1",
    s.id("operator_id", key=True), s.text("state"), sa.Column("name", sa.LargeBinary, nullable=False), s.count("version"),
)  # fmt: skip

roles = s.table(
    "role_v1",
    s.id("event_id", key=True), s.id("operator"), s.text("role"), s.text("region"), s.text("state"), s.id("proposed_by"), s.day("day", null=False),
    sa.Index("role_by_day", "day"),
)  # fmt: skip
"""Roles of the programme that somebody holds, or that wait for a second person."""


def _rows(operator: Operator) -> Iterator[s.TableRow]:
    yield operators, {"operator_id": operator.id}, {
        "state": operator.state, "name": s.sealed(operator.name), "version": operator.version,
    }  # fmt: skip
    held = [
        ("GIVEN", event, each, operator.proposed_by[event])
        for event, each in operator.given.items()
        if each.kind is GivenKind.GRANT
    ]
    waiting = [("PROPOSED", event, each, by) for event, (each, by) in operator.proposed.items()]
    for state, event, each, by in (*held, *waiting):
        yield roles, {"event_id": event}, {
            "operator": operator.id, "role": each.role, "region": each.region, "state": state, "proposed_by": by,
            "day": operator.known[event].on,
        }  # fmt: skip


MODEL = s.Model("operator", Operator, operators, _rows, beside=(roles,))


# -- questions ---------------------------------------------------------------------------------------------------------


class OperatorLine(NamedTuple):
    """An operator as they are listed: the name is sealed."""

    id: UUID
    state: str
    name: bytes


def all_operators(log: Database) -> list[OperatorLine]:
    """All operators, those who left too, in the order of their ids."""
    rows = log.rows("SELECT operator_id, state, name FROM read.operator_v1 ORDER BY operator_id")
    return [OperatorLine(as_uuid(operator), state, name) for operator, state, name in rows]
