"""A database as it was at one moment, however long it takes to read it: others go on writing meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from opera_cases.log.store.database import Database, Row


class Snapshot:
    """What is asked of it, plainly or by SQLAlchemy on its `connection`, is answered as of one moment."""

    def __init__(self, database: Database, connection: sa.Connection) -> None:
        self.database, self.connection = database, connection
        self._driver: Any = connection.connection.driver_connection

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """Run one question, written as those of `Database.rows`, and return its rows."""
        if self.database.is_sqlite:
            return self.database._execute(self._driver, sql, values)
        import psycopg

        cursor = psycopg.RawCursor(self._driver)
        cursor.execute(sql.encode(), values)
        return cursor.fetchall()


@contextmanager
def as_of_now(database: Database) -> Iterator[Snapshot]:
    """The database as it is now. Raises `LostContact` when it does not answer."""
    engine = (
        database.engine if database.is_sqlite else database.engine.execution_options(isolation_level="REPEATABLE READ")
    )
    with database.answering(), engine.connect().execution_options(reads=True) as connection:
        connection.exec_driver_sql(
            "SELECT 1 FROM " + ("sqlite_master" if database.is_sqlite else "log.epoch") + " LIMIT 1"
        ).all()
        yield Snapshot(database, connection)
