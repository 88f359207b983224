"""Keeping an office: backup and restore, of the log and apart from it of the keys."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from cryptography.exceptions import InvalidTag

from opera_cases.application.backup import backups
from opera_cases.application.backup.copies import Copies, Restored
from opera_cases.application.backup.restore import restore_office
from opera_cases.application.runtime import Runtime
from opera_cases.cli.console import err, office, out
from opera_cases.domain.access import CONSOLE
from opera_cases.log.backup import archive
from opera_cases.log.keys import erasure_ledger
from opera_cases.log.store.single_server import serving_alone
from opera_cases.runtime.settings import Settings


def backup(to: Annotated[Path, typer.Argument(help="A new folder.")]) -> None:
    """Write a backup of the log and the documents into a new folder, while the office works. No key is in it.

    Back up the keys right after it, elsewhere: opera-cases keys backup FOLDER.
    """
    with office() as runtime, _bar("Documents") as progress:
        manifest = backups.back_up_log(runtime, to, progress)
    out.print(f"Backup at {to}: {manifest.tables['event'].rows} events, {len(manifest.documents)} documents, no keys.")
    err.print("Back up the keys now, in another place: opera-cases keys backup FOLDER")


def restore(
    source: Annotated[Path, typer.Argument(help="The folder of a backup.", exists=True, file_okay=False)],
    keys: Annotated[Path | None, typer.Option(help="A backup of the keys, or the folder of such backups: the newest then.", exists=True, file_okay=False)] = None,
    ledger: Annotated[Path | None, typer.Option(help="The newest ledger of erasures, kept away from the backups.", exists=True, dir_okay=False)] = None,
    escrow: Annotated[Path | None, typer.Option(help="The sealed copy of the master key, unless the right one is in its place.", exists=True, dir_okay=False)] = None,
    no_ledger: Annotated[str, typer.Option(metavar="REASON", help="There is no ledger, and why: recorded for ever.")] = "",
    no_keys: Annotated[str, typer.Option(metavar="REASON", help="There are no keys, and why: every personal value stays closed for ever.")] = "",
    old_keys: Annotated[str, typer.Option(metavar="REASON", help="Why keys that are past their day, or older than the log, have to do.")] = "",
    passphrase: Annotated[str, typer.Option(envvar="OPERA_PASSPHRASE", help="Of the sealed master key; asked for when it is needed.")] = "",
) -> None:  # fmt: skip
    """Put a backup into an office that `migrate` has just made, on either engine: this is also how an office moves to PostgreSQL.

    Stop everything that serves it first. What was erased since the backup stays erased, by the ledger. Nothing that lets somebody
    act comes back: issue tokens again. A restore that was cut off goes on when it is run again.
    """
    runtime = Runtime.to_restore(Settings().addresses())
    copies = Copies(
        log=source, keys=keys, ledger=erasure_ledger.read_ledger(ledger.read_bytes()) if ledger else None, why_no_ledger=no_ledger, why_no_keys=no_keys,
        why_old_keys=old_keys, escrow=escrow.read_bytes() if escrow else b"",
        passphrase=passphrase or (typer.prompt("Passphrase", hide_input=True) if escrow or (source / archive.MASTER).exists() else ""),
    )  # fmt: skip
    try:
        with serving_alone(runtime.log), _bar("Rows") as progress:
            done = restore_office(runtime, copies, CONSOLE, progress)
    except InvalidTag:
        raise typer.BadParameter("The passphrase does not open the sealed master key.") from None
    finally:
        runtime.close()
    _tell(done, copies)


def _tell(done: Restored, copies: Copies) -> None:
    events = done.manifest.tables["event"].rows
    out.print(
        f"Restored {events} events of {done.manifest.made_at:%Y-%m-%d %H:%M} and {done.documents} documents.",
        highlight=False,
    )
    if done.not_revived:
        out.print(
            f"{done.not_revived} keys in the backup had been destroyed since: they did not come back.", highlight=False
        )
    if done.manifest.format == archive.WITH_KEYS:
        err.print(
            "This backup is of a release before 0.8 and holds keys: destroy it, and every other of that kind, once this office is verified."
        )
    if copies.ledger is not None and copies.ledger.log is None:
        err.print(
            "The ledger is a plain list: nobody can tell whether it is whole. Write a new one now: opera-cases keys ledger"
        )
    if copies.why_no_keys:
        err.print("There are no keys: verify names every one that is missing.")
    if done.witness:
        err.print(done.witness, markup=False)
    err.print("Next: opera-cases verify. What was withdrawn after the backup stands again: look through opera-cases operator roles and desk list, "
              "and withdraw it. No token, calendar or task came back: opera-cases token issue, for everyone. Then opera-cases backup and keys backup.")  # fmt: skip


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int, int], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=err, transient=True
    ) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
