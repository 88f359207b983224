"""Copies of an office, and an office made of them again."""

from pathlib import Path
from typing import Any
from uuid import UUID

from opera_cases.application.backup import backups
from opera_cases.application.backup.restore import Copies, Restored, restore
from opera_cases.application.runtime import Premises
from opera_cases.domain.access import CONSOLE
from opera_cases.jobs.rounds import settle
from opera_cases.log.keys import erasure_ledger
from opera_cases.log.keys.erasure_ledger import Ledger
from tests.support.world import World

WORDS = "una frase lunga e segreta"
REASON = "Il registro è andato perduto con l'armadio."


def kept(world: World, to: Path) -> Copies:
    """A backup of log and keys, the sealed master key, and the ledger as it is now."""
    where = world.where
    backups.backup(where, to / "log")
    keys = backups.backup_keys(where, to / "keys").path
    return Copies(
        log=to / "log",
        keys=keys,
        ledger=ledger_of(world),
        escrow=where.office.keyring.master.escrow(WORDS),
        passphrase=WORDS,
    )


def ledger_of(world: World) -> Ledger:
    return erasure_ledger.read(backups.ledger(world.where))


def but(copies: Copies, **changed: Any) -> Copies:
    said = {name: getattr(copies, name) for name in Copies.__slots__}
    return Copies(**(said | changed))


def put_back(copies: Copies, where: Premises, world: World) -> tuple[Premises, Restored]:
    told = restore(where, copies, CONSOLE)
    Premises.enter(where.addresses).close()
    fresh = Premises(where.addresses, clock=where.clock)
    settle(fresh)
    return fresh, told


def recorded(where: Premises) -> Any:
    """What the event of a restoration says, in its own stream."""
    rows = where.log.rows("SELECT originator_id FROM log.event WHERE topic = 'restoration.recorded'")
    assert len(rows) == 1
    return where.office.records.history(UUID(str(rows[0][0])))[0].facts


def those_who_act(where: Premises) -> set[str]:
    return {str(row[0]) for row in where.log.rows("SELECT kind FROM log.authority")}


def nothing_in(where: Premises) -> None:
    """Nothing was written: no row, no key, and the office is entered as before."""
    assert (
        where.log.rows("SELECT count(*) FROM log.event")[0][0]
        == where.keys.rows("SELECT count(*) FROM subject_key")[0][0]
        == 0
    )
    Premises.enter(where.addresses).close()


def plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value.hex if isinstance(value, UUID) else value
