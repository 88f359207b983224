"""The design that the other case systems have: a nightly job with windows, flags and names kept from long ago.

It stands here as a control: each of the ten known failures must happen to it, or the test of that failure is blind.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from opera_cases.domain.reminders.ladder import Audience
from tests.support.world import World

HOUR, GRACE = 9, timedelta(minutes=1)


class Naive:
    """Looks once a day for deadlines whose rung is today, sends one mail for each, and sets a flag on the record."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sent: list[tuple[UUID, str, str]] = []
        self.flagged: set[UUID] = set()
        self.remembered: dict[UUID, UUID] = {}
        self.remember()

    def remember(self) -> None:
        """Who is responsible is written into the job when it is made."""
        for case, worker in self.world.runtime.log.rows("SELECT case_id, caseworker FROM read.caseload_v4"):
            if worker is not None:
                self.remembered.setdefault(UUID(str(case)), UUID(str(worker)))

    def look(self, at: datetime) -> None:
        if at - at.replace(hour=HOUR, minute=0, second=0, microsecond=0) > GRACE:
            return  # a misfire: the run is dropped
        self._send(at.date())

    def _send(self, today: date) -> None:
        rulebook = self.world.runtime.application.rulebook
        for stream, rule, due in self.world.runtime.log.rows(
            "SELECT stream, rule, due_on FROM read.deadline_v2 ORDER BY due_on"
        ):
            day = due if isinstance(due, date) else date.fromisoformat(due)
            ladder, record = rulebook.ladder(rule, today), UUID(str(stream))
            for rung in ladder.rungs if ladder else ():
                if day + timedelta(days=rung.days) == today and rung.to in (
                    Audience.CASEWORKER,
                    Audience.MENTOR,
                    Audience.COORDINATOR,
                ):
                    if record in self.flagged:
                        continue
                    self.flagged.add(record)
                    self.sent.append((self._whom(record, rung.to), rule, rung.rung))

    def _whom(self, record: UUID, to: Audience) -> UUID:
        if to is Audience.COORDINATOR:
            rows = self.world.runtime.log.rows(
                "SELECT operator FROM read.posting_v1 WHERE role = 'COORDINATOR' AND until IS NULL"
            )
            return UUID(str(rows[0][0]))
        return self.remembered.get(record, self.world.elio.id)
