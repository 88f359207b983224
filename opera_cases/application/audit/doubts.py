"""Steps in doubt: taken on facts that were corrected later, in a way in which a rule of theirs would not have held.

Nothing is undone by itself: what to do about it is decided by somebody who looks (handbook 6.9).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from opera_cases.application.audit.explanations import deciding_row, has_edition, rules_of
from opera_cases.application.runtime import edition
from opera_cases.domain.corrections.events import FactCorrected
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.kernel.rules import DecisionContext, Rule
from opera_cases.domain.procedures import PROCEDURES

CORRECTED = frozenset(
    kind
    for kind, procedure in PROCEDURES.items()
    if any(issubclass(step.records, FactCorrected) for step in procedure.steps)
)
"""The kinds of records whose facts can be corrected."""


class DoubtfulStep(NamedTuple):
    """A step that was taken, and the rule that would have refused it, had its facts been known as they are now."""

    event: Event[Any]
    rule: Rule


def doubts(kind: str, history: list[Event[Any]]) -> Iterator[DoubtfulStep]:
    """The steps of a record that are in doubt, in their order.

    Each rule is tried twice, on what the office knew before the step and on the same as corrected since, by the edition
    that decided. A rule that looks at what the event did not keep cannot be tried again, and raises no doubt.
    """
    if not any(isinstance(event.facts, FactCorrected) for event in history):
        return
    aggregate, stream = PROCEDURES[kind].aggregate, history[0].stream
    today = aggregate.replay(stream, history).known
    was, would = aggregate(stream), aggregate(stream)
    for event in history:
        corrected = today.get(event.event_id, event)
        if has_edition(event.meta.rulebook):
            step = deciding_row(kind, event, was.state, _variant(was, event))
            yield from (
                DoubtfulStep(event, rule)
                for rule in rules_of(step)
                if _holds(rule, was, event) and _holds(rule, would, corrected) is False
            )
        was.evolve(event)
        would.evolve(corrected)


def _variant(record: Aggregate, event: Event[Any]) -> str:
    """The kind of record that it was after the step: the first step says it."""
    return record.variant if record.version else type(record).replay(record.id, [event]).variant


def _holds(rule: Rule, record: Aggregate, event: Event[Any]) -> bool | None:
    """Whether a rule holds on a record, asked for what the event says; None when that can no longer be told."""
    recorded = event.meta.recorded_at.astimezone(ZoneInfo(event.meta.zone)).date()
    it = DecisionContext(
        record, event.facts, event.meta.actor, event.on, recorded, event.body.saw, edition(event.meta.rulebook)
    )
    try:
        return bool(rule.check(it))
    except (AttributeError, KeyError, TypeError, ValueError, AssertionError):
        return None
