"""A record as it was true on a day, by everything that is known today."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec

from opera_cases.domain.corrections.events import CorrectionProposed, FactCorrected
from opera_cases.domain.kernel.events import Event


def as_true_on(events: list[Event[Any]], day: date) -> list[Event[Any]]:
    """The events that had occurred by the end of a day, their facts as corrected since: a correction says how it was, not
    that it changed, so it counts from the day of the fact on."""
    kept: list[Event[Any]] = []
    there: dict[UUID, Event[Any]] = {}
    for event in events:
        if isinstance(event.facts, FactCorrected) and event.on > day and event.facts.fact in there:
            kept.append(_back_then(event, there[event.facts.fact], kept[-1]))
        elif event.on < day + timedelta(days=1):
            kept.append(event)
            there[event.event_id] = event
        elif isinstance(event.facts, CorrectionProposed) and event.facts.fact in there:
            kept.append(_back_then(event, there[event.facts.fact], kept[-1]))
    return kept


def _back_then(event: Event[Any], fact: Event[Any], last: Event[Any]) -> Event[Any]:
    """A later correction as if it had been there with its fact: it moves neither state nor deadlines."""
    body = msgspec.structs.replace(event.body, left=last.body.left, sets=(), ends=())
    return msgspec.structs.replace(event, body=body, meta=msgspec.structs.replace(event.meta, occurred_on=fact.on))
