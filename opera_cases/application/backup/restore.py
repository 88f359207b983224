"""Putting an office back from its backups. Restoring is not reviving: what was erased or withdrawn since stays so.

Everything is checked before anything is written. A restore that is cut off leaves an office that nobody enters; the same
restore, run again, goes on. What it was told, and why a safeguard was left out, is an event of the log (`restoration`).
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.application.access.renewal import renew_authority
from opera_cases.application.backup.backups import files_named
from opera_cases.application.backup.copies import Copies, NotTold, OldKeys, Restored, WrongMasterKey
from opera_cases.application.integrity.chain_heads import open_witness
from opera_cases.application.integrity.proofs import checkpoint, of_another_log
from opera_cases.application.personal.key_copies import gone_by
from opera_cases.application.requests import CommandRequest
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import Principal
from opera_cases.domain.restorations import ErasureLedger
from opera_cases.log.backup import archive, dump
from opera_cases.log.events import claims
from opera_cases.log.keys import backup as key_backup
from opera_cases.log.keys.erasure_ledger import ErasureLedgerFile, NotThatLedger
from opera_cases.log.keys.keyring import OFFICE
from opera_cases.log.keys.master_key import MasterKey, opens
from opera_cases.log.keys.tables import Erasure
from opera_cases.log.progress import Progress
from opera_cases.log.store.migrate import migrate_log
from opera_cases.projections.followed.rebuild import rebuild_inline

SHORTEST = 10


class _Keys(NamedTuple):
    """The keys that are put back, from where, made when, gone by which day."""

    folder: Path
    tables: dict[str, dump.Written]
    made_at: datetime
    gone_by: date

    def rows(self) -> Iterator[dict[str, Any]]:
        return key_backup.keys_in(self.folder, self.tables)


class _Plan(NamedTuple):
    """What was checked: the backup, the keys, everything known to be erased, how much of that the keys still hold, the master key."""

    manifest: archive.BackupManifest
    keys: _Keys | None
    erasures: list[Erasure]
    not_revived: int
    master: Mapping[int, bytes]


def restore_office(
    runtime: Runtime, copies: Copies, by: Principal, progress: Progress = lambda done, total: None
) -> Restored:
    """Put an office back into one that was prepared and never used, on either engine; or go on with that.

    Raises `NotTold`, `NotThatBackup`, `NotThoseKeys`, `NotThatLedger`, `OldKeys`, `WrongMasterKey`, `NotEmpty`, `AnotherRestore`, or
    `cryptography.exceptions.InvalidTag` for a wrong passphrase; before any of them nothing was written. Followed read models
    are to be folded afterwards.
    """
    plan = _planned(runtime, copies)
    ident = archive.begin_restore(copies.log, runtime.log, runtime.keys)
    keyring = runtime.application.keyring
    if plan.master:
        keyring.master.replace(plan.master)
    erased = {each.key_id for each in plan.erasures}
    keyring.put_back(
        (row for row in plan.keys.rows() if row["key_id"] not in erased) if plan.keys else (), plan.erasures
    )
    archive.restore_rows(plan.manifest, copies.log, runtime.log, progress)
    documents = archive.restore_documents(plan.manifest, copies.log, runtime.files, files_named(runtime))
    migrate_log(runtime.log)
    if plan.keys is None:  # the key of the marks is gone too
        claims.drop_marks(runtime.log)
    renew_authority(runtime.application)
    rebuild_inline(runtime.log, runtime.application.recorder, runtime.application.keyring, lambda done, total: None)
    runtime.application.execute(
        CommandRequest(
            kind="restoration",
            step="record_restoration",
            by=by,
            key=ident,
            channel="CLI",
            values=_event_values(plan, copies),
        )
    )
    archive.end_restore(runtime.log)
    return Restored(plan.manifest, plan.not_revived, documents, _beside_the_witness(runtime, plan.manifest))


def _planned(runtime: Runtime, copies: Copies) -> _Plan:
    manifest = archive.check_backup(copies.log)
    _check_reasons(copies, manifest)
    keys = _keys(runtime, copies, manifest)
    if keys is not None:
        _check_age(runtime, copies, manifest, keys)
    known = key_backup.erasures_in(keys.folder, keys.tables) if keys else []
    if copies.ledger is not None:
        _check_ledger(copies.ledger, manifest.log_id, known)
    erasures = {each.key_id: each for each in (*(copies.ledger.entries if copies.ledger else ()), *known)}
    plain = copies.ledger.plain - erasures.keys() if copies.ledger else frozenset()
    held = [row for row in keys.rows() if row["key_id"] in erasures or row["key_id"] in plain] if keys else []
    if any(row["subject"] == OFFICE for row in held):
        raise NotThatLedger(
            "The ledger of erasures names a key of the office itself, which is never destroyed. Nothing was restored."
        )
    for row in held:
        if row["key_id"] in plain:
            at = runtime.clock().isoformat()
            erasures[row["key_id"]] = Erasure(
                row["key_id"], row["subject"], row["data_class"], at, "ledger of erasures"
            )
    return _Plan(
        manifest, keys, list(erasures.values()), len(held), _master(runtime, copies, manifest, keys) if keys else {}
    )


def _check_reasons(copies: Copies, manifest: archive.BackupManifest) -> None:
    if (copies.ledger is None) == (not copies.why_no_ledger):
        raise NotTold("Give the ledger of erasures that is kept away from the backups (--ledger FILE), or say for the record why there is "
                      "none (--no-ledger REASON): what was erased since the backup would come back. Nothing was restored.")  # fmt: skip
    within = manifest.format == archive.WITH_KEYS
    if within and (copies.keys is not None or copies.why_no_keys):
        raise NotTold("This backup holds its keys: leave --keys and --no-keys out. Nothing was restored.")
    if not within and (copies.keys is None) == (not copies.why_no_keys):
        raise NotTold("Give a backup of the keys (--keys FOLDER), or say for the record why there is none (--no-keys REASON): without "
                      "keys every personal value stays closed for ever. Nothing was restored.")  # fmt: skip
    for reason in (copies.why_no_ledger, copies.why_no_keys, copies.why_old_keys):
        if reason and len(reason.strip()) < SHORTEST:
            raise NotTold(
                "The reason stands in the log for ever: say it in a sentence that others understand. Nothing was restored."
            )


def _keys(runtime: Runtime, copies: Copies, manifest: archive.BackupManifest) -> _Keys | None:
    if manifest.format == archive.WITH_KEYS:
        return _Keys(copies.log / "keys", manifest.keys, manifest.made_at, gone_by(runtime, manifest.made_at))
    if copies.keys is None:
        return None
    folder = key_backup.newest_key_backup(copies.keys)
    found = key_backup.check_key_backup(folder)
    if found.log_id != manifest.log_id:
        raise key_backup.NotThoseKeys(f"{folder} holds the keys of another office. Nothing was restored.")
    return _Keys(folder, found.tables, found.made_at, found.gone_by)


def _check_age(runtime: Runtime, copies: Copies, manifest: archive.BackupManifest, keys: _Keys) -> None:
    if copies.why_old_keys:
        return
    if runtime.application.today() > keys.gone_by:
        raise OldKeys(f"This backup of the keys had to be gone by {keys.gone_by}: it may hold keys that were destroyed long ago. Take a newer "
                      "one, or say for the record why it has to be this one (--old-keys REASON). Nothing was restored.")  # fmt: skip
    if keys.made_at < manifest.made_at:
        raise OldKeys(f"The keys were copied at {keys.made_at:%Y-%m-%d %H:%M:%S}, the log later, at {manifest.made_at:%Y-%m-%d %H:%M:%S}: what was "
                      "sealed between stays closed for ever. Take a newer backup of the keys, or say for the record why it has to be this one "
                      "(--old-keys REASON). Nothing was restored.")  # fmt: skip


def _check_ledger(ledger: ErasureLedgerFile, log: UUID, known: list[Erasure]) -> None:
    if ledger.log not in (None, log):
        raise NotThatLedger("The ledger of erasures is that of another office. Nothing was restored.")
    missing = {each.key_id for each in known} - ledger.key_ids
    last = max((datetime.fromisoformat(each.erased_at) for each in known), default=None)
    if missing or (last is not None and ledger.written_at is not None and ledger.written_at < last):
        raise NotThatLedger(f"The ledger of erasures is older than the backup of the keys, which knows of {len(missing) or 1} more: it is not the "
                            "newest one. Nothing was restored.")  # fmt: skip


def _master(runtime: Runtime, copies: Copies, manifest: archive.BackupManifest, keys: _Keys) -> Mapping[int, bytes]:
    """The master key that opens the keys, of every epoch that they are under."""
    sealed = (copies.log / archive.MASTER).read_bytes() if manifest.format == archive.WITH_KEYS else copies.escrow
    master = MasterKey.opened(sealed, copies.passphrase) if sealed else runtime.application.keyring.master.epochs
    if not all(opens(master, row["wrapped"], row["epoch"]) for row in keys.rows()):
        raise WrongMasterKey
    return master if sealed else {}


def _event_values(plan: _Plan, copies: Copies) -> dict[str, Any]:
    """What the event says."""
    ledger = copies.ledger
    said: dict[str, Any] = {
        "backup_format": plan.manifest.format, "backup_release": plan.manifest.release, "log_made_at": plan.manifest.made_at.isoformat(),
        "keys_made_at": plan.keys.made_at.isoformat() if plan.keys else None,
        "ledger": (ErasureLedger.GIVEN if ledger else ErasureLedger.NONE).value,
        "ledger_written_at": ledger.written_at.isoformat() if ledger and ledger.written_at else None,
        "erasures": len(plan.erasures), "not_revived": plan.not_revived, "why_no_ledger": copies.why_no_ledger or None,
        "why_no_keys": copies.why_no_keys or None, "why_old_keys": copies.why_old_keys or None,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value is not None}


def _beside_the_witness(runtime: Runtime, manifest: archive.BackupManifest) -> str:
    """Compare what came back with the last head, and sign the next one where that is right. What is wrong, in words."""
    seen = open_witness(runtime)
    seen.forget_first()
    if of_another_log(runtime):
        return f"The heads in {seen.folder} are of another log. Put the witness of this office there (OPERA_PROOFS)."
    last = next(reversed(seen.heads("events")), None)
    events = manifest.tables["event"].rows
    if last is not None and last.size > events:
        return (f"The witness saw {last.size} events at {last.made_at[:19]}, the backup holds {events}: what was recorded between is lost, and "
                "verify names it.")  # fmt: skip
    try:
        checkpoint(runtime)
    except FileNotFoundError as missing:
        return str(missing)
    return ""
