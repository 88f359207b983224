"""The epoch of a log: one row that says which log this is. It is given when the log is made and goes with its backups."""

from uuid import UUID

from opera_cases.log.store.database import Database


def log_id(log: Database) -> UUID:
    """The id of the log."""
    return UUID(str(log.rows("SELECT log_id FROM log.epoch")[0][0]))


def epochs(log: Database) -> int:
    """How many rows say which log this is; where it is not one, nobody knows."""
    return int(log.rows("SELECT count(*) FROM log.epoch")[0][0])
