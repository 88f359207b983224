"""Where the log stood at the end of each day: a question *as known on a day* resolves to a position."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from opera_cases.domain.kernel.events import Event


class PositionByDay:
    """One row an hour in which something was recorded: the last position recorded in it (UTC)."""

    def __init__(self, suffix: str = "", metadata: sa.MetaData | None = None) -> None:
        metadata = metadata or sa.MetaData(schema="read")
        self.name = "days_v1" + suffix
        self.hour = sa.Table(
            "days_v1" + suffix, metadata,
            sa.Column("hour", sa.Text, primary_key=True),
            sa.Column("position", sa.BigInteger, nullable=False),
        )  # fmt: skip
        self.tables = (self.hour,)
        self.reads = ("",)

    def again(self, suffix: str, metadata: sa.MetaData) -> "PositionByDay":
        """The same model under another name, empty."""
        return PositionByDay(suffix, metadata)

    def fold(self, connection: sa.Connection, events: Sequence[Event[Any]]) -> None:
        """See `Followed`."""
        last: dict[str, int] = {}
        for event in events:
            last[event.meta.recorded_at.strftime("%Y-%m-%dT%H")] = event.position
        for hour, position in last.items():
            known = sa.update(self.hour).where(self.hour.c.hour == hour).values(position=position)
            if connection.execute(known).rowcount == 0:
                connection.execute(sa.insert(self.hour).values(hour=hour, position=position))

    def position_known_on(self, connection: sa.Connection, day: date, zone: str) -> int:
        """The last position recorded before that day ended, in that zone; 0 when nothing was."""
        end = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)
        before = self.hour.c.hour < end.strftime("%Y-%m-%dT%H")
        return connection.execute(sa.select(sa.func.max(self.hour.c.position)).where(before)).scalar() or 0
