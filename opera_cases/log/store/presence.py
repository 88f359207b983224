"""Whether an office is there. Looking makes nothing: no file, no table, not even an empty database."""

from pathlib import Path

import sqlalchemy as sa

from opera_cases.domain.kernel.errors import Unavailable
from opera_cases.log.keys.master_key import NoMasterKey
from opera_cases.log.store.database import Database


class NoOffice(Unavailable):
    """There is no office there. Only `opera-cases migrate` and `opera-cases demo` make one."""


class NoKeys(Unavailable):
    """The office has a log, and its keys are gone. New keys would open nothing that is in it."""


def check_there(log_url: str, keys_url: str) -> None:
    """Raises `NoOffice` when there is no log, `NoKeys` when there is one without keys, `LostContact` when a database does not answer."""
    log, keys = Database(log_url, pool=1), Database(keys_url, pool=1)
    try:
        if not has_table(log, "alembic_version"):
            setting = "OPERA_FOLDER" if log.is_sqlite else "OPERA_LOG_URL"
            raise NoOffice(
                f"There is no office in {_place(log)}. Check {setting}; to make a new office there, run opera-cases migrate."
            )
        if not has_table(keys, "subject_key"):
            raise NoKeys(f"The office in {_place(log)} has no keys in {_place(keys)}. Put them back; where they are lost, restore the "
                         "office from its backups. If it was just being made, run opera-cases migrate again.")  # fmt: skip
    finally:
        log.dispose()
        keys.dispose()


def check_keys_kept(log_url: str, keys_url: str, master_key: Path) -> None:
    """Raises `NoKeys` or `NoMasterKey` where there are events and no keys to them: whoever prepares an office makes no new ones then."""
    log, keys = Database(log_url, pool=1), Database(keys_url, pool=1)
    try:
        if not has_table(log, "alembic_version") or not log.rows("SELECT 1 FROM log.event LIMIT 1"):
            return
        if not master_key.exists():
            raise NoMasterKey(master_key)
        if not has_table(keys, "subject_key") or not keys.rows("SELECT 1 FROM subject_key LIMIT 1"):
            raise NoKeys(f"There are events in {_place(log)} and no keys in {_place(keys)}. Put the keys back; new ones would open nothing. "
                         "When they are lost, restore the office from its backups.")  # fmt: skip
    finally:
        log.dispose()
        keys.dispose()


def has_table(database: Database, table: str) -> bool:
    """Whether a table is in a database; one that is not there is not made by asking."""
    if database.is_sqlite and not _has_content(Path(database.url.database or "")):
        return False
    with database.answering(), database.reading() as connection:
        return sa.inspect(connection).has_table(table)


def tables_of(database: Database) -> set[str]:
    """The names of the tables of the read models in a database; one that is not there has none, and is not made."""
    if database.is_sqlite and not _has_content(Path(database.url.database or "")):
        return set()
    with database.answering(), database.reading() as connection:
        return set(sa.inspect(connection).get_table_names(None if database.is_sqlite else "read"))


def make_room(url: str) -> None:
    """Make the folder in which the file of a database is to lie, for its owner only."""
    made = sa.engine.make_url(url)
    if made.get_backend_name() == "sqlite" and made.database:
        Path(made.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _has_content(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0


def _place(database: Database) -> str:
    return str(Path(database.url.database or "").absolute()) if database.is_sqlite else database.url.render_as_string()
