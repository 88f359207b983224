"""The clock: looks at the open deadlines and asks each record for the step that time asks for."""

from datetime import date
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from opera_cases.domain.access import CLOCK
from opera_cases.domain.clockwork import CLOCKWORK, when_due
from opera_cases.jobs.reactions import propose_to
from opera_cases.office.context import HOME_ZONE
from opera_cases.office.premises import Premises


def tick(where: Premises) -> int:
    """Take every step that is due by now. What is due is decided by the records, so nothing depends on the minute
    at which this runs. Returns how many steps were taken."""
    today = where.clock().astimezone(ZoneInfo(HOME_ZONE)).date()
    taken = 0
    for rule in CLOCKWORK:
        sql = 'SELECT stream, cycle, due_on FROM read.deadline_v2 WHERE rule = $1 AND due_on <= $2 ORDER BY due_on'
        for stream, cycle, due_on in where.log.rows(sql, rule, today):
            day = due_on if isinstance(due_on, date) else date.fromisoformat(due_on)
            due = when_due(rule, UUID(str(stream)), cycle, day, today, where.office.rulebook)
            if due is not None:
                taken += propose_to(where, due, CLOCK, correlation=uuid4())
    return taken
