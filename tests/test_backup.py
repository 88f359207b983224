"""The restore drill: an office is kept, put back elsewhere, on the same engine and on the other, and goes on.

Restoring is not reviving: what was erased stays erased, what let somebody act is void, and what was left out is on record.
"""

import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag

from opera_cases.domain.errors import KeyDestroyed
from opera_cases.domain.personal import DataClass
from opera_cases.domain.scope import CONSOLE
from opera_cases.jobs.work import settle
from opera_cases.log import archive, erasure_ledger, key_backup, tables
from opera_cases.log.erasure_ledger import Ledger, NotThatLedger
from opera_cases.log.keys import OFFICE, Keyring
from opera_cases.log.master_key import MasterKey
from opera_cases.log.migrate import RestoreUnfinished
from opera_cases.log.sealing import unseal
from opera_cases.office import backups
from opera_cases.office.filing import content_of
from opera_cases.office.first_head import first_key
from opera_cases.office.key_copies import last_copy_dies_on
from opera_cases.office.oracle import verify
from opera_cases.office.premises import Addresses, Premises
from opera_cases.office.proofs import checkpoint, witness
from opera_cases.office.restoring import Copies, NotTold, OldKeys, Restored, WrongMasterKey, restore
from opera_cases.office.untouched import verify as untouched
from tests.world import SetClock, World

WORDS = "una frase lunga e segreta"
REASON = "Il registro è andato perduto con l'armadio."


@pytest.fixture
def elsewhere(engine: str, office_at: Callable[[str], Addresses], tmp_path: Path, world: World) -> Iterator[Premises]:
    """An office prepared and never used, on the other engine, with a master key and a folder of its own."""
    there = office_at({"sqlite": "postgresql", "postgresql": "sqlite"}[engine])
    own = Addresses(there.log, there.read, there.keys, tmp_path / "elsewhere" / "master.key")
    where = Premises.prepare(own, clock=world.clock)
    first_key(where)
    yield where
    where.close()


@pytest.fixture
def anew(small: World, tmp_path: Path) -> Iterator[Premises]:
    """The same, on SQLite."""
    where = Premises.prepare(Addresses.folder(tmp_path / "anew"), clock=small.clock)
    yield where
    where.close()


def _kept(world: World, to: Path) -> Copies:
    """A backup of log and keys, the sealed master key, and the ledger as it is now."""
    where = world.where
    backups.backup(where, to / "log")
    keys = backups.backup_keys(where, to / "keys").path
    return Copies(log=to / "log", keys=keys, ledger=_ledger(world), escrow=where.office.keyring.master.escrow(WORDS), passphrase=WORDS)


def _ledger(world: World) -> Ledger:
    return erasure_ledger.read(backups.ledger(world.where))


def _but(copies: Copies, **changed: Any) -> Copies:
    said = {name: getattr(copies, name) for name in Copies.__slots__}
    return Copies(**(said | changed))


def _put_back(copies: Copies, where: Premises, world: World) -> tuple[Premises, Restored]:
    told = restore(where, copies, CONSOLE)
    Premises.enter(where.addresses).close()
    fresh = Premises(where.addresses, clock=where.clock)
    settle(fresh)
    return fresh, told


def _recorded(where: Premises) -> Any:
    """What the event of a restoration says, in its own stream."""
    rows = where.log.rows("SELECT originator_id FROM log.event WHERE topic = 'restoration.recorded'")
    assert len(rows) == 1
    return where.office.records.history(UUID(str(rows[0][0])))[0].facts


