"""The ladder of a deadline: on which days who is told, and what of it is still useful today (handbook 6.7).

Everything here is a pure function of days: nothing depends on when somebody last looked.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from opera_cases.domain.kernel.scalars import Code

USEFUL_DAYS = 7


class Audience(StrEnum):
    """Whom a rung tells. Who that is, is looked up when it is told (see `office.recipients`)."""

    CASEWORKER = "CASEWORKER"
    MENTOR = "MENTOR"
    OPERATOR = "OPERATOR"
    DESK = "DESK"
    RECEIVING = "RECEIVING"
    COORDINATOR = "COORDINATOR"
    REGIONAL = "REGIONAL"
    DPO = "DPO"
    PERSON = "PERSON"
    MEMBERS = "MEMBERS"


PEOPLE_OF_RECORD = frozenset({Audience.PERSON, Audience.MEMBERS})
"""Told only where they agreed to it."""


class Rung(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rung as the rulebook has it: so many days before (negative) or after the deadline, somebody is told.

    It is useful until the next rung for the same people is due, or for `useful` days. What is `urgent` waits for no
    working day and for no digest.
    """

    rung: Code
    days: int
    to: Audience
    useful: int = USEFUL_DAYS
    urgent: bool = False


class Planned(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One rung of one deadline, on its day; after `until` it is of no use any more."""

    rung: Code
    on: date
    to: Audience
    until: date
    urgent: bool = False


class Passed(NamedTuple):
    """A rung that is of no use any more, and why: a later one says the same, or too much time has passed."""

    planned: Planned
    because: str


SUPERSEDED, TOO_LATE = "SUPERSEDED", "TOO_LATE"


def planned(rungs: Iterable[Rung], due_on: date) -> tuple[Planned, ...]:
    """The days of a ladder for a deadline, the earliest first."""
    days = ((due_on + timedelta(days=each.days), each) for each in rungs)
    return tuple(
        Planned(rung=each.rung, on=on, to=each.to, until=on + timedelta(days=each.useful), urgent=each.urgent)
        for on, each in sorted(days, key=lambda pair: (pair[0], pair[1].rung))
    )


def falls_due(plan: Iterable[Planned], done: Collection[str], today: date) -> tuple[list[Planned], list[Passed]]:
    """What of a ladder is to be told by today, and what has passed: due and not done, never by a window of time."""
    due = [each for each in plan if each.on <= today and each.rung not in done]
    told, passed = [], []
    for number, each in enumerate(due):
        if any(later.to is each.to for later in due[number + 1 :]):
            passed.append(Passed(each, SUPERSEDED))
        elif today > each.until:
            passed.append(Passed(each, TOO_LATE))
        else:
            told.append(each)
    return told, passed


def next_on(plan: Iterable[Planned], done: Collection[str]) -> date | None:
    """The day of the next rung that is neither told nor passed."""
    return min((each.on for each in plan if each.rung not in done), default=None)


LOST_FOR_GOOD = frozenset({
    "bid_date", "benefit_application", "wage_support_end", "members_restored", "employee_offer", "transfer_answer", "data_request",
})  # fmt: skip
"""Deadlines after which a right, a business or a request is lost: wherever reminders stand in an order, these come first."""


def pressing(rule: str, due_on: date) -> tuple[bool, date]:
    """By what reminders are ordered: first what would be lost for good, then the oldest."""
    return (rule not in LOST_FOR_GOOD, due_on)
