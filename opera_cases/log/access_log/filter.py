"""What both ledgers beside the log, of refusals and of readings, are asked by: who, of which record, in which span of time."""

from typing import Any, NamedTuple
from uuid import UUID


class AccessFilter(NamedTuple):
    """Whose rows of which record; each left out where it is None. The span is two moments (ISO 8601, UTC): `until` is not in it."""

    principal: UUID | None = None
    stream: UUID | None = None
    since: str = ""
    until: str = "9999"

    def condition(self, values: list[Any]) -> str:
        """What a row has to meet; the values of its placeholders are put behind those there are."""
        values += [self.since, self.until]
        told = [f"recorded_at >= ${len(values) - 1} AND recorded_at < ${len(values)}"]
        for column, value in (("principal", self.principal), ("stream", self.stream)):
            if value is not None:
                values.append(value)
                told.append(f"{column} = ${len(values)}")
        return " AND ".join(told)
