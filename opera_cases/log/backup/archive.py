"""Backup and restore of the log and the sealed documents. The same for both engines, so restoring is moving.

No key is in a backup, nor anything that lets somebody act: keys are backed up apart (`key_backup`), and whoever restores
brings nothing back that was destroyed or withdrawn since. Backups of releases before 0.8 (format 1) hold keys and tokens
too; they are read still, their tokens and calendars are left where they are.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from opera_cases.domain.kernel.errors import Unavailable
from opera_cases.log.backup import dump
from opera_cases.log.keys.sealed_files import Files
from opera_cases.log.keys.tables import subject_key
from opera_cases.log.progress import Progress
from opera_cases.log.store import tables
from opera_cases.log.store.database import Database
from opera_cases.log.store.epoch import log_id

FORMAT = 2
WITH_KEYS = 1
"""The format of releases before 0.8, which holds keys."""
MANIFEST, MASTER = "manifest.json", "master-key.sealed"
RESTORE = "restore"
"""The name of the row that stands among the leases from the first to the last moment of a restore."""
_OF_PROCESSES = (tables.epoch, tables.lease, tables.heartbeat, tables.follower)
"""What stands in the log of an office that was made and never used."""


class NotThatBackup(Unavailable):
    """The backup is incomplete or damaged. Nothing was restored; use another one."""


class DocumentMissing(Unavailable):
    """A document is gone or damaged, so the backup would not be whole. Nothing was changed."""


class NotEmpty(Unavailable):
    """There is an office here already. Restore into one that `opera-cases migrate` has just made."""


class AnotherRestore(Unavailable):
    """A restore of another backup was cut off here. Give that backup again, or make the office anew: remove it, migrate, restore."""


class BackupManifest(Struct, frozen=True, kw_only=True):
    """What a backup says of itself; written last, so that a broken one has none. `made_at` is the moment at which the log had
    been read: keys backed up later open all of it. `keys` and `master_key` are of format 1."""

    format: int = WITH_KEYS
    release: str
    made_at: datetime
    log_id: UUID
    tables: dict[str, dump.Written]
    keys: dict[str, dump.Written] = {}
    master_key: str = ""
    documents: dict[str, str]


def write_backup(
    log: Database, files: Files, named: Callable[[], Iterable[str]], to: Path, *, release: str, clock: Callable[[], datetime], progress: Progress,
) -> BackupManifest:  # fmt: skip
    """Write a backup into a new folder while the office works. `named` tells the files that events name and whose keys are
    there; it is asked after the log was written, so that none that the backup's events name is left out.

    Raises `FileExistsError` when the folder is there already, `DocumentMissing` when a document is gone or damaged: a
    backup without it would only look whole.
    """
    to.mkdir(mode=0o700, parents=True)
    for name in ("log", "documents"):
        (to / name).mkdir(mode=0o700)
    written = dump.write_tables(log, tables.BACKED_UP, to / "log")
    at = clock()
    documents: dict[str, str] = {}
    wanted = sorted(set(named()))
    for number, digest in enumerate(wanted):
        if _copied(files.path(digest), to / "documents" / digest) == digest:
            documents[digest] = digest
        elif digest in set(named()):  # otherwise it was erased meanwhile
            raise DocumentMissing(
                f"The document {digest} is gone or damaged. Put it back first; opera-cases verify tells more."
            )
        progress(number, len(wanted))
    manifest = BackupManifest(
        format=FORMAT, release=release, made_at=at, log_id=log_id(log), tables=written, documents=documents
    )
    with dump.privately(to / MANIFEST) as file:
        file.write(msgspec.json.format(msgspec.json.encode(manifest)))
    return manifest


def _copied(source: Path, to: Path) -> str:
    """Copy a file and tell the hash of what was copied; nothing where it is not there."""
    try:
        return dump.copy_privately(source, to)
    except FileNotFoundError:
        return ""


def check_backup(source: Path) -> BackupManifest:
    """Read the manifest and compare every file with it. Raises `NotThatBackup`, naming what is wrong."""
    try:
        manifest = msgspec.json.decode((source / MANIFEST).read_bytes(), type=BackupManifest)
    except (OSError, msgspec.MsgspecError):
        raise NotThatBackup(f"{source} holds no complete backup: its manifest is missing or damaged.") from None
    if manifest.format not in (WITH_KEYS, FORMAT):
        raise NotThatBackup(f"{source} has the format {manifest.format}, which this release does not read.")
    expected = {f"log/{name}.jsonl.gz": each.sha256 for name, each in manifest.tables.items()}
    expected |= {f"keys/{name}.jsonl.gz": each.sha256 for name, each in manifest.keys.items()}
    expected |= {f"documents/{name}": digest for name, digest in manifest.documents.items()}
    if manifest.format == WITH_KEYS:
        expected[MASTER] = manifest.master_key
    for name, digest in expected.items():
        if not (source / name).exists() or dump.hashed(source / name) != digest:
            raise NotThatBackup(f"{name} is missing or was changed since the backup was made. Nothing was restored.")
    return manifest


# -- restoring ---------------------------------------------------------------------------------------------------------


def begin_restore(source: Path, log: Database, keys: Database) -> UUID:
    """Say in the office that it is being restored from a backup: it is not entered until `end_restore`. Returns the id of the restore,
    the same when one that was cut off is taken up again.

    Raises `NotEmpty` when there is an office already, `AnotherRestore` when another backup was begun here.
    """
    backup_hash = dump.hashed(source / MANIFEST)
    known = log.rows("SELECT holder FROM log.lease WHERE name = $1", RESTORE)
    if known:
        begun, _, of = str(known[0][0]).partition(" ")
        if of != backup_hash:
            raise AnotherRestore
        return UUID(begun)
    if not all(dump.is_empty(log, table) for table in tables.LOG.sorted_tables if table not in _OF_PROCESSES):
        raise NotEmpty
    if not dump.is_empty(keys, subject_key):
        raise NotEmpty("There are keys here already. Restore into an office that `opera-cases migrate` has just made.")
    ident = uuid4()
    log.rows("INSERT INTO log.lease (name, holder, until) VALUES ($1, $2, 0)", RESTORE, f"{ident} {backup_hash}")
    return ident


def restore_rows(manifest: BackupManifest, source: Path, log: Database, progress: Progress) -> None:
    """Put the rows of a backup into the log. Positions, ids and bytes are kept."""
    kept = [table for table in reversed(tables.BACKED_UP) if table.name in manifest.tables]
    total = sum(manifest.tables[table.name].rows for table in kept)
    done = 0
    with log.engine.begin() as connection:  # how far an empty office had come is not how far this one had
        connection.execute(sa.delete(tables.follower))
    for table in kept:
        done += dump.read_table(
            log, table, source / "log" / f"{table.name}.jsonl.gz", manifest.tables[table.name].columns
        )
        progress(done, total)
    with log.engine.begin() as connection:
        connection.execute(sa.update(tables.epoch).values(log_id=manifest.log_id))


def restore_documents(manifest: BackupManifest, source: Path, files: Files, named: Iterable[str]) -> int:
    """Put back the sealed files that are named: those whose keys were destroyed stay away. Returns how many came back."""
    wanted = manifest.documents.keys() & set(named)
    for digest in wanted:
        files.take_in(source / "documents" / digest, digest)
    return len(wanted)


def end_restore(log: Database) -> None:
    """The restore is over: the office may be entered."""
    log.rows("DELETE FROM log.lease WHERE name = $1", RESTORE)
