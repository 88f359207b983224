"""The dossier of a case: on paper and as JSON, in the reader's language, only what the reader may see, with proofs."""

import base64
import io
import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pdfua
import pytest
from pypdf import PdfReader
from starlette.testclient import TestClient

from opera_cases.api.app import MOUNT
from opera_cases.application.audit.dossier.sheets import render_pdf
from opera_cases.application.integrity import checker
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.vocabulary import Role
from tests.access.test_no_id_out_of_scope import UUIDS, Programme
from tests.support.mailbox import mailbox
from tests.support.over_http import Desk
from tests.support.reminding import addresses, look, mailed
from tests.support.reminding import told as reminders_told
from tests.support.world import TestCase, World

pytestmark = pytest.mark.usefixtures("proving")
Json = dict[str, Any]
PAGE = "<html lang='it'><head><title>t</title></head><body><h1>t</h1></body></html>"


def _corrected(world: World) -> TestCase:
    """A case in mentoring whose beginning of unemployment was corrected after it had been recorded."""
    case = world.case("MENTORING")
    case.do("add_note", text="Vuole aprire <b>presto</b> una «bottega».")
    entry = next(
        each for each in world.runtime.application.records.history(case.id) if each.topic == "case.entry_data_recorded"
    )
    proposed = case.do(
        "propose_correction", fact=str(entry.event_id), field="unemployed_since", value="2024-10-02", reason="Lettera."
    )
    case.do("confirm_correction", by=world.nives, proposal=str(proposed.event_ids[0]))
    world.settle()
    return case


def _asked(client: TestClient, world: World, desk: Desk, case: TestCase, form: str, language: str = "it") -> Any:
    headers = {**desk.headers, "Accept-Language": language}
    asked = client.post(f"{MOUNT}/cases/{case.id}/dossier", json={"format": form}, headers=headers)
    return desk.result(asked, world.settle)


def _said(page: bytes) -> str:
    return " ".join(" ".join(each.extract_text() for each in PdfReader(io.BytesIO(page)).pages).split())


READ = {
    "it": ("Fascicolo", "Che cosa è successo", "senza lavoro dal: 02/10/2025 corretto in: 02/10/2024"),
    "fr": ("Dossier", "Ce qui s'est passé", "sans emploi depuis : 02/10/2025 corrigé en : 02/10/2024"),
    "en": ("Dossier of case", "What happened", "unemployed since: 2025-10-02 corrected to: 2024-10-02"),
}


def test_on_paper_a_file_reads_in_the_language_of_whoever_asks_and_shows_what_was_corrected(
    world: World, client: TestClient, tmp_path: Path
) -> None:
    case = _corrected(world)
    for language, (title, *words) in READ.items():
        answer = _asked(client, world, Desk(client, world.token(world.irene)), case, "PDF", language)
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"].endswith('.pdf"')
        document = PdfReader(io.BytesIO(answer.content))
        assert document.metadata is not None
        assert document.metadata.title == f"{title} {case.now.file_number}"
        assert document.root_object["/Lang"] == language
        said = _said(answer.content)
        for each in (
            *words,
            "Provaletti",
            "Ardesia",
            "Irene Modelli",
            "Vuole aprire <b>presto</b> una «bottega».",
            "Lettera.",
        ):
            assert each in said, (language, each)
        (tmp_path / "dossier.pdf").write_bytes(answer.content)
        found = pdfua.validate(str(tmp_path / "dossier.pdf")).findings
        assert [each for each in found if each.severity is not pdfua.Severity.INFO] == []


