"""A reminder over HTTP: which deadline it is of, and whom it told, or will tell, when."""

from datetime import date
from typing import Annotated
from uuid import UUID

from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Number, at_most
from opera_cases.domain.reminders import reminder as domain
from opera_cases.domain.reminders.ladder import Planned


class Rung(Shown):
    """One telling, as planned and as it came: told to whom and when, or `passed` over and why."""

    rung: Code
    to: Code
    planned_on: date
    urgent: bool
    told_on: date | None
    told_to: Annotated[list[UUID], at_most(1000)]
    passed: Code


class ReminderFields(Shown):
    """What is shown of a reminder."""

    record: UUID | None
    record_kind: Code
    rule: Code
    cycle: Number | None
    due_on: date | None
    next_on: date | None
    snoozed_until: date | None
    ended_because: Code
    rungs: Annotated[list[Rung], at_most(20)]


def of_reminder(reminder: domain.Reminder) -> ReminderFields:
    """What is shown of it."""
    told = {each.rung: each for each in reminder.told}
    return ReminderFields(
        record=reminder.record, record_kind=reminder.record_kind, rule=reminder.rule, cycle=reminder.cycle,
        due_on=reminder.due_on, next_on=reminder.next_on, snoozed_until=reminder.snoozed_until,
        ended_because=reminder.ended_because,
        rungs=[_rung(each, told.get(each.rung), reminder) for each in reminder.plan],
    )  # fmt: skip


def _rung(planned: Planned, told: domain.RungTold | None, reminder: domain.Reminder) -> Rung:
    passed = reminder.passed.get(planned.rung)
    return Rung(
        rung=planned.rung, to=planned.to, planned_on=planned.on, urgent=planned.urgent, told_on=told.on if told else None,
        told_to=[one.who for one in told.recipients] if told else [], passed=passed.because if passed else "",
    )  # fmt: skip
