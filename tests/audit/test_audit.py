"""The audit trail: who did what, when, on whose behalf, by which rule, what it changed; refused; read; explained."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import create_app
from opera_cases.application.integrity.proofs import checkpoint
from tests.api.test_openapi_conventions import ANSWERS, _follows
from tests.support.over_http import Desk
from tests.support.reminding import look, told
from tests.support.world import World

Json = dict[str, Any]


def _auditor(client: TestClient, world: World) -> Desk:
    return Desk(client, world.token(world.auditor))


def _trail(asker: Desk, /, **asked: Any) -> list[Json]:
    """Every page of the trail."""
    items: list[Json] = []
    page = asker.raw("audit/events", **asked).json()
    while True:
        items += page["items"]
        following = page["_links"].get("next")
        if following is None:
            return items
        page = asker.raw(following.partition("/rest/opera/v1/")[2]).json()


def test_the_trail_of_a_case_holds_everything_that_belongs_to_it(world: World, client: TestClient) -> None:
    case = world.case("MENTORING")
    world.case("PLAN", person=world.person("Altri", "Ugo"))
    world.settle()
    lines = _trail(_auditor(client, world), case=str(case.id), limit=7)
    expected = [
        row[0] for row in world.runtime.log.rows(
            "SELECT event_id FROM log.event WHERE originator_id = ANY($1::uuid[]) ORDER BY notification_id",
            [case.id, case.venture, *(UUID(str(r[0])) for r in world.runtime.log.rows("SELECT appointment_id FROM read.appointment_v1 WHERE case_id = $1", case.id))])
    ]  # fmt: skip
    assert [line["event_id"] for line in lines] == [str(UUID(str(each))) for each in expected]
    assert {"case.contact_recorded", "venture.trading_started", "appointment.held"} <= {line["topic"] for line in lines}
    document = create_app(world.runtime).openapi()
    page = _auditor(client, world).raw("audit/events", case=str(case.id)).json()
    assert _follows(document, ANSWERS["read_trail"], page) == []


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ({"topic": "case.agreement_signed"}, lambda line, _: line["topic"] == "case.agreement_signed"),
        ({"record_kind": "venture"}, lambda line, _: line["kind"] == "venture"),
        ({"rule": "check_in"}, lambda line, _: "check_in" in line["rules"]),
        ({"role": "POLICY"}, lambda line, _: line["role"] == "POLICY"),
        ({"of_people": True}, lambda line, _: line["role"] not in ("POLICY", "CLOCK")),
        ({"late_by": 3}, lambda line, _: line["days_late"] >= 3),
        ({"recorded_from": "2026-02-05"}, lambda line, _: line["recorded_at"] >= "2026-02-04T23"),
        ({"recorded_until": "2026-02-04"}, lambda line, _: line["recorded_at"] < "2026-02-04T23"),
        ({"occurred_from": "2026-02-03", "occurred_until": "2026-02-03"}, lambda line, _: line["occurred_on"] == "2026-02-03"),
        ({"step": "add_note"}, lambda line, _: line["step"] == "add_note"),
    ],
)  # fmt: skip
def test_each_filter_gives_what_it_says_and_all_of_it(
    world: World, client: TestClient, asked: Json, holds: Any
) -> None:
    case = world.case("MENTORING")
    world.clock.turn_to("2026-02-06")
    case.do("add_note", text="Di martedì.", on="2026-02-03")
    world.settle()
    every = _trail(_auditor(client, world))
    assert _trail(_auditor(client, world), **asked) == [line for line in every if holds(line, world)]
    assert 0 < len(_trail(_auditor(client, world), **asked)) < len(every)


def test_who_acted_and_for_whom_and_at_which_desk(world: World, client: TestClient) -> None:
    world.case("PLAN")
    pair = world.pair()
    found = world.runtime.application.load("duplicate", pair, world.auditor)
    world.ask(world.nives, "duplicate", "confirm_duplicate", pair, survivor=str(found.first), reason="Una.")
    world.settle()
    auditor = _auditor(client, world)
    assert {line["actor"] for line in _trail(auditor, actor=str(world.irene.id))} == {str(world.irene.id)}
    merged = _trail(auditor, on_behalf=True)
    assert merged
    assert {(line["role"], line["on_behalf_of"]) for line in merged} == {("POLICY", str(world.nives.id))}
    assert {line["desk"] for line in _trail(auditor, desk=str(world.desk))} == {str(world.desk)}


def test_a_change_says_what_was_before_and_a_correction_what_was_wrong(world: World, client: TestClient) -> None:
    case = world.case("INTAKE")
    for phone in ("+39 019 555 0100", "+39 019 555 0200"):
        world.ask(world.irene, "person", "record_contacts", case.person, phone=phone, preferred_channel="PHONE")
    said = case.do("confirm_eligibility", target_group="UNEMPLOYED", evidence="DID", evidence_on="2026-01-20")
    proposed = case.do(
        "propose_correction", fact=str(said.event_ids[0]), field="evidence_on", value="2026-01-25", reason="Riletta."
    )
    case.do("confirm_correction", by=world.nives, proposal=str(proposed.event_ids[0]))
    world.settle()
    auditor = _auditor(client, world)
    contacts = _trail(auditor, person=str(case.person), topic="person.contacts_recorded")
    assert [(c["before"], c["after"]) for c in contacts[1]["changes"]] == [("+390195550100", "+390195550200")]
    [corrected] = _trail(auditor, case=str(case.id), corrections=True)
    assert corrected["changes"] == [
        {"field": "evidence_on", "before": "2026-01-20", "after": "2026-01-25", "fact": str(said.event_ids[0])}]  # fmt: skip
    assert corrected["actor"] == str(world.nives.id)


def test_overrules_and_refusals_name_their_rules(world: World, client: TestClient) -> None:
    case = world.case("IDEA")
    case.do("overrule", by=world.nives, parameter="idea_study", value=6, reason="Malattia.")
    case.refused("resume")
    world.settle()
    auditor = _auditor(client, world)
    [overruled] = _trail(auditor, overrules=True)
    assert "idea_study" in overruled["rules"]
    document = create_app(world.runtime).openapi()
    refused = auditor.raw("audit/refusals", record=str(case.id)).json()
    assert _follows(document, ANSWERS["read_refusals"], refused) == []
    [line] = refused["items"]
    assert (line["operation"], line["actor"], line["edition"]) == ("case.resume", str(world.irene.id), "2026-7")
    assert [(each["rule"], bool(each["says"])) for each in line["rules"]] == [("case.suspended", True)]
    assert auditor.raw("audit/refusals", rule="case.suspended").json()["items"] == refused["items"]
    assert auditor.raw("audit/refusals", rule="case.meeting_held").json()["items"] == []


def test_a_step_is_explained_by_what_its_rules_saw(world: World, client: TestClient) -> None:
    case = world.case("PLAN")
    signed = next(e for e in world.runtime.application.records.history(case.id) if e.topic == "case.agreement_signed")
    told = Desk(client, world.token(world.irene)).raw(f"audit/events/{signed.event_id}/explanation").json()
    assert _follows(create_app(world.runtime).openapi(), ANSWERS["read_explanation"], told) == []
    assert (told["from_state"], told["to_state"], told["edition"], told["procedure"]) == (
        "ASSESSMENT",
        "PLAN",
        "2026-7",
        "case/6",
    )
    assert {"case.needs_known", "case.caseworker_named", "case.pathway_or_day"} <= {
        each["rule"] for each in told["rules"]
    }
    due = {each["rule"]: each for each in told["promised"]}
    assert due["next_contact"]["source"].startswith("D.Lgs. 150/2015 art. 20")
    assessed = next(e for e in world.runtime.application.records.history(case.id) if e.topic == "case.needs_assessed")
    saw = Desk(client, world.token(world.irene)).raw(f"audit/events/{assessed.event_id}/explanation").json()["saw"]
    assert {"fact": "meetings_held", "value": "1"} in saw
    world.second_desk()
    assert Desk(client, world.token(world.oreste)).raw(f"audit/events/{signed.event_id}/explanation").status_code == 404


def test_a_supervisor_sees_what_is_within_reach_and_a_caseworker_no_trail_at_all(
    world: World, client: TestClient
) -> None:
    world.second_desk()
    here = world.case("PLAN")
    world.ask(world.oreste, "case", "record_contact", desk=str(world.armea), channel="PHONE")
    world.settle()
    mine = _trail(Desk(client, world.token(world.nives)), record_kind="case")
    assert {line["stream"] for line in mine} == {str(here.id)}
    assert {line["stream"] for line in _trail(Desk(client, world.token(world.delia)), record_kind="case")} & {
        str(here.id)
    } == set()
    assert Desk(client, world.token(world.irene)).raw("audit/events").status_code == 403
    assert Desk(client, world.token(world.nives)).raw("audit/readings").status_code == 403
    assert Desk(client, world.token(world.nives)).raw("audit/refusals").status_code == 403


def test_the_access_ledger_says_who_read_whom_where_and_why(world: World, client: TestClient) -> None:
    case = world.case("PLAN")
    irene = Desk(client, world.token(world.irene))
    irene.get(f"cases/{case.id}")
    irene.get("cases")
    world.settle()
    auditor = _auditor(client, world)
    document = create_app(world.runtime).openapi()
    ledger = auditor.raw("audit/readings", person=str(case.person)).json()
    assert _follows(document, ANSWERS["read_ledger"], ledger) == []
    places = {line["place"] for line in ledger["items"] if line["actor"] == str(world.irene.id)}
    assert "list of cases" in places
    assert {line["subject"] for line in ledger["items"]} == {str(case.person)}
    answer = irene.raw(f"people/{case.person}/readers").json()
    assert _follows(document, ANSWERS["read_readers"], answer) == []
    line = next(each for each in answer["items"] if each["place"] == "list of cases")
    assert (line["day"], line["desk"], line["role"]) == ("2026-02-02", "Sportello SV-BIC", "operatore")
    assert str(world.irene.id) not in json.dumps(answer), "for the person, those who work here are not named"


def test_an_export_says_what_was_asked_and_against_what_it_can_be_held(
    world: World, client: TestClient, tmp_path: Path
) -> None:
    object.__setattr__(world.runtime.addresses, "proofs", tmp_path / "proofs")
    case = world.case("PLAN")
    world.settle()
    checkpoint(world.runtime, timedelta(0))
    auditor = _auditor(client, world)
    for form in ("JSONL", "CSV"):
        task = auditor.send("audit/exports", case=str(case.id), of_people=True, format=form)
        result = auditor.result(task, world.settle)
        if form == "JSONL":
            head, *lines = [json.loads(line) for line in result.text.splitlines()]
            assert head["filter"] == {"case": str(case.id), "of_people": True}
            assert int(head["log_position"]) > 0
            assert head["checkpoint"]["ledger"] == "events"
            assert (head["lines"], head["complete"]) == (len(lines), True)
            assert lines[0]["topic"] == "case.contact_recorded"
        else:
            rows = list(csv.reader(io.StringIO(result.content.decode("utf-8-sig")), delimiter=";"))
            assert rows[0][0] == "# filter"
            body = rows[next(n for n, row in enumerate(rows) if row[0] == "position") + 1 :]
            assert len(body) == len(lines)
    assert auditor.raw(f"audit/events/{lines[0]['event_id']}/proof").json()["index"] >= 0
    assert auditor.raw("audit/heads").json()["items"][0]["number"] == 1


def test_what_somebody_may_not_see_is_on_record_when_they_ask_for_it(world: World, client: TestClient) -> None:
    world.second_desk()
    case = world.case("PLAN")
    oreste, auditor = Desk(client, world.token(world.oreste)), _auditor(client, world)
    assert oreste.raw(f"cases/{case.id}/timeline").status_code == 404
    assert oreste.raw(f"cases/{case.id}/differences", since="2026-01-01", until="2026-02-01").status_code == 404
    assert oreste.raw(f"cases/{UUID(int=5)}/timeline").status_code == 404
    assert [oreste.raw(path).status_code for path in ("audit/events", "audit/readings")] == [403, 403]
    lines = auditor.get("audit/refusals", actor=str(world.oreste.id))["items"]
    told = sorted((line["operation"], line["record"], line["rules"][0]["rule"]) for line in lines)
    nothing = str(UUID(int=0))
    assert told == sorted([
        ("case.read", str(UUID(int=5)), "record.no_such_record"), *[("case.read", str(case.id), "record.out_of_reach")] * 2,
        ("read_ledger", nothing, "record.not_your_role"), ("read_trail", nothing, "record.not_your_role"),
    ])  # fmt: skip


def test_a_file_beyond_reach_is_opened_for_a_reason_for_a_day_and_seen(world: World, client: TestClient) -> None:
    world.second_desk()
    world.token(world.dina)
    case = world.case("PLAN")
    case.do("add_note", text="Telefonare dopo le cinque.")
    world.settle()
    oreste, nives = Desk(client, world.token(world.oreste)), Desk(client, world.token(world.nives))
    assert oreste.raw(f"cases/{case.id}").status_code == 404
    number = case.now.file_number
    assert oreste.send("accesses", file_number=number).status_code == 422, "without a reason nothing is opened"
    taken = oreste.send("accesses", file_number=number, reason="È qui allo sportello, il collega è assente.").json()
    assert (taken["opened"], taken["until"], taken["operator"]) == (str(case.id), "2026-02-03", str(world.oreste.id))
    seen = oreste.raw(f"cases/{case.id}")
    assert seen.status_code == 200
    assert [oreste.raw(path).status_code for path in (f"cases/{case.id}/timeline", f"people/{case.person}")] == [
        200,
        200,
    ]
    assert [each["case_id"] for each in oreste.raw("cases").json()["items"]] == [str(case.id)]
    assert oreste.send("cases/searches", text=number).json()["items"][0]["family_name"] == "Provaletti"
    assert oreste.send("people/searches", family_name="Provaletti").json()["items"][0]["family_name"] == "Provaletti"
    assert number not in oreste.result(oreste.send("exports", kind="case", format="CSV"), world.settle).text, (
        "it is read, not taken along"
    )
    assert oreste.try_step(f"cases/{case.id}", "add_note", text="No.").status_code in (403, 409), (
        "reading is not working"
    )
    nives.get(f"cases/{case.id}")
    assert nives.raw("accesses").json()["items"][0]["operator"] == str(world.oreste.id)

    # who leads the desk and the data protection officer are told at once
    look(world, "2026-02-02")
    told_of = {(each.recipient, each.rung) for each in told(world) if each.rule == "access_review"}
    assert told_of == {(world.nives.id, "raised"), (world.dina.id, "raised_officer")}
    assert oreste.try_step(f"accesses/{taken['id']}", "review_access", verdict="JUSTIFIED").status_code in (403, 409)
    assert (
        nives.step(f"accesses/{taken['id']}", "review_access", verdict="NOT_JUSTIFIED", note="Bastava chiamare.")[
            "state"
        ]
        == "REVIEWED"
    )

    # two days later it is closed again, and every look is on record: denied, opened, read
    world.clock.turn_to("2026-02-04")
    assert oreste.raw(f"cases/{case.id}").status_code == 404
    auditor = _auditor(client, world)
    denied = auditor.raw("audit/refusals", record=str(case.id), rule="record.out_of_reach").json()["items"]
    assert [each["actor"] for each in denied] == [str(world.oreste.id)] * 2
    read = auditor.raw("audit/readings", actor=str(world.oreste.id), person=str(case.person)).json()["items"]
    places = ("case", "timeline", "person", "list of cases", "search of cases", "search of people")
    assert {(each["place"], each["purpose"]) for each in read} == {
        (place, "beyond reach, for a reason") for place in places
    }
    own = auditor.raw("audit/readings", actor=str(world.nives.id)).json()["items"]
    assert {each["purpose"] for each in own} == {"case work"}
    again = nives.send("accesses", file_number=number, reason="Il fascicolo mi serve per la riunione.").json()
    assert [each["rule"] for each in again["refusals"]] == ["access.beyond_reach"]


def test_the_editions_that_decided_are_told_with_what_each_changed(world: World, client: TestClient) -> None:
    case = world.case("PLAN")
    world.settle()
    auditor = _auditor(client, world)
    shown = auditor.raw("audit/editions").json()
    (now,) = shown["items"]
    assert (now["edition"], now["events"]) == ("2026-7", len(_trail(auditor)))
    assert len(now["digest"]) == 64
    assert {each["procedure"] for each in now["procedures"]} >= {"case/6", "person/3"}
    changes = {each["rule"]: (each["before"], each["after"]) for each in now["changes"]}
    assert changes == {"consultant_assignment_months": (None, "12 months")}
    assert _follows(create_app(world.runtime).openapi(), ANSWERS["read_editions"], shown) == []
    assert _trail(auditor, edition="2026-4") == []
    assert len(_trail(auditor, edition="2026-7", case=str(case.id))) == len(_trail(auditor, case=str(case.id)))
    assert Desk(client, world.token(world.irene)).raw("audit/editions").status_code == 403