def test_an_office_put_back_elsewhere_is_the_same_and_goes_on(world: World, elsewhere: Premises, tmp_path: Path) -> None:
    case = world.case("FUNDING")
    document = world.file(case.id)
    key = uuid4()
    before = world.ask(world.irene, "case", "add_note", case.id, text="Prima del trasloco.", key=key)
    world.settle()
    rows = "SELECT event_id, originator_id, originator_version, topic, state, metadata FROM log.event ORDER BY notification_id"
    events = [tuple(map(_plain, row)) for row in world.where.log.rows(rows)]
    there, told = _put_back(_kept(world, tmp_path), elsewhere, world)
    assert [tuple(map(_plain, row)) for row in there.log.rows(rows)][:-1] == events
    assert (told.documents, told.witness) == (1, "")
    assert verify(there) == untouched(there) == []
    person = there.office.load("person", case.person, world.irene)
    assert unseal(person.family_name, there.office.keyring) == "Provaletti"
    assert content_of(there.office, there.files, document, None, world.irene, uuid4())[2] == b"%PDF-1.7 invented"
    world.where.close()
    world.where = there
    again = world.ask(world.irene, "case", "add_note", case.id, text="Prima del trasloco.", key=key)
    assert (again.repeated, again.event_ids) == (True, before.event_ids)
    after = world.ask(world.irene, "case", "add_note", case.id, text="Dopo il trasloco.")
    assert after.position > before.position
    world.settle()
    assert verify(there) == []
    there.close()


# -- what was ended stays ended ----------------------------------------------------------------------------------------


def test_what_was_erased_after_the_backup_does_not_come_back(world: World, elsewhere: Premises, tmp_path: Path) -> None:
    case, other = world.case("INTAKE"), world.case("INTAKE", person=world.person("Rimasti", "Olga"))
    document = world.file(case.id)
    copies = _kept(world, tmp_path)
    world.where.office.keyring.destroy(case.person, [DataClass.IDENTITY.value, DataClass.DOCUMENT.value], "asked")
    there, told = _put_back(_but(copies, ledger=_ledger(world)), elsewhere, world)
    assert (told.not_revived, told.documents) == (2, 0)
    assert there.files.all() == set(), "nor does the sealed file"
    with pytest.raises(KeyDestroyed):
        unseal(there.office.load("person", case.person, world.irene).family_name, there.office.keyring)
    with pytest.raises(KeyDestroyed):
        content_of(there.office, there.files, document, None, world.irene, uuid4())
    named = there.read.rows(f"SELECT DISTINCT person_id FROM read.{there.models.names.part.name}")
    assert {UUID(str(row[0])) for row in named} == {other.person}, "nor is the person found by name"
    assert there.office.keyring.erasures() == world.where.office.keyring.erasures()
    assert verify(there) == []
    assert (_recorded(there).erasures, _recorded(there).not_revived, _recorded(there).ledger) == (2, 2, "GIVEN")
    there.close()


def test_nothing_comes_back_that_lets_somebody_act(small: World, anew: Premises, tmp_path: Path) -> None:
    small.case("INTAKE")
    token = small.token(small.irene)
    copies = _kept(small, tmp_path)
    acting = {"authority", "withdrawal", "token", "calendar_feed", "task", "lease"}
    assert not acting & {each.name for each in tables.KEPT}
    assert not acting & {each.name.partition(".")[0] for each in (copies.log / "log").iterdir()}
    there, _ = _put_back(copies, anew, small)
    for table in ("withdrawal", "task", "lease"):
        assert there.log.rows(f"SELECT count(*) FROM log.{table}")[0][0] == 0, table
    assert _acting(there) == {"POSTING"}, "what a desk gave stands in the log; what was shown does not come back"
    assert small.where.office.authorities.find(token, small.where.office.today()) is not None
    assert there.office.authorities.find(token, there.office.today()) is None
    there.close()


def _acting(where: Premises) -> set[str]:
    return {str(row[0]) for row in where.log.rows("SELECT kind FROM log.authority")}


