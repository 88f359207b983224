"""Two stories told back by an auditor, over HTTP alone: an old mistake put right, and a caseworker who left.

The desk acts through the same API; nothing is looked up beside it.
"""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from starlette.testclient import TestClient

from opera_cases.application.integrity import checker
from opera_cases.domain.kernel.vocabulary import Role
from tests.audit.test_audit import _trail
from tests.audit.test_reports import _figures, _freeze, _regional
from tests.support.over_http import Desk, Json
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("proving")


def _turn(world: World, day: str) -> None:
    world.clock.turn_to(day)
    world.settle()


def _facts(record: Json) -> Json:
    return dict(record["file"]["case.entry_data_recorded"]["facts"])


def test_old_mistake_new_truth_as_an_auditor_tells_it(world: World, client: TestClient) -> None:
    """Story 7: reported as short-term in January, long-term all along, corrected in May."""
    irene, nives = Desk(client, world.token(world.irene)), Desk(client, world.token(world.nives))
    rina, auditor = Desk(client, world.token(_regional(world))), Desk(client, world.token(world.auditor))
    case = world.case("PLAN", person=world.person("Refusi", "Liana", "1984-06-01"))
    path = f"cases/{case.id}"
    person = f"people/{case.person}"
    irene.step(person, "record_contacts", address="Via dei Finti 12, Savna", preferred_channel="LETTER")
    slip = irene.get(person)["file"]["person.contacts_recorded"]["event_id"]
    irene.step(person, "repair_typing", fact=slip, field="address", text="Via dei Finti 12, Savona")
    _turn(world, "2026-03-02")
    first = _freeze(rina, "2026-01-01", "2026-02-28")
    then = auditor.get(path, as_known_on="2026-03-02")
    _turn(world, "2026-04-01")
    irene.step(
        path, "record_situation", employment_status="EMPLOYED", income_support="NONE", note="Assunta il 1 aprile."
    )
    _turn(world, "2026-05-06")
    entry = irene.get(path)["file"]["case.entry_data_recorded"]["event_id"]
    said = {"fact": entry, "field": "unemployed_since", "value": "2024-10-02", "reason": "Lettera del CPI."}
    proposal = irene.step(path, "propose_correction", **said)["event_ids"][0]
    _turn(world, "2026-05-08")
    correction = nives.step(path, "confirm_correction", proposal=proposal)["event_ids"][0]
    _turn(world, "2026-07-01")
    second = _freeze(rina, "2026-03-01", "2026-06-30")

    # as known before, the old figure and the old fact; the same answer as was given then, and the report is what it was
    assert _facts(then)["unemployed_since"] == "2025-10-02"
    again = auditor.get(path, as_known_on="2026-03-02")
    assert (again["file"], again["state"], again["deadlines"]) == (then["file"], then["state"], then["deadlines"])
    assert auditor.get(f"submissions/{first['id']}")["digest"] == first["digest"]
    # the next package carries one more, and says of whom and of which report
    assert second["adjustments"] == [{"submission": first["id"], "code": "EECO03", "member": str(case.id), "by": 1}]
    assert _figures(second) == {}
    stood = auditor.get(f"submissions/{first['id']}/figures/EECO02")["items"]
    assert [each["unemployed_since"] for each in stood if each["id"] == str(case.id)] == ["2025-10-02"]
    # her later job is an update: it corrected nothing, and the entry status is what it was
    assert _facts(auditor.get(path))["employment_status"] == "UNEMP_LT12"
    corrections = _trail(auditor, case=str(case.id), corrections="true")
    assert [(each["topic"], each["actor"]) for each in corrections if each["kind"] == "case"] == [
        ("case.fact_corrected", str(world.nives.id))
    ]
    (proposed,) = _trail(auditor, case=str(case.id), topic="case.correction_proposed")
    assert (proposed["event_id"], proposed["actor"], _said(proposed, "reason")[1]) == (
        proposal,
        str(world.irene.id),
        "Lettera del CPI.",
    )
    # what it changed, by whom, in two pairs of hands, by which rules, and what moved
    told = next(each for each in corrections if each["event_id"] == correction)
    assert told["changes"] == [
        {"field": "unemployed_since", "before": "2025-10-02", "after": "2024-10-02", "fact": entry}
    ]
    why = auditor.get(f"audit/events/{correction}/explanation")
    assert {"record.proposal_waits", "record.not_own_proposal"} <= {each["rule"] for each in why["rules"]}
    between = auditor.get(f"{path}/differences", since="2026-05-07", until="2026-05-08")
    assert [each["topic"] for each in between["events"]] == ["case.fact_corrected"]
    assert auditor.get(path)["file"]["case.entry_data_recorded"]["corrected"][0]["moved"] == []
    # the slip of the pen needed no second person, and stands beside what was written first
    repaired = next(
        each for each in _trail(auditor, person=str(case.person), corrections="true") if each["kind"] == "person"
    )
    assert (repaired["step"], repaired["actor"]) == ("repair_typing", str(world.irene.id))
    assert [(each["before"], each["after"]) for each in repaired["changes"]] == [
        ("Via dei Finti 12, Savna", "Via dei Finti 12, Savona")
    ]
    # and the whole file, with both values, is proved to a stranger
    dossier = auditor.result(auditor.send(f"{path}/dossier", format="JSON"), world.settle).json()
    assert checker.trouble_with(dossier) == ""
    fact = next(fact for record in dossier["records"] for event in record["events"] if event["event_id"] == entry
                for fact in event["facts"] if fact["field"] == "unemployed_since_sealed")  # fmt: skip
    assert (fact["value"], fact["corrected"]["value"]) == ("2025-10-02", "2024-10-02")


