"""Backup and restore of a whole office: log, keys, sealed documents. The same for both engines, so restoring is moving.

The keys are written after the log, so that every event's key is there. The master key goes in only under a passphrase.
What was erased stays erased: the ledger of erasures is applied again, and a newer ledger kept elsewhere can be added.
"""

import shutil
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from opera_cases.domain.errors import CannotNow
from opera_cases.log import dump, tables
from opera_cases.log.database import Database
from opera_cases.log.files import Files
from opera_cases.log.keys import KEYS, Keyring, erasure, subject_key
from opera_cases.log.master_key import MasterKey
from opera_cases.log.migrate import migrate

FORMAT = 1
MANIFEST, MASTER = "manifest.json", "master-key.sealed"
Progress = Callable[[int, int], None]


class NotThatBackup(CannotNow):
    """The backup is incomplete or damaged. Nothing was restored; use another one."""


class DocumentMissing(CannotNow):
    """A document is gone or damaged, so the backup would not be whole. Nothing was changed."""


class NotEmpty(CannotNow):
    """There is an office here already. Restore into an empty one."""


class Manifest(Struct, frozen=True, kw_only=True):
    """What a backup says of itself; written last, so that a broken one has none."""

    format: int = FORMAT
    release: str
    made_at: datetime
    log_id: UUID
    tables: dict[str, dump.Written]
    keys: dict[str, dump.Written]
    master_key: str
    documents: dict[str, str]


def backup(
    log: Database, keyring: Keyring, files: Files, named: Callable[[], Iterable[str]], to: Path, passphrase: str, *,
    release: str, at: datetime, progress: Progress,
) -> Manifest:  # fmt: skip
    """Write a backup into a new folder while the office works. `named` tells the files that events name; it is asked
    after the log was written, so that none that the backup's events name is left out.

    Raises `FileExistsError` when the folder is there already, `DocumentMissing` when a document is gone or damaged: a
    backup without it would only look whole.
    """
    to.mkdir(parents=True)
    for name in ("log", "keys", "documents"):
        (to / name).mkdir()
    with log.reading() as connection:
        log_id = connection.execute(sa.select(tables.epoch.c.log_id)).scalar_one()
    written = dump.write_tables(log, tables.KEPT, to / "log")
    documents: dict[str, str] = {}
    wanted = sorted(set(named()))
    for number, digest in enumerate(wanted):
        copy = to / "documents" / digest
        if not files.path(digest).exists() or dump.hashed(Path(shutil.copyfile(files.path(digest), copy))) != digest:
            raise DocumentMissing(f"The document {digest} is gone or damaged. Put it back first; opera-cases verify tells more.")
        documents[digest] = digest
        progress(number, len(wanted))
    keys = dump.write_tables(keyring.database, (subject_key, erasure), to / "keys")
    (to / MASTER).write_bytes(keyring.master.escrow(passphrase))
    manifest = Manifest(
        release=release, made_at=at, log_id=log_id, tables=written, keys=keys, master_key=dump.hashed(to / MASTER),
        documents=documents,
    )  # fmt: skip
    (to / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
    return manifest


def check(source: Path) -> Manifest:
    """Read the manifest and compare every file with it. Raises `NotThatBackup`, naming what is wrong."""
    try:
        manifest = msgspec.json.decode((source / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError):
        raise NotThatBackup(f"{source} holds no complete backup: its manifest is missing or damaged.") from None
    expected = {f"log/{name}.jsonl.gz": each.sha256 for name, each in manifest.tables.items()}
    expected |= {f"keys/{name}.jsonl.gz": each.sha256 for name, each in manifest.keys.items()}
    expected |= {f"documents/{name}": digest for name, digest in manifest.documents.items()}
    expected[MASTER] = manifest.master_key
    for name, digest in expected.items():
        if not (source / name).exists() or dump.hashed(source / name) != digest:
            raise NotThatBackup(f"{name} is missing or was changed since the backup was made. Nothing was restored.")
    return manifest


def restore(
    source: Path, log: Database, keys: Database, files: Files, master_key: Path, passphrase: str,
    ledger: Iterable[UUID], progress: Progress,
) -> Manifest:  # fmt: skip
    """Put a backup into an office that was prepared and never used, on either engine.

    Raises `NotThatBackup`, `NotEmpty`, or `cryptography.exceptions.InvalidTag` for a wrong passphrase; before any of
    them nothing was written. Read models are to be folded afterwards.
    """
    manifest = check(source)
    if not all(dump.is_empty(log, table) for table in tables.KEPT) or not dump.is_empty(keys, subject_key):
        raise NotEmpty
    MasterKey.recover(master_key, (source / MASTER).read_bytes(), passphrase)
    for table in KEYS.sorted_tables:
        dump.read_table(keys, table, source / "keys" / f"{table.name}.jsonl.gz")
    done = 0
    total = sum(each.rows for each in manifest.tables.values())
    for table in reversed(tables.KEPT):
        done += dump.read_table(log, table, source / "log" / f"{table.name}.jsonl.gz")
        progress(done, total)
    with log.engine.begin() as connection:
        connection.execute(sa.update(tables.epoch).values(log_id=manifest.log_id))
    for digest in manifest.documents:
        target = files.path(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / "documents" / digest, target)
    migrate(log)
    keyring = Keyring(keys, MasterKey(master_key))
    with keys.reading() as connection:
        erased = {row[0] for row in connection.execute(sa.select(erasure.c.key_id))}
    keyring.reapply_erasures(erased | set(ledger))
    return manifest


def ledger_of(keys: Database) -> list[UUID]:
    """The ids of all keys destroyed so far: to be kept away from every backup, and given to the next restore."""
    with keys.reading() as connection:
        return [row[0] for row in connection.execute(sa.select(erasure.c.key_id).order_by(erasure.c.erased_at))]
