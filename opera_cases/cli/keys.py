"""The keyring at the machine: rotate, escrow, recover, back up, the ledger of erasures, and what nothing uses any more."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from cryptography.exceptions import InvalidTag

from opera_cases.application.backup import backups
from opera_cases.application.runtime import StoreLocations
from opera_cases.cli.console import err, office, out
from opera_cases.log.keys import backup as key_backup
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.keys.master_key import MasterKey, NoMasterKey, write_privately
from opera_cases.log.store.database import Database
from opera_cases.log.store.presence import check_there
from opera_cases.log.work import tasks
from opera_cases.runtime.settings import Settings

keys = typer.Typer(
    no_args_is_help=True, help="The keyring: back up, rotate, escrow, recover, the ledger of erasures, sweep."
)
LEAST = 12
Folder = Annotated[Path, typer.Argument(help="The folder of the backups of the keys, away from those of the log.")]


@keys.command("backup")
def back_up(folder: Folder) -> None:
    """Copy the keys into a folder of dated backups, and remove those there whose day has come. Run it daily, after `backup`.

    The keys stay wrapped: they open with the master key only, which is in its place and in escrow.
    """
    with office() as runtime:
        made = backups.back_up_keys(runtime, folder)
    out.print(f"Keys backed up at {made.path}; gone by {made.gone_by}.", markup=False, highlight=False)


@keys.command("backups")
def list_backups(
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="The folder of the backups of the keys.")
    ],
    prune: Annotated[bool, typer.Option("--prune", help="Remove those whose day has come.")] = False,
) -> None:
    """The backups of the keys, each with the day by which it is gone. Exit code 1 when one is there beyond its day."""
    with office() as runtime:
        if prune:
            for each in backups.remove_overdue(runtime, folder):
                out.print(f"Removed {each.path.name}.", markup=False, highlight=False)
        late = {each.path for each in key_backup.overdue(folder, runtime.application.today(), runtime.clock())}
    for each in key_backup.key_backups(folder):
        told = "UNFINISHED" if not each.whole else "to be removed: its day has come" if each.path in late else ""
        out.print(
            f"{each.made_at:%Y-%m-%d %H:%M:%S}  gone by {each.gone_by}  {told}".rstrip(), markup=False, highlight=False
        )
    raise typer.Exit(1 if late else 0)


@keys.command()
def ledger(
    file: Annotated[Path | None, typer.Option(help="Write it there; on the screen when left out.")] = None,
) -> None:
    """The ledger of erasures: keep it away from every backup, write it anew after each erasure, and give it to the next restore."""
    with office() as runtime:
        content = backups.write_erasure_ledger(runtime)
    if file is None:
        sys.stdout.buffer.write(content)
    else:
        write_privately(file, content)
        err.print(f"Written to {file}.", markup=False)


@keys.command("rotate")
def rotate_master_key() -> None:
    """Wrap every key under a new master key and destroy the old one, so that copies of erased keys die."""
    with office() as runtime:
        out.print(f"Every key is wrapped by the master key of epoch {runtime.application.keyring.rotate()}. Now replace the sealed copy in the safe "
                  "(opera-cases keys escrow) and destroy the old one; then back up the keys (opera-cases keys backup): earlier backups open no more.")  # fmt: skip


@keys.command()
def escrow(
    to: Annotated[Path, typer.Argument(help="The sealed copy for the safe; one that is there already is replaced.")],
    passphrase: Annotated[str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True)],
) -> None:
    """Write a sealed copy of the master key. Keep the passphrase with other people than the copy, and no older copy anywhere."""
    addresses = Settings().addresses()
    check_there(addresses.log, addresses.keys)
    if len(passphrase) < LEAST:
        raise typer.BadParameter(f"The passphrase needs at least {LEAST} characters.")
    master = MasterKey(addresses.master_key)
    write_privately(to, master.escrow(passphrase))
    out.print(f"Sealed copy of epoch {master.epoch} written to {to}.", markup=False, highlight=False)


@keys.command()
def recover(
    sealed: Annotated[Path, typer.Argument(help="The sealed copy from the safe.", exists=True, dir_okay=False)],
    passphrase: Annotated[str, typer.Option(prompt=True, hide_input=True)],
) -> None:
    """Write the master key file again from its sealed copy, where it is lost. Into an empty office: restore --escrow."""
    addresses = Settings().addresses()
    check_there(addresses.log, addresses.keys)
    try:
        found = MasterKey.opened(sealed.read_bytes(), passphrase)
    except InvalidTag:
        raise typer.BadParameter("The passphrase does not open this copy.") from None
    needed = _epochs(addresses)
    if not needed <= found.keys():
        raise typer.BadParameter(
            f"This copy is of epoch {max(found)}, the keys are wrapped under {max(needed)}: look for the copy made after the last rotation."
        )
    if _readable(addresses.master_key) and MasterKey(addresses.master_key).epochs != found:
        raise typer.BadParameter(
            f"There is another master key at {addresses.master_key}. Move it away first if it is not the right one."
        )
    MasterKey.recover(addresses.master_key, sealed.read_bytes(), passphrase)
    out.print(f"The master key of epoch {max(found)} is back at {addresses.master_key}.", markup=False)


def _epochs(addresses: StoreLocations) -> set[int]:
    """The epochs of the master key that the keys need; asked without it."""
    database = Database(addresses.keys, pool=1)
    try:
        return Keyring.epochs(database)
    finally:
        database.dispose()


def _readable(master_key: Path) -> bool:
    try:
        return bool(MasterKey(master_key).epochs)
    except NoMasterKey:
        return False


@keys.command()
def sweep() -> None:
    """Remove keys older than a day that nothing stored uses: left over from writes that failed."""
    from opera_cases.application.render_text import keys_in_use

    with office() as runtime:
        before = (runtime.clock() - timedelta(days=1)).isoformat()
        out.print(f"{runtime.application.keyring.sweep(keys_in_use(runtime), before)} orphaned keys removed.")


@keys.command("sweep-files")
def sweep_files() -> None:
    """Remove sealed files older than a day that no event names, left over from uploads that failed, and those whose keys were destroyed."""
    with office() as runtime:
        used = backups.files_named(runtime) | {_digest(each) for each in tasks.contents(runtime.log)}
        out.print(f"{runtime.files.sweep(used, 86_400)} orphaned files removed.")


def _digest(lies: bytes) -> str:
    from opera_cases.application.tasks.queue import StoredBlob

    return msgspec.json.decode(lies, type=StoredBlob).digest
