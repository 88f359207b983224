"""Story: old mistake, new truth. A fact that reports rest on is corrected by two persons; the past stays visible."""

from starlette.testclient import TestClient

from opera_cases.application.integrity.invariants import verify_everything
from tests.support.over_http import Desk, Json
from tests.support.world import World


def _turn(world: World, day: str) -> None:
    world.clock.turn_to(day)
    world.settle()


def _entry(record: Json) -> Json:
    return dict(record["file"]["case.entry_data_recorded"])


def test_old_mistake_new_truth(world: World, client: TestClient) -> None:
    irene, nives = Desk(client, world.token(world.irene)), Desk(client, world.token(world.nives))
    _turn(world, "2026-02-11")
    case = world.case("PLAN", person=world.person("Refusi", "Liana", "1984-06-01"))
    path = f"cases/{case.id}"
    _turn(world, "2026-04-01")
    irene.step(
        path, "record_situation", employment_status="EMPLOYED", income_support="NONE", note="Assunta il 1 aprile."
    )

    # 6 May: a letter shows that she was unemployed a year longer; one person alone may not correct that
    _turn(world, "2026-05-06")
    letter = irene.upload(f"{path}/documents", title="Lettera del CPI", document_kind="LETTER").json()["id"]
    fact = _entry(irene.get(path))["event_id"]
    said = {
        "fact": fact,
        "field": "unemployed_since",
        "value": "2024-10-02",
        "reason": "Lettera del CPI.",
        "document": letter,
    }
    alone = irene.try_step(path, "correct", **said)
    assert [why["rule"] for why in alone.json()["refusals"]] == ["record.no_second_person_needed"]
    proposal = irene.step(path, "propose_correction", **said)["event_ids"][0]
    own = irene.try_step(path, "confirm_correction", proposal=proposal)
    assert own.status_code == 403
    assert [line["why"] for line in nives.get("work/corrections")["items"]] == ["correction_answer"]
    _turn(world, "2026-05-08")
    correction = nives.step(path, "confirm_correction", proposal=proposal)["event_ids"][0]
    again = nives.try_step(path, "confirm_correction", proposal=proposal)
    assert [why["rule"] for why in again.json()["refusals"]] == ["record.proposal_waits"]
    _turn(world, "2026-05-09")

    # now it reads as it should have; as known before it reads as it did
    now = _entry(irene.get(path))
    assert now["facts"]["unemployed_since"] == "2024-10-02"
    assert [(each["field"], each["correction"]) for each in now["corrected"]] == [("unemployed_since", correction)]
    before = _entry(irene.get(path, as_known_on="2026-03-31"))
    assert (before["facts"]["unemployed_since"], before["corrected"]) == ("2025-10-02", [])
    # her later job is an update and does not touch the entry status
    assert now["facts"]["employment_status"] == "UNEMP_LT12"
    assert irene.get(path)["employment_status"] == "EMPLOYED"
    # original and correction both stand in the timeline
    told = [
        (each["topic"], each["facts"].get("unemployed_since"))
        for each in irene.get(f"{path}/timeline", limit=200)["items"]
    ]
    assert ("case.entry_data_recorded", "2025-10-02") in told
    assert {"case.correction_proposed", "case.fact_corrected"} <= {topic for topic, _ in told}
    assert verify_everything(world.runtime) == []


def test_deadlines_that_a_corrected_fact_had_set_move_and_the_move_is_listed(world: World, client: TestClient) -> None:
    irene = Desk(client, world.token(world.irene))
    case = world.case("PLAN")
    path = f"cases/{case.id}"
    due = {each["rule"]: each["due_on"] for each in irene.get(path)["deadlines"]}
    assert due["next_contact"] == "2026-03-04"
    agreement = irene.get(path)["file"]["case.agreement_signed"]["event_id"]
    irene.step(path, "correct", fact=agreement, field="contact_every_days", value="15", reason="Ho letto male.")
    after = irene.get(path)
    assert {each["rule"]: each["due_on"] for each in after["deadlines"]}["next_contact"] == "2026-02-17"
    assert after["contact_every_days"] == 15
    moved = after["file"]["case.agreement_signed"]["corrected"][0]["moved"]
    assert moved == [{"key": "next_contact", "was": "2026-03-04", "now": "2026-02-17"}]


