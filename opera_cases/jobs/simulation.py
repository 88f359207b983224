"""A rehearsal of the calendar: what time would do to the records as they stand, day after day, in memory only."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from opera_cases.application.application import Application
from opera_cases.application.context import HOME_ZONE
from opera_cases.application.decide import decide_one, today
from opera_cases.application.display_names import title_of
from opera_cases.application.loader import Loader
from opera_cases.application.records import home
from opera_cases.application.reminders.quiet_hours import may_send
from opera_cases.application.reminders.recipients import Recipients
from opera_cases.application.reminders.suppression import suppressions
from opera_cases.application.requests import CommandRequest
from opera_cases.application.runtime import Runtime, labels
from opera_cases.application.seal import sealed_command
from opera_cases.domain.access import CLOCK
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.errors import OperaError
from opera_cases.domain.kernel.vocabulary import Language
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.domain.reminders.ladder import PEOPLE_OF_RECORD, Planned, falls_due, planned
from opera_cases.domain.reminders.reminder import Reminder, reminder_id
from opera_cases.domain.timed_steps import CLOCKWORK, when_due
from opera_cases.projections.models import deadlines

MORNING = time(10)


class Simulated(NamedTuple):
    """One thing that would happen on a day."""

    day: date
    rule: str
    says: str

    def __str__(self) -> str:
        return f"{self.day}  {self.says}"


def rehearse(runtime: Runtime, first: date, last: date) -> Iterator[Simulated]:
    """What time would do from one day to another, in the order of the days, if nobody did anything meanwhile."""
    stage = _Stage(runtime)
    day = first
    while day <= last:
        yield from stage.play(day)
        day += timedelta(days=1)


class _Stage:
    """The records with open deadlines, loaded once, and changed by nothing but the rehearsal itself."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime, self._now = runtime, runtime.clock()
        known = runtime.application
        self._application = Application(
            known.database, known.keyring, known.rulebook, clock=lambda: self._now, search=known.search
        )
        self._words = labels(Language.EN)
        self._records: dict[UUID, Aggregate] = {
            stream: known.records.load(PROCEDURES[kind].aggregate, stream)
            for stream, kind in deadlines.owing(runtime.log)
        }
        self._done: dict[UUID, set[str]] = {}
        self._refused: set[tuple[UUID, str, date]] = set()

    def play(self, day: date) -> Iterator[Simulated]:
        self._now = datetime.combine(day, MORNING, ZoneInfo(HOME_ZONE)).astimezone(UTC)
        recipients = Recipients(self._application, day)
        for record in list(self._records.values()):
            yield from self._steps(record, day)
            for key in list(record.deadlines):
                yield from self._rungs(record, key, day, recipients)

    def _steps(self, record: Aggregate, day: date) -> Iterator[Simulated]:
        for due in list(record.deadlines.values()):
            if due.rule not in CLOCKWORK or CLOCKWORK[due.rule][0] != record.kind:
                continue
            step = when_due(due.rule, record.id, due.cycle, due.due_on, day, partial(self._limit, record, due.due_on))
            if step is None or (record.id, due.key, due.due_on) in self._refused:
                continue
            if self._decide(record, step.step, step.values):
                title = title_of(self._application.records, record, self._words)
                yield Simulated(day, due.rule, f"{title}: time takes the step {step.step} ({due.key} due {due.due_on})")
            else:
                self._refused.add((record.id, due.key, due.due_on))

    def _limit(self, record: Aggregate, on: date, parameter: str) -> int:
        overruled = record.overrules.get(parameter)
        return (
            self._application.rulebook.find(parameter, on, record.place, record.of).number
            if overruled is None
            else overruled
        )

    def _decide(self, record: Aggregate, step: str, values: dict[str, Any]) -> bool:
        """Whether the record would take a step; it then stands in memory as it would after it."""
        procedure = PROCEDURES[record.kind]
        ask = CommandRequest(
            kind=record.kind, step=step, values=values, by=CLOCK, stream=record.id, channel="REHEARSAL", dry_run=True
        )
        event = uuid4()
        try:
            asked = sealed_command(procedure.commands[step], values, subject=record, event=event, on=today(record, self._now),
                                   keyring=self._application.keyring, lasting=False)  # fmt: skip
            decide_one(
                self._application, Loader(self._application.records), replace(ask), procedure, record, asked, event
            )
        except OperaError:
            return False
        return True

    def _rungs(self, record: Aggregate, key: str, day: date, recipients: Recipients) -> Iterator[Simulated]:
        due = record.deadlines.get(key)
        _, place = home(record)
        if due is None or place is None:
            return
        plan, done = self._plan(record, key, day)
        told, passed = falls_due(plan, done, day)
        if not may_send(self._now, place, self._application.rulebook):
            told, passed = [each for each in told if each.urgent], []
        if told and suppressions(self._application.records, record, due.rule, day):
            told = []
        title = title_of(self._application.records, record, self._words)
        for gone in passed:
            done.add(gone.planned.rung)
            yield Simulated(
                day, due.rule, f"{title}: {key} due {due.due_on}: {gone.planned.rung} passes ({gone.because})"
            )
        for rung in told:
            done.add(rung.rung)
            found = recipients.of(record, rung.to)
            if rung.to in PEOPLE_OF_RECORD and not found:
                continue
            whom = f"{len(found)} × {rung.to}" if found else f"nobody as {rung.to}"
            yield Simulated(
                day,
                due.rule,
                f"{title}: {key} due {due.due_on}: {rung.rung} to {whom}{' (urgent)' if rung.urgent else ''}",
            )

    def _plan(self, record: Aggregate, key: str, day: date) -> tuple[tuple[Planned, ...], set[str]]:
        due = record.deadlines[key]
        ident = reminder_id(record.id, key, due.due_on)
        if ident not in self._done:
            self._done[ident] = set(self._application.records.load(Reminder, ident).done)
        ladder = self._application.rulebook.ladder(due.rule, day, home(record)[1], record.of)
        return (planned(ladder.rungs, due.due_on) if ladder else ()), self._done[ident]
