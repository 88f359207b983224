"""The stage of the demo: a clock that is set, actors who ask through the one door, journeys that wait for their day."""

import heapq
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from opera_cases.application.ids import Ids
from opera_cases.application.requests import CommandRequest, CommandResult
from opera_cases.application.runtime import Runtime
from opera_cases.demo.world import Team
from opera_cases.domain.access import Principal
from opera_cases.jobs.due_scan import remind
from opera_cases.jobs.policy_runner import react
from opera_cases.jobs.timed_steps import tick

REMINDED = timedelta(days=120)
Journey = Iterator[date]
"""What a person does, as a generator: it yields the day on which it goes on."""


class SetClock:
    """A clock that stands where it was put, and moves a little with every look."""

    def __init__(self, start: date) -> None:
        self.at = datetime.combine(start, time(8), UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=7)
        return self.at

    def turn_to(self, day: date) -> None:
        self.at = max(self.at, datetime.combine(day, time(8), ZoneInfo("Europe/Rome")).astimezone(UTC))


class Stage:
    """Asks the office on behalf of the actors, each with command ids drawn from the seed."""

    def __init__(self, runtime: Runtime, clock: SetClock, ids: Ids) -> None:
        self.runtime, self.clock, self._ids = runtime, clock, ids
        self._queue: list[tuple[date, int, Journey]] = []
        self._count = 0

    def ask(
        self,
        by: Principal,
        kind: str,
        step: str,
        stream: UUID | None = None,
        /,
        *,
        on: date | None = None,
        **values: Any,
    ) -> CommandResult:
        return self.runtime.application.execute(self.asking(by, kind, step, values, stream, on))

    def asking(
        self,
        by: Principal,
        kind: str,
        step: str,
        values: dict[str, Any],
        stream: UUID | None = None,
        on: date | None = None,
    ) -> CommandRequest:
        return CommandRequest(kind=kind, step=step, values=values, by=by, stream=stream, on=on, key=self._ids.new(),
                   correlation=self._ids.new(), channel="DEMO")  # fmt: skip

    def settle(self) -> None:
        """Let the consequences of what was just done happen before the next step."""
        react(self.runtime)

    def enters(self, day: date, journey: Journey) -> None:
        self._count += 1
        heapq.heappush(self._queue, (day, self._count, journey))

    def play(self, until: date, progress: Callable[[int], None]) -> None:
        """Every journey in the order of its days; the clock looks at its deadlines once a week, and in the last months the
        desks are reminded."""
        ended = 0
        looked = date.min
        while self._queue and self._queue[0][0] <= until:
            day, _, journey = heapq.heappop(self._queue)
            self.clock.turn_to(day)
            if looked == date.min or day >= looked + timedelta(days=7):
                looked = day
                self._look(day, until)
            coming = next(journey, None)
            if coming is None:
                ended += 1
                progress(ended)
            else:
                self.enters(max(coming, day), journey)
        self.clock.turn_to(until)
        self._look(until, until)

    def _look(self, day: date, until: date) -> None:
        self.settle()
        tick(self.runtime)
        if day >= until - REMINDED:
            remind(self.runtime)


def workday(day: date) -> date:
    """The same day, or the Monday after."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def team_of(teams: list[Team], code: str) -> Team:
    return next(team for team in teams if team.code == code)
