"""The keyring: keys durable before events, rotation, destruction, escrow, orphans."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag

from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.render_text import keys_in_use
from opera_cases.domain.kernel.errors import KeyDestroyed
from opera_cases.domain.kernel.personal import DataClass, Sealed
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.keys.master_key import MasterKey, NoMasterKey, _write_privately
from opera_cases.log.keys.sealing import Tampered, seal, unseal
from opera_cases.log.store.database import Database
from opera_cases.runtime.settings import Settings
from tests.support.world import World


def _sealed(keyring: Keyring, text: str = "Ardesia") -> Sealed:
    owner = (uuid4(), DataClass.IDENTITY)
    key_id, key = keyring.keys([owner])[owner]
    return seal(text, key_id, key, subject=owner[0], data_class=owner[1], event=uuid4(), field="given_names")


def test_a_sealed_value_opens_where_it_stands_and_nowhere_else(world: World) -> None:
    keyring = world.runtime.application.keyring
    sealed = _sealed(keyring)
    assert unseal(sealed, keyring) == "Ardesia"
    elsewhere = {"event": uuid4(), "field": "family_name", "subject": uuid4(), "data_class": DataClass.CONTACT}
    for name, value in elsewhere.items():
        moved = Sealed(**{**{f: getattr(sealed, f) for f in sealed.__struct_fields__}, name: value})
        with pytest.raises(Tampered):
            unseal(moved, keyring)


def test_the_same_words_never_look_the_same_twice(world: World) -> None:
    keyring = world.runtime.application.keyring
    assert len({_sealed(keyring).ciphertext for _ in range(20)}) == 20


def test_one_person_and_class_has_one_key_even_when_two_processes_make_it(world: World) -> None:
    keyring = world.runtime.application.keyring
    other = Keyring(world.runtime.keys, MasterKey(keyring.master.path))
    owner = (uuid4(), "CONTACT")
    assert keyring.keys([owner]) == other.keys([owner])


def test_rotating_the_master_key_keeps_every_value_and_drops_the_old_key(world: World) -> None:
    keyring = world.runtime.application.keyring
    sealed, old = _sealed(keyring), dict(keyring.master.epochs)
    try:
        assert keyring.rotate() == 2
        assert list(MasterKey(keyring.master.path).epochs) == [2]
        fresh = Keyring(world.runtime.keys, MasterKey(keyring.master.path))
        assert unseal(sealed, fresh) == "Ardesia"
        assert old[1] not in fresh.master.epochs.values()
    finally:
        _put_back(keyring, old)


def _put_back(keyring: Keyring, old: dict[int, bytes]) -> None:
    """PostgreSQL offices of the tests share one master key file."""
    _write_privately(keyring.master.path, old)


def test_a_server_at_work_follows_a_rotation_by_another_process(small: World) -> None:
    server = small.runtime.application.keyring
    before = _sealed(server)
    Keyring(small.runtime.keys, MasterKey(server.master.path)).rotate()
    after = _sealed(server)
    server.forget()
    assert unseal(before, server) == unseal(after, server) == "Ardesia"
    fresh = Keyring(small.runtime.keys, MasterKey(server.master.path))
    assert unseal(before, fresh) == unseal(after, fresh) == "Ardesia"


def test_a_key_made_at_the_moment_of_a_rotation_is_not_lost(small: World) -> None:
    server = small.runtime.application.keyring
    administrator = Keyring(Database(small.runtime.addresses.keys), MasterKey(server.master.path))
    rotated = []

    def rotate_just_before(text: str) -> None:
        if "INSERT INTO subject_key" in text and not rotated:
            rotated.append(administrator.rotate())

    small.runtime.keys.before = rotate_just_before
    sealed = _sealed(server)
    small.runtime.keys.before = None
    administrator.database.dispose()
    assert rotated == [2]
    assert unseal(sealed, Keyring(small.runtime.keys, MasterKey(server.master.path))) == "Ardesia"


def test_a_key_destroyed_by_another_process_is_forgotten_within_a_minute(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = world.runtime.application.keyring
    sealed = _sealed(server)
    Keyring(world.runtime.keys, server.master).destroy(sealed.subject, ["IDENTITY"], "art. 17")
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 61)
    with pytest.raises(KeyDestroyed):
        unseal(sealed, server)


def test_a_rotation_stopped_half_way_can_be_run_again(small: World) -> None:
    keyring = small.runtime.application.keyring
    sealed = _sealed(keyring)
    keyring.master.add_epoch()  # and then the process died
    again = Keyring(small.runtime.keys, MasterKey(keyring.master.path))
    assert unseal(sealed, again) == "Ardesia"
    again.rotate()
    assert unseal(sealed, Keyring(small.runtime.keys, MasterKey(keyring.master.path))) == "Ardesia"


def test_destroying_a_key_erases_one_class_of_one_person_for_ever(world: World) -> None:
    case = world.case("INTAKE")
    person = world.runtime.application.load("person", case.person, world.irene)
    keyring = world.runtime.application.keyring
    assert unseal(person.family_name, keyring) == "Provaletti"
    assert keyring.destroy(case.person, ["IDENTITY"], "art. 17") == 1
    with pytest.raises(KeyDestroyed):
        unseal(person.family_name, keyring)
    world.settle()
    assert verify_everything(world.runtime) == [], "an erasure is no damage"
    again = world.runtime.application.load("person", case.person, world.irene)
    assert again.notice_version == "2019-07"


def test_keys_that_nothing_uses_are_swept_and_no_others(world: World) -> None:
    case = world.case("INTAKE")
    keyring = world.runtime.application.keyring
    orphan = _sealed(keyring)
    used = keys_in_use(world.runtime)
    assert keyring.sweep(used, "2000-01-01") == 0, "young keys may belong to a write under way"
    assert keyring.sweep(used, datetime.now(UTC).isoformat()) == 1
    with pytest.raises(KeyDestroyed):
        unseal(orphan, keyring)
    assert (
        unseal(world.runtime.application.load("person", case.person, world.irene).family_name, keyring) == "Provaletti"
    )


def test_eight_processes_that_start_at_once_make_one_master_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        for number in range(30):
            made = list(pool.map(MasterKey.create, [tmp_path / f"{number}.key"] * 8))
            assert len({each.epochs[1] for each in made}) == 1
    assert not list(tmp_path.glob("*.key.*")), "no draft is left lying about"


def test_the_escrow_brings_the_master_key_back_with_the_passphrase_only(small: World, tmp_path: Path) -> None:
    master = small.runtime.application.keyring.master
    sealed = master.escrow("quattro parole in cassaforte")
    with pytest.raises(InvalidTag):
        MasterKey.recover(tmp_path / "again.key", sealed, "tre parole")
    back = MasterKey.recover(tmp_path / "again.key", sealed, "quattro parole in cassaforte")
    assert back.epochs == master.epochs
    assert (tmp_path / "again.key").stat().st_mode & 0o777 == 0o600


def test_without_a_readable_master_key_nothing_opens(tmp_path: Path) -> None:
    for content in (None, "", "{}", '{"1": "c2hvcnQ="}'):
        path = tmp_path / "bad.key"
        if content is not None:
            path.write_text(content)
        with pytest.raises(NoMasterKey, match="escrow"):
            MasterKey(path)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"production": True}, "OPERA_LOG_URL"),
        ({"log_url": "postgresql://a/log"}, "OPERA_KEYS_URL"),
        ({"log_url": "postgresql://a/log", "keys_url": "postgresql://b/keys"}, "OPERA_MASTER_KEY_FILE"),
        ({"log_url": "postgresql://u@a/log", "keys_url": "postgresql://v@a/keys", "master_key_file": "k", "production": True}, "another one"),
    ],
)  # fmt: skip
def test_production_needs_its_keys_elsewhere(settings: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Settings(_env_file=None, **settings).addresses()  # type: ignore[arg-type,call-arg]


def test_an_empty_setting_is_left_out_where_it_names_a_place_and_unbound_where_it_bounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("OPERA_PROOFS", "OPERA_DOCUMENTS", "OPERA_MASTER_KEY_FILE", "OPERA_RATE"):
        monkeypatch.setenv(name, "")
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    assert (settings.proofs, settings.documents, settings.master_key_file) == (None, None, None)
    assert settings.rate == "", "no bound on requests"
    assert settings.addresses().witness.parent.name == settings.folder.name
