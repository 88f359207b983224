"""Values as the two databases give them, as values of their types: SQLite keeps ids and days as text."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from opera_cases.log.store.database import Row


def as_uuid(value: object) -> UUID:
    """An id from a column."""
    return value if isinstance(value, UUID) else UUID(str(value))


def as_date(value: date | str) -> date:
    """A civil day from a column."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def as_uuids(rows: Iterable[Row]) -> list[UUID]:
    """The ids in the only column of some rows."""
    return [as_uuid(row[0]) for row in rows]
