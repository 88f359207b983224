"""The restore drill: an office is kept, put back elsewhere, on the same engine and on the other, and goes on.

Restoring is not reviving: what was erased stays erased, what let somebody act is void, and what was left out is on record.
"""

import gzip
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from opera_cases.application.backup import backups
from opera_cases.application.backup.copies import Copies
from opera_cases.application.backup.restore import restore_office
from opera_cases.application.documents.upload import content_of
from opera_cases.application.integrity.chain_heads import open_witness
from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.integrity.proofs import checkpoint
from opera_cases.application.integrity.tampering import verify_ledgers as untouched
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.domain.access import CONSOLE
from opera_cases.domain.kernel.errors import KeyDestroyed
from opera_cases.domain.kernel.personal import DataClass
from opera_cases.log.backup import archive
from opera_cases.log.keys import backup as key_backup
from opera_cases.log.keys.sealing import unseal
from opera_cases.log.store import tables
from opera_cases.log.store.migrate import RestoreUnfinished
from tests.support.copies import WORDS, but, kept, ledger_of, nothing_in, plain, put_back, recorded, those_who_act
from tests.support.world import World


def test_an_office_put_back_elsewhere_is_the_same_and_goes_on(world: World, elsewhere: Runtime, tmp_path: Path) -> None:
    case = world.case("FUNDING")
    document = world.file(case.id)
    key = uuid4()
    before = world.ask(world.irene, "case", "add_note", case.id, text="Prima del trasloco.", key=key)
    world.settle()
    rows = "SELECT event_id, originator_id, originator_version, topic, state, metadata FROM log.event ORDER BY notification_id"
    events = [tuple(map(plain, row)) for row in world.runtime.log.rows(rows)]
    there, told = put_back(kept(world, tmp_path), elsewhere, world)
    assert [tuple(map(plain, row)) for row in there.log.rows(rows)][:-1] == events
    assert (told.documents, told.witness) == (1, "")
    assert verify_everything(there) == untouched(there) == []
    person = there.application.load("person", case.person, world.irene)
    assert unseal(person.family_name, there.application.keyring) == "Provaletti"
    assert content_of(there.application, there.files, document, None, world.irene, uuid4())[2] == b"%PDF-1.7 invented"
    world.runtime.close()
    world.runtime = there
    again = world.ask(world.irene, "case", "add_note", case.id, text="Prima del trasloco.", key=key)
    assert (again.repeated, again.event_ids) == (True, before.event_ids)
    after = world.ask(world.irene, "case", "add_note", case.id, text="Dopo il trasloco.")
    assert after.position > before.position
    world.settle()
    assert verify_everything(there) == []
    there.close()


# -- what was ended stays ended ----------------------------------------------------------------------------------------


def test_what_was_erased_after_the_backup_does_not_come_back(world: World, elsewhere: Runtime, tmp_path: Path) -> None:
    case, other = world.case("INTAKE"), world.case("INTAKE", person=world.person("Rimasti", "Olga"))
    document = world.file(case.id)
    copies = kept(world, tmp_path)
    world.runtime.application.keyring.destroy(
        case.person, [DataClass.IDENTITY.value, DataClass.DOCUMENT.value], "asked"
    )
    there, told = put_back(but(copies, ledger=ledger_of(world)), elsewhere, world)
    assert (told.not_revived, told.documents) == (2, 0)
    assert there.files.all() == set(), "nor does the sealed file"
    with pytest.raises(KeyDestroyed):
        unseal(there.application.load("person", case.person, world.irene).family_name, there.application.keyring)
    with pytest.raises(KeyDestroyed):
        content_of(there.application, there.files, document, None, world.irene, uuid4())
    named = there.read.rows(f"SELECT DISTINCT person_id FROM read.{there.models.names.part.name}")
    assert {UUID(str(row[0])) for row in named} == {other.person}, "nor is the person found by name"
    assert there.application.keyring.erasures() == world.runtime.application.keyring.erasures()
    assert verify_everything(there) == []
    assert (recorded(there).erasures, recorded(there).not_revived, recorded(there).ledger) == (2, 2, "GIVEN")
    there.close()


def test_nothing_comes_back_that_lets_somebody_act(small: World, anew: Runtime, tmp_path: Path) -> None:
    small.case("INTAKE")
    token = small.token(small.irene)
    copies = kept(small, tmp_path)
    acting = {"authority", "withdrawal", "token", "calendar_feed", "task", "lease"}
    assert not acting & {each.name for each in tables.BACKED_UP}
    assert not acting & {each.name.partition(".")[0] for each in (copies.log / "log").iterdir()}
    there, _ = put_back(copies, anew, small)
    for table in ("withdrawal", "task", "lease"):
        assert there.log.rows(f"SELECT count(*) FROM log.{table}")[0][0] == 0, table
    assert those_who_act(there) == {"POSTING"}, "what a desk gave stands in the log; what was shown does not come back"
    assert small.runtime.application.authorities.find(token, small.runtime.application.today()) is not None
    assert there.application.authorities.find(token, there.application.today()) is None
    there.close()


