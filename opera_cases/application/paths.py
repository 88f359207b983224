"""Where a record is found from outside: the one list of collections, for the API and for whoever links to it."""

from uuid import UUID

MOUNT = "/rest/opera/v1"
COLLECTIONS = {
    "case": "cases", "person": "people", "venture": "ventures", "appointment": "appointments", "desk": "desks",
    "operator": "operators", "document": "documents", "duplicate": "duplicates", "company": "companies",
    "funding": "funding-applications", "resource": "resources", "vacancy": "vacancies", "session": "sessions",
    "reminder": "reminders", "message": "messages", "access": "accesses", "submission": "submissions",
}  # fmt: skip


def path_of(kind: str, record: UUID) -> str:
    """The path of a record below the host, as in `/rest/opera/v1/cases/{id}`. Raises `KeyError` for a kind that is not
    shown."""
    return f"{MOUNT}/{COLLECTIONS[kind]}/{record}"
