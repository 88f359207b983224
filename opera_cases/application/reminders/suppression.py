"""What keeps a reminder back although its day has come: looked up when it would be told, never remembered."""

from datetime import date

from opera_cases.application.records import Records
from opera_cases.domain.cases.case import Case
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.ventures.venture import Venture
from opera_cases.projections.models.appointments import is_booked
from opera_cases.projections.models.deadlines import reminded_from

PAUSED, BOOKED = "PAUSED", "APPOINTMENT_BOOKED"
MET_BY_A_MEETING = frozenset({"call_back", "next_contact", "silence", "assessment_held"})
"""What nobody needs to be reminded of while a meeting with the person is booked."""


def suppressions(records: Records, record: Aggregate, rule: str, today: date) -> tuple[str, ...]:
    """The reasons why nobody is reminded of a deadline of a record today; none when nothing keeps it back."""
    found = []
    until = reminded_from(record, rule)
    if until is not None and until > today:
        found.append(PAUSED)
    if _booked(records, record, rule, today):
        found.append(BOOKED)
    return tuple(found)


def _booked(records: Records, record: Aggregate, rule: str, today: date) -> bool:
    if isinstance(record, Case) and rule in MET_BY_A_MEETING:
        return is_booked(records.database, record.id, today)
    if isinstance(record, Venture) and rule == "check_in" and record.case is not None:
        return is_booked(records.database, record.case, today, "MENTORING")
    return False