def test_an_office_is_not_put_back_without_the_ledger_or_a_word_that_there_is_none(small: World, anew: Premises, tmp_path: Path) -> None:
    case = small.case("INTAKE")
    copies = _kept(small, tmp_path)
    for wrong in (_but(copies, ledger=None), _but(copies, why_no_ledger=REASON), _but(copies, ledger=None, why_no_ledger="x")):
        with pytest.raises(NotTold, match="Nothing was restored"):
            restore(anew, wrong, CONSOLE)
    _untouched(anew)
    there, _ = _put_back(_but(copies, ledger=None, why_no_ledger=REASON), anew, small)
    said = _recorded(there)
    assert (said.ledger, unseal(said.why_no_ledger, there.office.keyring)) == ("NONE", REASON)
    assert unseal(there.office.load("person", case.person, small.irene).family_name, there.office.keyring) == "Provaletti"
    there.close()


def _untouched(where: Premises) -> None:
    """Nothing was written: no row, no key, and the office is entered as before."""
    assert where.log.rows("SELECT count(*) FROM log.event")[0][0] == where.keys.rows("SELECT count(*) FROM subject_key")[0][0] == 0
    Premises.enter(where.addresses).close()


# -- the ledger --------------------------------------------------------------------------------------------------------


def _cut(content: bytes) -> bytes:
    return content[:-20]


def _without_a_line(content: bytes) -> bytes:
    first, _, *rest = content.splitlines(keepends=True)
    return b"".join((first, *rest))


def _of_another_office(content: bytes) -> bytes:
    first = json.loads(content.splitlines()[0])
    return content if first["log"] == str(UUID(int=7)) else erasure_ledger.write(UUID(int=7), SetClock()(), erasure_ledger.read(content).entries)


def _empty(content: bytes) -> bytes:
    return b""


def _words(content: bytes) -> bytes:
    return b"Nessuna cancellazione."


