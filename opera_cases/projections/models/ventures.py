"""Ventures, their members, and the desks that take part."""

from collections.abc import Iterator

import sqlalchemy as sa

from opera_cases.domain.ventures.venture import Venture
from opera_cases.projections import schema as s

ventures = s.table(
    "venture_v2",
    s.id("venture_id", key=True), s.text("kind"), s.text("state"), s.id("desk"), s.text("region"), s.id("promoter"),
    s.id("case_id"), s.id("company", null=True), s.text("legal_form"), s.id("mentor", null=True), s.count("members"),
    s.text("capital"), s.text("money"), s.text("uses"), s.text("reached"), s.day("opened_on", null=False),
    s.day("trading_since"), s.day("ended_on"), s.count("check_ins_done"), s.count("check_ins_open"),
    s.day("next_check_in_on"), s.text("light"), s.text("alerts"), s.count("version"),
    sa.Index("venture_v2_by_desk", "desk", "state", "venture_id"), sa.Index("venture_v2_by_case", "case_id"),
    sa.Index("venture_v2_by_mentor", "mentor"), sa.Index("venture_v2_by_region", "region", "venture_id"),
    sa.Index("venture_v2_by_company", "company"),
)  # fmt: skip

memberships = s.table(
    "membership_v1",
    s.id("venture_id", key=True), sa.Column("number", sa.Integer, primary_key=True, autoincrement=False), s.id("person"),
    sa.Column("promoter", sa.Boolean, nullable=False), s.day("since"), s.day("left_on"), s.text("committed"),
    s.text("subscribed"), s.text("why_left"),
    sa.Index("membership_by_person", "person"),
)  # fmt: skip

venture_desks = s.table("venture_desk_v1", s.id("venture_id", key=True), s.id("desk", key=True))


def _rows(venture: Venture) -> Iterator[s.TableRow]:
    check_ins = [d.due_on for d in venture.deadlines.values() if d.rule == "check_in"]
    yield ventures, {"venture_id": venture.id}, {
        "kind": venture.pathway, "state": venture.state, "desk": venture.desk, "region": s.region(venture),
        "promoter": venture.promoter, "case_id": venture.case, "company": venture.company,
        "legal_form": venture.legal_form or "", "mentor": venture.mentor, "members": len(venture.present),
        "capital": str(venture.capital), "money": str(venture.money), "uses": str(venture.plan.uses) if venture.plan else "",
        "reached": ",".join(sorted(venture.reached)), "opened_on": venture.opened_on,
        "trading_since": venture.trading_since, "ended_on": venture.ended_on,
        "check_ins_done": venture.check_ins_done, "check_ins_open": len(check_ins),
        "next_check_in_on": min(check_ins, default=None), "light": venture.light or "",
        "alerts": ",".join(sorted(venture.alerts)), "version": venture.version,
    }  # fmt: skip
    for each in venture.members:
        yield memberships, {"venture_id": venture.id, "number": each.number}, {
            "person": each.person, "promoter": each.promoter, "since": each.since, "left_on": each.left_on,
            "committed": str(each.committed), "subscribed": str(each.subscribed), "why_left": each.why_left,
        }  # fmt: skip
    for desk in sorted(venture.desks):
        yield venture_desks, {"venture_id": venture.id, "desk": desk}, {}


MODEL = s.Model(
    "venture", Venture, ventures, _rows, beside=(memberships, venture_desks,),
    filters=("desk", "region", "mentor", "case_id", "kind", "company", "legal_form"),
    sorts=("opened_on",),
)  # fmt: skip
