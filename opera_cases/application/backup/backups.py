"""Backups of an office: of its log and documents, and apart from them of its keys."""

from pathlib import Path

from opera_cases import __version__
from opera_cases.application.personal.key_copies import gone_by
from opera_cases.application.runtime import Runtime
from opera_cases.domain.documents.document import DocumentAdded, VersionAdded
from opera_cases.domain.resources.events import FileAttached
from opera_cases.log.backup import archive
from opera_cases.log.events.codec import decode
from opera_cases.log.events.queries import of_topic
from opera_cases.log.keys import backup as key_backup
from opera_cases.log.keys import erasure_ledger
from opera_cases.log.progress import Progress
from opera_cases.log.store.epoch import log_id


def files_named(runtime: Runtime) -> set[str]:
    """The files that events name, but for those whose keys were destroyed: nobody can open them, and none is kept."""
    erased = {each.key_id for each in runtime.application.keyring.erasures()}
    named: set[str] = set()
    for topic in (DocumentAdded.topic, VersionAdded.topic, FileAttached.topic):
        facts = (decode(row).facts for row in of_topic(runtime.log, topic))
        named |= {each.digest for each in facts if each.key not in erased}
    return named


def back_up_log(runtime: Runtime, to: Path, progress: Progress = lambda done, total: None) -> archive.BackupManifest:
    """Write a backup of the log and the documents into a new folder, while the office works. No key is in it.

    Raises `FileExistsError`, or `DocumentMissing` when a document is gone or damaged.
    """
    return archive.write_backup(
        runtime.log,
        runtime.files,
        lambda: files_named(runtime),
        to,
        release=__version__,
        clock=runtime.clock,
        progress=progress,
    )


def back_up_keys(runtime: Runtime, folder: Path) -> key_backup.KeyBackup:
    """Write a backup of the keys into `folder`, under the day by which it is gone, and remove those there whose day has come.

    Raises `RotatedMeanwhile` while the master key is being rotated.
    """
    at = runtime.clock()
    made = key_backup.write_key_backup(
        runtime.application.keyring,
        log_id(runtime.log),
        folder,
        made_at=at,
        gone_by=gone_by(runtime, at),
        release=__version__,
    )
    remove_overdue(runtime, folder)
    return next(each for each in key_backup.key_backups(folder) if each.path == made)


def remove_overdue(runtime: Runtime, folder: Path) -> list[key_backup.KeyBackup]:
    """Remove the backups of keys whose day has come, and what was left unfinished. Returns them."""
    gone = key_backup.overdue(folder, runtime.application.today(), runtime.clock())
    for each in gone:
        key_backup.remove_key_backup(each)
    return gone


def write_erasure_ledger(runtime: Runtime) -> bytes:
    """The ledger of erasures as a file: kept away from every backup, and given to the next restore."""
    return erasure_ledger.write_ledger(log_id(runtime.log), runtime.clock(), runtime.application.keyring.erasures())
