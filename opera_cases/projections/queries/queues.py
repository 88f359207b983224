"""Work queues: named questions that say what waits for whom, and why each line is there (handbook 6.15).

Each is a condition on rows within someone's reach; lines carry ids, days and codes, never names.

One module although long: a queue is a few lines, and whoever adds one sees the others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from opera_cases.domain.access import Principal
from opera_cases.domain.access.table import SHARED
from opera_cases.domain.cases.states import ACTIVE
from opera_cases.projections import access
from opera_cases.projections.models.appointments import appointments
from opera_cases.projections.models.cases import caseload
from opera_cases.projections.models.deadlines import deadlines
from opera_cases.projections.models.desks import absences
from opera_cases.projections.models.duplicates import duplicates
from opera_cases.projections.models.fundings import fundings
from opera_cases.projections.models.messages import messages
from opera_cases.projections.models.reminders import reminders
from opera_cases.projections.models.ventures import ventures

SILENT_DAYS, SOON_DAYS, ANSWERED_DAYS, CHECK_IN_DAYS = 45, 7, 14, 14


@dataclass(frozen=True, slots=True)
class QueueQuery:
    """Whose queue: someone's reach on a day, of one desk or worker when named, of those covered for otherwise."""

    who: Principal
    today: date
    desk: UUID | None = None
    worker: UUID | None = None
    mine: bool = False


Question = Callable[[QueueQuery], sa.Select[Any]]


