"""Two times: what was known on a day is the same whenever it is asked; what was true is as corrected since."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from starlette.testclient import TestClient

from opera_cases.api.app import create_app
from opera_cases.api.schemas.records.kinds import own_fields
from opera_cases.application.paths import COLLECTIONS
from opera_cases.jobs.due_scan import remind
from tests.api.test_openapi_conventions import ANSWERS, _follows
from tests.support.group import TestGroup
from tests.support.over_http import Desk
from tests.support.reminding import look
from tests.support.world import World

Json = dict[str, Any]
WORDS = ("labels", "allowed_steps", "_links", "state_label", "file")


def _id(row: Json) -> str:
    return str(row["case_id"])


def _kept(desk: Desk, path: str, day: str) -> str:
    """An answer as known on a day: the facts, without words and steps, as text to be compared."""
    answer = desk.get(path, as_known_on=day)
    return json.dumps({name: value for name, value in answer.items() if name not in (*WORDS, "etag")}, sort_keys=True)


def _records(world: World) -> list[str]:
    rows = world.runtime.log.rows("SELECT DISTINCT originator_id, topic FROM log.event WHERE originator_version = 1")
    found = [(str(topic).partition(".")[0], UUID(str(stream))) for stream, topic in rows]
    return sorted(f"{COLLECTIONS[kind]}/{stream}" for kind, stream in found if kind not in ("reminder", "message"))


def test_what_was_known_on_a_day_is_the_same_after_three_more_years(world: World, client: TestClient) -> None:
    """Every record of the office, and the caseload; then years of events, reminders and corrections."""
    group = TestGroup(world, members=3).planned()
    solo = world.case("MENTORING", person=world.person("Soli", "Ada"))
    world.second_desk()
    moved = world.case("PLAN", person=world.person("Mossi", "Ivo"))
    moved.do("request_transfer", to_desk=str(world.armea), informed_on=moved.today, note="Si trasferisce.")
    auditor = Desk(client, world.token(world.auditor))
    world.settle()
    day = "2026-02-02"
    world.clock.turn_to("2026-02-03")
    paths = _records(world)
    assert len({path.split("/")[0] for path in paths}) >= 6
    then = {path: _kept(auditor, path, day) for path in paths}
    caseload = auditor.get("cases/known", on=day, limit=200)
    assert caseload["count"] == 5

    moved.do("accept_transfer", by=world.oreste, caseworker=str(world.oreste.id))
    entry = next(e for e in world.runtime.application.records.history(solo.id) if e.topic == "case.entry_data_recorded")
    proposed = solo.do(
        "propose_correction", fact=str(entry.event_id), field="education", value="ISCED_5", reason="Diploma."
    )
    solo.do("confirm_correction", by=world.nives, proposal=str(proposed.event_ids[0]))
    group.do("withdraw_member", person=str(group.people[2]), reason_code="OTHER", reason="Cambia vita.")
    for number in range(1, 37, 3):
        world.clock.turn_to(date(2026, 2, 3) + timedelta(days=30 * number))
        world.settle()
        remind(world.runtime)
    solo.do("add_note", text="Tre anni dopo.")
    world.settle()
    auditor.shows(world.token(world.auditor))

    assert {path: _kept(auditor, path, day) for path in paths} == then
    again = auditor.get("cases/known", on=day, limit=200)
    assert {n: again[n] for n in ("items", "count", "position")} == {
        n: caseload[n] for n in ("items", "count", "position")
    }
    assert any(_kept(auditor, path, "2028-12-31") != then[path] for path in paths), "and later days know more"


def test_a_caseload_on_a_day_equals_the_answer_given_on_that_day(world: World, client: TestClient) -> None:
    world.second_desk()
    first = world.case("PLAN")
    second = world.case("INTAKE", person=world.person("Altri", "Ugo"))
    world.settle()
    nives, delia = Desk(client, world.token(world.nives)), Desk(client, world.token(world.delia))

    def given(desk: Desk) -> list[Json]:
        """The caseload as the list shows it now, without names."""
        items = desk.get("cases", limit=200)["items"]
        return [{n: v for n, v in item.items() if n not in ("given_names", "family_name")} for item in items]

    on_monday = given(nives)
    world.clock.turn_to("2026-02-03")
    second.do("close", outcome="WITHDREW", reason_code="OTHER", exit_situation="JOB_SEARCH")
    first.do("request_transfer", to_desk=str(world.armea), informed_on=first.today, note="Va a Sanremo.")
    first.do("accept_transfer", by=world.oreste, caseworker=str(world.oreste.id))
    world.settle()
    on_tuesday = given(delia)
    world.clock.turn_to("2026-02-04")
    world.settle()
    known = nives.get("cases/known", on="2026-02-02", limit=200)
    assert (
        _follows(
            create_app(world.runtime).openapi(),
            ANSWERS["read_caseload_known"],
            {n: v for n, v in known.items() if n != "etag"},
        )
        == []
    )
    assert sorted(known["items"], key=_id) == sorted(on_monday, key=_id)
    assert delia.get("cases/known", on="2026-02-02")["items"] == []
    assert [each["case_id"] for each in delia.get("cases/known", on="2026-02-03")["items"]] == [
        each["case_id"] for each in on_tuesday
    ]
    assert nives.get("cases/known", on="2026-02-03", state="CLOSED")["count"] == 1
    assert nives.get("cases/known", on="2025-12-31")["items"] == []


def test_the_difference_between_two_days_is_told_field_by_field_and_step_by_step(
    world: World, client: TestClient
) -> None:
    case = world.case("ASSESSMENT")
    world.settle()
    world.clock.turn_to("2026-02-05")
    case.do("assign", caseworker=str(world.irene.id))
    world.settle()
    world.clock.turn_to("2026-02-06")
    irene = Desk(client, world.token(world.irene))
    told = irene.get(f"cases/{case.id}/differences", since="2026-02-02", until="2026-02-05")
    shape = {n: v for n, v in told.items() if n != "etag"}
    assert _follows(create_app(world.runtime).openapi(), "DifferencesAnswer", shape) == []
    assert told["fields"] == [{"field": "caseworker", "before": None, "after": str(world.irene.id)}]
    assert [(each["topic"], each["says"]) for each in told["events"]] == [
        ("case.caseworker_assigned", "Presa in carico: operatore assegnato")
    ]
    same = irene.get(f"cases/{case.id}/differences", since="2026-02-05", until="2026-02-06")
    assert (same["fields"], same["events"]) == ([], [])


def test_a_corrected_fact_was_always_so_but_was_not_always_known(world: World, client: TestClient) -> None:
    """Liana was long-term unemployed all along; the January report could not know."""
    case = world.case("PLAN")
    entry = next(e for e in world.runtime.application.records.history(case.id) if e.topic == "case.entry_data_recorded")
    look(world, "2026-05-06")
    proposed = case.do(
        "propose_correction", fact=str(entry.event_id), field="unemployed_since", value="2024-10-02", reason="Lettera."
    )
    case.do("confirm_correction", by=world.nives, proposal=str(proposed.event_ids[0]))
    case.do("record_situation", employment_status="EMPLOYED", income_support="NONE")
    world.settle()
    world.clock.turn_to("2026-05-07")
    irene = Desk(client, world.token(world.irene))

    def since(**asked: str) -> str:
        return str(
            irene.get(f"cases/{case.id}", **asked)["file"]["case.entry_data_recorded"]["facts"]["unemployed_since"]
        )

    assert since(as_known_on="2026-02-02") == "2025-10-02", "the old figure stays what it was"
    assert since(as_true_on="2026-02-02") == "2024-10-02", "as is known now"
    assert since(as_true_on="2026-02-02", as_known_on="2026-02-02") == "2025-10-02"
    back_then = irene.get(f"cases/{case.id}", as_true_on="2026-02-02")
    assert (back_then["state"], back_then["employment_status"]) == ("PLAN", "UNEMP_LT12"), (
        "a later job is no correction"
    )
    assert set(own_fields(case.now)) <= back_then.keys()


def test_a_stage_that_rested_on_a_wrong_fact_is_in_doubt_and_undone_by_nobody(world: World, client: TestClient) -> None:
    group = TestGroup(world).planned().trading()
    irene = Desk(client, world.token(world.irene))
    path = f"ventures/{group.id}"
    shown = irene.get(f"{path}/doubts")
    assert shown["items"] == []
    history = world.runtime.application.records.history(group.id)
    promise = next(event for event in history if event.topic == "venture.funds_promised")
    title = next(event for event in history if event.topic == "venture.opened")

    group.do(
        "correct", fact=str(title.event_id), field="working_title", text="Impresa Immaginaria Due", reason="Altro nome."
    )
    assert irene.get(f"{path}/doubts")["items"] == [], "nothing rested on the name"
    group.do("correct", fact=str(promise.event_id), field="amount", value="10.00", reason="Letto male il contratto.")
    shown = irene.get(f"{path}/doubts")
    assert [(each["step"], each["rule"]["rule"], each["still_there"]) for each in shown["items"]] == [
        ("start_trading", "venture.funded", True)
    ]
    assert "fonti" in shown["items"][0]["rule"]["says"]
    assert group.now.state == "TRADING"
    page = {name: value for name, value in shown.items() if name != "etag"}
    assert _follows(create_app(world.runtime).openapi(), ANSWERS["read_doubts_of_venture"], page) == []

    group.do(
        "correct", fact=str(promise.event_id), field="amount", value=str(promise.facts.amount), reason="Era giusto."
    )
    assert irene.get(f"{path}/doubts")["items"] == []


def test_who_was_responsible_and_when(world: World, client: TestClient) -> None:
    world.second_desk()
    case = world.case("PLAN")
    world.clock.turn_to("2026-02-10")
    case.do("request_transfer", to_desk=str(world.armea), informed_on="2026-02-10", note="Si trasferisce.")
    world.clock.turn_to("2026-02-12")
    case.do("accept_transfer", by=world.oreste, caseworker=str(world.oreste.id))
    world.settle()
    auditor = Desk(client, world.token(world.auditor))
    shown = auditor.get(f"cases/{case.id}/responsibility")
    terms = {(each["post"], each["holder"]): (each["since"], each["until"], each["by"]) for each in shown["items"]}
    assert terms == {
        ("desk", str(world.desk)): ("2026-02-02", "2026-02-12", str(world.irene.id)),
        ("caseworker", str(world.irene.id)): ("2026-02-02", "2026-02-12", str(world.irene.id)),
        ("desk", str(world.armea)): ("2026-02-12", None, str(world.oreste.id)),
        ("caseworker", str(world.oreste.id)): ("2026-02-12", None, str(world.oreste.id)),
    }
    page = {name: value for name, value in shown.items() if name != "etag"}
    assert _follows(create_app(world.runtime).openapi(), ANSWERS["read_responsibility_of_case"], page) == []

    mentored = world.case("MENTORING", person=world.person("Guidati", "Ugo"))
    posts = [each["post"] for each in auditor.get(f"cases/{mentored.id}/responsibility")["items"]]
    assert sorted(posts) == ["caseworker", "desk", "mentor"]


def _leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Every value of an answer under its path."""
    if isinstance(value, dict):
        return {p: v for name, each in value.items() for p, v in _leaves(each, f"{path}/{name}").items()}
    if isinstance(value, list):
        return {p: v for number, each in enumerate(value) for p, v in _leaves(each, f"{path}/{number}").items()}
    return {path: value}