@pytest.mark.parametrize("harm", [_cut, _without_a_line, _of_another_office, _empty, _words])
def test_a_ledger_that_was_cut_or_is_of_another_office_is_not_believed(
    small: World, anew: Premises, tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    small.where.office.keyring.destroy(small.case("INTAKE").person, ["CONTACT", "IDENTITY"], "asked")
    copies = _kept(small, tmp_path)
    with pytest.raises(NotThatLedger):
        restore(anew, _but(copies, ledger=erasure_ledger.read(harm(backups.ledger(small.where)))), CONSOLE)
    _untouched(anew)


def test_a_ledger_older_than_an_erasure_that_the_keys_know_of_is_not_the_newest(small: World, anew: Premises, tmp_path: Path) -> None:
    first, second = small.case("INTAKE"), small.case("INTAKE", person=small.person("Altri", "Ada"))
    small.where.office.keyring.destroy(first.person, ["IDENTITY"], "asked")
    old = _ledger(small)
    small.where.office.keyring.destroy(second.person, ["IDENTITY"], "asked")
    copies = _kept(small, tmp_path)
    for stale in (old, Ledger((), plain=frozenset(old.key_ids))):
        with pytest.raises(NotThatLedger, match="not the newest"):
            restore(anew, _but(copies, ledger=stale), CONSOLE)
    _untouched(anew)


def test_a_plain_list_of_an_earlier_release_still_keeps_keys_away(small: World, anew: Premises, tmp_path: Path) -> None:
    case = small.case("INTAKE")
    copies = _kept(small, tmp_path)
    small.where.office.keyring.destroy(case.person, ["IDENTITY"], "asked")
    listed = "\n".join(map(str, _ledger(small).key_ids)).encode()
    there, told = _put_back(_but(copies, ledger=erasure_ledger.read(listed)), anew, small)
    assert told.not_revived == 1
    with pytest.raises(KeyDestroyed):
        unseal(there.office.load("person", case.person, small.irene).family_name, there.office.keyring)
    assert verify(there) == [], "what the list names has its tombstone"
    there.close()


def test_a_ledger_that_names_a_key_of_the_office_itself_is_not_believed(small: World, anew: Premises, tmp_path: Path) -> None:
    """Without it no claim could be told from another, and nobody could act."""
    small.case("INTAKE")
    copies = _kept(small, tmp_path)
    own = small.where.keys.rows("SELECT key_id FROM subject_key WHERE subject = $1", OFFICE)
    listed = "\n".join(str(row[0]) for row in own).encode()
    assert listed
    with pytest.raises(NotThatLedger, match="the office itself"):
        restore(anew, _but(copies, ledger=erasure_ledger.read(listed)), CONSOLE)
    _untouched(anew)


# -- the keys, apart ---------------------------------------------------------------------------------------------------


def test_no_personal_value_and_no_key_is_in_a_backup(world: World, tmp_path: Path) -> None:
    case = world.case("INTAKE", person=world.person("Riconoscibili", "Teodolinda"))
    world.file(case.id, b"%PDF-1.7 segretissimo")
    _kept(world, tmp_path / "kept")
    keyring = world.where.office.keyring
    wrapped = [bytes(row[0]) for row in world.where.keys.rows("SELECT wrapped FROM subject_key")]
    ours = list(keyring.master.epochs.values())
    contents = {path: gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
                for path in (tmp_path / "kept").rglob("*") if path.is_file()}  # fmt: skip
    for path, content in contents.items():
        for secret in (b"Riconoscibili", b"Teodolinda", b"segretissimo", *_told(*ours)):
            assert secret not in content, path.name
        assert "keys" in path.parts or not any(each in content for each in _told(*wrapped)), f"{path.name} holds a key"
    assert any(each in content for content in contents.values() for each in _told(*wrapped)), "the check sees a key where there is one"


def _told(*secrets: bytes) -> Iterator[bytes]:
    """Bytes as they are and as JSON holds them."""
    import base64

    for each in secrets:
        yield from (each, base64.b64encode(each).rstrip(b"="))


def test_what_is_written_is_for_its_owner_only(small: World, tmp_path: Path) -> None:
    small.file(small.case("INTAKE").id)
    _kept(small, tmp_path / "kept")
    modes = {each: each.stat().st_mode & 0o777 for each in (tmp_path / "kept").rglob("*")}
    assert {mode for each, mode in modes.items() if each.is_file()} == {0o600}
    assert {mode for each, mode in modes.items() if each.is_dir() and each.parent != tmp_path} <= {0o700}


def test_keys_are_kept_for_thirty_days_and_the_last_copy_dies_on_a_day_that_can_be_named(small: World, tmp_path: Path) -> None:
    """Whoever runs the backup daily: whatever is erased, on its day no copy is left."""
    case = small.case("INTAKE")
    owned = f"SELECT key_id FROM subject_key WHERE subject = '{case.person.hex}' AND data_class = 'IDENTITY'"
    key = UUID(str(small.where.keys.rows(owned)[0][0]))

    def holders() -> set[Path]:
        return {each.path for each in key_backup.kept(tmp_path)
                if any(row["key_id"] == key for row in key_backup.keys_in(each.path, key_backup.check(each.path).tables))}  # fmt: skip

    for _ in range(3):
        backups.backup_keys(small.where, tmp_path)
        small.clock.at += timedelta(days=1)
    small.clock.at -= timedelta(hours=1)
    backups.backup_keys(small.where, tmp_path)
    erased_at = small.clock()
    small.where.office.keyring.destroy(case.person, ["IDENTITY"], "asked")
    dies = last_copy_dies_on(small.where, erased_at)
    assert dies == erased_at.date() + timedelta(days=30)
    backups.backup_keys(small.where, tmp_path)
    assert len(holders()) == 4
    while small.where.office.today() < dies:
        small.clock.at += timedelta(days=1)
        backups.backup_keys(small.where, tmp_path)
    assert holders() == set()
    assert len(key_backup.kept(tmp_path)) == 30, "younger ones stay"


def test_keys_past_their_day_are_refused_unless_the_reason_goes_on_record(small: World, anew: Premises, tmp_path: Path) -> None:
    small.case("INTAKE")
    copies = _kept(small, tmp_path)
    small.clock.at += timedelta(days=31)
    with pytest.raises(OldKeys, match="gone by"):
        restore(anew, copies, CONSOLE)
    _untouched(anew)
    there, _ = _put_back(_but(copies, why_old_keys="È l'unica copia rimasta dopo l'incendio."), anew, small)
    assert "incendio" in unseal(_recorded(there).why_old_keys, there.office.keyring)
    there.close()


def test_keys_copied_before_the_log_would_not_open_all_of_it(small: World, anew: Premises, tmp_path: Path) -> None:
    keys = _kept(small, tmp_path / "early").keys
    small.case("INTAKE")
    copies = _kept(small, tmp_path / "late")
    with pytest.raises(OldKeys, match="the log later"):
        restore(anew, _but(copies, keys=keys), CONSOLE)
    _untouched(anew)


def test_the_keys_of_another_office_and_another_master_key_are_refused(small: World, anew: Premises, tmp_path: Path) -> None:
    small.case("INTAKE")
    copies = _kept(small, tmp_path / "mine")
    other = Premises.prepare(Addresses.folder(tmp_path / "other"), clock=small.clock)
    theirs = backups.backup_keys(other, tmp_path / "theirs").path
    with pytest.raises(key_backup.NotThoseKeys, match="another office"):
        restore(anew, _but(copies, keys=theirs), CONSOLE)
    with pytest.raises(WrongMasterKey, match="escrow"):
        restore(anew, _but(copies, escrow=b""), CONSOLE)
    with pytest.raises(WrongMasterKey):
        restore(anew, _but(copies, escrow=other.office.keyring.master.escrow(WORDS)), CONSOLE)
    with pytest.raises(InvalidTag):
        restore(anew, _but(copies, passphrase="un'altra frase segreta"), CONSOLE)
    other.close()
    _untouched(anew)


def test_an_office_without_its_keys_comes_back_closed_and_only_when_asked_for_in_words(small: World, anew: Premises, tmp_path: Path) -> None:
    case = small.case("INTAKE")
    copies = _kept(small, tmp_path)
    with pytest.raises(NotTold, match="--no-keys"):
        restore(anew, _but(copies, keys=None), CONSOLE)
    there, _ = _put_back(_but(copies, keys=None, why_no_keys="Le chiavi sono andate perdute."), anew, small)
    with pytest.raises(KeyDestroyed):
        unseal(there.office.load("person", case.person, small.irene).family_name, there.office.keyring)
    assert there.office.load("case", case.id, small.irene).state == "INTAKE"
    assert {each.invariant for each in verify(there)} == {"I12"}, "verify names every key that is missing"
    assert _recorded(there).keys_made_at is None
    there.close()


# -- while the office works --------------------------------------------------------------------------------------------


def test_a_document_filed_while_the_backup_runs_is_in_it_or_its_event_is_not(small: World, anew: Premises, tmp_path: Path) -> None:
    case = small.case("INTAKE")
    where = small.where

    def late() -> set[str]:
        small.file(case.id)
        return backups.files_named(where)

    archive.backup(where.log, where.files, late, tmp_path / "log", release="0.2.0", clock=small.clock, progress=lambda done, total: None)
    keys = backups.backup_keys(where, tmp_path / "keys").path
    there, _ = _put_back(Copies(log=tmp_path / "log", keys=keys, ledger=_ledger(small), escrow=where.office.keyring.master.escrow(WORDS),
                                passphrase=WORDS), anew, small)  # fmt: skip
    assert verify(there) == []
    there.close()


def test_a_document_erased_while_the_backup_runs_stops_nothing_and_is_not_in_it(small: World, tmp_path: Path) -> None:
    case = small.case("INTAKE")
    small.file(case.id)
    where, asked = small.where, []

    def named() -> set[str]:
        found = backups.files_named(where)
        if not asked:  # it is erased once the list was made, its file goes too
            where.office.keyring.destroy(case.person, ["DOCUMENT"], "asked")
            shutil.rmtree(where.files.folder)
        asked.append(found)
        return found

    manifest = archive.backup(where.log, where.files, named, tmp_path / "log", release="0.2.0", clock=small.clock, progress=lambda done, total: None)
    assert len(asked[0]) == 1
    assert manifest.documents == {}
    assert verify(where) == [], "a file whose key was destroyed need not be there"


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"x")])
def test_a_backup_that_would_lack_a_document_is_refused(small: World, tmp_path: Path, damage: Callable[[Path], object]) -> None:
    small.file(small.case("INTAKE").id)
    damage(small.where.files.path(next(iter(small.where.files.all()))))
    with pytest.raises(archive.DocumentMissing, match="gone or damaged"):
        backups.backup(small.where, tmp_path / "kept")
    with pytest.raises(archive.NotThatBackup):
        archive.check(tmp_path / "kept")


