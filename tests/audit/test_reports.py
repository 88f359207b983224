"""Frozen reports: what was submitted stays, what is corrected later is an adjustment, every figure opens."""

from dataclasses import replace
from typing import Any

from starlette.testclient import TestClient

from opera_cases.api.app import create_app
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.vocabulary import Role
from tests.api.test_openapi_conventions import ANSWERS, _follows
from tests.support.over_http import Desk
from tests.support.world import World

Json = dict[str, Any]


def _regional(world: World) -> Principal:
    return replace(world.employ("Rina Esempini", Role.REGIONAL_COORDINATOR), region="ITC3")


def _freeze(desk: Desk, since: str, until: str) -> Json:
    return desk.begin("submissions", region="ITC3", since=since, until=until)


def _figures(submission: Json) -> dict[str, int]:
    return {each["code"]: each["count"] for each in submission["figures"] if each["count"]}


def test_old_mistake_new_truth(world: World, client: TestClient) -> None:
    """Story 7: long-term all along, reported as short-term in January, corrected in May: the next package carries +1."""
    rina = Desk(client, world.token(_regional(world)))
    liana = world.case("PLAN", person=world.person("Refusi", "Liana"))
    world.case("PLAN", person=world.person("Altri", "Ugo"))
    world.clock.turn_to("2026-03-02")
    first = _freeze(rina, "2026-01-01", "2026-02-28")
    assert _figures(first) == {"EECO01": 2, "EECO01_WOMEN": 2, "EECO02": 2}

    # 6 May: a letter; a new job is no correction
    world.clock.turn_to("2026-05-06")
    entry = next(
        e for e in world.runtime.application.records.history(liana.id) if e.topic == "case.entry_data_recorded"
    )
    proposed = liana.do(
        "propose_correction", fact=str(entry.event_id), field="unemployed_since", value="2024-10-02", reason="Lettera."
    )
    liana.do("confirm_correction", by=world.nives, proposal=str(proposed.event_ids[0]))
    liana.do("record_situation", employment_status="EMPLOYED", income_support="NONE")
    world.settle()
    again = rina.get(f"submissions/{first['id']}")
    assert (again["figures"], again["digest"]) == (first["figures"], first["digest"]), "a submitted figure is a fact"

    world.clock.turn_to("2026-07-01")
    second = _freeze(rina, "2026-03-01", "2026-06-30")
    assert second["adjustments"] == [{"submission": first["id"], "code": "EECO03", "member": str(liana.id), "by": 1}]
    assert _figures(second) == {}, "nobody entered in spring"
    world.clock.turn_to("2026-10-01")
    third = _freeze(rina, "2026-07-01", "2026-09-30")
    assert third["adjustments"] == [], "told once"

    # every figure opens into the records behind it, as they stood
    opened = rina.get(f"submissions/{first['id']}/figures/EECO02")
    shape = {name: value for name, value in opened.items() if name != "etag"}
    assert _follows(create_app(world.runtime).openapi(), ANSWERS["read_figure"], shape) == []
    stood = next(each for each in opened["items"] if each["id"] == str(liana.id))
    assert (stood["unemployed_since"], stood["employment_status"], stood["file_number"]) == (
        "2025-10-02",
        "UNEMP_LT12",
        liana.now.file_number,
    )
    assert rina.raw(f"submissions/{first['id']}/figures/EECO99").status_code == 404


def test_a_mistake_in_a_mistake_comes_back_as_minus_one(world: World, client: TestClient) -> None:
    rina = Desk(client, world.token(_regional(world)))
    case = world.case("PLAN")
    world.clock.turn_to("2026-03-02")
    first = _freeze(rina, "2026-01-01", "2026-02-28")
    entry = next(e for e in world.runtime.application.records.history(case.id) if e.topic == "case.entry_data_recorded")

    def corrected(value: str) -> None:
        said = case.do(
            "propose_correction", fact=str(entry.event_id), field="unemployed_since", value=value, reason="Letta male."
        )
        case.do("confirm_correction", by=world.nives, proposal=str(said.event_ids[0]))

    adjustments = []
    for day, value, since, until in (
        ("2026-03-03", "2024-10-02", "2026-03-01", "2026-03-31"),
        ("2026-04-02", "2025-10-01", "2026-04-01", "2026-04-30"),
    ):
        world.clock.turn_to(day)
        corrected(value)
        world.clock.turn_to(f"{until[:5]}0{int(until[5:7]) + 1}-02")
        adjustments.append(
            [(each["submission"], each["code"], each["by"]) for each in _freeze(rina, since, until)["adjustments"]]
        )
    assert adjustments == [[(first["id"], "EECO03", 1)], [(first["id"], "EECO03", -1)]]


def test_a_period_is_submitted_once_in_order_and_by_its_own_region(world: World, client: TestClient) -> None:
    regional = _regional(world)
    rina = Desk(client, world.token(regional))
    world.case("PLAN")
    world.clock.turn_to("2026-03-02")
    _freeze(rina, "2026-01-01", "2026-02-28")
    asked: dict[str, Any] = {"region": "ITC3", "since": "2026-02-01", "until": "2026-03-01"}
    assert world.refused(regional, "submission", "freeze_report", **asked) == {"follows_the_last_period"}
    assert world.refused(
        regional, "submission", "freeze_report", **{**asked, "since": "2026-03-01", "until": "2026-03-31"}
    ) == {"period_is_over"}
    assert world.refused(regional, "submission", "freeze_report", **{**asked, "region": "ITG2"}) == {"region_has_desks"}
    assert Desk(client, world.token(world.irene)).raw("submissions").json()["items"] == []
    assert len(Desk(client, world.token(world.auditor)).raw("submissions").json()["items"]) == 1


def test_a_venture_and_a_participant_count_where_and_when_they_began(world: World, client: TestClient) -> None:
    rina = Desk(client, world.token(_regional(world)))
    world.case("MENTORING")
    world.clock.turn_to("2026-03-02")
    found = _figures(_freeze(rina, "2026-02-01", "2026-02-28"))
    assert (found["EECO01"], found["VENTURES_STARTED"]) == (1, 1)