def test_a_slip_in_a_street_name_needs_no_second_person_and_only_its_author_repairs_it(
    world: World, client: TestClient
) -> None:
    irene, nives = Desk(client, world.token(world.irene)), Desk(client, world.token(world.nives))
    path = f"people/{world.case('INTAKE').person}"
    irene.step(path, "record_contacts", address="Via dei Finti 12, Savna", preferred_channel="LETTER")
    fact = irene.get(path)["file"]["person.contacts_recorded"]["event_id"]
    said = {"fact": fact, "field": "address", "text": "Via dei Finti 12, Savona"}
    other = nives.try_step(path, "repair_typing", **said)
    assert [why["rule"] for why in other.json()["refusals"]] == ["record.only_a_slip"]
    irene.step(path, "repair_typing", **said)
    now = irene.get(path)["file"]["person.contacts_recorded"]
    assert now["facts"]["address"] == "Via dei Finti 12, Savona"
    assert now["corrected"][0]["typing"] is True
    _turn(world, "2026-02-20")
    late = irene.try_step(path, "repair_typing", **said)
    assert [why["rule"] for why in late.json()["refusals"]] == ["record.only_a_slip"]


def test_a_corrected_name_is_found_and_the_wrong_one_no_longer(world: World, client: TestClient) -> None:
    irene = Desk(client, world.token(world.irene))
    person = str(world.case("INTAKE", person=world.person("Sbagliati", "Ennio", "1970-01-01")).person)
    world.settle()
    fact = irene.get(f"people/{person}")["file"]["person.registered"]["event_id"]
    irene.step(f"people/{person}", "correct", fact=fact, field="family_name", text="Corretti", reason="Dal documento.")
    world.settle()
    assert [each["id"] for each in irene.send("people/searches", family_name="Corretti").json()["items"]] == [person]
    assert irene.send("people/searches", family_name="Sbagliati").json()["items"] == []
    assert irene.send("people/searches", family_name="Corretti").json()["items"][0]["family_name"] == "Corretti"


def test_what_cannot_be_a_value_of_the_field_is_refused(world: World, client: TestClient) -> None:
    irene = Desk(client, world.token(world.irene))
    case = world.case("PLAN")
    agreement = irene.get(f"cases/{case.id}")["file"]["case.agreement_signed"]["event_id"]
    for field, value in (("contact_every_days", "often"), ("caseworker", "Irene"), ("nothing", "1")):
        told = irene.try_step(f"cases/{case.id}", "correct", fact=agreement, field=field, value=value, reason="Prova.")
        assert told.status_code == 409, told.text
        assert "record.fact_can_say_that" in {why["rule"] for why in told.json()["refusals"]}
    nowhere = irene.try_step(
        f"cases/{case.id}", "correct", fact=str(case.person), field="x", value="1", reason="Prova."
    )
    assert nowhere.status_code == 422


def test_two_proposals_wait_each_for_its_own_answer_also_after_closing(world: World, client: TestClient) -> None:
    irene, nives = Desk(client, world.token(world.irene)), Desk(client, world.token(world.nives))
    case = world.case("PLAN")
    path = f"cases/{case.id}"
    fact = _entry(irene.get(path))["event_id"]
    first, second = (
        irene.step(path, "propose_correction", fact=fact, field=field, value=value, reason="Prova.")["event_ids"][0]
        for field, value in (("education", "ISCED_5"), ("income_support", "NONE"))
    )
    irene.step(path, "close", outcome="WITHDREW", reason_code="OTHER", exit_situation="JOB_SEARCH")
    assert len(nives.get("work/corrections")["items"]) == 2
    nives.step(path, "reject_correction", proposal=first, reason="Manca il diploma.")
    assert len(nives.get("work/corrections")["items"]) == 1
    nives.step(path, "confirm_correction", proposal=second)
    assert nives.get("work/corrections")["items"] == []
    assert _entry(irene.get(path))["facts"]["income_support"] == "NONE"