def test_empty_desk_as_an_auditor_tells_it(world: World, client: TestClient) -> None:
    """Story 8: a caseworker leaves, another is ill; who had which case on every day, and who did what for whom."""
    world.second_desk()
    bice = world.employ("Bice Inventati", Role.CASEWORKER, world.desk)
    irene, nives, admin = (Desk(client, world.token(who)) for who in (world.irene, world.nives, world.admin))
    colleague, delia = Desk(client, world.token(bice)), Desk(client, world.token(world.delia))
    auditor = Desk(client, world.token(world.auditor))
    cases = [world.case("PLAN", person=world.person(f"Lascia{name}", "Ada")) for name in ("ti", "to", "te")]
    _turn(world, "2026-03-09")
    nives.step(
        f"desks/{world.desk}",
        "record_absence",
        operator=str(world.irene.id),
        cover=str(bice.id),
        since="2026-03-09",
        until="2026-03-13",
    )
    covered = {line["id"] for line in colleague.get("work/overdue", mine="true")["items"]}
    assert covered == {str(each.id) for each in cases}
    _turn(world, "2026-03-30")
    batch = {"kind": "case", "step": "hand_over", "values": {"caseworker": str(bice.id), "reason": "Irene lascia il servizio."},
             "ids": [str(each.id) for each in cases]}  # fmt: skip
    assert {each["outcome"] for each in nives.result(nives.send("batches", **batch), world.settle).json()["items"]} == {
        "Done"
    }
    moved = f"cases/{cases[2].id}"
    colleague.step(moved, "request_transfer", to_desk=str(world.armea), informed_on="2026-03-30", note="Vuole Sanremo.")
    delia.step(moved, "accept_transfer", caseworker=str(world.oreste.id))
    _turn(world, "2026-03-31")
    admin.step(f"desks/{world.desk}", "withdraw_operator", operator=str(world.irene.id), occurred_on="2026-03-31")
    admin.step(f"operators/{world.irene.id}", "leave_operator")
    _turn(world, "2026-04-02")

    # no case without a caseworker on any day from the first on
    for number, each in enumerate(cases):
        terms = [
            term for term in auditor.get(f"cases/{each.id}/responsibility")["items"] if term["post"] == "caseworker"
        ]
        assert terms[0]["holder"] == str(world.irene.id)
        assert terms[-1]["holder"] == str(world.oreste.id if number == 2 else bice.id)
        assert terms[-1]["until"] is None
        assert all(one["until"] == other["since"] for one, other in pairwise(terms)), "nobody in between"
        known = auditor.get("cases/known", on="2026-03-29", caseworker=str(world.irene.id))
        assert str(each.id) in {row["case_id"] for row in known["items"]}
    assert auditor.get("cases/known", on="2026-03-31", caseworker=str(world.irene.id))["items"] == []
    # past services keep her name, and the agreement that names her was amended, not rewritten
    trail = _trail(auditor, case=str(cases[0].id))
    topics = {each["topic"]: each for each in trail}
    assert topics["appointment.held"]["actor"] == str(world.irene.id)
    signed, amended = topics["case.agreement_signed"], topics["case.agreement_amended"]
    assert _said(signed, "caseworker") == (None, str(world.irene.id))
    assert _said(amended, "caseworker") == (None, str(bice.id))
    assert (amended["actor"], _said(amended, "agreement")[1]) == (str(world.nives.id), signed["event_id"])
    # who was away, who covered, who left, who said so
    desk = {each["topic"]: each for each in _trail(auditor, record=str(world.desk))}
    assert _said(desk["desk.absence_recorded"], "cover")[1] == str(bice.id)
    assert desk["desk.operator_withdrawn"]["actor"] == str(world.admin.id)
    assert [each["topic"] for each in _trail(auditor, record=str(world.irene.id))][-1] == "operator.left"
    # what she did ends with her last day, and she may not look any longer
    assert max(
        date.fromisoformat(each["recorded_at"][:10]) for each in _trail(auditor, actor=str(world.irene.id))
    ) <= date(2026, 3, 31)
    assert irene.raw("cases").status_code == 401
    # the transfer was answered before its day, by somebody of the other desk
    answered = next(each for each in _trail(auditor, case=str(cases[2].id)) if each["topic"] == "case.transferred")
    assert (answered["actor"], answered["desk"]) == (str(world.delia.id), str(world.armea))
    assert date.fromisoformat(answered["occurred_on"]) - date(2026, 3, 30) <= timedelta(days=14)


def _said(line: Json, field: str) -> tuple[Any, Any]:
    return next((each["before"], each["after"]) for each in line["changes"] if each["field"] == field)
