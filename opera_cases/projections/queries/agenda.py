"""The agenda: what is owed by whom in the days to come, each line with the event that promised it and the rule.

Whose a deadline is follows from the ladders of the rulebook: whoever the first rung tells.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from opera_cases.domain.access import AT_THEIR_DESKS, Principal
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.projections import access
from opera_cases.projections.models.appointments import appointments
from opera_cases.projections.models.cases import caseload
from opera_cases.projections.models.deadlines import deadlines
from opera_cases.projections.models.desks import absences
from opera_cases.projections.models.fundings import fundings
from opera_cases.projections.models.operators import roles
from opera_cases.projections.models.ventures import ventures

RulesByAudience = Mapping[str, Collection[str]]
"""For each audience the rules whose first rung tells it."""


def covered_by(connection: sa.Connection, who: UUID, today: date) -> set[UUID]:
    """Those for whom somebody covers today."""
    a = absences.c
    question = sa.select(a.operator).where(a.cover == who, a.since <= today, a.until >= today)
    return {row[0] for row in connection.execute(question)}


def deadlines_owed(
    connection: sa.Connection, who: Principal, today: date, until: date, rules: RulesByAudience, limit: int
) -> list[sa.Row[Any]]:
    """The deadlines until a day that are somebody's to look after, the oldest first."""
    d, of_case = deadlines.c, caseload.alias("of_case")
    mine = [who.id, *sorted(covered_by(connection, who.id, today))]
    caseworker = sa.func.coalesce(caseload.c.caseworker, of_case.c.caseworker)
    belongs = sa.func.coalesce(ventures.c.case_id, fundings.c.case_id, appointments.c.case_id)
    at_desk = sa.true() if who.role not in AT_THEIR_DESKS else d.desk.in_(who.desks)
    asked = d.rule.in_(rules.get("RECEIVING", ())) & caseload.c.transfer_to.in_(who.desks)
    whose: list[sa.ColumnElement[bool]] = [
        d.rule.in_(rules.get("CASEWORKER", ())) & caseworker.in_(mine) & at_desk,
        d.rule.in_(rules.get("MENTOR", ())) & sa.func.coalesce(ventures.c.mentor, caseworker).in_(mine) & at_desk,
        d.rule.in_(rules.get("OPERATOR", ())) & appointments.c.operator.in_(mine),
    ]
    if who.role in AT_THEIR_DESKS and who.desks:
        team = "COORDINATOR" if who.role is Role.COORDINATOR else "DESK"
        whose += [d.rule.in_(rules.get(team, ())) & d.desk.in_(who.desks), asked]
    if who.role is Role.DPO:
        whose.append(d.rule.in_(rules.get("DPO", ())))
    question = (
        sa.select(
            d.kind, d.stream.label("id"), d.key, d.rule, d.cycle, d.due_on, d.edition, d.set_by, d.set_version, d.held_until,
            sa.func.coalesce(caseload.c.file_number, of_case.c.file_number, "").label("file_number"),
            sa.func.coalesce(caseload.c.person, of_case.c.person).label("person"),
            sa.func.coalesce(ventures.c.mentor, appointments.c.operator, caseworker).label("worker"),
        )
        .select_from(
            deadlines.outerjoin(caseload, caseload.c.case_id == d.stream).outerjoin(ventures, ventures.c.venture_id == d.stream)
            .outerjoin(fundings, fundings.c.funding_id == d.stream).outerjoin(appointments, appointments.c.appointment_id == d.stream)
            .outerjoin(of_case, of_case.c.case_id == belongs)
        )
        .where(d.due_on <= until, sa.or_(*whose))
        .order_by(d.due_on, d.stream, d.key)
        .limit(limit)
    )  # fmt: skip
    return list(connection.execute(question))


def meetings(
    connection: sa.Connection, who: Principal, today: date, since: date, until: date, limit: int
) -> list[sa.Row[Any]]:
    """The appointments that somebody holds, or covers for, between two days."""
    a = appointments.c
    mine = [who.id, *sorted(covered_by(connection, who.id, today))]
    question = (
        sa.select(a.appointment_id.label("id"), a.case_id, a.operator, a.day, a.time, a.minutes, a.service, a.channel, a.desk,
                  a.version, caseload.c.file_number, caseload.c.person)
        .select_from(appointments.outerjoin(caseload, caseload.c.case_id == a.case_id))
        .where(a.operator.in_(mine), a.state == "BOOKED", a.day >= since, a.day <= until)
        .order_by(a.day, a.time, a.appointment_id).limit(limit)
    )  # fmt: skip
    return list(connection.execute(question))


def roles_given(
    connection: sa.Connection, who: Principal, since: date, which: Collection[str], limit: int
) -> list[sa.Row[Any]]:
    """Roles that others were given lately, and those that still wait for a second person."""
    r = roles.c
    question = sa.select(r.event_id, r.operator, r.role, r.state, r.day).where(
        r.role.in_(sorted(which)), r.operator != who.id, (r.state == "PROPOSED") | (r.day >= since)
    )
    return list(connection.execute(question.order_by(r.day.desc(), r.event_id).limit(limit)))


def missed_check_ins(connection: sa.Connection, who: Principal, today: date, since: date) -> list[sa.Row[Any]]:
    """Ventures within reach with check-ins that nobody held: overdue for two weeks, or missed so often that it alarmed."""
    v = ventures.c
    late = (v.next_check_in_on <= since) | v.alerts.contains("MISSED_CHECK_INS")
    question = sa.select(
        sa.literal("venture").label("kind"), v.venture_id.label("id"), caseload.c.file_number, v.next_check_in_on.label("due_on"),
        sa.literal("check_in").label("why"),
    ).select_from(ventures.outerjoin(caseload, caseload.c.case_id == v.case_id))  # fmt: skip
    living = v.state.in_(("TRADING", "AT_RISK", "TRANSFORMED", "SOLD"))
    here = access.within_reach("venture", who, today)
    return list(connection.execute(question.where(here, living, late).order_by(v.next_check_in_on)))
