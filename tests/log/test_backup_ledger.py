"""What was erased stays erased: a backup comes back with the newest ledger of erasures, or with a reason why there is none."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from opera_cases.application.backup import backups
from opera_cases.application.backup.copies import NotTold
from opera_cases.application.backup.restore import restore_office
from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import CONSOLE
from opera_cases.domain.kernel.errors import KeyDestroyed
from opera_cases.log.keys import erasure_ledger
from opera_cases.log.keys.erasure_ledger import ErasureLedgerFile, NotThatLedger
from opera_cases.log.keys.keyring import OFFICE
from opera_cases.log.keys.sealing import unseal
from tests.support.copies import REASON, but, kept, ledger_of, nothing_in, put_back, recorded
from tests.support.world import SetClock, World


def test_an_office_is_not_put_back_without_the_ledger_or_a_word_that_there_is_none(
    small: World, anew: Runtime, tmp_path: Path
) -> None:
    case = small.case("INTAKE")
    copies = kept(small, tmp_path)
    for wrong in (
        but(copies, ledger=None),
        but(copies, why_no_ledger=REASON),
        but(copies, ledger=None, why_no_ledger="x"),
    ):
        with pytest.raises(NotTold, match="Nothing was restored"):
            restore_office(anew, wrong, CONSOLE)
    nothing_in(anew)
    there, _ = put_back(but(copies, ledger=None, why_no_ledger=REASON), anew, small)
    said = recorded(there)
    assert (said.ledger, unseal(said.why_no_ledger, there.application.keyring)) == ("NONE", REASON)
    assert (
        unseal(there.application.load("person", case.person, small.irene).family_name, there.application.keyring)
        == "Provaletti"
    )
    there.close()


def _cut(content: bytes) -> bytes:
    return content[:-20]


def _without_a_line(content: bytes) -> bytes:
    first, _, *rest = content.splitlines(keepends=True)
    return b"".join((first, *rest))


def _of_another_office(content: bytes) -> bytes:
    first = json.loads(content.splitlines()[0])
    return (
        content
        if first["log"] == str(UUID(int=7))
        else erasure_ledger.write_ledger(UUID(int=7), SetClock()(), erasure_ledger.read_ledger(content).entries)
    )


def _empty(content: bytes) -> bytes:
    return b""


def _words(content: bytes) -> bytes:
    return b"Nessuna cancellazione."


@pytest.mark.parametrize("harm", [_cut, _without_a_line, _of_another_office, _empty, _words])
def test_a_ledger_that_was_cut_or_is_of_another_office_is_not_believed(
    small: World, anew: Runtime, tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    small.runtime.application.keyring.destroy(small.case("INTAKE").person, ["CONTACT", "IDENTITY"], "asked")
    copies = kept(small, tmp_path)
    with pytest.raises(NotThatLedger):
        restore_office(
            anew,
            but(copies, ledger=erasure_ledger.read_ledger(harm(backups.write_erasure_ledger(small.runtime)))),
            CONSOLE,
        )
    nothing_in(anew)


def test_a_ledger_older_than_an_erasure_that_the_keys_know_of_is_not_the_newest(
    small: World, anew: Runtime, tmp_path: Path
) -> None:
    first, second = small.case("INTAKE"), small.case("INTAKE", person=small.person("Altri", "Ada"))
    small.runtime.application.keyring.destroy(first.person, ["IDENTITY"], "asked")
    old = ledger_of(small)
    small.runtime.application.keyring.destroy(second.person, ["IDENTITY"], "asked")
    copies = kept(small, tmp_path)
    for stale in (old, ErasureLedgerFile((), plain=frozenset(old.key_ids))):
        with pytest.raises(NotThatLedger, match="not the newest"):
            restore_office(anew, but(copies, ledger=stale), CONSOLE)
    nothing_in(anew)


def test_a_plain_list_of_an_earlier_release_still_keeps_keys_away(small: World, anew: Runtime, tmp_path: Path) -> None:
    case = small.case("INTAKE")
    copies = kept(small, tmp_path)
    small.runtime.application.keyring.destroy(case.person, ["IDENTITY"], "asked")
    listed = "\n".join(map(str, ledger_of(small).key_ids)).encode()
    there, told = put_back(but(copies, ledger=erasure_ledger.read_ledger(listed)), anew, small)
    assert told.not_revived == 1
    with pytest.raises(KeyDestroyed):
        unseal(there.application.load("person", case.person, small.irene).family_name, there.application.keyring)
    assert verify_everything(there) == [], "what the list names has its tombstone"
    there.close()


def test_a_ledger_that_names_a_key_of_the_office_itself_is_not_believed(
    small: World, anew: Runtime, tmp_path: Path
) -> None:
    """Without it no claim could be told from another, and nobody could act."""
    small.case("INTAKE")
    copies = kept(small, tmp_path)
    own = small.runtime.keys.rows("SELECT key_id FROM subject_key WHERE subject = $1", OFFICE)
    listed = "\n".join(str(row[0]) for row in own).encode()
    assert listed
    with pytest.raises(NotThatLedger, match="the office itself"):
        restore_office(anew, but(copies, ledger=erasure_ledger.read_ledger(listed)), CONSOLE)
    nothing_in(anew)


# -- the keys, apart ---------------------------------------------------------------------------------------------------
