"""Why was somebody reminded, and why not: the rule, the event that set the day, the plan, what held it back, who was told."""

from datetime import date
from typing import Any
from uuid import UUID

from opera_cases.application.records import home
from opera_cases.application.reminders.quiet_hours import civil_day, may_send
from opera_cases.application.reminders.suppression import suppressions
from opera_cases.application.runtime import Runtime, edition
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.kernel.steps import Allowed
from opera_cases.domain.labels import Labels
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.domain.reminders.ladder import Planned, planned
from opera_cases.domain.reminders.reminder import ENDED, OPEN, Reminder, reminder_id
from opera_cases.projections.models.messages import sent

SNOOZED, NIGHT, NOT_YET, NOBODY, NO_ADDRESS = "SNOOZED", "NIGHT_OR_HOLIDAY", "NOT_YET", "NOBODY", "NO_ADDRESS"


def explain_reminder(runtime: Runtime, reminder: Reminder, words: Labels) -> dict[str, Any]:
    """Everything that explains a reminder: its record and day (`due_on`), its rule with source and edition, the event
    that set the day (`set_by`), what holds it back now (`held_now`), why it `ended`, and its `rungs`: planned when,
    told when and to whom. Codes come with their words."""
    assert reminder.record is not None
    assert reminder.due_on is not None
    record = runtime.application.records.load(PROCEDURES[reminder.record_kind].aggregate, reminder.record)
    cause = record.known.get(reminder.set_event) if reminder.set_event else None
    begun = next(iter(reminder.known.values()))
    return {
        "id": reminder.id, "version": reminder.version, "state": reminder.state, "record": reminder.record,
        "record_kind": reminder.record_kind, "cycle": reminder.cycle, "due_on": reminder.due_on,
        **_rule(runtime, reminder.rule, reminder.promised_in, begun.meta.rulebook, record, words),
        "set_by": _event(cause, words), "snoozed_until": reminder.snoozed_until,
        "ended": _reason(reminder.ended_because, words) if reminder.state == ENDED else None,
        "held_now": [_reason(each, words) for each in _held(runtime, record, reminder.rule, reminder)],
        "rungs": [_rung(runtime, reminder, each, words) for each in reminder.plan],
    }  # fmt: skip


def explain_absence(runtime: Runtime, who: Principal, record: Aggregate, rule: str, words: Labels) -> dict[str, Any]:
    """Why nobody is reminded of a rule on a record now: its rule with source, under `deadlines` each open day with the
    rung that comes next and what holds it back, and under `set_by_steps` the steps that would set one."""
    today = _today(runtime, record)
    edition_now = runtime.application.rulebook.edition
    open_ones = [due for due in record.deadlines.values() if due.rule == rule]
    deadlines = []
    for due in open_ones:
        reminder = runtime.application.records.load(Reminder, reminder_id(record.id, due.key, due.due_on))
        ladder = runtime.application.rulebook.ladder(rule, today, home(record)[1], record.of)
        plan = reminder.plan or (planned(ladder.rungs, due.due_on) if ladder else ())
        coming = next((each for each in plan if each.rung not in reminder.done), None)
        held = _held(runtime, record, rule, reminder)
        if coming is not None and coming.on > today:
            held = (NOT_YET, *held)
        deadlines.append({
            "due_on": due.due_on, "cycle": due.cycle, "reminder": reminder.id if reminder.version else None,
            "next_rung": coming.rung if coming else "", "next_on": coming.on if coming else None,
            "next_to": coming.to if coming else "", "held_now": [_reason(each, words) for each in held],
            "set_by": _event(record.known.get(record.set_by[due.key].event), words),
        })  # fmt: skip
    return {
        "record": record.id, "record_kind": record.kind, "as_of": today,
        **_rule(runtime, rule, edition_now, edition_now, record, words),
        "deadlines": deadlines, "set_by_steps": _steps(runtime, who, record, rule, words),
    }  # fmt: skip


def _today(runtime: Runtime, record: Aggregate) -> date:
    place = home(record)[1]
    return civil_day(runtime.clock(), place) if place else runtime.application.today()


