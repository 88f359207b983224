"""Consequences: what one record's event, or a day that has come, asks of another record.

A policy proposes and the other record disposes: it may refuse, and the refusal is recorded. Its command id follows
from the event, so that repeating it is harmless.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from opera_cases.domain.aggregate import Aggregate
from opera_cases.domain.appointments import Appointment, AppointmentHeld
from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.transfers import CaseTransferred
from opera_cases.domain.events import Event, Facts
from opera_cases.domain.rulebook import Rulebook
from opera_cases.domain.ventures.events import TradingStarted, VentureOpened
from opera_cases.domain.ventures.venture import Venture


@dataclass(frozen=True, slots=True)
class Consequence:
    """A step to be asked of a record, because of an event or a deadline."""

    kind: str
    stream: UUID
    step: str
    values: dict[str, Any]
    on: date
    cause: UUID
    key: UUID


def _because(event: Event[Any], kind: str, stream: UUID, step: str, **values: Any) -> Consequence:
    key = uuid5(event.event_id, f"{kind}.{step}.{stream}")
    return Consequence(kind, stream, step, values, event.on, event.event_id, key)


def _joins_venture(event: Event[VentureOpened], _: Venture) -> tuple[Consequence, ...]:
    """A venture was opened for a case: the case follows it."""
    return (_because(event, "case", event.facts.case, "join_venture", venture=str(event.stream)),)


def _confirms_launch(event: Event[TradingStarted], venture: Venture) -> tuple[Consequence, ...]:
    """A venture trades: the case of its member moves on to mentoring."""
    return (_because(event, "case", venture.case, "confirm_launch"),) if venture.case else ()


def _counts_as_contact(event: Event[AppointmentHeld], appointment: Appointment) -> tuple[Consequence, ...]:
    """A meeting of a case was held: the case had contact that day."""
    if appointment.case is None:
        return ()
    values = {"appointment": str(event.stream), "channel": appointment.channel}
    return (_because(event, "case", appointment.case, "record_meeting", **values),)


def _moves_venture(event: Event[CaseTransferred], case: Case) -> tuple[Consequence, ...]:
    """A case went to another desk: the venture that it follows goes with it."""
    if case.venture is None:
        return ()
    return (_because(event, "venture", case.venture, "move_venture", to_desk=str(event.facts.to_desk)),)


POLICIES: dict[type[Facts], tuple[type[Aggregate], Callable[[Any, Any], tuple[Consequence, ...]]]] = {
    VentureOpened: (Venture, _joins_venture),
    TradingStarted: (Venture, _confirms_launch),
    CaseTransferred: (Case, _moves_venture),
    AppointmentHeld: (Appointment, _counts_as_contact),
}


def _misses(stream: UUID, cycle: int | None, due_on: date, rulebook: Rulebook) -> tuple[str, dict[str, Any], date]:
    late = rulebook.find("check_in_missed_after", due_on).number
    return "miss_check_in", {"month": cycle}, due_on + timedelta(days=late)


def _consolidates(stream: UUID, cycle: int | None, due_on: date, rulebook: Rulebook) -> tuple[str, dict[str, Any], date]:
    return "consolidate", {}, due_on


def _expires(stream: UUID, cycle: int | None, due_on: date, rulebook: Rulebook) -> tuple[str, dict[str, Any], date]:
    return "expire_transfer", {}, due_on + timedelta(days=1)


CLOCKWORK = {
    "check_in": ("venture", _misses), "consolidation": ("venture", _consolidates), "transfer_answer": ("case", _expires),
}  # fmt: skip
"""Deadlines after which the clock takes a step, if the record still owes it."""


def when_due(
    rule: str, stream: UUID, cycle: int | None, due_on: date, today: date, rulebook: Rulebook
) -> Consequence | None:
    """The step that time asks for because of an open deadline; None while it is too early."""
    kind, work = CLOCKWORK[rule]
    step, values, from_day = work(stream, cycle, due_on, rulebook)
    if today < from_day:
        return None
    return Consequence(kind, stream, step, values, today, stream, uuid5(stream, f"{step}.{cycle}.{due_on}.{today}"))
