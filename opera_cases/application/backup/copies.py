"""What an office is put back from, what came back, and why it may not be."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from opera_cases.domain.kernel.errors import Unavailable
from opera_cases.log.backup import archive
from opera_cases.log.keys.erasure_ledger import ErasureLedgerFile


class NotTold(Unavailable):
    """Something that a restore needs to be told is missing. Nothing was restored."""


class OldKeys(Unavailable):
    """The backup of the keys is past its day, or older than the log. Nothing was restored."""


class WrongMasterKey(Unavailable):
    """The master key does not open these keys. Give the sealed copy that belongs to them with --escrow. Nothing was restored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """What an office is put back from. A reason is given in words where a safeguard is left out: no ledger of erasures, no
    keys, keys that are past their day or older than the log. `escrow` is the sealed copy of the master key, where the office
    has not the right one already; backups of format 1 have it within, and need the passphrase only."""

    log: Path
    keys: Path | None = None
    ledger: ErasureLedgerFile | None = None
    why_no_ledger: str = ""
    why_no_keys: str = ""
    why_old_keys: str = ""
    escrow: bytes = b""
    passphrase: str = ""


class Restored(NamedTuple):
    """What came back: the backup, how many keys it held that were destroyed since, how many documents, and what is wrong with the
    witness, in words."""

    manifest: archive.BackupManifest
    not_revived: int
    documents: int
    witness: str
