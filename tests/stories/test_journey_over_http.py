"""One whole journey over HTTP, on both databases: from the first contact to the follow-up after mentoring."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import MOUNT
from opera_cases.application.paths import COLLECTIONS
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.calendar import add_months
from opera_cases.domain.kernel.vocabulary import Role
from tests.support.over_http import Desk, blocked, open_steps
from tests.support.world import ENTRY, PLAN, STAFF, World

Json = dict[str, Any]
FOLLOWED = ("timeline", "days", "names", "audit")


@pytest.fixture
def irene(world: World, client: TestClient) -> Desk:
    return Desk(client, world.token(world.irene))


def test_a_journey_from_the_first_contact_to_the_follow_up(world: World, client: TestClient, irene: Desk) -> None:
    nives, elio = Desk(client, world.token(world.nives)), Desk(client, world.token(world.elio))

    def turn(day: str) -> None:
        world.clock.turn_to(day)
        if int(day[:4]) > 2026:  # another year, another token
            for desk, who in ((irene, world.irene), (nives, world.nives), (elio, world.elio)):
                desk.shows(world.token(who))
        world.settle()

    # contact
    turn("2026-02-03")
    case = irene.begin(
        "cases", desk=str(world.desk), channel="PHONE", name="Ardesia Provaletti", wish="Un laboratorio."
    )
    path = f"cases/{case['id']}"
    assert case["state"] == "CONTACT"
    assert irene.get("cases", state="CONTACT")["items"][0]["file_number"] == case["file_number"]
    # intake
    turn("2026-02-05")
    person = irene.begin("people", desk=str(world.desk), family_name="Provaletti", given_names="Ardesia",
                         birth_date="1979-03-14")["id"]  # fmt: skip
    declared = irene.step(
        f"people/{person}", "declare_identifier", identifier_kind="CODICE_FISCALE", value="PRVRDS79C54Z999L"
    )
    irene.step(
        f"people/{person}", "verify_identifier", declaration=declared["event_ids"][0], seen_document="HEALTH_CARD"
    )
    refused = irene.try_step(path, "open_intake", person=person, duplicate_search_on="2026-02-05")
    assert refused.status_code == 409
    assert [why["rule"] for why in refused.json()["refusals"]] == ["case.notice_given"]
    irene.step(f"people/{person}", "give_notice", version="2019-07", language="it")
    irene.step(path, "open_intake", person=person, duplicate_search_on="2026-02-05")
    irene.step(path, "assign", caseworker=str(world.irene.id))
    # assessment
    intake = irene.get(path)
    assert blocked(intake, "start_assessment") == {"case.eligibility_confirmed", "case.entry_data_complete"}
    irene.step(path, "confirm_eligibility", target_group="UNEMPLOYED", evidence="DID", evidence_on="2025-11-03")
    irene.step(path, "record_entry_data", **ENTRY)
    irene.step(path, "start_assessment", registration_signed_on="2026-02-05")
    turn("2026-02-12")
    assert blocked(irene.get(path), "record_assessment") == {"case.meeting_held"}
    meeting = irene.begin("appointments", desk=str(world.desk), case=case["id"], operator=str(world.irene.id),
                          service="ORIENTATION", channel="IN_PERSON", day="2026-02-12", time="10:00")["id"]  # fmt: skip
    irene.step(f"appointments/{meeting}", "hold_appointment", minutes=60, signed=True, note="Colloquio utile.")
    irene.step(path, "record_assessment", needs=["BUSINESS_PLAN", "FUNDING"], employability=4)
    # agreement, way, idea
    irene.step(path, "sign_agreement", goals=["BUSINESS_PLAN"], pathway="MICRO_ENTERPRISE", contact_every_days=21)
    irene.step(path, "choose_pathway", pathway="MICRO_ENTERPRISE")
    venture = irene.begin("ventures", kind="MICRO_ENTERPRISE", case=case["id"], working_title="Laboratorio Finto")["id"]
    firm = f"ventures/{venture}"
    world.settle()
    irene.step(firm, "start_feasibility")
    turn("2026-03-16")
    irene.step(firm, "find_feasible", verdict="GO")
    irene.step(path, "pass_idea", verdict="GO")
    # plan: rejected once, reworked
    turn("2026-04-10")
    irene.step(firm, "submit_plan", author=str(world.irene.id), **PLAN)
    assert blocked(irene.get(firm), "validate_plan") == {"venture.not_own_plan"}
    nives.step(firm, "reject_plan", reason="Manca la cassa del primo anno.")
    assert blocked(irene.get(path), "pass_plan") == {"case.plan_validated"}
    turn("2026-04-20")
    irene.step(firm, "submit_plan", author=str(world.irene.id), **PLAN)
    nives.step(firm, "validate_plan", opinion="Ora sì.")
    irene.step(path, "pass_plan")
    # money, start
    irene.step(firm, "promise_funds", source="OWN_FUNDS", amount="8000.00")
    assert irene.try_step(path, "secure_funding").status_code == 409
    irene.step(firm, "promise_funds", source="MICROCREDIT", amount="12000.00")
    irene.step(path, "secure_funding")
    irene.step(firm, "begin_setting_up")
    turn("2026-05-20")
    irene.step(firm, "register_venture", identifier_kind="PARTITA_IVA", number="99990019996")
    irene.step(firm, "assign_mentor", mentor=str(world.elio.id))
    turn("2026-06-01")
    before = {row["case_id"]: row["state"] for row in irene.get("cases")["items"]}
    irene.step(firm, "start_trading")
    world.settle()
    after = {row["case_id"]: row["state"] for row in irene.get("cases")["items"]}
    assert (before[case["id"]], after[case["id"]]) == ("START_UP", "MENTORING")
    # nine check-ins
    for month in (1, 3, 6, 9, 12, 18, 24, 30, 36):
        turn(add_months(date(2026, 6, 1), month).isoformat())
        elio.step(
            firm, "record_check_in", month=month, channel="IN_PERSON", turnover="50000.00", staff=STAFF, light="GREEN"
        )
    assert "consolidate" in open_steps(irene.get(firm))
    world.settle()
    assert irene.get(firm)["state"] == "CONSOLIDATED"
    # end, follow-up
    turn("2029-06-15")
    closed = irene.step(path, "end_mentoring", outcome="VENTURE_CONSOLIDATED", exit_situation="SELF_EMPLOYED")
    assert closed["state"] == "CLOSED"
    assert closed["deadlines"][0]["rule"] == "follow_up"
    turn("2029-12-15")
    irene.step(path, "record_follow_up", situation="SELF_EMPLOYED", improved=True, channel="PHONE")
    world.settle()

    # read back: the timeline, in order, case and venture and meetings together
    timeline = irene.get(f"{path}/timeline", limit=200)["items"]
    topics = [entry["topic"] for entry in timeline]
    assert topics[0] == "case.contact_recorded"
    assert topics.count("venture.check_in_recorded") == 9
    assert (
        topics.index("venture.plan_rejected")
        < topics.index("venture.plan_validated")
        < topics.index("case.plan_passed")
    )
    assert topics[-1] == "case.follow_up_recorded"
    assert {"case.launch_confirmed", "appointment.held", "case.meeting_held"} <= set(topics)
    assert timeline[0]["facts"]["wish"] == "Un laboratorio."
    positions = [int(entry["position"]) for entry in timeline]
    assert positions == sorted(positions)
    # read back: as known on three earlier days
    for day, state in (("2026-02-04", "CONTACT"), ("2026-04-15", "BUSINESS_PLAN"), ("2027-01-01", "MENTORING")):
        then = irene.get(path, as_known_on=day)
        assert then["state"] == state
        assert then["allowed_steps"] == []
    assert irene.get(path, as_true_on="2026-02-05")["state"] == "ASSESSMENT"
    # whoever read personal values left a row
    rows = world.runtime.log.rows("SELECT place, classes FROM log.reading WHERE principal = $1", world.irene.id)
    assert {"case", "timeline", "list of cases"} <= {row[0] for row in rows}


def test_optional_answers_stay_closed_and_an_erased_value_says_so(
    world: World, client: TestClient, irene: Desk
) -> None:
    case = world.case("ASSESSMENT")
    world.settle()
    facts = irene.get(f"cases/{case.id}")["file"]["case.entry_data_recorded"]["facts"]
    assert (facts["disability"], facts["sex"]) == ("[sealed]", "WOMAN")
    timeline = irene.get(f"cases/{case.id}/timeline")["items"]
    entry = next(item for item in timeline if item["topic"] == "case.entry_data_recorded")
    assert entry["facts"]["housing_exclusion"] == "[sealed]"
    rows = world.runtime.log.rows("SELECT classes FROM log.reading")
    assert not any("SPECIAL" in row[0] for row in rows)
    world.runtime.application.keyring.destroy(case.person, ["IDENTITY"], "art. 17")
    person = irene.get(f"people/{case.person}")["file"]["person.registered"]["facts"]
    assert person["family_name"] == "[erased]"
    assert irene.get("cases")["items"][0]["family_name"] == "[erased]"


def test_the_links_of_a_list_lead_through_every_page(world: World, client: TestClient, irene: Desk) -> None:
    made = {str(world.case().id) for _ in range(7)}
    for sort in ("", "opened_on", "-last_on"):
        seen: list[str] = []
        page = irene.get("cases", limit=3, **({"sort": sort} if sort else {}))
        while True:
            seen += [row["case_id"] for row in page["items"]]
            if "next" not in page["_links"]:
                break
            page = irene.get(page["_links"]["next"].removeprefix(f"http://127.0.0.1:8019{MOUNT}/"))
        assert sorted(seen) == sorted(made)


def test_a_cursor_belongs_to_whoever_received_it(world: World, client: TestClient, irene: Desk) -> None:
    for _ in range(3):
        world.case()
    link = irene.get("cases", limit=1)["_links"]["next"]
    other = client.get(link, headers={"Authorization": f"Bearer {world.token(world.nives)}"})
    assert other.status_code == 422
    assert other.json()["errors"][0]["field"] == "cursor"
    cursor = link.rpartition("cursor=")[2]
    assert irene.raw("cases", limit=1, cursor=cursor).status_code == 200
    for asked in (
        {"sort": "opened_on", "cursor": cursor},
        {"cursor": f"A{cursor}"},
        {"cursor": cursor[:-1]},
        {"cursor": cursor.partition(".")[0]},
    ):
        assert irene.raw("cases", limit=1, **asked).status_code == 422, asked
    assert irene.raw("people", limit=1, cursor=cursor).status_code == 422


def test_lists_show_only_what_is_within_reach(world: World, client: TestClient, irene: Desk) -> None:
    elsewhere = world.open_desk("GE", "GE")
    ugo = world.employ("Ugo Altrove", Role.CASEWORKER, elsewhere)
    mine = world.case("INTAKE")
    theirs = world.ask(ugo, "case", "record_contact", desk=str(elsewhere), channel="PHONE").id
    assert {row["case_id"] for row in irene.get("cases")["items"]} == {str(mine.id)}
    assert {row["case_id"] for row in Desk(client, world.token(ugo)).get("cases")["items"]} == {str(theirs)}
    assert len(Desk(client, world.token(world.auditor)).get("cases")["items"]) == 2
    assert Desk(client, world.token(world.admin)).get("cases")["items"] == []
    assert Desk(client, world.token(ugo)).get("people")["items"] == []


def test_every_list_shows_exactly_what_can_be_opened_one_by_one(world: World, client: TestClient) -> None:
    corsica = world.open_desk("2B", "2B", country="FR", region="FRM0")
    ange = world.employ("Ange Exemplier", Role.CASEWORKER, corsica)
    world.case("MENTORING")
    world.case("PLAN", person=world.person("Altri", "Zoe"))
    world.ask(ange, "case", "record_contact", desk=str(corsica), channel="PHONE")
    world.ask(ange, "person", "register_person", desk=str(corsica), family_name="Fictivet", given_names="Loïc")
    everyone = [
        world.irene, world.nives, world.elio, ange, world.admin, world.auditor, Principal(uuid4(), Role.DPO),
        Principal(uuid4(), Role.MONITOR), Principal(world.irene.id, Role.CONSULTANT, frozenset({world.desk})),
        Principal(uuid4(), Role.REGIONAL_COORDINATOR, region="ITC3"), Principal(uuid4(), Role.REGIONAL_COORDINATOR, region="ITI1"),
        Principal(uuid4(), Role.REGIONAL_COORDINATOR, region="FRM0"), Principal(uuid4(), Role.CASEWORKER),
        Principal(uuid4(), Role.MENTOR, frozenset({world.desk})),
    ]  # fmt: skip
    seen_by_someone: set[str] = set()
    for who in everyone:
        headers = {"Authorization": f"Bearer {world.token(who)}"}
        for kind, collection in COLLECTIONS.items():
            listed = client.get(f"{MOUNT}/{collection}?limit=200", headers=headers).json()["items"]
            shown = {str(item[f"{kind}_id"]) for item in listed}
            topic = f"{kind}.%"
            every = {
                UUID(str(row[0]))
                for row in world.runtime.log.rows(
                    "SELECT DISTINCT originator_id FROM log.event WHERE topic LIKE $1", topic
                )
            }
            opened = {
                str(each)
                for each in every
                if client.get(f"{MOUNT}/{collection}/{each}", headers=headers).status_code == 200
            }
            assert shown == opened, (who.role, kind)
            seen_by_someone |= {f"{who.role}:{kind}"} if shown else set()
    assert {"CASEWORKER:case", "MENTOR:venture", "REGIONAL_COORDINATOR:person", "ADMINISTRATOR:desk"} <= seen_by_someone


def test_one_correlation_id_joins_request_answer_and_event(world: World, client: TestClient) -> None:
    correlation = uuid4()
    headers = {"Authorization": f"Bearer {world.token(world.irene)}", "X-Correlation-ID": str(correlation)}
    answer = client.post(f"{MOUNT}/cases", json={"desk": str(world.desk), "channel": "PHONE"}, headers=headers)
    assert answer.headers["x-correlation-id"] == str(correlation)
    event = world.runtime.application.records.history(UUID(answer.json()["id"]))[0]
    assert event.meta.correlation == correlation
    careless = client.get("/healthz", headers={"X-Correlation-ID": "Ardesia Provaletti"})
    assert UUID(careless.headers["x-correlation-id"])


def test_the_same_key_answers_the_same_and_another_body_is_refused(world: World, client: TestClient) -> None:
    case = world.case()
    headers = {
        "Authorization": f"Bearer {world.token(world.irene)}",
        "If-Match": '"1"',
        "Idempotency-Key": str(uuid4()),
    }
    steps = f"{MOUNT}/cases/{case.id}/steps"
    first = client.post(steps, json={"step": "add_note", "text": "Uno."}, headers=headers)
    again = client.post(steps, json={"step": "add_note", "text": "Uno."}, headers=headers)
    other = client.post(steps, json={"step": "add_note", "text": "Due."}, headers=headers)
    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 422)
    assert first.json()["event_ids"] == again.json()["event_ids"]
    assert (first.json()["repeated"], again.json()["repeated"]) == (False, True)
    assert other.json()["type"] == "urn:opera-cases:problem:same-key-other-body"
    assert case.now.version == 2


def test_a_stale_version_is_told_with_what_came_between(world: World, client: TestClient) -> None:
    case = world.case()
    case.do("add_note", text="Nel frattempo.")
    headers = {"Authorization": f"Bearer {world.token(world.irene)}", "If-Match": '"1"'}
    stale = client.post(f"{MOUNT}/cases/{case.id}/steps", json={"step": "add_note", "text": "Tardi."}, headers=headers)
    assert stale.status_code == 412
    assert stale.json()["current_version"] == 2
    assert [each["step"] for each in stale.json()["happened"]] == ["add_note"]
    assert "Nel frattempo" not in stale.text


def test_a_dry_run_over_http_changes_nothing(world: World, client: TestClient) -> None:
    case = world.case()
    headers = {"Authorization": f"Bearer {world.token(world.irene)}", "If-Match": '"1"'}
    told = client.post(f"{MOUNT}/cases/{case.id}/steps?dry_run=true", headers=headers,
                       json={"step": "close", "outcome": "WITHDREW", "reason_code": "OTHER"})  # fmt: skip
    assert (told.status_code, told.json()["state"], told.json()["recorded"]) == (200, "CLOSED", False)
    assert case.now.state == "CONTACT"


def test_probes_answer_and_readiness_tells_the_lag(world: World, client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get(f"{MOUNT}/status").status_code == 200
    world.case()
    behind = client.get("/readyz").json()
    assert {model["name"].partition("_")[0]: model["caught_up"] for model in behind["read_models"]} == dict.fromkeys(
        FOLLOWED, False
    )
    world.settle()
    ready = client.get("/readyz").json()
    assert ready["ready"]
    assert {model["name"].partition("_")[0]: model["caught_up"] for model in ready["read_models"]} == dict.fromkeys(
        FOLLOWED, True
    )
    assert {model["position"] for model in ready["read_models"]} == {ready["position"]}
