"""Tasks: the same step for many, imports with a preview, exports that no spreadsheet runs; and saved filters."""

import csv
import io
import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import openpyxl
import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import MOUNT
from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.tasks import queue as tasks
from opera_cases.application.tasks.bulk import steps
from opera_cases.application.tasks.exports import harmless
from opera_cases.application.tasks.imports import table_rows
from opera_cases.domain.kernel.errors import InvalidInput, Unavailable
from opera_cases.jobs.rounds import carry_out_tasks, tidy_up
from opera_cases.log.progress import Progress
from opera_cases.log.store.database import LostContact
from tests.support.over_http import Desk
from tests.support.world import World

HEAD = "family_name;given_names;birth_date;tax_code;phone;email;notice_version;channel;contact_on;wish\r\n"
ROWS = (
    HEAD
    + "Importati;Ada;1980-01-01;PRVRDS79C54Z999L;+39 019 555 0101;ada@example.org;2019-07;PHONE;2026-02-02;Un bar.\r\n"
    "Importati;Bea;1981-01-01;;;;2019-07;EVENT;;\r\n"
    "Importati;Ciro;non so;;;;;PHONE;;\r\n"
    "Importati;Dino;1983-01-01;;12;;;PHONE;;\r\n"
    ";Elsa;1984-01-01;;;;;PHONE;;\r\n"
    "Importati;Fulvio;1985-01-01;;;;;PIGEON;;\r\n"
).encode()


def _import(desk: Desk, world: World, content: bytes, *, dry_run: bool, key: Any = None) -> list[dict[str, Any]]:
    form = {"desk": str(world.desk), "dry_run": str(dry_run).lower()}
    asked = desk.upload("imports", content, key=key, **form)
    return list(desk.result(asked, world.settle).json()["items"])


def test_an_import_is_previewed_row_by_row_then_done_and_done_once(world: World, client: TestClient) -> None:
    irene = Desk(client, world.token(world.irene))
    preview = _import(irene, world, ROWS, dry_run=True)
    assert [(each["row"], each["outcome"], each.get("field")) for each in preview] == [
        (2, "Would", None), (3, "Would", None), (4, "Malformed", "birth_date"), (5, "Malformed", "phone"),
        (6, "Malformed", "family_name"), (7, "Malformed", "channel"),
    ]  # fmt: skip
    assert irene.get("people")["items"] == []
    key = uuid4()
    done = _import(irene, world, ROWS, dry_run=False, key=key)
    again = _import(irene, world, ROWS, dry_run=False, key=key)
    assert done == again
    assert [each["outcome"] for each in done] == ["Done", "Done", *["Malformed"] * 4]
    assert len(irene.get("people")["items"]) == len(irene.get("cases")["items"]) == 2
    person = irene.get(f"people/{done[0]['person']}")
    assert person["file"]["person.contacts_recorded"]["facts"]["email"] == "ada@example.org"
    assert irene.get(f"cases/{done[0]['case']}")["file"]["case.contact_recorded"]["facts"]["wish"] == "Un bar."
    assert verify_everything(world.runtime) == []


def test_an_import_says_who_is_known_already(world: World, client: TestClient) -> None:
    irene = Desk(client, world.token(world.irene))
    world.person("Importati", "Ada", "1980-01-01")
    world.settle()
    told = _import(irene, world, ROWS, dry_run=True)
    assert told[0]["refusals"][0]["rule"] == "person.likeness_considered"


def test_a_spreadsheet_is_read_like_text(world: World, client: TestClient) -> None:
    irene = Desk(client, world.token(world.irene))
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(ROWS.decode()), delimiter=";"):
        book.active.append(row)  # type: ignore[union-attr]
    file = io.BytesIO()
    book.save(file)
    assert [each["outcome"] for each in _import(irene, world, file.getvalue(), dry_run=True)] == [
        "Would",
        "Would",
        *["Malformed"] * 4,
    ]


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"shoe_size\r\n44\r\n", b"family_name\r\nX\r\n", b"PK\x03\x04nothing"]
)
def test_a_file_that_cannot_be_read_is_told_in_words(small: World, content: bytes) -> None:
    with pytest.raises(InvalidInput):
        table_rows(content)


def test_an_export_holds_what_the_asker_may_see_and_is_recorded(world: World, client: TestClient) -> None:
    world.second_desk()
    irene, oreste = Desk(client, world.token(world.irene)), Desk(client, world.token(world.oreste))
    world.case("INTAKE", person=world.person("=cmd|' /C calc'!A0", "+39"))
    world.case("PLAN", person=world.person("Esportati", "Lea"))
    asked = irene.send("exports", kind="case", format="CSV", filters={"desk": str(world.desk)})
    answer = irene.result(asked, world.settle)
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert {row["family_name"] for row in rows} == {"'=cmd|' /C calc'!A0", "Esportati"}
    assert {row["given_names"] for row in rows} == {"'+39", "Lea"}
    sheet = irene.result(irene.send("exports", kind="case", format="XLSX"), world.settle)
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(sheet.content)).active.iter_rows() for cell in row]  # type: ignore[union-attr]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "Esportati" in {cell.value for cell in cells}
    nothing = oreste.result(oreste.send("exports", kind="case", format="CSV"), world.settle)
    assert "Esportati" not in nothing.text
    recorded = world.runtime.log.rows(
        "SELECT count(*) FROM log.reading WHERE place = 'export of case' AND principal = $1", world.irene.id
    )
    assert recorded[0][0] == 4
    task = asked.headers["location"].removeprefix(f"{MOUNT}/")
    assert oreste.raw(task).status_code == oreste.raw(f"{task}/result").status_code == 404
    elio = Desk(client, world.token(world.elio))
    assert elio.send("exports", kind="case").status_code == 403


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_begins_as_a_formula(cell: str) -> None:
    assert harmless(cell).startswith("'")


