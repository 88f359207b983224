"""Explanation: of any step ever taken, what the rules saw and which edition decided."""

from typing import Any
from uuid import UUID

from opera_cases.application.access.redaction import redact
from opera_cases.application.refusals import rules_by_code
from opera_cases.application.runtime import Runtime, edition, source_of
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.errors import NotFound, Refusal
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.kernel.rules import TIMELY, Rule
from opera_cases.domain.kernel.steps import Step
from opera_cases.domain.labels import Labels
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.log.events.queries import address_of_event


def explanation(runtime: Runtime, who: Principal, event_id: UUID, words: Labels) -> dict[str, Any]:
    """Who asked for a step, on whose behalf, from which state to which, what its rules saw, what they say, which deadlines
    it promised and by which rule. Raises `NotFound` for an event of a record beyond reach."""
    found = address_of_event(runtime.log, event_id)
    if found is None:
        raise NotFound
    stream, kind = found.stream, found.kind
    runtime.application.load(kind, stream, who)
    history = runtime.application.records.history(stream)
    event = next(each for each in history if each.event_id == event_id)
    before = next((each.body.left.state for each in reversed(history) if each.version < event.version), "")
    step = deciding_row(kind, event, before, _variant(kind, stream, history, event))
    told = {
        "event_id": event_id, "record": stream, "record_kind": kind, "topic": event.topic, "says": words.of(f"topic.{event.topic}"),
        "step": event.body.step, "title": (step.asks.__doc__ or "").strip() if step else "",
        "from_state": before, "to_state": event.body.left.state, "overlays": list(event.body.left.overlays),
        "by": event.meta.actor.id, "role": event.meta.actor.role.value, "desk": event.meta.actor.desk,
        "on_behalf_of": event.meta.on_behalf_of, "channel": event.meta.channel, "occurred_on": event.on,
        "recorded_at": event.meta.recorded_at.isoformat(), "edition": event.meta.rulebook, "procedure": event.meta.procedure,
        "procedure_now": PROCEDURES[kind].label, "command": event.meta.command, "correlation": event.meta.correlation,
        "causation": event.meta.causation, "saw": _saw(event), "rules": [describe_rule(each, event, words) for each in rules_of(step)],
        "promised": [
            {"rule": due.rule, "cycle": due.cycle, "due_on": due.due_on, "edition": due.edition, "source": source_of(due.edition, due.rule)}
            for due in event.body.sets
        ],
        "ended": list(event.body.ends),
    }  # fmt: skip
    return redact(runtime, who, told, {stream, event_id})


def _variant(kind: str, stream: UUID, history: list[Event[Any]], event: Event[Any]) -> str:
    """Which kind of record it was then: rows of the table may stand for some kinds only."""
    earlier = [each for each in history if each.version <= event.version]
    record: Aggregate = PROCEDURES[kind].aggregate.replay(stream, earlier)
    return record.variant


def deciding_row(kind: str, event: Event[Any], before: str, variant: str) -> Step | None:
    """The row of the table that decided; None when today's table no longer has it."""
    fitting = [
        step for step in PROCEDURES[kind].of_kind(variant)
        if step.name == event.body.step and before in step.source and (step.target or before) == event.body.left.state
    ]  # fmt: skip
    mine = [step for step in fitting if event.meta.actor.role in step.by]
    return next(iter(mine or fitting), None)


def rules_of(step: Step | None) -> tuple[Rule, ...]:
    """The rules that decided on a row of a table."""
    return (*([step.when] if step.when else []), *step.rules, *TIMELY) if step else ()


def describe_rule(rule: Rule, event: Event[Any], words: Labels) -> dict[str, Any]:
    """What must hold by a rule (`says`), with its code, its source in the edition that decided, and the facts that it
    `needs`."""
    text = words.rule(rule.code)
    name = rule.source.partition("rulebook: ")[2]
    source = f"{rule.source} ({source_of(event.meta.rulebook, name)})" if name else rule.source
    return {"rule": rule.code, "says": text[0] if text else rule.must, "source": source, "needs": list(rule.needs)}


def _saw(event: Event[Any]) -> list[dict[str, str]]:
    """The facts that the rules saw, as the event kept them: truths, numbers, codes, dates and ids."""
    return [{"fact": name, "value": str(value)} for name, value in sorted(event.body.saw.items())]


def describe_rules(codes: list[str], edition_name: str, words: Labels) -> list[dict[str, str]]:
    """The rules that refused something, as they are told today, with the edition that was in force. The values that decided
    are not on record: where they are part of what stood in the way, what must hold is told instead."""
    found = []
    for code in codes:
        refusal = rules_by_code()[code].refusal() if code in rules_by_code() else Refusal(code, "", "", "")
        told, source = words.refusal(refusal), refusal.source
        parameter = source.partition("rulebook: ")[2]
        if parameter and has_edition(edition_name):
            source = f"{source} ({source_of(edition_name, parameter)})"
        found.append({"rule": code, "says": told.says, "todo": told.todo, "source": source})
    return found


def has_edition(name: str) -> bool:
    """Whether this release has an edition of the rulebook."""
    try:
        edition(name)
    except FileNotFoundError:
        return False
    return True
