"""A backup that release 0.7 wrote comes back as well."""

import gzip
import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from opera_cases.application.backup.copies import Copies, NotTold, OldKeys
from opera_cases.application.backup.restore import restore_office
from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import CONSOLE
from opera_cases.domain.kernel.errors import KeyDestroyed
from opera_cases.log.backup import archive
from opera_cases.log.keys.sealing import unseal
from tests.support.copies import WORDS, but, kept, ledger_of, put_back, recorded, those_who_act
from tests.support.world import World


def _in_format_1(world: World, copies: Copies, to: Path) -> Copies:
    """The same backup as release 0.7 wrote it: with keys, sealed master key, tokens, and without the names of columns."""
    shutil.copytree(copies.log, to)
    shutil.copytree(str(copies.keys), to / "keys")
    (to / "keys" / "manifest.json").unlink()
    (to / archive.MASTER).write_bytes(copies.escrow)
    with gzip.open(to / "log" / "token.jsonl.gz", "wb") as file:
        file.write(
            json.dumps(["b3BjXw==", str(world.irene.id), "CASEWORKER", "", "", "2027-12-31", None]).encode() + b"\n"
        )
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


def test_a_backup_of_an_earlier_release_comes_back_without_its_tokens_and_needs_the_ledger_too(
    small: World, anew: Runtime, tmp_path: Path
) -> None:
    world, elsewhere = small, anew
    case = world.case("INTAKE")
    old = _in_format_1(world, kept(world, tmp_path / "new"), tmp_path / "old")
    world.runtime.application.keyring.destroy(case.person, ["IDENTITY"], "asked")
    with pytest.raises(NotTold, match="--no-ledger"):
        restore_office(elsewhere, but(old, ledger=None), CONSOLE)
    there, told = put_back(but(old, ledger=ledger_of(world)), elsewhere, world)
    assert (told.manifest.format, told.not_revived) == (1, 1)
    with pytest.raises(KeyDestroyed):
        unseal(there.application.load("person", case.person, world.irene).family_name, there.application.keyring)
    assert (
        unseal(there.application.load("operator", world.irene.id, world.admin).name, there.application.keyring)
        == "Irene Modelli"
    )
    assert those_who_act(there) == {"POSTING"}
    assert verify_everything(there) == []
    assert (recorded(there).backup_format, recorded(there).backup_release) == (1, "0.7.0")
    there.close()


def test_an_earlier_backup_holds_keys_and_is_past_its_day_like_them(
    small: World, anew: Runtime, tmp_path: Path
) -> None:
    small.case("INTAKE")
    old = _in_format_1(small, kept(small, tmp_path / "new"), tmp_path / "old")
    small.clock.at += timedelta(days=31)
    with pytest.raises(OldKeys):
        restore_office(anew, old, CONSOLE)
    assert date.fromisoformat("2026-03-05") == small.runtime.application.today()