def test_as_json_it_holds_every_event_and_a_stranger_can_check_it(
    world: World, client: TestClient, tmp_path: Path
) -> None:
    case = _corrected(world)
    told = _asked(client, world, Desk(client, world.token(world.irene)), case, "JSON").json()
    events = [event for record in told["records"] for event in record["events"]]
    stored = [
        event.event_id for stream in (case.id, case.person, case.venture) for event in world.runtime.application.records.history(stream)
    ]  # fmt: skip
    assert {str(each) for each in stored} <= {event["event_id"] for event in events}
    assert {record["kind"] for record in told["records"]} == {"person", "case", "venture", "appointment"}
    entry = next(event for event in events if event["topic"] == "case.entry_data_recorded")
    since = next(fact for fact in entry["facts"] if fact["field"] == "unemployed_since_sealed")
    assert (since["value"], since["says"], since["corrected"]["value"]) == ("2025-10-02", "02/10/2025", "2024-10-02")
    assert told["proof"]["left_out"] == 0

    (tmp_path / "dossier.json").write_text(json.dumps(told))
    checked = _checker(tmp_path)
    assert checked.returncode == 0, checked.stdout
    assert f"PROVED: {len(events)} events of the dossier {told['file_number']}" in checked.stdout


def _checker(folder: Path) -> Any:
    program = Path(checker.__file__)
    return subprocess.run(
        [sys.executable, "-I", program, folder / "dossier.json"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


CHANGES: tuple[tuple[Any, str], ...] = (
    (lambda told: _fact(told, "education").update(value="ISCED_8"), "the dossier says something else than the log"),
    (lambda told: _event(told)["meta"]["actor"].update(role="DPO"), "the dossier says something else than the log"),
    (lambda told: _event(told).update(state="CLOSED"), "the dossier says something else than the log"),
    (lambda told: _event(told)["facts"].pop(0), "the dossier says something else than the log"),
    (lambda told: _fact(told, "education").update(sealed=True), "the dossier says something else than the log"),
    (lambda told: told["records"][1]["events"].pop(), "the dossier says something else than the log"),
    (
        lambda told: told["records"][1]["events"].append({**_event(told), "event_id": "new"}),
        "an event without a proof was added",
    ),
    (lambda told: told["proof"]["items"].pop(), "an event without a proof was added, or one was taken out"),
    (
        lambda told: told["proof"]["head"].update(size=told["proof"]["head"]["size"] + 1),
        "not signed by a key of the office",
    ),
    (lambda told: told["proof"]["items"][3]["event"].update(version=7), "does not lead to the root"),
)


REMINDED = {
    "it": ("Chi è stato avvisato", "verifica dopo l'avvio, mese 1 scade il 02/03/2026 Elio Simulacri consegnato"),
    "fr": ("Qui a été averti", "suivi après le démarrage, mois 1 échéance le 02/03/2026 Elio Simulacri remis"),
    "en": (
        "Who was reminded",
        "check-in after the launch, month 1 due on 2026-03-02 Elio Simulacri passed to the mail server",
    ),
}


def test_it_says_who_was_reminded_of_what_and_what_became_of_it(world: World, client: TestClient) -> None:
    addresses(world)
    case = world.case("MENTORING")
    with mailbox() as (_, mail):
        look(world, "2026-02-16")
        assert mailed(world, mail) == 1, "by mail to the mentor"
        look(world, "2026-03-30")  # nobody looked for six weeks: some of it is of no use any more
    irene = Desk(client, world.token(world.irene))
    told = _asked(client, world, irene, case, "JSON").json()
    assert checker.trouble_with(told) == ""
    lines = {(each["rule"], each["rung"]): each for each in told["reminders"] if each["due_on"] == "2026-03-02"}
    invited, due = lines["check_in", "invite"], lines["check_in", "due"]
    assert (invited["told_on"], [each["who"] for each in invited["recipients"]]) == ("2026-02-16", [str(world.elio.id)])
    assert (due["told_on"], due["recipients"], due["because"]) == (None, [], ["SUPERSEDED"])
    listed = {(each.rule, each.rung) for each in reminders_told(world) if each.due_on == "2026-03-02"}
    assert listed == {name for name, each in lines.items() if each["told_on"]}, "what was told, and nothing else"
    for language, said in REMINDED.items():
        text = _said(_asked(client, world, irene, case, "PDF", language).content)
        assert all(each in text for each in said), (language, said)


def test_a_dossier_that_was_changed_is_found(world: World, client: TestClient, tmp_path: Path) -> None:
    made = _asked(client, world, Desk(client, world.token(world.irene)), _corrected(world), "JSON").text
    for change, says in CHANGES:
        told = json.loads(made)
        change(told)
        (tmp_path / "dossier.json").write_text(json.dumps(told))
        checked = _checker(tmp_path)
        assert (checked.returncode, says in checked.stdout) == (1, True), (says, checked.stdout)


def _event(told: Json) -> Json:
    return next(
        event
        for record in told["records"]
        for event in record["events"]
        if event["topic"] == "case.entry_data_recorded"
    )


def _fact(told: Json, field: str) -> Json:
    return next(fact for fact in _event(told)["facts"] if fact["field"] == field)


def test_it_names_no_record_beyond_reach_not_even_in_its_proofs(world: World, client: TestClient) -> None:
    programme, left_out, made, rng = Programme(world), 0, 0, random.Random(7)
    for who in programme.everybody:
        desk, beyond = Desk(client, world.token(who)), programme.beyond(who)
        within = [case for case in programme.ids()["case"] if str(case) not in beyond]
        for number, case in enumerate(rng.sample(within, min(len(within), 4))):
            asked = desk.send(f"cases/{case}/dossier", format="JSON")
            if asked.status_code == 403:
                continue
            told = desk.result(asked, world.settle).json()
            stored = [
                base64.b64decode(item["event"][part]).decode()
                for item in told["proof"]["items"]
                for part in ("state", "metadata")
            ]
            assert not set(UUIDS.findall(json.dumps(told) + " ".join(stored))) & beyond, (who.role, case)
            assert number or checker.trouble_with(told) == ""
            left_out, made = left_out + told["proof"]["left_out"], made + 1
    assert made > 20
    assert left_out > 0, "somewhere an event names a record beyond reach"


def test_who_asked_for_it_is_on_record_and_who_may_not_is_told_so(world: World, client: TestClient) -> None:
    case = _corrected(world)
    for desk, form in (
        (Desk(client, world.token(world.irene)), "PDF"),
        (Desk(client, world.token(world.auditor)), "JSON"),
    ):
        _asked(client, world, desk, case, form)
    auditor = Desk(client, world.token(world.auditor))
    read = [(each["actor"], each["place"]) for each in auditor.get("audit/readings", person=str(case.person))["items"]]
    assert (str(world.irene.id), "dossier as PDF") in read
    assert (str(world.auditor.id), "dossier as JSON") in read
    told = _asked(client, world, auditor, case, "JSON").json()
    looks = {(each["place"], each["place_label"], each["purpose_label"]) for each in told["readers"]}
    assert ("dossier as PDF", "fascicolo stampato (PDF)", "lavoro sul fascicolo") in looks

    assert Desk(client, world.token(world.elio)).send(f"cases/{case.id}/dossier", format="PDF").status_code == 403, (
        "a mentor"
    )
    stranger = world.employ("Zoe Nessuno", Role.CASEWORKER)
    assert Desk(client, world.token(stranger)).send(f"cases/{case.id}/dossier", format="PDF").status_code == 404


def test_what_was_made_is_handed_over_only_while_its_reader_reaches_as_far(world: World, client: TestClient) -> None:
    case = _corrected(world)
    rino = replace(world.employ("Rino Esempini", Role.REGIONAL_COORDINATOR), region="ITC3")
    irene, regional = Desk(client, world.token(world.irene)), Desk(client, world.token(rino))
    made = {
        desk: _asked(client, world, desk, case, "JSON").url.path.removeprefix(MOUNT + "/") for desk in (irene, regional)
    }
    listed = irene.result(irene.send("exports", kind="case", format="CSV"), world.settle).url.path.removeprefix(
        MOUNT + "/"
    )
    as_auditor = Desk(client, world.token(Principal(world.irene.id, Role.AUDITOR, frozenset(), "")))
    assert [irene.raw(path).status_code for path in (made[irene], listed)] == [200, 200]
    assert as_auditor.raw(made[irene]).status_code == 403, "asked for in another role"

    world.ask(world.admin, "desk", "withdraw_operator", world.desk, operator=str(world.irene.id))
    world.clock.turn_to(world.clock().date() + timedelta(days=1))
    moved = Desk(client, world.token(replace(world.irene, desks=frozenset({world.elsewhere}))))
    for path in (made[irene], listed):
        assert irene.raw(path).status_code == 401, "who works nowhere acts no more"
        gone = moved.raw(path)
        assert gone.status_code == 403, "asked for at another desk"
        assert "Ripeterla nel ruolo attuale" in gone.json()["detail"]
    assert regional.raw(made[regional]).status_code == 200
    elsewhere = Desk(client, world.token(replace(rino, region="ITG2")))
    assert elsewhere.raw(made[regional]).status_code == 403, "asked for in another region"


def test_no_dossier_is_made_of_a_file_opened_for_a_reason(world: World, client: TestClient) -> None:
    case = world.case("INTAKE")
    world.second_desk()
    oreste, auditor = Desk(client, world.token(world.oreste)), Desk(client, world.token(world.auditor))
    assert (
        oreste.send(
            "accesses", file_number=case.now.file_number, reason="È qui allo sportello, il collega è assente."
        ).status_code
        == 201
    )
    assert oreste.sees(f"cases/{case.id}")
    asked = oreste.send(f"cases/{case.id}/dossier", format="JSON")
    assert (asked.status_code, [each["rule"] for each in asked.json()["refusals"]]) == (409, ["record.not_taken_along"])
    denied = auditor.get("audit/refusals", record=str(case.id), rule="record.not_taken_along")["items"]
    assert [(each["actor"], each["operation"]) for each in denied] == [(str(world.oreste.id), "task.dossier")]


def test_what_was_erased_is_told_as_such(world: World, client: TestClient) -> None:
    case = _corrected(world)
    world.runtime.application.keyring.destroy(case.person, ["IDENTITY", "NARRATIVE"], "art. 17")
    desk = Desk(client, world.token(world.irene))
    said = _said(_asked(client, world, desk, case, "PDF").content)
    assert "cognome: [cancellato]" in said
    assert "Provaletti" not in said
    assert checker.trouble_with(_asked(client, world, desk, case, "JSON").json()) == ""


def test_a_machine_that_cannot_print_says_what_is_missing(
    world: World, client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As WeasyPrint fails without Pango: at its import, with an `OSError`."""
    case = _corrected(world)
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    told = _asked(client, world, Desk(client, world.token(world.irene)), case, "PDF").json()
    assert "libpango-1.0-0" in told["detail"]
    assert "JSON" in told["detail"]


def test_the_printer_fetches_nothing() -> None:
    plain = render_pdf(PAGE)
    asked = PAGE.replace(
        "<h1>", "<img alt='x' src='http://127.0.0.1:9/x.png'><img alt='y' src='file:///etc/hostname'><h1>"
    )
    assert plain.startswith(b"%PDF-1.7")
    assert b"/Image" not in render_pdf(asked)


def test_without_a_head_of_this_log_it_brings_no_proof_and_says_so(
    world: World, client: TestClient, tmp_path: Path
) -> None:
    """A witness that was put there from another office proves nothing about this one."""
    case = _corrected(world)
    desk = Desk(client, world.token(world.irene))
    _asked(client, world, desk, case, "JSON")
    heads = world.runtime.addresses.witness / "heads.jsonl"
    log = world.runtime.log.rows("SELECT log_id FROM log.epoch")[0][0]
    heads.write_text(heads.read_text().replace(str(UUID(str(log))), str(UUID(int=7))))
    told = _asked(client, world, desk, case, "JSON").json()
    assert (told["proof"]["head"], told["proof"]["items"]) == (None, [])
    assert checker.trouble_with(told) == "the dossier brings no proof"
    assert "Nessuna radice è ancora stata firmata." in _said(_asked(client, world, desk, case, "PDF").content)