def _rule(
    runtime: Runtime, rule: str, promised_in: str, ladder_in: str, record: Aggregate, words: Labels
) -> dict[str, Any]:
    """The rule that set the day, in its edition, and the ladder that tells of it, in its own."""
    place, today = home(record)[1], _today(runtime, record)
    parameter = edition(promised_in).seek(rule, today, place, record.of)
    ladder = edition(ladder_in).ladder(rule, today, place, record.of)
    return {
        "rule": {"name": rule, "label": words.of(f"deadline.{rule}"), "edition": promised_in,
                 "says": parameter.says if parameter else "", "source": parameter.source if parameter else ""},
        "ladder": {"name": rule, "label": words.of(f"deadline.{rule}"), "edition": ladder_in,
                   "says": ladder.says if ladder else "", "source": ladder.source if ladder else ""},
    }  # fmt: skip


def _event(event: Event[Any] | None, words: Labels) -> dict[str, Any] | None:
    if event is None:
        return None
    return {
        "event_id": event.event_id, "topic": event.topic, "says": words.of(f"topic.{event.topic}"), "occurred_on": event.on,
        "recorded_at": event.meta.recorded_at.isoformat(), "by": event.meta.actor.id, "role": event.meta.actor.role.value,
    }  # fmt: skip


def _reason(code: str, words: Labels) -> dict[str, str]:
    return {"code": code, "says": words.of(f"reason.{code}")}


def _held(runtime: Runtime, record: Aggregate, rule: str, reminder: Reminder) -> tuple[str, ...]:
    """What keeps the next rung back at this moment."""
    place, today = home(record)[1], _today(runtime, record)
    found = list(suppressions(runtime.application.records, record, rule, today))
    if reminder.state == OPEN and reminder.snoozed_until is not None and reminder.snoozed_until > today:
        found.append(SNOOZED)
    if place is not None and not may_send(runtime.clock(), place, runtime.application.rulebook):
        found.append(NIGHT)
    return tuple(found)


def _rung(runtime: Runtime, reminder: Reminder, each: Planned, words: Labels) -> dict[str, Any]:
    told = next((one for one in reminder.told if one.rung == each.rung), None)
    passed = reminder.passed.get(each.rung)
    because = [passed.because, *passed.held_by] if passed else [NOBODY] if told and not told.recipients else []
    return {
        "rung": each.rung, "to": each.to, "planned_on": each.on, "useful_until": each.until, "urgent": each.urgent,
        "told_on": told.on if told else None, "because": [_reason(code, words) for code in because],
        "recipients": [_recipient(runtime, reminder.id, each.rung, one, words) for one in told.recipients] if told else [],
    }  # fmt: skip


def _recipient(runtime: Runtime, reminder: UUID, rung: str, one: Any, words: Labels) -> dict[str, Any]:
    """Who was told, for whom or instead of whom, and what became of the message."""
    found = sent(runtime.log, reminder, rung, one.who)
    message = None
    if found:
        message = {"id": found.message, "state": found.state, "says": words.of(f"state.message.{found.state}"), "form": found.form,
                   "day": found.day, "reply": found.reply}  # fmt: skip
    return {
        "who": one.who,
        "person": one.person,
        "covers": one.covers,
        "instead_of": one.instead_of or "",
        "message": message,
    }


def _steps(runtime: Runtime, who: Principal, record: Aggregate, rule: str, words: Labels) -> list[dict[str, Any]]:
    """The steps that would set a deadline of this rule, and whether they are open to the asker now."""
    procedure = PROCEDURES[record.kind]
    setting = {step.name: step for step in procedure.steps if any(term.rule == rule for term in step.sets)}
    allowed: dict[str, Allowed] = {
        each.step.name: each for each in runtime.application.allowed(record.kind, record, who)
    }
    return [
        {
            "step": name, "title": (step.asks.__doc__ or "").strip(), "in_states": sorted(step.source - {""}),
            "open": name in allowed and allowed[name].open,
            "blocked_by": [words.refusal(refusal).says for refusal in allowed[name].blocked_by] if name in allowed else [],
        }
        for name, step in setting.items()
    ]  # fmt: skip
