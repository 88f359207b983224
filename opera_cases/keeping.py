"""Keeping an office: backup, restore, the ledger of erasures, and files that nothing names."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from cryptography.exceptions import InvalidTag

from opera_cases import __version__
from opera_cases.console import err, out, premises
from opera_cases.domain.documents.document import DocumentAdded, VersionAdded
from opera_cases.domain.resources.events import FileAttached
from opera_cases.log import archive
from opera_cases.log.codec import decode
from opera_cases.office.premises import Premises
from opera_cases.projections.rebuild import rebuild_inline

if TYPE_CHECKING:
    from rich.progress import Progress

Passphrase = Annotated[str, typer.Option(prompt=True, hide_input=True, envvar="OPERA_PASSPHRASE",
                                         help="Seals the master key in the backup. Keep it with other people.")]  # fmt: skip


def files_named(where: Premises) -> set[str]:
    """The files that events name."""
    named: set[str] = set()
    sql = "SELECT notification_id, event_id, originator_id, originator_version, topic, state, metadata FROM log.event WHERE topic = $1"
    for topic in (DocumentAdded.topic, VersionAdded.topic, FileAttached.topic):
        named |= {decode(row).facts.digest for row in where.log.rows(sql, topic)}
    return named


def backup(to: Annotated[Path, typer.Argument(help="A new folder.")], passphrase: Passphrase) -> None:
    """Write a backup of everything into a new folder, while the office works: log, keys, documents."""
    if len(passphrase) < 12:
        raise typer.BadParameter("The passphrase needs at least 12 characters.")
    with premises() as where, _bar() as bar:
        task = bar.add_task("Documents", total=None)
        manifest = archive.backup(
            where.log, where.office.keyring, where.files, lambda: files_named(where), to, passphrase,
            release=__version__, at=where.clock(),
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip
    out.print(f"Backup at {to}: {manifest.tables['event'].rows} events, {len(manifest.documents)} documents.")


def restore(
    source: Annotated[Path, typer.Argument(help="The folder of a backup.", exists=True)],
    passphrase: Passphrase,
    ledger: Annotated[Path | None, typer.Option(help="A newer ledger of erasures: one key id a line.", exists=True)] = None,
) -> None:  # fmt: skip
    """Put a backup into an empty office, on either engine: this is also how an office moves to PostgreSQL."""
    newer = [UUID(line) for line in ledger.read_text().split()] if ledger else []
    with premises(owner=True) as where, _bar() as bar:
        task = bar.add_task("Rows", total=None)
        try:
            manifest = archive.restore(
                source, where.log, where.keys, where.files, where.addresses.master_key, passphrase, newer,
                lambda done, total: bar.update(task, completed=done, total=total),
            )  # fmt: skip
        except InvalidTag:
            raise typer.BadParameter("The passphrase does not open this backup.") from None
    with premises(owner=True) as where:
        rebuild_inline(where.log, where.office.recorder, lambda done, total: None)
    out.print(f"Restored {manifest.tables['event'].rows} events of {manifest.made_at:%Y-%m-%d %H:%M}.")
    err.print("Check it now: opera-cases verify")


def ledger() -> None:
    """Print the ledger of erasures, one key id a line. Keep it away from the backups, and give it to the next restore."""
    with premises() as where:
        for each in archive.ledger_of(where.keys):
            print(each)


def sweep_files() -> None:
    """Remove sealed files older than a day that no event names: left over from uploads that failed."""
    with premises() as where:
        results = {row[0] for row in where.log.rows("SELECT result FROM log.task")}
        named = files_named(where) | {each for lies in results for each in _digests(bytes(lies))}
        asked = {each for row in where.log.rows("SELECT asked FROM log.task") for each in _digests(bytes(row[0]))}
        out.print(f"{where.files.sweep(named | asked, 86_400)} orphaned files removed.")


def _digests(lies: bytes) -> set[str]:
    import msgspec

    from opera_cases.office.tasks import Lies

    return {msgspec.json.decode(lies, type=Lies).digest} if lies else set()


def _bar() -> "Progress":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    return Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=err, transient=True)
