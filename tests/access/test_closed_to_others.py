"""What an office keeps on a machine is closed to everybody else there, as made now and as older releases left it."""

import stat
from pathlib import Path

import pytest

from opera_cases.cli.console import open_office
from opera_cases.log.store.private_files import shut
from opera_cases.runtime.settings import Settings
from tests.support.world import World


def open_to_others(folder: Path) -> list[Path]:
    """What somebody else could use of what lies in a folder that they may look into."""
    found = []
    for path in folder.iterdir():
        if path.stat().st_mode & 0o077:
            found += [path, *open_to_others(path)] if path.is_dir() else [path]
        elif path.is_dir():
            assert not path.stat().st_mode & 0o077
    return found


def test_an_office_that_was_open_is_shut_when_it_is_opened_by_its_account(small: World) -> None:
    small.file(small.case("INTAKE").id)
    folder = small.runtime.addresses.master_key.parent
    (folder / "proofs").mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.chmod(0o755 if path.is_dir() else 0o644)
    beside = folder / "thesis.txt"
    beside.write_text("not of the office")
    beside.chmod(0o644)
    assert {"log.db", "keys.db", "read.db", "documents", "proofs"} <= {each.name for each in open_to_others(folder)}
    open_office(Settings(folder=folder)).close()
    assert open_to_others(folder) == [beside], "what is not of the office is left alone"
    assert stat.S_IMODE((folder / "documents").stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "keys.db").stat().st_mode) == 0o600


def test_what_belongs_to_somebody_else_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = tmp_path / "keys.db"
    theirs.write_text("")
    theirs.chmod(0o644)

    def not_permitted(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", not_permitted)
    assert shut([f"sqlite:///{theirs}", "postgresql:///log"], [tmp_path / "absent"]) == [theirs]
