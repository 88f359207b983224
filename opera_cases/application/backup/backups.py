"""Backups of an office: of its log and documents, and apart from them of its keys."""

from collections.abc import Callable
from pathlib import Path

from opera_cases import __version__
from opera_cases.application.personal.key_copies import gone_by
from opera_cases.application.runtime import Premises
from opera_cases.domain.documents.document import DocumentAdded, VersionAdded
from opera_cases.domain.resources.events import FileAttached
from opera_cases.log.backup import archive
from opera_cases.log.events.codec import decode
from opera_cases.log.events.queries import of_topic
from opera_cases.log.keys import backup as key_backup
from opera_cases.log.keys import erasure_ledger

Progress = Callable[[int, int], None]


def files_named(where: Premises) -> set[str]:
    """The files that events name, but for those whose keys were destroyed: nobody can open them, and none is kept."""
    erased = {each.key_id for each in where.office.keyring.erasures()}
    named: set[str] = set()
    for topic in (DocumentAdded.topic, VersionAdded.topic, FileAttached.topic):
        facts = (decode(row).facts for row in of_topic(where.log, topic))
        named |= {each.digest for each in facts if each.key not in erased}
    return named


def backup(where: Premises, to: Path, progress: Progress = lambda done, total: None) -> archive.Manifest:
    """Write a backup of the log and the documents into a new folder, while the office works. No key is in it.

    Raises `FileExistsError`, or `DocumentMissing` when a document is gone or damaged.
    """
    return archive.backup(
        where.log,
        where.files,
        lambda: files_named(where),
        to,
        release=__version__,
        clock=where.clock,
        progress=progress,
    )


def backup_keys(where: Premises, folder: Path) -> key_backup.Kept:
    """Write a backup of the keys into `folder`, under the day by which it is gone, and remove those there whose day has come.

    Raises `RotatedMeanwhile` while the master key is being rotated.
    """
    at = where.clock()
    made = key_backup.backup(
        where.office.keyring,
        archive.log_id(where.log),
        folder,
        made_at=at,
        gone_by=gone_by(where, at),
        release=__version__,
    )
    remove_overdue(where, folder)
    return next(each for each in key_backup.kept(folder) if each.path == made)


def remove_overdue(where: Premises, folder: Path) -> list[key_backup.Kept]:
    """Remove the backups of keys whose day has come, and what was left unfinished. Returns them."""
    gone = key_backup.overdue(folder, where.office.today(), where.clock())
    for each in gone:
        key_backup.remove(each)
    return gone


def ledger(where: Premises) -> bytes:
    """The ledger of erasures as a file: kept away from every backup, and given to the next restore."""
    return erasure_ledger.write(archive.log_id(where.log), where.clock(), where.office.keyring.erasures())
