"""How a database says no, or nothing at all."""

import sqlalchemy as sa

from opera_cases.domain.kernel.errors import Unavailable

UNANSWERED = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)
"""What SQLAlchemy raises when a database does not answer."""


class Conflict(Exception):
    """A unique row was there already, or a stream would have been reordered. `table` says where."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


class LostContact(Unavailable):
    """The database did not answer, so nobody knows whether the step was recorded. Send it again with the same key."""
