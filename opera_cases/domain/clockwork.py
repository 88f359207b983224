"""What time asks for: the steps that the clock takes once a day has come, if the record still owes them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from opera_cases.domain.policies import Consequence
from opera_cases.domain.rulebook import Rulebook


def _misses(stream: UUID, cycle: int | None, due_on: date, rulebook: Rulebook) -> tuple[str, dict[str, Any], date]:
    late = rulebook.find("check_in_missed_after", due_on).number
    return "miss_check_in", {"month": cycle}, due_on + timedelta(days=late)


def _consolidates(stream: UUID, cycle: int | None, due_on: date, rulebook: Rulebook) -> tuple[str, dict[str, Any], date]:
    return "consolidate", {}, due_on


def _the_day_after(step: str) -> Callable[[UUID, int | None, date, Rulebook], tuple[str, dict[str, Any], date]]:
    return lambda stream, cycle, due_on, rulebook: (step, {}, due_on + timedelta(days=1))


CLOCKWORK = {
    "check_in": ("venture", _misses), "consolidation": ("venture", _consolidates), "transfer_answer": ("case", _the_day_after("expire_transfer")),
    "members_restored": ("venture", _the_day_after("dissolution_nears")),
    "reservation": ("resource", _the_day_after("expire_reservation")),
    "vacancy_closes": ("vacancy", _the_day_after("expire_vacancy")),
    "repayment_risk": ("funding", _the_day_after("pass_risk")),
    "benefit_application": ("funding", _the_day_after("lapse_application")),
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
