"""Creates and upgrades the log, once however many processes start at the same moment, and settles its epoch."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from opera_cases.log.database import Database

_LOCK = 0x0FE2A


def migrate(database: Database) -> None:
    """Bring the tables of the log to this release. Waits for another process that does the same."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    with database.answering(), database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
            connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if not database.is_sqlite:
            _settle_epoch(connection)


def _settle_epoch(connection: sa.Connection) -> None:
    """After a restore into another cluster its transaction ids are younger: move them behind what is stored."""
    connection.execute(
        sa.text(
            "UPDATE log.epoch SET xid_offset = greatest(xid_offset,"
            " (SELECT coalesce(max(notification_id) >> 20, 0) + 1 FROM log.event)"
            " - pg_current_xact_id()::text::bigint)"
            " WHERE xid_offset + pg_current_xact_id()::text::bigint"
            " <= (SELECT coalesce(max(notification_id) >> 20, 0) FROM log.event)"
        )
    )


def is_migrated(database: Database) -> bool:
    """Whether the tables of the log are those of this release."""
    with database.engine.connect().execution_options(reads=True) as connection:
        inspector = sa.inspect(connection)
        schema = None if database.is_sqlite else "log"
        return inspector.has_table("epoch", schema=schema)