def test_a_key_destroyed_while_the_keys_are_copied_is_in_a_copy_that_says_so(small: World, tmp_path: Path) -> None:
    """The copy is as of a moment after the one it names: its day is never later than that of the erasure."""
    case = small.case("INTAKE")
    keyring = small.where.office.keyring
    told = keyring.master.refresh
    moments = []

    def destroyed_meanwhile() -> None:
        keyring.destroy(case.person, ["IDENTITY"], "asked")
        moments.append(small.clock())
        told()

    keyring.master.refresh = destroyed_meanwhile  # type: ignore[method-assign]
    kept = backups.backup_keys(small.where, tmp_path)
    assert kept.made_at <= moments[0]
    assert kept.gone_by <= last_copy_dies_on(small.where, moments[0])


def test_keys_copied_while_the_master_key_is_rotated_are_thrown_away(small: World, tmp_path: Path) -> None:
    """They would open with a key that is gone when they are needed."""
    small.case("INTAKE")
    keyring = small.where.office.keyring
    administrator = Keyring(small.where.keys, MasterKey(keyring.master.path))
    keyring.master.add_epoch()
    with pytest.raises(key_backup.RotatedMeanwhile, match="rotate"):
        backups.backup_keys(small.where, tmp_path / "keys")
    assert list((tmp_path / "keys").iterdir()) == []
    administrator.rotate()
    assert backups.backup_keys(small.where, tmp_path / "keys").whole


