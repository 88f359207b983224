"""The restore drill: an office is kept, put back elsewhere, on the same engine and on the other, and goes on."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag

from opera_cases.domain.errors import KeyDestroyed
from opera_cases.domain.personal import DataClass
from opera_cases.jobs.work import settle
from opera_cases.keeping import files_named
from opera_cases.log import archive
from opera_cases.log.sealing import unseal
from opera_cases.office.filing import content_of
from opera_cases.office.oracle import verify
from opera_cases.office.premises import Addresses, Premises
from opera_cases.projections.rebuild import rebuild_inline
from tests.world import SetClock, World

WORDS = "una frase lunga e segreta"


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, office_at: Callable[[str], Addresses], tmp_path: Path) -> Iterator[Premises]:
    """An office prepared and never used, with a master key and a folder of its own."""
    there = office_at(request.param)
    own = Addresses(there.log, there.read, there.keys, tmp_path / "elsewhere" / "master.key")
    where = Premises.prepare(own, clock=SetClock())
    yield where
    where.close()


def _kept(world: World, to: Path) -> archive.Manifest:
    where = world.where
    return archive.backup(where.log, where.office.keyring, where.files, lambda: files_named(where), to, WORDS,
                          release="0.2.0", at=world.clock(), progress=lambda done, total: None)  # fmt: skip


def _put_back(source: Path, where: Premises, words: str = WORDS, ledger: tuple[UUID, ...] = ()) -> Premises:
    archive.restore(source, where.log, where.keys, where.files, where.addresses.master_key, words, ledger,
                    lambda done, total: None)  # fmt: skip
    fresh = Premises.prepare(where.addresses, clock=where.clock)
    rebuild_inline(fresh.log, fresh.office.recorder, lambda done, total: None)
    settle(fresh)
    return fresh


def test_an_office_put_back_elsewhere_is_the_same_and_goes_on(world: World, elsewhere: Premises, tmp_path: Path) -> None:
    case = world.case("FUNDING")
    document = world.file(case.id)
    key = uuid4()
    before = world.ask(world.irene, "case", "add_note", case.id, text="Prima del trasloco.", key=key)
    world.settle()
    rows = "SELECT event_id, originator_id, originator_version, topic, state, metadata FROM log.event ORDER BY notification_id"
    events = [tuple(map(_plain, row)) for row in world.where.log.rows(rows)]
    _kept(world, tmp_path / "kept")
    there = _put_back(tmp_path / "kept", elsewhere)
    assert [tuple(map(_plain, row)) for row in there.log.rows(rows)] == events
    assert verify(there) == []
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


def test_what_was_erased_after_the_backup_stays_erased_after_the_restore(world: World, elsewhere: Premises, tmp_path: Path) -> None:
    case = world.case("INTAKE")
    _kept(world, tmp_path / "kept")
    world.where.office.keyring.destroy(case.person, [DataClass.IDENTITY.value], "asked")
    ledger = tuple(archive.ledger_of(world.where.keys))
    assert len(ledger) == 1
    there = _put_back(tmp_path / "kept", elsewhere, ledger=ledger)
    with pytest.raises(KeyDestroyed):
        unseal(there.office.load("person", case.person, world.irene).family_name, there.office.keyring)
    there.close()


def test_a_restore_that_cannot_be_trusted_writes_nothing(small: World, tmp_path: Path) -> None:
    small.case("INTAKE")
    _kept(small, tmp_path / "kept")
    where = Premises.prepare(Addresses.folder(tmp_path / "new"))
    with pytest.raises(InvalidTag):
        _put_back(tmp_path / "kept", where, words="un'altra frase segreta")
    with pytest.raises(archive.NotEmpty):
        archive.restore(tmp_path / "kept", small.where.log, small.where.keys, small.where.files,
                        small.where.addresses.master_key, WORDS, (), lambda done, total: None)  # fmt: skip
    victim = tmp_path / "kept" / "log" / "event.jsonl.gz"
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    with pytest.raises(archive.NotThatBackup, match=r"event\.jsonl\.gz"):
        _put_back(tmp_path / "kept", where)
    (tmp_path / "kept" / "manifest.json").unlink()
    with pytest.raises(archive.NotThatBackup, match="manifest"):
        _put_back(tmp_path / "kept", where)
    assert where.log.rows("SELECT count(*) FROM log.event")[0][0] == 0
    where.close()


def test_no_personal_value_and_no_key_can_be_read_from_a_backup(world: World, tmp_path: Path) -> None:
    case = world.case("INTAKE", person=world.person("Riconoscibili", "Teodolinda"))
    world.file(case.id, b"%PDF-1.7 segretissimo")
    _kept(world, tmp_path / "kept")
    master = b"".join(world.where.office.keyring.master.epochs.values())
    for path in (tmp_path / "kept").rglob("*"):
        if path.is_file():
            content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            for word in (b"Riconoscibili", b"Teodolinda", b"segretissimo", master):
                assert word not in content, path.name


def test_a_document_filed_while_the_backup_runs_is_in_it_or_its_event_is_not(small: World, tmp_path: Path) -> None:
    case = small.case("INTAKE")
    where = small.where

    def late() -> set[str]:
        small.file(case.id)
        return files_named(where)

    archive.backup(where.log, where.office.keyring, where.files, late, tmp_path / "kept", WORDS, release="0.2.0",
                   at=small.clock(), progress=lambda done, total: None)  # fmt: skip
    new = Premises.prepare(Addresses.folder(tmp_path / "new"), clock=SetClock())
    there = _put_back(tmp_path / "kept", new)
    assert verify(there) == []
    there.close()
    new.close()


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"x")])
def test_a_backup_that_would_lack_a_document_is_refused(small: World, tmp_path: Path, damage: Callable[[Path], object]) -> None:
    small.file(small.case("INTAKE").id)
    damage(small.where.files.path(next(iter(small.where.files.all()))))
    with pytest.raises(archive.DocumentMissing, match="gone or damaged"):
        _kept(small, tmp_path / "kept")
    with pytest.raises(archive.NotThatBackup):
        archive.check(tmp_path / "kept")


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value.hex if isinstance(value, UUID) else value
