"""Overruling: a person with the right sets another value, or another day, for one record, with the reason (handbook 6.16).

Which parameters may be overruled stands in the rulebook (`may_be_overruled`); the law's own minimum is not among them.
"""

from datetime import date
from typing import Any

from opera_cases.domain.access.roles import SUPERVISORS, UNRESTRICTED
from opera_cases.domain.kernel.events import Deadline, RuleOverruled
from opera_cases.domain.kernel.personal import Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Code, Count
from opera_cases.domain.kernel.steps import Command, Step

rules = Rules("record")

SOURCE = "handbook 6.16"
WITH_THE_RIGHT = SUPERVISORS - UNRESTRICTED


class Overrule(Command, frozen=True, kw_only=True):
    """For this record a rule of the rulebook has another value, or a deadline already set another day."""

    parameter: Code
    value: Count | None = None
    due_on: date | None = None
    reason: Reason


@rules.of_request(source="rulebook: may_be_overruled")
def may_be_overruled(it: DecisionContext[Any]) -> bool:
    """The rulebook lets a coordinator overrule this rule.

    The rulebook does not let this rule be overruled.

    Choose a rule that the rulebook lets you overrule; what the law sets cannot be changed.
    """
    return it.asked.parameter.partition(":")[0] in it.find("may_be_overruled").codes


@rules.of_request(source=SOURCE)
def value_or_day(it: DecisionContext[Any]) -> bool:
    """Overruling a rule gives it another value, or gives an open deadline another future date.

    Neither another value for the rule nor another future date for an open deadline has been given.

    Give a value, or the deadline as shown in the file and its new date.
    """
    if it.asked.due_on is None:
        return it.asked.value is not None
    return it.asked.value is None and it.asked.parameter in it.subject.deadlines and it.asked.due_on >= it.today


def _moved(it: DecisionContext[Any]) -> tuple[Deadline, ...]:
    due = it.subject.deadlines.get(it.asked.parameter)
    return (it.rulebook.fixed(due.rule, it.asked.due_on, due.cycle),) if due and it.asked.due_on else ()


def overrule_row(
    records: type[RuleOverruled], *, source: frozenset[str], despite: frozenset[str] = frozenset()
) -> Step:
    """The row of a table for overruling."""
    return Step(asks=Overrule, by=WITH_THE_RIGHT, source=source, target=None, records=records, despite=despite,
                rules=(may_be_overruled, value_or_day), resets=_moved)  # fmt: skip