def test_what_a_copy_left_unfinished_is_removed_a_day_later(small: World, tmp_path: Path) -> None:
    left = backups.backup_keys(small.where, tmp_path).path
    left.rename(left.with_name(left.name + ".unfinished"))
    assert backups.remove_overdue(small.where, tmp_path) == [], "it may still be at work"
    with pytest.raises(key_backup.NotThoseKeys, match="no backup of keys"):
        key_backup.newest(tmp_path)
    small.clock.at += timedelta(days=2)
    backups.remove_overdue(small.where, tmp_path)
    assert list(tmp_path.iterdir()) == []


# -- restores that go wrong --------------------------------------------------------------------------------------------


def test_a_restore_that_cannot_be_trusted_writes_nothing(small: World, anew: Premises, tmp_path: Path) -> None:
    small.case("INTAKE")
    copies = _kept(small, tmp_path)
    with pytest.raises(archive.NotEmpty):
        restore(small.where, copies, CONSOLE)
    for victim, wrong in ((copies.log / "log" / "event.jsonl.gz", archive.NotThatBackup), (Path(str(copies.keys)) / "erasure.jsonl.gz", key_backup.NotThoseKeys)):
        whole = victim.read_bytes()
        victim.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(wrong, match=victim.name):
            restore(anew, copies, CONSOLE)
        victim.write_bytes(whole)
    (copies.log / "manifest.json").unlink()
    with pytest.raises(archive.NotThatBackup, match="manifest"):
        restore(anew, copies, CONSOLE)
    _untouched(anew)