def test_after_an_erasure_an_answer_as_of_then_differs_only_in_what_was_erased(
    world: World, client: TestClient
) -> None:
    case = world.case("PLAN")
    case.do("add_note", text="Preferisce essere chiamata la sera.")
    other = world.case("PLAN", person=world.person("Altri", "Ugo"))
    auditor, day = Desk(client, world.token(world.auditor)), "2026-02-02"
    world.clock.turn_to("2026-02-03")
    world.settle()

    def as_of_then() -> dict[str, Any]:
        paths = (f"cases/{case.id}", f"people/{case.person}", f"cases/{other.id}", f"people/{other.person}")
        return {k: v for path in paths for k, v in _leaves(auditor.get(path, as_known_on=day), path).items()}

    then = as_of_then()
    trail = _leaves(auditor.get("audit/events", case=str(case.id), limit=200))
    world.runtime.application.keyring.destroy(case.person, ["IDENTITY", "CONTACT", "NARRATIVE"], "art. 17")
    now = as_of_then()
    assert now.keys() == then.keys()
    changed = {path: value for path, value in now.items() if value != then[path]}
    assert set(changed.values()) == {"[erased]"}
    assert {path.split("/")[1] for path in changed} == {str(case.id), str(case.person)}
    after = _leaves(auditor.get("audit/events", case=str(case.id), limit=200))
    assert {value for path, value in after.items() if value != trail[path]} == {"[erased]"}
