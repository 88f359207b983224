"""Backups of the keys, apart from those of the log: each dated, each with the day by which it is gone.

A folder holds one folder for each backup, named by the moment it was made and that day, with the wrapped keys, the ledger of
erasures as of that moment, and a manifest with hashes. The master key is in none of them. Which day, the rulebook says:
then the last copy of a destroyed key dies so many days after the erasure, since whatever was copied earlier is gone by then.
"""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct

from opera_cases.domain.kernel.errors import Unavailable
from opera_cases.log.backup import dump
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.keys.tables import Erasure, erasure, subject_key

FORMAT = "opera-cases keys 1"
MANIFEST = "manifest.json"
_NAME = re.compile(r"(\d{4}-\d\d-\d\dT\d{6}\.\d{6}Z)\.until-(\d{4}-\d\d-\d\d)(\.unfinished)?")
_MOMENT = "%Y-%m-%dT%H%M%S.%fZ"
_NOTHING = dump.Written(0, "")
UNFINISHED = timedelta(days=1)
"""An unfinished backup older than this was left behind by a process that died."""


class NotThoseKeys(Unavailable):
    """The backup of the keys is incomplete or damaged. Nothing was restored; use another one."""


class RotatedMeanwhile(Unavailable):
    """The master key is being rotated, or was while the keys were copied. No backup was made: run it again, after `opera-cases keys rotate`."""


class KeyBackupManifest(Struct, frozen=True, kw_only=True):
    """What a backup of keys says of itself; written last. `epochs` are those of the master key that opens it."""

    format: str = FORMAT
    release: str
    made_at: datetime
    gone_by: date
    log_id: UUID
    epochs: tuple[int, ...]
    tables: dict[str, dump.Written]


class KeyBackup(NamedTuple):
    """A backup as its folder is named: where, when it was made, by which day it is gone, whether it is whole."""

    path: Path
    made_at: datetime
    gone_by: date
    whole: bool


def write_key_backup(
    keyring: Keyring, log_id: UUID, folder: Path, *, made_at: datetime, gone_by: date, release: str
) -> Path:
    """Write a backup of the keys into a folder of its own within `folder`, and tell which. `made_at` is the moment before: a
    key that is destroyed later is in a backup that says so.

    Raises `RotatedMeanwhile`; what was written then is removed.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"{made_at.astimezone(UTC):{_MOMENT}}.until-{gone_by}"
    draft = folder / f"{target.name}.unfinished"
    draft.mkdir(mode=0o700)
    try:
        written = dump.write_tables(keyring.database, (subject_key, erasure), draft)
        epochs = {row["epoch"] for row in dump.read_rows(subject_key, draft / "subject_key.jsonl.gz")}
        keyring.master.refresh()
        if len(keyring.master.epochs) > 1 or not epochs <= keyring.master.epochs.keys():
            raise RotatedMeanwhile
        manifest = KeyBackupManifest(
            release=release,
            made_at=made_at,
            gone_by=gone_by,
            log_id=log_id,
            epochs=tuple(sorted(epochs)),
            tables=written,
        )
        with dump.privately(draft / MANIFEST) as file:
            file.write(msgspec.json.format(msgspec.json.encode(manifest)))
        draft.rename(target)
    except BaseException:  # whatever stopped it, no copy of a key is left behind
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return target


def key_backups(folder: Path) -> list[KeyBackup]:
    """The backups in a folder, the oldest first."""
    found = ((each, _NAME.fullmatch(each.name)) for each in sorted(folder.iterdir()) if each.is_dir())
    return [KeyBackup(each, datetime.strptime(name[1], _MOMENT).replace(tzinfo=UTC), date.fromisoformat(name[2]), not name[3])
            for each, name in found if name is not None]  # fmt: skip


def overdue(folder: Path, today: date, now: datetime) -> list[KeyBackup]:
    """The backups whose day has come, and what processes that died left unfinished."""
    return [
        each
        for each in key_backups(folder)
        if each.gone_by <= today or (not each.whole and now - each.made_at > UNFINISHED)
    ]


def remove_key_backup(each: KeyBackup) -> None:
    """Remove a backup: its keys first, so that one that is cut off has none."""
    for file in sorted(each.path.iterdir(), key=lambda file: file.name == MANIFEST):
        file.unlink()
    each.path.rmdir()


def newest_key_backup(folder: Path) -> Path:
    """The backup that is meant by a folder: itself, or the newest within. Raises `NotThoseKeys` when there is none."""
    if (folder / MANIFEST).exists():
        return folder
    whole = [each for each in key_backups(folder) if each.whole]
    if not whole:
        raise NotThoseKeys(f"{folder} holds no backup of keys.")
    return whole[-1].path


def check_key_backup(source: Path) -> KeyBackupManifest:
    """Read a manifest and compare every file with it. Raises `NotThoseKeys`, naming what is wrong."""
    try:
        manifest = msgspec.json.decode((source / MANIFEST).read_bytes(), type=KeyBackupManifest)
    except (OSError, msgspec.MsgspecError):
        raise NotThoseKeys(f"{source} holds no complete backup of keys: its manifest is missing or damaged.") from None
    if manifest.format != FORMAT:
        raise NotThoseKeys(f"{source} has the format {manifest.format}, which this release does not read.")
    for name in (subject_key.name, erasure.name):
        each = manifest.tables.get(name, _NOTHING)
        file = source / f"{name}.jsonl.gz"
        if not file.exists() or dump.hashed(file) != each.sha256:
            raise NotThoseKeys(
                f"{file.name} is missing or was changed since the keys were copied. Nothing was restored."
            )
    return manifest


def keys_in(folder: Path, tables: dict[str, dump.Written]) -> Iterator[dict[str, Any]]:
    """The rows of the keys in a backup, still wrapped."""
    return dump.read_rows(subject_key, folder / "subject_key.jsonl.gz", tables["subject_key"].columns)


def erasures_in(folder: Path, tables: dict[str, dump.Written]) -> list[Erasure]:
    """The ledger of erasures as a backup has it."""
    return [Erasure(**row) for row in dump.read_rows(erasure, folder / "erasure.jsonl.gz", tables["erasure"].columns)]