@pytest.mark.parametrize("stopped_at", ["DELETE FROM log.lease", "INSERT INTO log.command", "read_table", "load_documents"])
def test_a_restore_that_was_cut_off_is_not_entered_and_goes_on_when_it_is_run_again(
    small: World, anew: Premises, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_at: str
) -> None:
    _cut_off_and_run_again(small, anew, tmp_path, monkeypatch, stopped_at)


def test_so_does_one_on_the_other_engine(world: World, elsewhere: Premises, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _cut_off_and_run_again(world, elsewhere, tmp_path, monkeypatch, "read_table")


def _cut_off_and_run_again(world: World, elsewhere: Premises, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_at: str) -> None:
    case = world.case("INTAKE")
    world.file(case.id)
    copies = _kept(world, tmp_path)

    def die(*_: Any, **__: Any) -> int:
        raise KeyboardInterrupt

    load = archive.dump.read_table

    def die_there(statement: str) -> None:
        if stopped_at in statement:
            raise KeyboardInterrupt

    with monkeypatch.context() as power_cut:
        if stopped_at == "read_table":
            power_cut.setattr(archive.dump, "read_table", lambda database, table, *rest: die() if table.name == "command" else load(database, table, *rest))
        elif stopped_at == "load_documents":
            power_cut.setattr(archive, "load_documents", die)
        elsewhere.log.before = die_there
        with pytest.raises(KeyboardInterrupt):
            restore(elsewhere, copies, CONSOLE)
        elsewhere.log.before = None
    for way_in in (Premises.enter, Premises.prepare):
        with pytest.raises(RestoreUnfinished, match="Run the same"):
            way_in(elsewhere.addresses)
    other = _kept(world, tmp_path / "other")
    with pytest.raises(archive.AnotherRestore, match="make the office anew"):
        restore(elsewhere, other, CONSOLE)
    there, told = _put_back(copies, elsewhere, world)
    assert (told.documents, verify(there)) == (1, [])
    assert _recorded(there).erasures == 0
    there.close()


# -- the witness -------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_proving(small: World, tmp_path: Path) -> World:
    """An office on SQLite whose witness lies in a folder of its own."""
    own = Path(shutil.copy(small.where.addresses.master_key, tmp_path / "master.key"))
    object.__setattr__(small.where.addresses, "proofs", tmp_path / "proofs")
    object.__setattr__(small.where.addresses, "master_key", own)
    return small


def test_a_backup_older_than_the_last_published_head_is_told_and_found(small_proving: World, tmp_path: Path, office_at: Callable[[str], Addresses]) -> None:
    world = small_proving
    case = world.case("INTAKE")
    copies = _kept(world, tmp_path / "kept")
    case.do("add_note", text="Dopo la copia.")
    checkpoint(world.where)
    there = office_at("sqlite")
    proofs = Path(shutil.copytree(tmp_path / "proofs", tmp_path / "copied"))
    own = Addresses(there.log, there.read, there.keys, tmp_path / "site" / "master.key", proofs=proofs)
    where = Premises.prepare(own, clock=world.clock)
    restored, told = _put_back(copies, where, world)
    assert "what was recorded between is lost" in told.witness
    assert len(untouched(restored)) >= 1
    where.close()
    restored.close()


def test_beside_its_own_witness_the_next_head_follows_the_last(small_proving: World, tmp_path: Path, office_at: Callable[[str], Addresses]) -> None:
    world = small_proving
    world.case("INTAKE")
    checkpoint(world.where)
    copies = _kept(world, tmp_path / "kept")
    there = office_at("sqlite")
    (tmp_path / "site").mkdir()
    shutil.copy(tmp_path / "proof.key", tmp_path / "site" / "proof.key")
    own = Addresses(there.log, there.read, there.keys, tmp_path / "site" / "master.key", proofs=Path(shutil.copytree(tmp_path / "proofs", tmp_path / "copied")))
    where = Premises.prepare(own, clock=world.clock)
    restored, told = _put_back(copies, where, world)
    assert (told.witness, untouched(restored)) == ("", [])
    assert witness(restored).heads("events")[-1].size == told.manifest.tables["event"].rows + 1
    where.close()
    restored.close()


# -- backups of releases before 0.8 ------------------------------------------------------------------------------------


def _in_format_1(world: World, copies: Copies, to: Path) -> Copies:
    """The same backup as release 0.7 wrote it: with keys, sealed master key, tokens, and without the names of columns."""
    shutil.copytree(copies.log, to)
    shutil.copytree(str(copies.keys), to / "keys")
    (to / "keys" / "manifest.json").unlink()
    (to / archive.MASTER).write_bytes(copies.escrow)
    with gzip.open(to / "log" / "token.jsonl.gz", "wb") as file:
        file.write(json.dumps(["b3BjXw==", str(world.irene.id), "CASEWORKER", "", "", "2027-12-31", None]).encode() + b"\n")
    for name in ("claim",):  # the table had three columns
        path = to / "log" / f"{name}.jsonl.gz"
        rows = [json.dumps(json.loads(line)[:3]).encode() for line in gzip.decompress(path.read_bytes()).splitlines()]
        path.write_bytes(gzip.compress(b"".join(row + b"\n" for row in rows)))
    manifest = json.loads((to / "manifest.json").read_text())
    digests = {each: [each.name.partition(".")[0], archive.dump.hashed(each)] for each in to.rglob("*.jsonl.gz")}
    manifest |= {
        "format": 1, "release": "0.7.0", "master_key": archive.dump.hashed(to / archive.MASTER),
        "tables": {name: [manifest["tables"].get(name, [1])[0], digest] for path, (name, digest) in digests.items() if path.parent.name == "log"},
        "keys": {name: [0, digest] for path, (name, digest) in digests.items() if path.parent.name == "keys"},
    }  # fmt: skip
    (to / "manifest.json").write_text(json.dumps(manifest))
    return Copies(log=to, ledger=copies.ledger, passphrase=WORDS)


def test_a_backup_of_an_earlier_release_comes_back_without_its_tokens_and_needs_the_ledger_too(small: World, anew: Premises, tmp_path: Path) -> None:
    world, elsewhere = small, anew
    case = world.case("INTAKE")
    old = _in_format_1(world, _kept(world, tmp_path / "new"), tmp_path / "old")
    world.where.office.keyring.destroy(case.person, ["IDENTITY"], "asked")
    with pytest.raises(NotTold, match="--no-ledger"):
        restore(elsewhere, _but(old, ledger=None), CONSOLE)
    there, told = _put_back(_but(old, ledger=_ledger(world)), elsewhere, world)
    assert (told.manifest.format, told.not_revived) == (1, 1)
    with pytest.raises(KeyDestroyed):
        unseal(there.office.load("person", case.person, world.irene).family_name, there.office.keyring)
    assert unseal(there.office.load("operator", world.irene.id, world.admin).name, there.office.keyring) == "Irene Modelli"
    assert _acting(there) == {"POSTING"}
    assert verify(there) == []
    assert (_recorded(there).backup_format, _recorded(there).backup_release) == (1, "0.7.0")
    there.close()


def test_an_earlier_backup_holds_keys_and_is_past_its_day_like_them(small: World, anew: Premises, tmp_path: Path) -> None:
    small.case("INTAKE")
    old = _in_format_1(small, _kept(small, tmp_path / "new"), tmp_path / "old")
    small.clock.at += timedelta(days=31)
    with pytest.raises(OldKeys):
        restore(anew, old, CONSOLE)
    assert date.fromisoformat("2026-03-05") == small.where.office.today()


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value.hex if isinstance(value, UUID) else value