def _workers(asked: QueueQuery, column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Of the worker named; with `mine`, of the asker and of those for whom they cover today."""
    if asked.worker is not None:
        return column == asked.worker
    if not asked.mine:
        return sa.true()
    away = sa.select(absences.c.operator).where(
        absences.c.cover == asked.who.id, absences.c.since <= asked.today, absences.c.until >= asked.today
    )
    return (column == asked.who.id) | column.in_(away)


def _cases(asked: QueueQuery, why: str, due: sa.ColumnElement[Any], *where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    c = caseload.c
    here = access.within_reach("case", asked.who, asked.today)
    at = c.desk == asked.desk if asked.desk else sa.true()
    return _line("case", c.case_id, c.file_number, c.state, c.desk, c.caseworker, due, why).where(here, at, *where)


def _line(kind: Any, ident: Any, number: Any, state: Any, desk: Any, worker: Any, due: Any, why: Any) -> sa.Select[Any]:
    reason = sa.literal(why) if isinstance(why, str) else why
    named = (
        (sa.literal(kind) if isinstance(kind, str) else kind).label("kind"),
        ident.label("id"),
        number.label("file_number"),
        state.label("state"),
    )
    return sa.select(*named, desk.label("desk"), worker.label("worker"), due.label("due_on"), reason.label("why"))


def _owed(asked: QueueQuery, *where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Deadlines of cases within reach."""
    d, c = deadlines.c, caseload.c
    here = access.within_reach("case", asked.who, asked.today)
    at = c.desk == asked.desk if asked.desk else sa.true()
    lines = _line("case", c.case_id, c.file_number, c.state, c.desk, c.caseworker, d.due_on, d.rule)
    joined = lines.select_from(deadlines.join(caseload, d.stream == c.case_id))
    return joined.where(here, at, _workers(asked, c.caseworker), d.rule != "silence", *where)


def _today(asked: QueueQuery) -> sa.Select[Any]:
    a = appointments.c
    here = access.within_reach("appointment", asked.who, asked.today)
    at = a.desk == asked.desk if asked.desk else sa.true()
    lines = _line("appointment", a.appointment_id, a.time, a.state, a.desk, a.operator, a.day, "appointment")
    return lines.where(here, at, _workers(asked, a.operator), a.state == "BOOKED", a.day == asked.today)


def _check_ins(asked: QueueQuery) -> sa.Select[Any]:
    v = ventures.c
    here = access.within_reach("venture", asked.who, asked.today)
    at = v.desk == asked.desk if asked.desk else sa.true()
    lines = _line("venture", v.venture_id, v.kind, v.state, v.desk, v.mentor, v.next_check_in_on, "check_in")
    soon = v.next_check_in_on <= asked.today + timedelta(days=CHECK_IN_DAYS)
    return lines.where(here, at, _workers(asked, v.mentor), v.state.in_(("TRADING", "AT_RISK")), soon)


def _silent(asked: QueueQuery) -> sa.Select[Any]:
    c = caseload.c
    quiet = sa.func.coalesce(c.contact_on, c.opened_on)
    long_ago = quiet < asked.today - timedelta(days=SILENT_DAYS)
    active = c.state.in_(sorted(ACTIVE - {"MENTORING"})) & ~c.suspended
    return _cases(asked, "silent", quiet, long_ago, active, _workers(asked, c.caseworker))


def _waiting(asked: QueueQuery) -> sa.Select[Any]:
    c = caseload.c
    why = sa.case((c.suspended, "suspended"), (c.transfer == "PENDING", "transfer"), else_="referral")
    waits = c.suspended | (c.transfer == "PENDING") | (c.referrals_open > 0)
    lines = _cases(asked, "", c.next_due_on, waits, c.state.in_(sorted(ACTIVE)), _workers(asked, c.caseworker))
    return lines.with_only_columns(*[each for each in lines.selected_columns if each.name != "why"], why.label("why"))


def _incoming(asked: QueueQuery) -> sa.Select[Any]:
    c = caseload.c
    mine = c.transfer_to.in_([asked.desk] if asked.desk else sorted(asked.who.desks))
    here = access.within_reach("case", asked.who, asked.today)
    lines = _line(
        "case", c.case_id, c.file_number, c.state, c.transfer_from, c.caseworker, c.transfer_due_on, "transfer"
    )
    return lines.where(here, c.transfer == "PENDING", mine)


def _answered(asked: QueueQuery) -> sa.Select[Any]:
    c = caseload.c
    mine = c.transfer_from.in_([asked.desk] if asked.desk else sorted(asked.who.desks))
    here = access.within_reach("case", asked.who, asked.today)
    lately = c.transfer_on >= asked.today - timedelta(days=ANSWERED_DAYS)
    lines = _line("case", c.case_id, c.file_number, c.state, c.transfer_to, c.caseworker, c.transfer_on, c.transfer)
    return lines.where(here, mine, lately, c.transfer != "PENDING")


def _duplicates(asked: QueueQuery) -> sa.Select[Any]:
    d = duplicates.c
    here = access.within_reach("duplicate", asked.who, asked.today)
    lines = _line("duplicate", d.duplicate_id, d.score, d.state, d.first_desk, sa.null(), d.next_due_on, d.reasons)
    return lines.where(here, d.state == "SUSPECTED")


def _of_ventures(asked: QueueQuery) -> sa.Select[Any]:
    """What ventures owe, but for check-ins: plans, set-up, members to be replaced, contracts, alerts, conflicts."""
    d, v = deadlines.c, ventures.c
    here = access.within_reach("venture", asked.who, asked.today)
    at = v.desk == asked.desk if asked.desk else sa.true()
    soon = d.due_on <= asked.today + timedelta(days=CHECK_IN_DAYS)
    lines = _line("venture", v.venture_id, v.kind, v.state, v.desk, v.mentor, d.due_on, d.rule)
    joined = lines.select_from(deadlines.join(ventures, d.stream == v.venture_id))
    return joined.where(here, at, _workers(asked, v.mentor), d.rule.not_in(("check_in", "consolidation")), soon)


def _of_desks(asked: QueueQuery) -> sa.Select[Any]:
    """What crisis companies, resources, vacancies, sessions and applications for money owe at one's desks, soon."""
    d, f = deadlines.c, fundings.c
    mine = d.desk.in_([asked.desk] if asked.desk else sorted(asked.who.desks))
    soon = d.due_on <= asked.today + timedelta(days=CHECK_IN_DAYS)
    lines = _line(d.kind, d.stream, sa.literal(""), sa.literal(""), d.desk, sa.null(), d.due_on, d.rule)
    shared = d.kind.in_(sorted(SHARED))
    reached = sa.select(f.funding_id).where(access.within_reach("funding", asked.who, asked.today))
    return lines.where(mine, soon, d.rule != "repayment_risk", shared | ((d.kind == "funding") & d.stream.in_(reached)))


def _doubts(asked: QueueQuery) -> sa.Select[Any]:
    """Steps of cases, ventures and applications that a correction put in doubt, until somebody has looked at them."""
    d, c = deadlines.c, caseload.c
    reached = sa.or_(*(
        (d.kind == kind) & d.stream.in_(sa.select(access.key(kind)).where(access.within_reach(kind, asked.who, asked.today)))
        for kind in ("case", "venture", "funding")
    ))  # fmt: skip
    at = d.desk == asked.desk if asked.desk else sa.true()
    lines = _line(
        d.kind,
        d.stream,
        sa.func.coalesce(c.file_number, ""),
        sa.func.coalesce(c.state, ""),
        d.desk,
        c.caseworker,
        d.due_on,
        d.rule,
    )
    joined = lines.select_from(deadlines.outerjoin(caseload, d.stream == c.case_id))
    return joined.where(reached, at, d.rule == "doubt_review")


def _unheard(asked: QueueQuery) -> sa.Select[Any]:
    """Reminders that found nobody to tell."""
    r = reminders.c
    here = access.within_reach("reminder", asked.who, asked.today)
    at = r.desk == asked.desk if asked.desk else sa.true()
    lines = _line("reminder", r.reminder_id, r.rule, r.state, r.desk, sa.null(), r.due_on, r.rule)
    return lines.where(here, at, r.state == "OPEN", r.unheard > 0)


def _returned(asked: QueueQuery) -> sa.Select[Any]:
    """Messages that did not arrive, of the last weeks."""
    m = messages.c
    here = access.within_reach("message", asked.who, asked.today)
    at = m.desk == asked.desk if asked.desk else sa.true()
    lately = m.day >= asked.today - timedelta(days=ANSWERED_DAYS)
    lines = _line("message", m.message_id, m.form, m.state, m.desk, m.recipient, m.day, m.reply)
    return lines.where(here, at, m.state.in_(("FAILED", "BOUNCED")), lately)


QUEUES: dict[str, Question] = {
    "today": _today,
    "overdue": lambda asked: _owed(asked, deadlines.c.due_on < asked.today, caseload.c.state != "CLOSED"),
    "due-soon": lambda asked: _owed(
        asked, deadlines.c.due_on >= asked.today, deadlines.c.due_on <= asked.today + timedelta(days=SOON_DAYS)
    ),
    "unassigned": lambda asked: _cases(
        asked,
        "unassigned",
        caseload.c.next_due_on,
        caseload.c.caseworker.is_(None),
        caseload.c.state.in_(sorted(ACTIVE)),
    ),
    "silent": _silent,
    "waiting": _waiting,
    "incoming": _incoming,
    "answered": _answered,
    "check-ins": _check_ins,
    "ventures": _of_ventures,
    "shared": _of_desks,
    "consequences": lambda asked: _owed(asked, deadlines.c.rule.in_(("consequence", "after_leaving", "after_venture"))),
    "warnings": lambda asked: _owed(asked, deadlines.c.rule == "repayment_warning"),
    "corrections": lambda asked: _owed(asked, deadlines.c.rule == "correction_answer"),
    "doubts": _doubts,
    "follow-ups": lambda asked: _owed(asked, deadlines.c.rule.in_(("follow_up", "exit_data"))),
    "duplicates": _duplicates,
    "unheard": _unheard,
    "returned": _returned,
}


def counts(connection: sa.Connection, query: QueueQuery) -> dict[str, int]:
    """How many lines each queue has."""
    found = {}
    for name, question in QUEUES.items():
        lines = question(query).subquery()
        found[name] = int(connection.execute(sa.select(sa.func.count()).select_from(lines)).scalar_one())
    return found


def by_worker(connection: sa.Connection, name: str, query: QueueQuery) -> list[sa.Row[Any]]:
    """How many lines of one queue each desk and worker has."""
    lines = QUEUES[name](query).subquery()
    question = sa.select(lines.c.desk, lines.c.worker, sa.func.count().label("count"))
    return list(connection.execute(question.group_by(lines.c.desk, lines.c.worker).order_by(sa.desc("count"))))


def lines(connection: sa.Connection, name: str, query: QueueQuery, limit: int, offset: int) -> list[sa.Row[Any]]:
    """The lines of a queue, the most pressing first."""
    found = QUEUES[name](query).subquery()
    order = (found.c.due_on.is_(None), found.c.due_on, found.c.id)
    return list(connection.execute(sa.select(found).order_by(*order).limit(limit).offset(offset)))
