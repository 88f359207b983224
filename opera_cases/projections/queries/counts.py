"""How many there are of what: figures of an office, without anybody's name."""

from uuid import UUID

from opera_cases.log.store.database import Database

_COUNTS = {
    "desks": "read.desk_v1", "operators": "read.operator_v1", "people who contacted a desk": "read.caseload_v4",
    "meetings and services": "read.appointment_v1 WHERE state = 'HELD'",
    "ventures that started": "read.venture_v2 WHERE trading_since IS NOT NULL",
    "of them by groups, spin-offs or hosted": "read.venture_v2 WHERE trading_since IS NOT NULL AND kind <> 'MICRO_ENTERPRISE'",
    "firms in difficulty": "read.company_v1", "resources in the database": "read.resource_v1", "reminders told since July": "read.notice_v1",
    "events in the log": "log.event",
}  # fmt: skip


def of_the_office(log: Database) -> dict[str, int]:
    """By what is counted, in words."""
    return {name: int(log.rows(f"SELECT count(*) FROM {what}")[0][0]) for name, what in _COUNTS.items()}


def meetings_held(log: Database, case: UUID) -> int:
    """How many meetings about a case were held."""
    return int(log.rows("SELECT count(*) FROM read.appointment_v1 WHERE case_id = $1 AND state = 'HELD'", case)[0][0])


def documents_filed(log: Database, case: UUID) -> int:
    """How many documents are filed on a case."""
    return int(log.rows("SELECT count(*) FROM read.document_v1 WHERE case_id = $1 AND state = 'FILED'", case)[0][0])
