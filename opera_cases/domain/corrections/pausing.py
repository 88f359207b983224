"""Pausing: the reminders of one record rest until a day, for a reason; what is owed stays owed (handbook 6.18)."""

from datetime import date, timedelta
from typing import Any

from opera_cases.domain.kernel.events import RemindersPaused, RemindersResumed
from opera_cases.domain.kernel.personal import Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules, days_from_today
from opera_cases.domain.kernel.steps import Command, Step
from opera_cases.domain.kernel.vocabulary import Role

rules = Rules("record")

SOURCE = "handbook 6.18"


class PauseReminders(Command, frozen=True, kw_only=True):
    """Nobody is reminded of anything about this record before that day."""

    until: date
    reason: Reason


class ResumeReminders(Command, frozen=True, kw_only=True):
    """Reminders go out again; what passed meanwhile is told once, or not at all."""

    reason: Reason


@rules.of_request(source="rulebook: pause_at_most", tells=lambda it: days_from_today(it, "pause_at_most"))
def pause_in_time(it: DecisionContext[Any]) -> bool:
    """Reminders are paused until a future date, for at most as long as the rulebook allows.

    Reminders can be paused until {until} at the latest, {days:day|days} from today, and the date must be in the future.

    Choose an earlier date; the pause can be renewed.
    """
    return bool(it.today < it.asked.until <= it.today + timedelta(days=it.limit("pause_at_most")))


@rules.of_record(source=SOURCE)
def reminders_paused(it: DecisionContext[Any]) -> bool:
    """Only a pause that is still running can be ended.

    Reminders are not paused.

    There are no reminders to resume.
    """
    return it.subject.paused_until is not None and it.subject.paused_until > it.today


def pause_rows(
    paused: type[RemindersPaused], resumed: type[RemindersResumed], *, source: frozenset[str], by: frozenset[Role],
    despite: frozenset[str] = frozenset(),
) -> tuple[Step, ...]:  # fmt: skip
    """The rows of a table for pausing its reminders."""
    common: dict[str, Any] = {"by": by, "source": source, "target": None, "despite": despite}
    return (
        Step(asks=PauseReminders, records=paused, rules=(pause_in_time,), **common),
        Step(asks=ResumeReminders, records=resumed, rules=(reminders_paused,), **common),
    )
