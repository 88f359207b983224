"""What time asks for: the steps that the clock takes once a day has come, if the record still owes them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from opera_cases.domain.kernel.rulebook import Rulebook
from opera_cases.domain.policies.consequence import Consequence

LimitOf = Callable[[str], int]
"""The days that a parameter of the rulebook gives the record that owes the deadline, or at least may give it."""
TimedWork = tuple[str, dict[str, Any], date]


def _misses(cycle: int | None, due_on: date, limit: LimitOf) -> TimedWork:
    return "miss_check_in", {"month": cycle}, due_on + timedelta(days=limit("check_in_missed_after"))


def _consolidates(cycle: int | None, due_on: date, limit: LimitOf) -> TimedWork:
    return "consolidate", {}, due_on


def _the_day_after(step: str) -> Callable[[int | None, date, LimitOf], TimedWork]:
    return lambda cycle, due_on, limit: (step, {}, due_on + timedelta(days=1))


CLOCKWORK = {
    "check_in": ("venture", _misses), "consolidation": ("venture", _consolidates), "transfer_answer": ("case", _the_day_after("expire_transfer")),
    "members_restored": ("venture", _the_day_after("dissolution_nears")),
    "reservation": ("resource", _the_day_after("expire_reservation")),
    "vacancy_closes": ("vacancy", _the_day_after("expire_vacancy")),
    "repayment_risk": ("funding", _the_day_after("pass_risk")),
    "benefit_application": ("funding", _the_day_after("lapse_application")),
}  # fmt: skip
"""Deadlines after which the clock takes a step, if the record still owes it."""


DEPENDS = {"check_in": "check_in_missed_after"}
"""Deadlines of which a parameter says how long after their day the clock steps in."""


def least(parameter: str, rulebook: Rulebook) -> int:
    """The least that a parameter gives anywhere: from then on the clock may ask, and the record disposes."""
    return min(each.number for each in rulebook.all() if each.id == parameter)


def when_due(
    rule: str, stream: UUID, cycle: int | None, due_on: date, today: date, limit: LimitOf
) -> Consequence | None:
    """The step that time asks for because of an open deadline; None while it is too early."""
    kind, work = CLOCKWORK[rule]
    step, values, from_day = work(cycle, due_on, limit)
    if today < from_day:
        return None
    return Consequence(kind, stream, step, values, today, stream, uuid5(stream, f"{step}.{cycle}.{due_on}.{today}"))