def test_results_open_for_a_week_and_then_no_more(world: World, client: TestClient) -> None:
    irene = Desk(client, world.token(world.irene))
    world.case("INTAKE")
    asked = irene.send("exports", kind="case", format="CSV")
    irene.result(asked, world.settle)
    world.clock.turn_to("2026-02-20")
    tidy_up(world.runtime)
    assert irene.raw(asked.headers["location"].removeprefix(f"{MOUNT}/")).status_code == 404


def test_a_task_left_by_a_worker_that_died_is_taken_up_by_another_and_takes_no_step_twice(
    world: World, client: TestClient
) -> None:
    irene = Desk(client, world.token(world.irene))
    cases = [str(world.case("INTAKE", person=world.person(f"Lotti{n}", "Ida")).id) for n in "abc"]
    asked = irene.send("batches", kind="case", step="add_note", values={"text": "Per tutti."}, ids=cases)
    assert asked.status_code == 202
    taken = tasks._claim(world.runtime)
    assert taken is not None
    assert tasks._claim(world.runtime) is None, "its lease stands"
    body = {
        "kind": "case",
        "step": "add_note",
        "values": {"text": "Per tutti."},
        "ids": cases[:2],
        "on": None,
        "dry_run": False,
    }
    steps(world.runtime, taken[0].task, body, world.irene, lambda done, total: None)
    world.clock.at += timedelta(seconds=90)
    done = irene.result(asked, world.settle).json()
    assert [each["outcome"] for each in done["items"]] == ["Done"] * 3
    notes = [
        e
        for each in cases
        for e in world.runtime.application.records.history(UUID(each))
        if e.topic == "case.note_added"
    ]
    assert len(notes) == 3


def test_filters_are_ones_own_or_shared_with_a_desk(world: World, client: TestClient) -> None:
    world.second_desk()
    irene, nives, oreste = (Desk(client, world.token(who)) for who in (world.irene, world.nives, world.oreste))
    own = irene.send("filters", name="Le mie ferme", list="cases", query="state=PLAN")
    shared = irene.send(
        "filters", name="Da richiamare", list="cases", query="state=CONTACT&sort=opened_on", desk=str(world.desk)
    )
    assert own.status_code == shared.status_code == 201
    assert {each["name"] for each in irene.get("filters")["items"]} == {"Le mie ferme", "Da richiamare"}
    assert [(each["name"], each["mine"]) for each in nives.get("filters")["items"]] == [("Da richiamare", False)]
    assert oreste.get("filters")["items"] == []
    elsewhere = irene.send("filters", name="x", list="cases", query="state=PLAN", desk=str(world.armea))
    assert elsewhere.status_code == 404
    headers = {"Authorization": f"Bearer {world.token(world.nives)}"}
    assert client.delete(f"{MOUNT}/filters/{shared.json()['id']}", headers=headers).status_code == 404
    headers = {"Authorization": f"Bearer {world.token(world.irene)}"}
    assert client.delete(f"{MOUNT}/filters/{shared.json()['id']}", headers=headers).status_code == 204
    assert nives.get("filters")["items"] == []


def test_one_key_asks_for_one_task(world: World, client: TestClient) -> None:
    headers = {"Authorization": f"Bearer {world.token(world.irene)}", "Idempotency-Key": str(uuid4())}
    answers = [
        client.post(f"{MOUNT}/exports", json={"kind": kind}, headers=headers) for kind in ("case", "case", "person")
    ]
    assert [each.status_code for each in answers] == [202, 202, 422]
    assert answers[0].json()["id"] == answers[1].json()["id"]


def test_a_batch_cannot_pretend_to_have_uploaded_a_file(world: World, client: TestClient) -> None:
    irene = Desk(client, world.token(world.irene))
    document = world.file(world.case("INTAKE").id)
    forged = {"title": "x", "media_type": "PDF", "size": 1, "digest": "0" * 64, "key": str(uuid4())}
    told = irene.send("batches", kind="document", step="add_version", values=forged, ids=[str(document)])
    assert told.status_code == 422
    alone = irene.try_step(f"documents/{document}", "add_version", **forged)
    assert alone.status_code == 422


