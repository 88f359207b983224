"""Values as the two databases give them, as values of their types: SQLite keeps ids and days as text."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from opera_cases.log.store.database import Row


def ident(value: object) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))


def day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def idents(rows: Iterable[Row]) -> list[UUID]:
    """The ids in the only column of some rows."""
    return [ident(row[0]) for row in rows]
