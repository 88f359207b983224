"""Story: two records, one woman. A duplicate across two desks, merged, transferred, and parted again (handbook 6.6)."""

from uuid import UUID

from starlette.testclient import TestClient

from opera_cases.application.integrity.invariants import verify_everything
from tests.support.over_http import Desk, Json
from tests.support.world import ENTRY, World


def _turn(world: World, day: str) -> None:
    world.clock.turn_to(day)
    world.settle()


def _register(desk: Desk, world_desk: str, family_name: str, phone: str) -> tuple[str, str]:
    """Someone asks for help, is searched for, registered, and received."""
    case = desk.begin("cases", desk=world_desk, channel="IN_PERSON")["id"]
    person = desk.begin("people", desk=world_desk, family_name=family_name, given_names="Ardesia",
                        birth_date="1979-03-14", despite_likeness=True, likeness_reason="Altro telefono.")["id"]  # fmt: skip
    desk.step(f"people/{person}", "record_contacts", phone=phone, preferred_channel="PHONE")
    desk.step(f"people/{person}", "give_notice", version="2019-07", language="it")
    return case, person


def test_two_records_one_woman(world: World, client: TestClient) -> None:
    world.second_desk()
    irene, oreste = Desk(client, world.token(world.irene)), Desk(client, world.token(world.oreste))
    rino, delia = Desk(client, world.token(world.rino)), Desk(client, world.token(world.delia))

    # 4 Feb: Oreste registers her at Valle Armea, with her card
    _turn(world, "2026-02-04")
    case_a, person_a = _register(oreste, str(world.armea), "Provaletti", "+39 0184 555 0101")
    number = oreste.step(
        f"people/{person_a}", "declare_identifier", identifier_kind="CODICE_FISCALE", value="PRVRDS79C54Z999L"
    )
    oreste.step(
        f"people/{person_a}", "verify_identifier", declaration=number["event_ids"][0], seen_document="HEALTH_CARD"
    )
    oreste.step(f"cases/{case_a}", "open_intake", person=person_a, duplicate_search_on="2026-02-04")
    oreste.step(f"cases/{case_a}", "assign", caseworker=str(world.oreste.id))
    meeting_a = oreste.begin("appointments", desk=str(world.armea), case=case_a, operator=str(world.oreste.id),
                             service="RECEPTION", channel="IN_PERSON", day="2026-02-04", time="10:00")["id"]  # fmt: skip
    oreste.step(f"appointments/{meeting_a}", "hold_appointment", minutes=30)

    # 19 Feb: Irene searches, sees that somebody like her is known elsewhere, and no more than that
    _turn(world, "2026-02-19")
    found = irene.send(
        "people/searches", family_name="Provaleti", given_names="Ardesia", birth_date="1979-03-14"
    ).json()
    assert found["items"] == []
    assert found["elsewhere"] == [{"score": "LIKELY", "reasons": ["BIRTH_DATE", "SIMILAR_NAME"]}]
    refused = irene.send(
        "people", desk=str(world.desk), family_name="Provaleti", given_names="Ardesia", birth_date="1979-03-14"
    )
    assert [why["rule"] for why in refused.json()["refusals"]] == ["person.likeness_considered"]
    assert person_a not in refused.text
    case_b, person_b = _register(irene, str(world.desk), "Provaleti", "+39 019 555 0100")
    irene.step(f"cases/{case_b}", "open_intake", person=person_b, duplicate_search_on="2026-02-19")
    irene.step(
        f"cases/{case_b}", "confirm_eligibility", target_group="UNEMPLOYED", evidence="DID", evidence_on="2025-11-03"
    )
    irene.step(f"cases/{case_b}", "record_entry_data", **ENTRY)
    irene.step(f"cases/{case_b}", "start_assessment", registration_signed_on="2026-02-19")
    irene.step(f"cases/{case_b}", "assign", caseworker=str(world.irene.id))
    meeting_b = irene.begin("appointments", desk=str(world.desk), case=case_b, operator=str(world.irene.id),
                            service="ORIENTATION", channel="IN_PERSON", day="2026-02-19", time="15:00")["id"]  # fmt: skip
    irene.step(f"appointments/{meeting_b}", "hold_appointment", minutes=45)
    world.settle()
    irene.step(f"cases/{case_b}", "record_assessment", needs=["BUSINESS_PLAN"], employability=3)
    irene.step(f"cases/{case_b}", "sign_agreement", goals=["BUSINESS_PLAN"], pathway="MICRO_ENTERPRISE")
    world.settle()

    # the suspicion lands with the regional coordinator; neither desk sees it
    assert [line["why"] for line in rino.get("work/duplicates")["items"]] == ["BIRTH_DATE,SIMILAR_NAME"]
    pair = rino.get("duplicates", state="SUSPECTED")["items"][0]["duplicate_id"]
    assert irene.get("duplicates")["items"] == []
    assert not irene.sees(f"duplicates/{pair}")
    assert not delia.sees(f"duplicates/{pair}")
    shown = rino.get(f"duplicates/{pair}")
    assert sorted((each["initials"], each["birth_date"]) for each in shown["records"]) == [("A.P.", "1979-03-14")] * 2
    assert rino.get(f"people/{person_a}")["file"]["person.registered"]["facts"]["family_name"] == "Provaletti"

    # 23 Feb: she was called; one of two open cases must be named
    _turn(world, "2026-02-23")
    refused = rino.try_step(f"duplicates/{pair}", "confirm_duplicate", survivor=person_a, reason="Sentita al telefono.")
    assert [why["rule"] for why in refused.json()["refusals"]] == ["duplicate.one_case_kept"]
    rino.step(
        f"duplicates/{pair}", "confirm_duplicate", survivor=person_a, keep_case=case_b, reason="Sentita al telefono."
    )
    world.settle()
    merged = rino.get(f"cases/{case_a}")
    assert (merged["state"], merged["survivor"]) == ("MERGED", case_b)
    assert rino.get(f"people/{person_b}")["state"] == "MERGED"
    assert rino.get(f"people/{person_a}")["absorbed"] == [person_b]

    # 24 Feb: she prefers Sanremo
    _turn(world, "2026-02-24")
    irene.step(f"cases/{case_b}", "request_transfer", to_desk=str(world.armea), informed_on="2026-02-24",
               note="Abita a Sanremo.", grace_days=0)  # fmt: skip
    assert [line["id"] for line in oreste.get("work/incoming")["items"]] == [case_b]
    assert [line["id"] for line in irene.get("work/waiting")["items"]] == [case_b]
    blocked = oreste.try_step(f"cases/{case_b}", "add_note", text="Non ancora mio.")
    assert [why["rule"] for why in blocked.json()["refusals"]] == ["record.not_your_desk"]
    own = irene.try_step(f"cases/{case_b}", "accept_transfer", caseworker=str(world.irene.id))
    assert "case.at_the_receiving_desk" in {why["rule"] for why in own.json()["refusals"]}
    oreste.step(f"cases/{case_b}", "accept_transfer", caseworker=str(world.oreste.id))
    _turn(world, "2026-02-25")

    # both services stay in the register under the right operator, in one timeline
    entries = oreste.get(f"cases/{case_b}/timeline", limit=200)["items"]
    held = {each["stream"]: each["by"] for each in entries if each["topic"] == "appointment.held"}
    assert held == {meeting_a: str(world.oreste.id), meeting_b: str(world.irene.id)}
    # one participant: one open case, under both records
    assert _open_cases(rino) == [case_b]
    assert set(rino.get(f"cases/{case_b}")["identities"]) == {person_a, person_b}
    # the first entry date wins
    assert min(each["occurred_on"] for each in entries if each["topic"] == "case.intake_opened") == "2026-02-04"
    # Irene loses the moved file and keeps her own work log
    assert not irene.sees(f"cases/{case_b}")
    assert case_b not in {each["case_id"] for each in irene.get("cases", limit=200)["items"]}
    assert meeting_b in {
        each["appointment_id"] for each in irene.get("appointments", operator=str(world.irene.id))["items"]
    }

    # later letters show the omocodia code: it is added, the first one is not "corrected"
    second = oreste.step(
        f"people/{person_a}", "declare_identifier", identifier_kind="CODICE_FISCALE", value="PRVRDS79C54Z99VA"
    )
    oreste.step(
        f"people/{person_a}", "verify_identifier", declaration=second["event_ids"][0], seen_document="TAX_CERTIFICATE"
    )
    assert [each["verified"] for each in oreste.get(f"people/{person_a}")["identifiers"]] == [True, True]

    # parting is possible: each case stands where it stood, with what was done since
    _turn(world, "2026-03-02")
    rino.step(f"duplicates/{pair}", "separate_records", reason="Erano due gemelle.")
    world.settle()
    assert rino.get(f"cases/{case_a}")["state"] == "INTAKE"
    assert rino.get(f"cases/{case_b}")["state"] == "PLAN"
    assert {each["rule"] for each in rino.get(f"cases/{case_a}")["deadlines"]} >= {"assessment_held", "silence"}
    assert rino.get(f"people/{person_b}")["state"] == "KNOWN"
    assert sorted(_open_cases(rino)) == sorted([case_a, case_b])
    assert verify_everything(world.runtime) == []