def test_a_database_that_goes_away_under_a_task_fails_no_item(world: World, client: TestClient) -> None:
    irene = Desk(client, world.token(world.irene))
    cases = [str(world.case("INTAKE", person=world.person(f"Via{n}", "Ida")).id) for n in "abc"]
    asked = irene.send("batches", kind="case", step="add_note", values={"text": "Per tutti."}, ids=cases)
    written = 0

    def gone(sql: str) -> None:
        nonlocal written
        written += "INTO log.event" in sql
        if written == 2:
            raise LostContact

    world.runtime.log.before = gone
    with pytest.raises(Unavailable):
        carry_out_tasks(world.runtime)
    world.runtime.log.before = None
    world.clock.at += timedelta(seconds=90)
    done = irene.result(asked, world.settle).json()
    assert [each["outcome"] for each in done["items"]] == ["Done"] * 3
    notes = [
        e
        for each in cases
        for e in world.runtime.application.records.history(UUID(each))
        if e.topic == "case.note_added"
    ]
    assert len(notes) == 3


def _state(world: World, asked: Any) -> tuple[str, dict[str, Any]]:
    """How a task ended, and what is told of it to whoever asks for its result."""
    task = tasks.read_task(world.runtime, UUID(asked.json()["id"]), world.irene)
    told = world.runtime.files.get(task.result.digest, task.id, task.result.key) if task.result else b"{}"
    return task.state, json.loads(told)


@pytest.mark.parametrize("how", ["posting", "tokens", "operator"])
def test_what_was_asked_for_is_not_done_for_whoever_has_no_access_any_more(
    world: World, client: TestClient, how: str
) -> None:
    irene = Desk(client, world.token(world.irene))
    case = world.case("INTAKE").id
    batch = irene.send("batches", kind="case", step="add_note", values={"text": "Tardi."}, ids=[str(case)])
    export = irene.send("exports", kind="case", format="CSV")
    if how == "posting":
        world.ask(world.admin, "desk", "withdraw_operator", world.desk, operator=str(world.irene.id))
        world.clock.turn_to("2026-02-03")
    else:
        world.ask(world.admin, "operator", "withdraw_tokens" if how == "tokens" else "leave_operator", world.irene.id)
    before = len(world.runtime.application.records.history(case))
    world.settle()
    for asked in (batch, export):
        state, told = _state(world, asked)
        assert (state, told["detail"].partition(" after ")[0]) == ("FAILED", "Your access ended")
    assert len(world.runtime.application.records.history(case)) == before


def test_a_task_under_way_stops_when_access_ends(world: World, client: TestClient) -> None:
    irene = Desk(client, world.token(world.irene))
    cases = [world.case("INTAKE", person=world.person(f"Ferma{n}", "Ida")).id for n in "abc"]
    asked = irene.send(
        "batches", kind="case", step="add_note", values={"text": "Per tutti."}, ids=[str(each) for each in cases]
    )

    def ended(where: Any, task: UUID, body: dict[str, Any], who: Any, progress: Progress) -> tuple[bytes, str]:
        progress(0, 3)
        world.ask(world.admin, "operator", "withdraw_tokens", world.irene.id)
        return steps(where, task, body, who, progress)

    tasks.carry_out(world.runtime, {"steps": ended})
    assert _state(world, asked)[0] == "FAILED"
    topics = [event.topic for each in cases for event in world.runtime.application.records.history(each)]
    assert "case.note_added" not in topics


FORGED: dict[str, Any] = {
    "operator": UUID(int=33), "role": "DPO", "desks": "", "region": "ITC3", "kind": "import", "asked_at": "2026-01-01T00:00:00+00:00", "mac": b"x" * 32,
    "authority": b"y" * 32, "asked": b'{"digest":"00","key":"00000000-0000-0000-0000-000000000000","media":"x"}',
}  # fmt: skip


def test_a_task_that_somebody_wrote_into_the_database_is_carried_out_for_nobody_and_named(
    world: World, client: TestClient
) -> None:
    irene = Desk(client, world.token(world.irene))
    case = world.case("INTAKE").id

    def asked(text: str) -> Any:
        return irene.send("batches", kind="case", step="add_note", values={"text": text}, ids=[str(case)])

    forged = [(column, value, asked(column).json()["id"]) for column, value in [*FORGED.items(), ("mac", None)]]
    good = asked("Chiesto.")
    assert list(tasks.forged(world.runtime)) == []
    for column, value, task in forged:
        world.runtime.log.rows(f"UPDATE log.task SET {column} = $1 WHERE task_id = $2", value, UUID(task))
    assert [each["outcome"] for each in irene.result(good, world.settle).json()["items"]] == ["Done"]
    notes = [event for event in world.runtime.application.records.history(case) if event.topic == "case.note_added"]
    assert len(notes) == 1
    assert {irene.raw(f"tasks/{task}{more}").status_code for _, _, task in forged for more in ("", "/result")} == {404}
    world.clock.turn_to("2026-03-02")
    tidy_up(world.runtime)
    assert {where for where, _ in tasks.forged(world.runtime)} == {f"task {task}" for _, _, task in forged}, (
        "they stay until somebody looked into it"
    )
