"""Absences: someone is away until a day, and a colleague of the desk covers for them (handbook 6.10)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from opera_cases.domain.desks.desk import OPEN, Absence, Desk
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, Step
from opera_cases.domain.kernel.vocabulary import Period, Role

rules = Rules("desk")

SOURCE = "handbook 6.10"


class RecordAbsence(Command, frozen=True, kw_only=True):
    """Someone is away from a day to a day; a colleague of the desk sees their work as their own meanwhile."""

    operator: UUID
    cover: UUID
    since: date
    until: date


class EndAbsence(Command, frozen=True, kw_only=True):
    """Someone is back before the planned day."""

    operator: UUID


class AbsenceRecorded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "desk.absence_recorded"
    operator: UUID
    cover: UUID
    since: date
    until: date


class AbsenceEnded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "desk.absence_ended"
    operator: UUID


@rules.of_request(source=SOURCE)
def both_work_here(it: DecisionContext[Desk]) -> bool:
    """The person away and the person covering are different people who work at this desk.

    The person away and the person covering are the same, or do not both work at this desk on that day.

    Check both operators and the date.
    """
    here = it.subject.working
    away, cover = it.asked.operator, it.asked.cover
    return away != cover and bool(here(away, it.asked.since)) and bool(here(cover, it.asked.since))


@rules.of_request(source=SOURCE)
def ends_after_it_begins(it: DecisionContext[Desk]) -> bool:
    """An absence has a last day, which is not before the first.

    The last day of the absence is missing, or is before the first.

    Check the dates; if no end is planned, hand the cases over instead.
    """
    return bool(it.asked.since <= it.asked.until)


@rules.of_request(source=SOURCE)
def away_now(it: DecisionContext[Desk]) -> bool:
    """Only an absence that is not over can be ended.

    This operator is not away.

    Check which operator it is.
    """
    return any(each.operator == it.asked.operator and each.period.covers(it.on) for each in it.subject.absences)


@Desk.on(AbsenceRecorded)
def _(desk: Desk, event: Event[AbsenceRecorded]) -> None:
    said = event.facts
    period = Period(since=said.since, until=said.until)
    desk.absences = (*desk.absences, Absence(said.operator, said.cover, period))


@Desk.on(AbsenceEnded)
def _(desk: Desk, event: Event[AbsenceEnded]) -> None:
    desk.absences = tuple(
        each._replace(period=Period(since=each.period.since, until=event.on))
        if each.operator == event.facts.operator and each.period.covers(event.on)
        else each
        for each in desk.absences
    )


LEADS = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})
ROWS = (
    Step(asks=RecordAbsence, by=LEADS, source=frozenset({OPEN}), target=None, records=AbsenceRecorded,
         rules=(both_work_here, ends_after_it_begins)),
    Step(asks=EndAbsence, by=LEADS, source=frozenset({OPEN}), target=None, records=AbsenceEnded, rules=(away_now,)),
)  # fmt: skip
