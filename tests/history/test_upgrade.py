"""An office made by 0.7.0, kept as a folder: it upgrades, what was given goes on where an event says so, and it verifies."""

import json
import shutil
import tarfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import create_app
from opera_cases.application.integrity import tampering
from opera_cases.application.integrity.authority import check_authority
from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.jobs.rounds import run_until_idle
from tests.support.over_http import Desk
from tests.support.world import SetClock

KEPT = Path(__file__).parents[1] / "history" / "office-0.7.0.tar.gz"


class Upgraded(NamedTuple):
    """The office after the upgrade, and what was told when it was made: tokens by role, ids."""

    runtime: Runtime
    told: dict[str, Any]
    clock: SetClock


@pytest.fixture
def upgraded(tmp_path: Path) -> Iterator[Upgraded]:
    with tarfile.open(KEPT) as kept:
        for each in kept:
            there, content = tmp_path / each.name, kept.extractfile(each)
            if content is None:
                there.mkdir(parents=True)
            else:
                there.write_bytes(content.read())
                there.chmod(each.mode)
    folder = tmp_path / "office-0.7.0"
    told = json.loads((folder / "told.json").read_text())
    clock = SetClock(date.fromisoformat(told["on"]))
    runtime = Runtime.prepare(StoreLocations.folder(folder), clock=clock)
    yield Upgraded(runtime, told, clock)
    runtime.close()


def test_tokens_that_an_event_names_go_on_and_the_others_end(upgraded: Upgraded) -> None:
    where, told, _ = upgraded
    assert where.renewed is not None
    assert (where.renewed.kept, where.renewed.ended, where.renewed.calendars) == (5, 1, 1)
    with TestClient(create_app(where)) as client:
        answers = {name: Desk(client, told[name]).raw("desks").status_code for name in
                   ("caseworker", "mentor", "regional", "auditor", "monitor", "withdrawn", "without_event")}  # fmt: skip
        assert answers == {
            "caseworker": 200,
            "mentor": 200,
            "regional": 200,
            "auditor": 200,
            "monitor": 200,
            "withdrawn": 401,
            "without_event": 401,
        }
        assert client.get(f"/calendars/{told['calendar']}.ics").status_code == 404
        caseworker = Desk(client, told["caseworker"])
        caseworker.step(f"cases/{told['case']}", "add_note", text="Dopo l'aggiornamento.")
        assert len(caseworker.get("cases")["items"]) == 2


def test_it_agrees_with_itself_and_with_its_witness(upgraded: Upgraded) -> None:
    run_until_idle(upgraded.runtime)
    assert list(check_authority(upgraded.runtime)) == []
    assert verify_everything(upgraded.runtime) == []
    assert tampering.verify_ledgers(upgraded.runtime) == []


def test_what_was_refused_then_is_told_by_the_codes_of_today(upgraded: Upgraded) -> None:
    where, told, _ = upgraded
    assert [tuple(row) for row in where.log.rows("SELECT operation, rules FROM log.refusal")] == [
        ("case.read", "out_of_reach")
    ]
    with TestClient(create_app(where)) as client:
        auditor = Desk(client, told["auditor"])
        for rule in ("", "out_of_reach", "record.out_of_reach"):
            [line] = auditor.get("audit/refusals", **({"rule": rule} if rule else {}))["items"]
            assert [each["rule"] for each in line["rules"]] == ["record.out_of_reach"]
        assert auditor.get("audit/refusals", rule="case.out_of_reach")["items"] == []
    assert [row[0] for row in where.log.rows("SELECT rules FROM log.refusal")] == ["out_of_reach"], (
        "nothing stored is rewritten"
    )


def test_upgrading_again_changes_nothing(upgraded: Upgraded) -> None:
    before = upgraded.runtime.log.rows("SELECT count(*) FROM log.authority")
    again = Runtime.prepare(upgraded.runtime.addresses, clock=upgraded.clock)
    assert (again.renewed, again.log.rows("SELECT count(*) FROM log.authority")) == (None, before)
    again.close()


def test_whoever_guarded_confirms_the_next_one(upgraded: Upgraded) -> None:
    where, told, _ = upgraded
    with TestClient(create_app(where)) as client:
        auditor = Desk(client, told["auditor"])
        regional = Desk(client, told["regional"])
        path = f"operators/{told['irene']}"
        proposed = auditor.step(path, "propose_role", role="DPO")
        assert regional.step(path, "confirm_role", proposal=proposed["event_ids"][0])["recorded"]


def test_a_folder_copied_after_the_upgrade_is_the_same_office(upgraded: Upgraded, tmp_path: Path) -> None:
    upgraded.runtime.close()
    copied = Path(shutil.copytree(upgraded.runtime.addresses.master_key.parent, tmp_path / "copy"))
    runtime = Runtime.prepare(StoreLocations.folder(copied), clock=upgraded.clock)
    assert runtime.application.authorities.find(upgraded.told["caseworker"], runtime.application.today()) is not None
    runtime.close()
