"""The agenda of whoever asks: meetings, what is late, what is due, check-ins, transfers; each line says why it is there."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from opera_cases.application.display_names import deadline_label
from opera_cases.application.paths import path_of
from opera_cases.application.runtime import Runtime, edition, source_of
from opera_cases.domain.access import GUARDIANS, Principal
from opera_cases.domain.labels import Labels
from opera_cases.domain.reminders.ladder import PEOPLE_OF_RECORD, pressing
from opera_cases.projections.queries import agenda

SOON, MOST = 7, 200
TOLD_DAYS = 14
"""For how long those who guard see in their agenda that somebody was given such a role; a proposal stays until it is decided."""


@lru_cache
def rules_of_audiences(name: str) -> dict[str, tuple[str, ...]]:
    """Of an edition: for each audience the rules whose first rung tells it."""
    found: dict[str, set[str]] = {}
    for ladder in edition(name).ladders():
        first = min((each for each in ladder.rungs if each.to not in PEOPLE_OF_RECORD), key=lambda each: each.days)
        found.setdefault(first.to.value, set()).add(ladder.rule)
    return {audience: tuple(sorted(rules)) for audience, rules in found.items()}


def agenda_of(runtime: Runtime, who: Principal, today: date, words: Labels) -> dict[str, Any]:
    """The agenda of somebody on a day: `as_of`, and the lines of `appointments`, `overdue`, `due_soon` (7 days),
    `check_ins`, `incoming` (transfers) and `roles` (given lately; for those who guard), each a list of at most two
    hundred, the most pressing first. Every line says why it is there."""
    soon = today + timedelta(days=SOON)
    rules = rules_of_audiences(runtime.application.rulebook.edition)
    with runtime.log.reading() as connection:
        rows = agenda.deadlines_owed(connection, who, today, soon + timedelta(days=30), rules, 5 * MOST)
        met = agenda.meetings(connection, who, today, today, soon, MOST)
        given = (
            agenda.roles_given(connection, who, today - timedelta(days=TOLD_DAYS), GUARDIANS, MOST)
            if who.role in GUARDIANS
            else []
        )
    lines = [(row, _owed(row, words, who)) for row in sorted(rows, key=lambda row: pressing(row.rule, row.due_on))]
    check_ins = [line for row, line in lines if row.rule == "check_in" and row.due_on <= today + timedelta(days=14)]
    others = [
        (row, line)
        for row, line in lines
        if row.rule != "check_in" and not (row.kind == "appointment" and row.due_on >= today)
    ]
    incoming = [line for row, line in others if row.rule == "transfer_answer"]
    rest = [(row, line) for row, line in others if row.rule != "transfer_answer"]
    return {
        "as_of": today, "appointments": [_met(row, words, who) for row in met],
        "overdue": [line for row, line in rest if row.due_on < today][:MOST],
        "due_soon": [line for row, line in rest if today <= row.due_on <= soon][:MOST],
        "check_ins": check_ins[:MOST], "incoming": incoming[:MOST], "roles": [_role(row, words) for row in given],
    }  # fmt: skip


def _role(row: Any, words: Labels) -> dict[str, Any]:
    topic = "operator.role_proposed" if row.state == "PROPOSED" else "operator.role_granted"
    return {
        "kind": "operator", "id": row.operator, "file_number": "", "what": f"{words.of(f'topic.{topic}')}: {words.of(f'role.{row.role}')}",
        "day": row.day, "time": "", "covers": None, "paused_until": None,
        "why": {"rule": "given_by_two", "cycle": None, "edition": "", "source": "handbook 6.8", "set_by": row.event_id},
        "link": path_of("operator", row.operator),
    }  # fmt: skip


def _owed(row: Any, words: Labels, who: Principal) -> dict[str, Any]:
    return {
        "kind": row.kind, "id": row.id, "file_number": row.file_number, "what": deadline_label(row.rule, row.cycle, words),
        "day": row.due_on, "time": "", "covers": _covers(row.worker, row.rule, who),
        "paused_until": row.held_until,
        "why": {"rule": row.rule, "cycle": row.cycle, "edition": row.edition, "source": source_of(row.edition, row.rule),
                "set_by": row.set_by},
        "link": path_of(row.kind, row.id),
    }  # fmt: skip


def _met(row: Any, words: Labels, who: Principal) -> dict[str, Any]:
    return {
        "kind": "appointment", "id": row.id, "file_number": row.file_number or "", "what": words.of("kind.appointment"),
        "day": row.day, "time": row.time, "covers": row.operator if row.operator != who.id else None, "paused_until": None,
        "why": {"rule": "appointment", "cycle": None, "edition": "", "source": words.of("topic.appointment.booked"), "set_by": None},
        "link": path_of("appointment", row.id),
    }  # fmt: skip


def _covers(worker: UUID | None, rule: str, who: Principal) -> UUID | None:
    """For whom somebody stands in, where a line is there because of that."""
    team = {"COORDINATOR", "REGIONAL_COORDINATOR", "DPO"}
    return worker if worker not in (None, who.id) and who.role.value not in team else None