def _open_cases(who: Desk) -> list[str]:
    items: list[Json] = who.get("cases", limit=200)["items"]
    return [each["case_id"] for each in items if each["state"] not in ("CLOSED", "MERGED")]


def test_a_pair_is_flagged_once_and_a_rejected_one_is_not_flagged_again(world: World) -> None:
    world.second_desk()
    first = world.person("Finzioni", "Alda", "1988-01-05")
    world.ask(world.oreste, "person", "register_person", desk=str(world.armea), family_name="Finzione",
              given_names="Alda", birth_date="1988-01-05", despite_likeness=True, likeness_reason="Altra.")  # fmt: skip
    world.settle()
    pair = UUID(str(world.runtime.log.rows("SELECT duplicate_id FROM read.duplicate_v1")[0][0]))
    world.ask(world.rino, "duplicate", "reject_duplicate", pair, reason="Due persone.")
    world.ask(world.irene, "person", "declare_identifier", first, identifier_kind="PASSPORT", value="YA0000001")
    world.settle()
    assert len(world.runtime.log.rows("SELECT duplicate_id FROM read.duplicate_v1")) == 1


def test_a_number_but_for_omocodia_is_recognised(world: World) -> None:
    first = world.person("Immaginari", "Brando", "1979-03-14")
    world.ask(
        world.irene, "person", "declare_identifier", first, identifier_kind="CODICE_FISCALE", value="PRVRDS79C54Z999L"
    )
    other = world.person("Tuttaltri", "Zeno", "1990-10-10")
    world.settle()
    world.ask(
        world.irene, "person", "declare_identifier", other, identifier_kind="CODICE_FISCALE", value="PRVRDS79C54Z99VA"
    )
    world.settle()
    found = world.runtime.log.rows("SELECT score, reasons FROM read.duplicate_v1")
    assert [tuple(row) for row in found] == [("LIKELY", "NUMBER_BUT_FOR_OMOCODIA")]
