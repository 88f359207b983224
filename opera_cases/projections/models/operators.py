"""Operators, by sealed names, and the roles of the programme that they hold."""

from collections.abc import Iterator

import sqlalchemy as sa

from opera_cases.domain.kernel.given import Kind
from opera_cases.domain.operators.operator import Operator
from opera_cases.projections import schema as s

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


def _rows(operator: Operator) -> Iterator[s.Row]:
    yield operators, {"operator_id": operator.id}, {
        "state": operator.state, "name": s.sealed(operator.name), "version": operator.version,
    }  # fmt: skip
    held = [
        ("GIVEN", event, each, operator.proposed_by[event])
        for event, each in operator.given.items()
        if each.kind is Kind.GRANT
    ]
    waiting = [("PROPOSED", event, each, by) for event, (each, by) in operator.proposed.items()]
    for state, event, each, by in (*held, *waiting):
        yield roles, {"event_id": event}, {
            "operator": operator.id, "role": each.role, "region": each.region, "state": state, "proposed_by": by,
            "day": operator.known[event].on,
        }  # fmt: skip


MODEL = s.Model("operator", Operator, operators, _rows, beside=(roles,))
