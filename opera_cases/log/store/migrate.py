"""Creates and upgrades the log, once however many processes start at the same moment, and settles its epoch."""

from pathlib import Path

import sqlalchemy as sa

from opera_cases.domain.kernel.errors import Unavailable
from opera_cases.log.store.database import Database

_LOCK = 0x0FE2A
SCRIPTS = Path(__file__).parent / "migrations"
OLDEST_POSTGRES = 150_000
HEAD = "0006"
"""The revision of this release, known without asking the migrations: an office that is at it starts without them."""


def migrate_log(database: Database) -> None:
    """Bring the tables of the log to this release. Waits for another process that does the same. Raises `Unavailable`
    for PostgreSQL older than 15."""
    if database.is_sqlite and is_migrated(database):
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    with database.answering(), database.engine.begin() as connection:
        if not database.is_sqlite:
            if int(connection.execute(sa.text("SHOW server_version_num")).scalar_one()) < OLDEST_POSTGRES:
                raise Unavailable("PostgreSQL 15 or later is needed.")
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


_GRANTS = (
    "GRANT USAGE ON SCHEMA log, read TO {role}",
    "GRANT SELECT, INSERT ON log.event, log.command, log.refusal, log.reading, log.authority, log.withdrawal TO {role}",
    "GRANT SELECT, INSERT, DELETE ON log.claim TO {role}",
    "GRANT SELECT, INSERT, UPDATE ON log.follower TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON log.task, log.saved_filter, log.lease TO {role}",
    "GRANT SELECT, INSERT, UPDATE ON log.heartbeat TO {role}",
    "GRANT SELECT, INSERT ON log.code_list TO {role}",
    "GRANT SELECT ON log.epoch, alembic_version TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA read TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA read GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "GRANT EXECUTE ON FUNCTION log.out_of_order(), log.still_authorised(bytea[], bytea[], text) TO {role}",
)


def grant(database: Database, role: str) -> None:
    """Let the application's role do its work, and no more: of the log it may read and add, never change or remove."""
    with database.answering(), database.engine.begin() as connection:
        quoted = connection.dialect.identifier_preparer.quote_identifier(role)
        for each in _GRANTS:
            connection.execute(sa.text(each.format(role=quoted)))


class RestoreUnfinished(Unavailable):
    """A restore into this office was cut off, so it is not whole. Run the same `opera-cases restore` again; it goes on where it stopped."""


class NotMigrated(Unavailable):
    """The office is not prepared for this release, or was restored elsewhere. Run opera-cases migrate first."""


def check_schema(database: Database) -> None:
    """Raises `NotMigrated` when the tables are not those of this release, or positions would sort before old ones;
    `RestoreUnfinished` while a restore is under way or was cut off."""
    if not is_migrated(database):
        raise NotMigrated
    check_restored(database)
    if not database.is_sqlite:
        behind = "SELECT max(notification_id) >> 20 >= (SELECT xid_offset FROM log.epoch) + {} FROM log.event"
        if database.rows(behind.format("pg_snapshot_xmax(pg_current_snapshot())::text::bigint"))[0][0]:
            raise NotMigrated


def check_restored(database: Database) -> None:
    """Raises `RestoreUnfinished` while a restore is under way or was cut off."""
    if database.rows("SELECT 1 FROM log.lease WHERE name = 'restore'"):
        raise RestoreUnfinished


def is_migrated(database: Database) -> bool:
    """Whether the tables of the log are those of this release."""
    with database.answering(), database.reading() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return False
        found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return bool(found == HEAD)
