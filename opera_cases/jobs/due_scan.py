"""Reminders: every open deadline has a ladder; the rungs whose day has come are told, each once, by whoever looks first.

What is due is decided by what the log says, never by when somebody looked last: after an outage, a pause or a clock
that jumped the same question has the right answer.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import msgspec

from opera_cases.application.context import HOME_ZONE
from opera_cases.application.records import home
from opera_cases.application.reminders.quiet_hours import civil_day, may_send
from opera_cases.application.reminders.recipients import Recipients
from opera_cases.application.reminders.suppression import suppressions
from opera_cases.application.requests import CommandRequest
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import CLOCK
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.errors import (
    InvalidInput,
    KeyDestroyed,
    NotFound,
    NotYourRole,
    Refused,
    SameKeyOtherBody,
    VersionConflict,
)
from opera_cases.domain.kernel.events import Deadline
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.domain.reminders.ladder import PEOPLE_OF_RECORD, Passed, Planned, falls_due, planned
from opera_cases.domain.reminders.procedure import Gone, Raised
from opera_cases.domain.reminders.reminder import ENDED, Reminder, reminder_id
from opera_cases.log.work import leases
from opera_cases.projections.models import deadlines, reminders

WORK, SHARES = "remind", 8
NOT_AGREED = "NOT_AGREED"
ONCE = {"once": True}
"""By what a step of the clock is known again: it is the same step whoever it tells."""


def remind(runtime: Runtime) -> int:
    """Tell every rung that is due by now, once. Returns how many reminders were told, passed, ended or begun.

    May run in any number of processes: each takes a share of the records at a time.
    """
    done = 0
    for share in leases.shares(runtime.log, WORK, SHARES):
        number = int(share.rpartition("/")[2])
        done += DueScan(runtime, runtime.clock()).at_share(number, share)
    return done


class Decision(NamedTuple):
    """What is to be done about one deadline at this moment."""

    record: Aggregate
    deadline: Deadline
    reminder: Reminder
    plan: tuple[Planned, ...]
    told: list[Planned]
    passed: list[Passed]
    held: tuple[str, ...]
    today: date


class DueScan:
    """One look at the clock: what is due at this moment."""

    def __init__(self, runtime: Runtime, at: datetime) -> None:
        self._runtime, self._at, self._application = runtime, at, runtime.application
        self._recipients: dict[date, Recipients] = {}

    def at_share(self, number: int, lease: str = "") -> int:
        """Look at the records of one share. Returns how many steps were taken."""
        done = 0
        for count, (record, kind, key, due_on) in enumerate(self._due(number)):
            done += self._look_at(record, kind, key, due_on)
            if lease and count % 20 == 19:
                leases.renew(self._runtime.log, lease)
        for reminder in self._over(number):
            done += self._take(reminder, "end_reminder", {}, f"end/{reminder.version}")
        return done

    # -- what is due --------------------------------------------------------------------------------------------------

    def _due(self, number: int) -> list[deadlines.OwedDeadline]:
        """Deadlines with a rung that is due and not done, the oldest first; paused records are left out."""
        today = self._at.astimezone(ZoneInfo(HOME_ZONE)).date()
        first: dict[str, int] = {}
        for ladder in self._application.rulebook.ladders():
            days = min(each.days for each in ladder.rungs)
            first[ladder.rule] = min(days, first.get(ladder.rule, days))
        latest = {rule: today - timedelta(days=days) for rule, days in first.items()}
        return deadlines.to_remind(self._runtime.log, *_bounds(number), today, latest)

    def _over(self, number: int) -> Iterator[Reminder]:
        """Reminders whose deadline is no longer owed on their day."""
        for reminder in reminders.outdated_reminders(self._runtime.log, *_bounds(number)):
            yield self._application.records.load(Reminder, reminder)

    def anything(self) -> bool:
        """Whether something is left to be told at this moment."""
        return any(self._decide(*each) for number in range(SHARES) for each in self._due(number))

    # -- what is done about it ----------------------------------------------------------------------------------------

    def _decide(self, stream: UUID, kind: str, key: str, due_on: date) -> "Decision | None":
        """What of a deadline is to be told, or has passed, at this moment; None when nothing is to be done."""
        record = self._application.records.load(PROCEDURES[kind].aggregate, stream)
        deadline = record.deadlines.get(key)
        desk, place = home(record)
        if deadline is None or deadline.due_on != due_on or desk is None or place is None:
            return None
        if not may_send(self._at, place, self._application.rulebook, urgent=True):
            return None
        today = civil_day(self._at, place)
        reminder = self._application.records.load(Reminder, reminder_id(stream, key, due_on))
        if reminder.snoozed_until is not None and reminder.snoozed_until > today:
            return None
        plan = reminder.plan or self._plan(record, deadline, today)
        told, passed = falls_due(plan, reminder.done, today)
        if not may_send(self._at, place, self._application.rulebook):
            told, passed = [each for each in told if each.urgent], []
        held = suppressions(self._application.records, record, deadline.rule, today)
        told = [] if held else told
        return Decision(record, deadline, reminder, plan, told, passed, held, today) if told or passed else None

    def _look_at(self, stream: UUID, kind: str, key: str, due_on: date) -> int:
        it = self._decide(stream, kind, key, due_on)
        if it is None:
            return 0
        raised, gone = self._told_or_passed(it.record, it.told, it.passed, it.held, it.today)
        if not it.reminder.version:
            return self._begin(it.record, it.deadline, it.plan, raised, gone)
        resumed = 0
        if it.reminder.state == ENDED:
            resumed = self._take(it.reminder, "resume_reminder", {}, f"resume/{it.reminder.version}")
        return resumed + self._go_on(it.reminder, raised, gone)

    def _plan(self, record: Aggregate, deadline: Deadline, today: date) -> tuple[Planned, ...]:
        ladder = self._application.rulebook.ladder(deadline.rule, today, home(record)[1], record.of)
        return planned(ladder.rungs, deadline.due_on) if ladder else ()

    def _told_or_passed(
        self, record: Aggregate, told: list[Planned], passed: list[Passed], held: tuple[str, ...], today: date
    ) -> tuple[list[Raised], list[Gone]]:
        """The rungs to be told with whoever they are for, and those that are of no use: nobody agreed to some."""
        recipients = self._recipients.setdefault(today, Recipients(self._application, today))
        raised = [Raised(rung=each.rung, recipients=recipients.of(record, each.to)) for each in told]
        people = {each.rung for each in told if each.to in PEOPLE_OF_RECORD}
        unwanted = [each for each in raised if each.rung in people and not each.recipients]
        gone = [Gone(rung=each.planned.rung, because=each.because, held_by=held) for each in passed]
        gone += [Gone(rung=each.rung, because=NOT_AGREED) for each in unwanted]
        return [each for each in raised if each not in unwanted], gone

    def _begin(
        self, record: Aggregate, deadline: Deadline, plan: tuple[Planned, ...], raised: list[Raised], gone: list[Gone]
    ) -> int:
        reminder = Reminder(reminder_id(record.id, deadline.key, deadline.due_on))
        values = {
            "record": record.id, "record_kind": record.kind, "concerns": record.subject, "desk": home(record)[0],
            "key": deadline.key, "rule": deadline.rule, "cycle": deadline.cycle, "due_on": deadline.due_on,
            "promised_in": deadline.edition, "set_by": record.set_by[deadline.key].event, "plan": plan,
            "raised": raised, "passed": gone,
        }  # fmt: skip
        return self._take(reminder, "begin_reminder", values, "begin")

    def _go_on(self, reminder: Reminder, raised: list[Raised], gone: list[Gone]) -> int:
        done = 0
        for each in gone:
            done += self._take(reminder, "expire_reminder", msgspec.structs.asdict(each), f"expire/{each.rung}")
        for rung in raised:
            done += self._take(reminder, "raise_reminder", msgspec.structs.asdict(rung), f"raise/{rung.rung}")
        return done

    def _take(self, reminder: Reminder, step: str, values: dict[str, Any], known_as: str) -> int:
        """Ask for a step, once for ever. Whoever comes second, or too late, has nothing to do."""
        begins = step == "begin_reminder"
        ask = CommandRequest(
            kind="reminder", step=step, values=msgspec.to_builtins(values), by=CLOCK, channel="CLOCK",
            stream=None if begins else reminder.id, new_id=reminder.id if begins else None,
            key=uuid5(reminder.id, known_as), idempotency_payload=ONCE, correlation=reminder.id,
        )  # fmt: skip
        try:
            return 0 if self._application.execute(ask).repeated else 1
        except (Refused, NotYourRole, NotFound, VersionConflict, InvalidInput, SameKeyOtherBody, KeyDestroyed):
            return 0


def _bounds(number: int) -> tuple[UUID, UUID]:
    """The first and the last id of a share."""
    size = 2**128 // SHARES
    return UUID(int=number * size), UUID(int=(number + 1) * size - 1)
