"""Questions of appointments."""

from datetime import date
from uuid import UUID

from opera_cases.log.database import Database


def is_booked(log: Database, case: UUID, since: date, service: str = "%") -> bool:
    """Whether a meeting about a case is booked from a day on, for a service or for any."""
    sql = "SELECT 1 FROM read.appointment_v1 WHERE case_id = $1 AND state = 'BOOKED' AND day >= $2 AND service LIKE $3 LIMIT 1"
    return bool(log.rows(sql, case, since, service))
