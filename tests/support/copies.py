"""Copies of an office, and an office made of them again."""

from pathlib import Path
from typing import Any
from uuid import UUID

from opera_cases.application.backup import backups
from opera_cases.application.backup.copies import Copies, Restored
from opera_cases.application.backup.restore import restore_office
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import CONSOLE
from opera_cases.jobs.rounds import run_until_idle
from opera_cases.log.keys import erasure_ledger
from opera_cases.log.keys.erasure_ledger import ErasureLedgerFile
from tests.support.world import World

WORDS = "una frase lunga e segreta"
REASON = "Il registro è andato perduto con l'armadio."


def kept(world: World, to: Path) -> Copies:
    """A backup of log and keys, the sealed master key, and the ledger as it is now."""
    runtime = world.runtime
    backups.back_up_log(runtime, to / "log")
    keys = backups.back_up_keys(runtime, to / "keys").path
    return Copies(
        log=to / "log",
        keys=keys,
        ledger=ledger_of(world),
        escrow=runtime.application.keyring.master.escrow(WORDS),
        passphrase=WORDS,
    )


def ledger_of(world: World) -> ErasureLedgerFile:
    return erasure_ledger.read_ledger(backups.write_erasure_ledger(world.runtime))


def but(copies: Copies, **changed: Any) -> Copies:
    said = {name: getattr(copies, name) for name in Copies.__slots__}
    return Copies(**(said | changed))


def put_back(copies: Copies, runtime: Runtime, world: World) -> tuple[Runtime, Restored]:
    told = restore_office(runtime, copies, CONSOLE)
    Runtime.enter(runtime.addresses).close()
    fresh = Runtime(runtime.addresses, clock=runtime.clock)
    run_until_idle(fresh)
    return fresh, told


def recorded(runtime: Runtime) -> Any:
    """What the event of a restoration says, in its own stream."""
    rows = runtime.log.rows("SELECT originator_id FROM log.event WHERE topic = 'restoration.recorded'")
    assert len(rows) == 1
    return runtime.application.records.history(UUID(str(rows[0][0])))[0].facts


def those_who_act(runtime: Runtime) -> set[str]:
    return {str(row[0]) for row in runtime.log.rows("SELECT kind FROM log.authority")}


def nothing_in(runtime: Runtime) -> None:
    """Nothing was written: no row, no key, and the office is entered as before."""
    assert (
        runtime.log.rows("SELECT count(*) FROM log.event")[0][0]
        == runtime.keys.rows("SELECT count(*) FROM subject_key")[0][0]
        == 0
    )
    Runtime.enter(runtime.addresses).close()


def plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value.hex if isinstance(value, UUID) else value
