"""Keys are copied apart from the log, kept for thirty days, and the last copy dies on a day that can be named."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag

from opera_cases.application.backup import backups
from opera_cases.application.backup.copies import NotTold, OldKeys, WrongMasterKey
from opera_cases.application.backup.restore import restore_office
from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.personal.key_copies import last_copy_dies_on
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.domain.access import CONSOLE
from opera_cases.domain.kernel.errors import KeyDestroyed
from opera_cases.log.keys import backup as key_backup
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.keys.master_key import MasterKey
from opera_cases.log.keys.sealing import unseal
from tests.support.copies import WORDS, but, kept, nothing_in, put_back, recorded
from tests.support.world import World


def test_keys_are_kept_for_thirty_days_and_the_last_copy_dies_on_a_day_that_can_be_named(
    small: World, tmp_path: Path
) -> None:
    """Whoever runs the backup daily: whatever is erased, on its day no copy is left."""
    case = small.case("INTAKE")
    owned = f"SELECT key_id FROM subject_key WHERE subject = '{case.person.hex}' AND data_class = 'IDENTITY'"
    key = UUID(str(small.runtime.keys.rows(owned)[0][0]))

    def holders() -> set[Path]:
        return {each.path for each in key_backup.key_backups(tmp_path)
                if any(row["key_id"] == key for row in key_backup.keys_in(each.path, key_backup.check_key_backup(each.path).tables))}  # fmt: skip

    for _ in range(3):
        backups.back_up_keys(small.runtime, tmp_path)
        small.clock.at += timedelta(days=1)
    small.clock.at -= timedelta(hours=1)
    backups.back_up_keys(small.runtime, tmp_path)
    erased_at = small.clock()
    small.runtime.application.keyring.destroy(case.person, ["IDENTITY"], "asked")
    dies = last_copy_dies_on(small.runtime, erased_at)
    assert dies == erased_at.date() + timedelta(days=30)
    backups.back_up_keys(small.runtime, tmp_path)
    assert len(holders()) == 4
    while small.runtime.application.today() < dies:
        small.clock.at += timedelta(days=1)
        backups.back_up_keys(small.runtime, tmp_path)
    assert holders() == set()
    assert len(key_backup.key_backups(tmp_path)) == 30, "younger ones stay"


def test_keys_past_their_day_are_refused_unless_the_reason_goes_on_record(
    small: World, anew: Runtime, tmp_path: Path
) -> None:
    small.case("INTAKE")
    copies = kept(small, tmp_path)
    small.clock.at += timedelta(days=31)
    with pytest.raises(OldKeys, match="gone by"):
        restore_office(anew, copies, CONSOLE)
    nothing_in(anew)
    there, _ = put_back(but(copies, why_old_keys="È l'unica copia rimasta dopo l'incendio."), anew, small)
    assert "incendio" in unseal(recorded(there).why_old_keys, there.application.keyring)
    there.close()


def test_keys_copied_before_the_log_would_not_open_all_of_it(small: World, anew: Runtime, tmp_path: Path) -> None:
    keys = kept(small, tmp_path / "early").keys
    small.case("INTAKE")
    copies = kept(small, tmp_path / "late")
    with pytest.raises(OldKeys, match="the log later"):
        restore_office(anew, but(copies, keys=keys), CONSOLE)
    nothing_in(anew)


def test_the_keys_of_another_office_and_another_master_key_are_refused(
    small: World, anew: Runtime, tmp_path: Path
) -> None:
    small.case("INTAKE")
    copies = kept(small, tmp_path / "mine")
    other = Runtime.prepare(StoreLocations.folder(tmp_path / "other"), clock=small.clock)
    theirs = backups.back_up_keys(other, tmp_path / "theirs").path
    with pytest.raises(key_backup.NotThoseKeys, match="another office"):
        restore_office(anew, but(copies, keys=theirs), CONSOLE)
    with pytest.raises(WrongMasterKey, match="escrow"):
        restore_office(anew, but(copies, escrow=b""), CONSOLE)
    with pytest.raises(WrongMasterKey):
        restore_office(anew, but(copies, escrow=other.application.keyring.master.escrow(WORDS)), CONSOLE)
    with pytest.raises(InvalidTag):
        restore_office(anew, but(copies, passphrase="un'altra frase segreta"), CONSOLE)
    other.close()
    nothing_in(anew)


def test_an_office_without_its_keys_comes_back_closed_and_only_when_asked_for_in_words(
    small: World, anew: Runtime, tmp_path: Path
) -> None:
    case = small.case("INTAKE")
    copies = kept(small, tmp_path)
    with pytest.raises(NotTold, match="--no-keys"):
        restore_office(anew, but(copies, keys=None), CONSOLE)
    there, _ = put_back(but(copies, keys=None, why_no_keys="Le chiavi sono andate perdute."), anew, small)
    with pytest.raises(KeyDestroyed):
        unseal(there.application.load("person", case.person, small.irene).family_name, there.application.keyring)
    assert there.application.load("case", case.id, small.irene).state == "INTAKE"
    assert {each.invariant for each in verify_everything(there)} == {"I12"}, "verify names every key that is missing"
    assert recorded(there).keys_made_at is None
    there.close()


# -- while the office works --------------------------------------------------------------------------------------------


def test_a_key_destroyed_while_the_keys_are_copied_is_in_a_copy_that_says_so(small: World, tmp_path: Path) -> None:
    """The copy is as of a moment after the one it names: its day is never later than that of the erasure."""
    case = small.case("INTAKE")
    keyring = small.runtime.application.keyring
    told = keyring.master.refresh
    moments = []

    def destroyed_meanwhile() -> None:
        keyring.destroy(case.person, ["IDENTITY"], "asked")
        moments.append(small.clock())
        told()

    keyring.master.refresh = destroyed_meanwhile  # type: ignore[method-assign]
    kept = backups.back_up_keys(small.runtime, tmp_path)
    assert kept.made_at <= moments[0]
    assert kept.gone_by <= last_copy_dies_on(small.runtime, moments[0])


def test_keys_copied_while_the_master_key_is_rotated_are_thrown_away(small: World, tmp_path: Path) -> None:
    """They would open with a key that is gone when they are needed."""
    small.case("INTAKE")
    keyring = small.runtime.application.keyring
    administrator = Keyring(small.runtime.keys, MasterKey(keyring.master.path))
    keyring.master.add_epoch()
    with pytest.raises(key_backup.RotatedMeanwhile, match="rotate"):
        backups.back_up_keys(small.runtime, tmp_path / "keys")
    assert list((tmp_path / "keys").iterdir()) == []
    administrator.rotate()
    assert backups.back_up_keys(small.runtime, tmp_path / "keys").whole