def test_no_personal_value_and_no_key_is_in_a_backup(world: World, tmp_path: Path) -> None:
    case = world.case("INTAKE", person=world.person("Riconoscibili", "Teodolinda"))
    world.file(case.id, b"%PDF-1.7 segretissimo")
    kept(world, tmp_path / "kept")
    keyring = world.runtime.application.keyring
    wrapped = [bytes(row[0]) for row in world.runtime.keys.rows("SELECT wrapped FROM subject_key")]
    ours = list(keyring.master.epochs.values())
    contents = {path: gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
                for path in (tmp_path / "kept").rglob("*") if path.is_file()}  # fmt: skip
    for path, content in contents.items():
        for secret in (b"Riconoscibili", b"Teodolinda", b"segretissimo", *_told(*ours)):
            assert secret not in content, path.name
        assert "keys" in path.parts or not any(each in content for each in _told(*wrapped)), f"{path.name} holds a key"
    assert any(each in content for content in contents.values() for each in _told(*wrapped)), (
        "the check sees a key where there is one"
    )


def _told(*secrets: bytes) -> Iterator[bytes]:
    """Bytes as they are and as JSON holds them."""
    import base64

    for each in secrets:
        yield from (each, base64.b64encode(each).rstrip(b"="))


def test_what_is_written_is_for_its_owner_only(small: World, tmp_path: Path) -> None:
    small.file(small.case("INTAKE").id)
    kept(small, tmp_path / "kept")
    modes = {each: each.stat().st_mode & 0o777 for each in (tmp_path / "kept").rglob("*")}
    assert {mode for each, mode in modes.items() if each.is_file()} == {0o600}
    assert {mode for each, mode in modes.items() if each.is_dir() and each.parent != tmp_path} <= {0o700}


def test_a_document_filed_while_the_backup_runs_is_in_it_or_its_event_is_not(
    small: World, anew: Runtime, tmp_path: Path
) -> None:
    case = small.case("INTAKE")
    runtime = small.runtime

    def late() -> set[str]:
        small.file(case.id)
        return backups.files_named(runtime)

    archive.write_backup(
        runtime.log,
        runtime.files,
        late,
        tmp_path / "log",
        release="0.2.0",
        clock=small.clock,
        progress=lambda done, total: None,
    )
    keys = backups.back_up_keys(runtime, tmp_path / "keys").path
    there, _ = put_back(Copies(log=tmp_path / "log", keys=keys, ledger=ledger_of(small), escrow=runtime.application.keyring.master.escrow(WORDS),
                                passphrase=WORDS), anew, small)  # fmt: skip
    assert verify_everything(there) == []
    there.close()


