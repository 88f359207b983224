"""Overruling: a person with the right sets another value, or another day, for one record, with the reason (handbook 6.16).

Which parameters may be overruled stands in the rulebook (`may_be_overruled`); the law's own minimum is not among them.
"""

from datetime import date
from typing import Any

from opera_cases.domain.access.roles import SUPERVISORS, UNRESTRICTED
from opera_cases.domain.kernel.events import Deadline, RuleOverruled
from opera_cases.domain.kernel.personal import Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, Step
from opera_cases.domain.kernel.vocabulary import Code, Count

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
    """The rulebook lists the parameter among those that a coordinator may overrule.

    The rulebook does not let this parameter be overruled.

    Choose a parameter that the rulebook lists; what the law fixes stays.
    """
    return it.asked.parameter.partition(":")[0] in it.find("may_be_overruled").codes


@rules.of_request(source=SOURCE)
def value_or_day(it: DecisionContext[Any]) -> bool:
    """Either the parameter has another value from now on, or a deadline that is open has another day to come.

    The overrule gives neither another value for the parameter nor another day to come for an open deadline.

    Give a value, or the deadline as the record shows it and its new day.
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
