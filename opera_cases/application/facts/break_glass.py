"""The facts about files opened beyond one's reach (see `facts`). Whoever only tries is told nothing of a file: any number will do."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from opera_cases.application.facts.gathering import NOWHERE, FactLoader
from opera_cases.domain.break_glass import BreakGlass
from opera_cases.log.access_log import refusals
from opera_cases.projections.models import accesses

LATEST = 200


def numbered_case(g: FactLoader) -> dict[str, Any] | None:
    """The case with the number asked for."""
    if g.tried:
        return dict.fromkeys(("case", "concerns", "desk"), UUID(int=0))
    case = g.numbered
    return {"case": case.id, "concerns": case.subject, "desk": case.desk} if case.version else None


def file_within_reach(g: FactLoader) -> bool:
    """Whether the asker reaches the file with the number asked for; never told to whoever only tries."""
    return not g.tried and bool(g.numbered.version and g.records.reach(g.by, g.numbered, g.today))


def attempts_today(g: FactLoader) -> int:
    """How often somebody learned today whether there is a file: of those they opened, and of numbers that were none."""
    began = datetime.combine(g.today, time(), ZoneInfo(NOWHERE.zone)).astimezone(UTC).isoformat()
    refused = refusals.count_attempts(
        g.records.database, g.by.id, "access.take_access", ("file_there", "beyond_reach"), began
    )
    return refused + accesses.taken_on(g.records.database, g.by.id, g.today)


def given_before(g: FactLoader) -> bool:
    """Whether the asker opened another file for the very words, among the latest ones."""
    latest = accesses.latest_of(g.records.database, g.by.id, LATEST)
    taken = g.records.load_all(BreakGlass, latest) if latest else {}
    return g.asked.reason_digest in {each.reason_digest for each in taken.values()}


FACTS_OF_ACCESS: dict[str, Callable[[FactLoader], Any]] = {
    "numbered_case": numbered_case,
    "numbered_case_within_reach": file_within_reach,
    "access_attempts": attempts_today,
    "_reason_given_before": given_before,
}