def test_a_document_erased_while_the_backup_runs_stops_nothing_and_is_not_in_it(small: World, tmp_path: Path) -> None:
    case = small.case("INTAKE")
    small.file(case.id)
    runtime, asked = small.runtime, []

    def named() -> set[str]:
        found = backups.files_named(runtime)
        if not asked:  # it is erased once the list was made, its file goes too
            runtime.application.keyring.destroy(case.person, ["DOCUMENT"], "asked")
            shutil.rmtree(runtime.files.folder)
        asked.append(found)
        return found

    manifest = archive.write_backup(
        runtime.log,
        runtime.files,
        named,
        tmp_path / "log",
        release="0.2.0",
        clock=small.clock,
        progress=lambda done, total: None,
    )
    assert len(asked[0]) == 1
    assert manifest.documents == {}
    assert verify_everything(runtime) == [], "a file whose key was destroyed need not be there"


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"x")])
def test_a_backup_that_would_lack_a_document_is_refused(
    small: World, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    small.file(small.case("INTAKE").id)
    damage(small.runtime.files.path(next(iter(small.runtime.files.all()))))
    with pytest.raises(archive.DocumentMissing, match="gone or damaged"):
        backups.back_up_log(small.runtime, tmp_path / "kept")
    with pytest.raises(archive.NotThatBackup):
        archive.check_backup(tmp_path / "kept")


def test_what_a_copy_left_unfinished_is_removed_a_day_later(small: World, tmp_path: Path) -> None:
    left = backups.back_up_keys(small.runtime, tmp_path).path
    left.rename(left.with_name(left.name + ".unfinished"))
    assert backups.remove_overdue(small.runtime, tmp_path) == [], "it may still be at work"
    with pytest.raises(key_backup.NotThoseKeys, match="no backup of keys"):
        key_backup.newest_key_backup(tmp_path)
    small.clock.at += timedelta(days=2)
    backups.remove_overdue(small.runtime, tmp_path)
    assert list(tmp_path.iterdir()) == []


# -- restores that go wrong --------------------------------------------------------------------------------------------


def test_a_restore_that_cannot_be_trusted_writes_nothing(small: World, anew: Runtime, tmp_path: Path) -> None:
    small.case("INTAKE")
    copies = kept(small, tmp_path)
    with pytest.raises(archive.NotEmpty):
        restore_office(small.runtime, copies, CONSOLE)
    for victim, wrong in (
        (copies.log / "log" / "event.jsonl.gz", archive.NotThatBackup),
        (Path(str(copies.keys)) / "erasure.jsonl.gz", key_backup.NotThoseKeys),
    ):
        whole = victim.read_bytes()
        victim.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(wrong, match=victim.name):
            restore_office(anew, copies, CONSOLE)
        victim.write_bytes(whole)
    (copies.log / "manifest.json").unlink()
    with pytest.raises(archive.NotThatBackup, match="manifest"):
        restore_office(anew, copies, CONSOLE)
    nothing_in(anew)


@pytest.mark.parametrize(
    "stopped_at", ["DELETE FROM log.lease", "INSERT INTO log.command", "read_table", "load_documents"]
)
def test_a_restore_that_was_cut_off_is_not_entered_and_goes_on_when_it_is_run_again(
    small: World, anew: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_at: str
) -> None:
    _cut_off_and_run_again(small, anew, tmp_path, monkeypatch, stopped_at)


def test_so_does_one_on_the_other_engine(
    world: World, elsewhere: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _cut_off_and_run_again(world, elsewhere, tmp_path, monkeypatch, "read_table")


def _cut_off_and_run_again(
    world: World, elsewhere: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_at: str
) -> None:
    case = world.case("INTAKE")
    world.file(case.id)
    copies = kept(world, tmp_path)

    def die(*_: Any, **__: Any) -> int:
        raise KeyboardInterrupt

    load = archive.dump.read_table

    def die_there(statement: str) -> None:
        if stopped_at in statement:
            raise KeyboardInterrupt

    with monkeypatch.context() as power_cut:
        if stopped_at == "read_table":
            power_cut.setattr(
                archive.dump,
                "read_table",
                lambda database, table, *rest: die() if table.name == "command" else load(database, table, *rest),
            )
        elif stopped_at == "load_documents":
            power_cut.setattr(archive, "restore_documents", die)
        elsewhere.log.before = die_there
        with pytest.raises(KeyboardInterrupt):
            restore_office(elsewhere, copies, CONSOLE)
        elsewhere.log.before = None
    for way_in in (Runtime.enter, Runtime.prepare):
        with pytest.raises(RestoreUnfinished, match="Run the same"):
            way_in(elsewhere.addresses)
    other = kept(world, tmp_path / "other")
    with pytest.raises(archive.AnotherRestore, match="make the office anew"):
        restore_office(elsewhere, other, CONSOLE)
    there, told = put_back(copies, elsewhere, world)
    assert (told.documents, verify_everything(there)) == (1, [])
    assert recorded(there).erasures == 0
    there.close()


# -- the witness -------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_proving(small: World, tmp_path: Path) -> World:
    """An office on SQLite whose witness lies in a folder of its own."""
    own = Path(shutil.copy(small.runtime.addresses.master_key, tmp_path / "master.key"))
    object.__setattr__(small.runtime.addresses, "proofs", tmp_path / "proofs")
    object.__setattr__(small.runtime.addresses, "master_key", own)
    return small


def test_a_backup_older_than_the_last_published_head_is_told_and_found(
    small_proving: World, tmp_path: Path, office_at: Callable[[str], StoreLocations]
) -> None:
    world = small_proving
    case = world.case("INTAKE")
    copies = kept(world, tmp_path / "kept")
    case.do("add_note", text="Dopo la copia.")
    checkpoint(world.runtime)
    there = office_at("sqlite")
    proofs = Path(shutil.copytree(tmp_path / "proofs", tmp_path / "copied"))
    own = StoreLocations(there.log, there.read, there.keys, tmp_path / "site" / "master.key", proofs=proofs)
    runtime = Runtime.prepare(own, clock=world.clock)
    restored, told = put_back(copies, runtime, world)
    assert "what was recorded between is lost" in told.witness
    assert len(untouched(restored)) >= 1
    runtime.close()
    restored.close()


def test_beside_its_own_witness_the_next_head_follows_the_last(
    small_proving: World, tmp_path: Path, office_at: Callable[[str], StoreLocations]
) -> None:
    world = small_proving
    world.case("INTAKE")
    checkpoint(world.runtime)
    copies = kept(world, tmp_path / "kept")
    there = office_at("sqlite")
    (tmp_path / "site").mkdir()
    shutil.copy(tmp_path / "proof.key", tmp_path / "site" / "proof.key")
    own = StoreLocations(
        there.log,
        there.read,
        there.keys,
        tmp_path / "site" / "master.key",
        proofs=Path(shutil.copytree(tmp_path / "proofs", tmp_path / "copied")),
    )
    runtime = Runtime.prepare(own, clock=world.clock)
    restored, told = put_back(copies, runtime, world)
    assert (told.witness, untouched(restored)) == ("", [])
    assert open_witness(restored).heads("events")[-1].size == told.manifest.tables["event"].rows + 1
    runtime.close()
    restored.close()
