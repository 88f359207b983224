"""Only `migrate` and `demo` make an office: every other command finds one, or says where it looked and changes nothing."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
import pytest
import sqlalchemy as sa
import typer
from typer.testing import CliRunner

from opera_cases.application.integrity.chain_heads import open_witness
from opera_cases.application.integrity.first_head import first_key
from opera_cases.application.integrity.tampering import verify_ledgers
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.cli.app import app
from opera_cases.log.keys.master_key import NoMasterKey
from opera_cases.log.store.database import Database
from opera_cases.log.store.migrate import NotMigrated
from opera_cases.log.store.presence import NoKeys, NoOffice
from opera_cases.log.store.single_server import serving_alone
from tests.support.postgres import Cluster, sql
from tests.support.world import World

MAKES_ONE = {"migrate", "demo"}
NEEDS_NONE = {
    "procedure",
    "settings",
    "rulebook check",
    "rulebook show",
    "rulebook diff",
    "proof check",
    "proof checker",
}


def _commands(group: Any, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, each in group.commands.items():
        if hasattr(each, "commands"):
            yield from _commands(each, f"{before}{name} ")
        else:
            yield before + name, each


COMMANDS = dict(_commands(typer.main.get_command(app)))


def _said(command: click.Command, there: Path) -> list[str]:
    """Something for everything that the command must be told."""
    said = []
    for each in command.params:
        if each.required or getattr(each, "prompt", None):
            kind = each.type.name
            value = {"uuid": str(uuid4()), "datetime": "2026-02-02", "path": str(there),
                     "directory": str(there), "file": str(there / "file"), "choice": str(getattr(each.type, "choices", [""])[0])}.get(kind, "1" if "int" in kind else "una frase lunga e segreta")  # fmt: skip
            said += [value] if each.param_type_name == "argument" else [each.opts[0], value]
    return said


def _run(name: str, there: Path) -> Any:
    return CliRunner().invoke(app, [*name.split(), *_said(COMMANDS[name], there)])


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - MAKES_ONE - NEEDS_NONE))
def test_a_mistyped_folder_is_told_and_stays_as_it_was(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPERA_FOLDER", "ofice")
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "file").touch()
    told = _run(name, tmp_path / "given")
    assert isinstance(told.exception, NoOffice), told.output
    assert str(tmp_path / "ofice") in str(told.exception), "where it looked"
    assert "OPERA_FOLDER" in str(told.exception)
    assert "opera-cases migrate" in str(told.exception)
    assert {each.name for each in tmp_path.rglob("*")} == {"given", "file"}, "nothing was made"


def test_an_empty_database_is_told_and_stays_empty(
    postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stem = f"n{uuid4().hex[:8]}"
    sql(postgres.url("postgres"), f"CREATE DATABASE {stem}")
    monkeypatch.setenv("OPERA_LOG_URL", postgres.url(stem))
    monkeypatch.setenv("OPERA_KEYS_URL", postgres.url(stem))
    monkeypatch.setenv("OPERA_MASTER_KEY_FILE", str(tmp_path / "master.key"))
    for name in ("verify", "desk list", "restore", "serve", "proof heads", "keys ledger"):
        told = _run(name, tmp_path)
        assert isinstance(told.exception, NoOffice), (name, told.output)
        assert "OPERA_LOG_URL" in str(told.exception)
    database = Database(postgres.url(stem))
    with database.reading() as connection:
        schemas = sa.inspect(connection).get_schema_names()
        assert not {"log", "read"} & set(schemas)
        assert sa.inspect(connection).get_table_names() == []
    database.dispose()
    assert list(tmp_path.iterdir()) == []


def test_what_needs_no_office_works_without_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["procedure", "case"]).exit_code == 0
    assert CliRunner().invoke(app, ["rulebook", "check"]).exit_code == 0
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_no_office(tmp_path: Path) -> None:
    for name in ("log.db", "keys.db", "read.db"):
        (tmp_path / name).touch()
    with pytest.raises(NoOffice):
        Runtime.enter(StoreLocations.folder(tmp_path))
    assert {each.stat().st_size for each in tmp_path.iterdir()} == {0}


def _read_models_gone(addresses: StoreLocations) -> None:
    Path(addresses.read.removeprefix("sqlite:///")).unlink()


def _older_release(addresses: StoreLocations) -> None:
    with sqlite3.connect(addresses.log.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0002'")


@pytest.mark.parametrize("what", [_older_release, _read_models_gone])
def test_an_office_that_is_not_of_this_release_is_not_upgraded_by_looking_at_it(
    small: World, what: Callable[[StoreLocations], None]
) -> None:
    small.runtime.close()
    what(small.runtime.addresses)
    with pytest.raises(NotMigrated, match="opera-cases migrate"):
        Runtime.enter(small.runtime.addresses)


def test_an_office_whose_keys_are_gone_is_given_no_new_ones(world: World) -> None:
    """New keys would open nothing, and whatever was written with them could not be told from what came before."""
    runtime = world.runtime
    world.case("INTAKE")
    runtime.keys.rows("DELETE FROM subject_key")
    with pytest.raises(NoKeys, match="Put the keys back"):
        Runtime.prepare(runtime.addresses)
    assert runtime.keys.rows("SELECT count(*) FROM subject_key")[0][0] == 0


def test_an_office_whose_master_key_is_gone_is_given_no_new_one(small: World) -> None:
    small.case("INTAKE")
    master = small.runtime.addresses.master_key
    master.unlink()
    with pytest.raises(NoMasterKey, match="escrow"):
        Runtime.prepare(small.runtime.addresses)
    assert not master.exists()
    keys = Path(small.runtime.addresses.keys.removeprefix("sqlite:///"))
    small.runtime.close()
    keys.unlink()
    with pytest.raises(NoKeys):
        Runtime.enter(small.runtime.addresses)
    assert not keys.exists()


def test_the_first_head_is_signed_when_an_office_is_made_and_never_again(
    addresses: StoreLocations, tmp_path: Path
) -> None:
    runtime = Runtime(
        replace(addresses, proofs=tmp_path / "proofs", master_key=Path(shutil.copy(addresses.master_key, tmp_path)))
    )
    first = first_key(runtime)
    seen = open_witness(runtime)
    assert [(each.ledger, each.size, each.key) for each in seen.heads()] == [("events", 0, first)]
    assert first_key(runtime) == "", "it is told once"
    assert seen.trouble() == verify_ledgers(runtime) == []
    for file in (tmp_path / "proofs").iterdir():
        file.unlink()
    assert first_key(runtime) == "", "a key without its heads is no new office"
    assert seen.heads() == []
    runtime.close()


def test_migrate_prints_the_first_key_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPERA_FOLDER", str(tmp_path / "office"))
    made, again = (CliRunner().invoke(app, ["migrate"]).stdout for _ in range(2))
    shown = CliRunner().invoke(app, ["proof", "heads"]).stdout
    first = made.partition("OPERA_FIRST_KEY=")[2][:16]
    assert f"The first key is {first}." in shown
    assert "OPERA_FIRST_KEY" not in again


def test_a_demo_that_is_being_served_is_not_built_anew_under_it(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small.runtime.addresses.master_key.parent
    (folder / "this-is-a-demo").touch()
    with serving_alone(small.runtime.log):
        told = CliRunner().invoke(app, ["demo", "--no-serve", "--anew", "--folder", str(folder)])
    assert "serves the office" in str(told.exception)
    assert (folder / "log.db").exists()


def test_an_office_in_the_place_of_a_demo_is_not_destroyed(small: World) -> None:
    folder = small.runtime.addresses.master_key.parent
    told = CliRunner().invoke(app, ["demo", "--no-serve", "--folder", str(folder)])
    assert "holds no demo" in str(told.exception)
    small.case("INTAKE")
