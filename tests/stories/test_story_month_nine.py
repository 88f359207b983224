"""Story: month nine. A cooperative of three in Cagliari loses a member, then its cash, and stops; each goes on alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import create_app
from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.jobs.due_scan import remind
from tests.support.over_http import Desk, Json
from tests.support.story import Story
from tests.support.world import SetClock, World

PLAN = {
    "sources": [{"kind": "MEMBER_SHARES", "amount": "30000.00"}, {"kind": "MICROCREDIT", "amount": "30000.00"}],
    "uses": [{"kind": "EQUIPMENT", "amount": "45000.00"}, {"kind": "WORKING_CAPITAL", "amount": "15000.00"}],
    "turnover_by_year": ["120000.00", "150000.00", "180000.00"],
}  # fmt: skip
STAFF = {"members": 3, "employees": 2, "full_time_equivalents": "4.50"}


@pytest.fixture
def cagliari(addresses: StoreLocations) -> Iterator[World]:
    """An office in Sardegna, in January 2025, under the rules of then."""
    clock = SetClock(date(2025, 1, 7))
    runtime = Runtime(addresses, clock=clock)
    yield World(runtime, clock, home=("CA-CPI", "CA", "ITG2"))
    runtime.close()


def _open_trattoria(story: Story) -> None:
    """Three members, shares paid from the benefit advance, trading since 1 March 2025."""
    world, irene = story.world, story.irene
    for number in (6, 7, 8):  # Gino, Ivo, Lia
        story.enrol(number)
    desk = str(world.desk)
    story.venture = irene.begin("ventures", kind="COOPERATIVE", case=story.cases[0], sector="NACE/2.1:56.11",
                                working_title="Trattoria Immaginaria soc. coop.")["id"]  # fmt: skip
    world.settle()
    story.of_venture("start_feasibility")
    story.of_venture("find_feasible", verdict="GO")
    for person in story.people:
        story.of_venture("commit_member", person=person, amount="10000.00")
    world.settle()
    story.of_venture("form_group", legal_form="COOP_SRL")
    story.of_venture("submit_plan", author=str(world.irene.id), **PLAN)
    story.of_venture("validate_plan", by=story.nives)
    kitchen = irene.begin("resources", desk=desk, resource_kind="EQUIPMENT", title="Cucina professionale", owner="Hotel Finto Splendor",
                          area="NUTS/2024:ITG2F")["id"]  # fmt: skip
    story.turn("2025-02-10")
    irene.step(f"resources/{kitchen}", "reserve", venture=story.venture)
    story.of_venture("begin_setting_up")
    story.of_venture("constitute", legal_form="COOP_SRL")
    for person in story.people:
        story.of_venture("subscribe_share", person=person, amount="10000.00", from_benefit="7000.00")
    world.settle()
    story.turn("2025-02-20")
    for line in irene.get("funding-applications")["items"]:
        path = f"funding-applications/{line['funding_id']}"
        irene.step(path, "file_application")
        granted = irene.step(path, "grant_application", amount="7000.00", theoretical_end="2026-02-14")
        assert granted["tranches"] == ["7000.00"], "the whole advance at once, until 2025"
        assert irene.step(path, "pay_tranche", amount="7000.00")["state"] == "PAID"
    story.of_venture("promise_funds", source="MICROCREDIT", amount="30000.00")
    story.of_venture("register_venture", identifier_kind="PARTITA_IVA", number="99990019996")
    story.of_venture("assign_mentor", mentor=str(world.elio.id))
    irene.step(f"resources/{kitchen}", "take_over", venture=story.venture)
    for number in range(3):
        story.of_case(number, "pass_idea", verdict="GO")
        story.of_case(number, "pass_plan")
        story.of_case(number, "secure_funding")
    story.turn("2025-03-01")
    story.of_venture("start_trading")
    world.settle()


def _told(world: World, rule: str) -> list[tuple[str, str, UUID]]:
    """The rungs of a rule in the order of the days on which they were told."""
    sql = (
        "SELECT n.told_on, n.rung, n.recipient FROM read.notice_v1 n JOIN read.reminder_v1 r ON r.reminder_id = n.reminder_id"
        " WHERE r.rule = $1 ORDER BY n.told_on, n.rung"
    )
    return [(str(day), str(rung), UUID(str(who))) for day, rung, who in world.runtime.log.rows(sql, rule)]


def test_month_nine(cagliari: World) -> None:
    world = cagliari
    second = world.employ("Tea Simulacri", Role.MENTOR, world.desk)
    regional = replace(world.employ("Rina Esempini", Role.REGIONAL_COORDINATOR), region="ITG2")
    world.token(regional)
    with TestClient(create_app(world.runtime), raise_server_exceptions=False) as client:
        status = {"employment_status": "UNEMP_LT12", "unemployed_since": "2024-09-02", "income_support": "NASPI"}
        story = Story(world, client, "COOPERATIVE", "UNEMPLOYED", "DID", status)
        _open_trattoria(story)
        irene, elio = story.irene, story.elio
        assert {irene.get(f"cases/{case}")["state"] for case in story.cases} == {"MENTORING"}

        def check_in(month: int, turnover: str, light: str, **figures: object) -> Json:
            return story.of_venture("record_check_in", by=elio, month=month, channel="IN_PERSON", turnover=turnover, staff=STAFF,
                                    light=light, **figures)  # fmt: skip

        # month 1 green; 3 amber, turnover at 61 % of the plan; 6 amber, cash for six weeks: an alert, a second mentor
        story.turn("2025-04-01")
        assert check_in(1, "10000.00", "GREEN")["alerts"] == []
        story.turn("2025-05-01")
        story.of_venture("waive_check_in", by=elio, month=2, reason="Già visti.")
        story.turn("2025-06-01")
        assert check_in(3, "12200.00", "AMBER")["alerts"] == []
        story.turn("2025-09-01")
        told = check_in(6, "24000.00", "AMBER", cash_months="1.5")
        assert (told["state"], told["alerts"]) == ("AT_RISK", ["CASH_SHORT"])
        story.of_venture("assign_mentor", mentor=str(second.id))
        remind(world.runtime)
        assert _told(world, "alert_reaction") == [("2025-09-01", "raised", world.nives.id)], "told at once"
        story.of_venture("answer_alerts", by=story.nives, action="Affiancata una seconda tutor.")
        tea = Desk(client, world.token(second))

        # 20 November: Gino resigns. Two are left, three are needed: a year begins
        story.turn("2025-11-20")
        told = story.of_venture(
            "withdraw_member", person=story.people[0], reason_code="FOUND_A_JOB", due_back="10000.00"
        )
        clock = next(each for each in told["deadlines"] if each["rule"] == "members_restored")
        assert clock["due_on"] == "2026-11-20"
        assert clock["source"].startswith("Codice civile art. 2522")
        assert set(told["alerts"]) == {"CASH_SHORT", "MEMBERS_BELOW_MINIMUM"}
        world.settle()

        # 1 December: month nine, suppliers 95 days overdue. Gino begins at a canteen: his advance is at risk
        story.turn("2025-12-01")
        told = story.of_venture("record_check_in", by=tea, month=9, channel="IN_PERSON", turnover="15000.00", staff=STAFF, light="RED",
                                light_reason="Fornitori scaduti, lite tra soci.", problems=["CASH", "CONFLICT"],
                                suppliers={"amount": "21000.00", "days": 95, "compared_with": "9000.00"})  # fmt: skip
        assert set(told["alerts"]) == {"CASH_SHORT", "MEMBERS_BELOW_MINIMUM", "RED_LIGHT", "SUPPLIERS_OVERDUE"}
        assert "alert_reaction" in {each["rule"] for each in told["deadlines"]}
        story.of_case(
            0,
            "record_situation",
            employment_status="EMPLOYED",
            income_support="NONE",
            note="Mensa Fittizia, dal 1 dicembre.",
        )
        warned = [
            e
            for e in world.runtime.application.records.history(UUID(story.cases[0]))
            if e.topic == "case.repayment_warned"
        ]
        assert [e.facts.risk_until for e in warned] == [date(2026, 2, 14)]
        assert {line["id"] for line in irene.get("work/warnings")["items"]} == {story.cases[0]}
        for number in (1, 2):
            story.of_case(number, "record_situation", employment_status="SELF_EMPLOYED", income_support="NONE")
        assert {line["id"] for line in irene.get("work/warnings")["items"]} == {story.cases[0]}, (
            "the other two are not warned"
        )

        # nobody reacts within five working days: it goes to the region, as an event
        remind(world.runtime)
        for day in ("2025-12-09", "2025-12-10"):
            story.turn(day)
            remind(world.runtime)
        assert _told(world, "alert_reaction")[1:] == [
            ("2025-12-01", "raised", world.nives.id), ("2025-12-09", "due", world.nives.id), ("2025-12-10", "escalate", regional.id),
        ]  # fmt: skip

        # 15 December: they stop
        story.turn("2025-12-15")
        kitchen = irene.get("resources", holder=story.venture)["items"][0]["resource_id"]
        assert irene.get(f"resources/{kitchen}")["state"] == "IN_USE"
        ended = story.of_venture(
            "cease", by=tea, cause="CASH", jobs_lost="4.50", reason="Cassa esaurita, conflitto tra soci."
        )
        assert (ended["state"], ended["deadlines"]) == ("CEASED", []), "month twelve and the one-year clock end with it"
        world.settle()

        # nobody is moved by automatism: two cases wait for a decision, Gino's for his; then one by one
        assert [irene.get(f"cases/{case}")["state"] for case in story.cases] == ["MENTORING"] * 3
        waiting = {line["id"]: line["why"] for line in irene.get("work/consequences")["items"]}
        assert waiting == {
            story.cases[0]: "after_leaving",
            story.cases[1]: "after_venture",
            story.cases[2]: "after_venture",
        }
        assert story.of_case(1, "change_pathway", reason_code="VENTURE_FAILED")["state"] == "PLAN"
        assert [irene.get(f"cases/{case}")["state"] for case in story.cases] == ["MENTORING", "PLAN", "MENTORING"]
        story.of_case(2, "close", outcome="VENTURE_CEASED", reason_code="VENTURE_FAILED", exit_situation="JOB_SEARCH")
        story.of_case(0, "change_pathway", reason_code="FOUND_A_JOB")
        answered = story.of_case(0, "answer_repayment_warning", answer="Informato; si rivolge al patronato.")
        assert "repayment_warning" not in {each["rule"] for each in answered["deadlines"]}

        # survival: it started, and it is dead in its tenth month
        shown = story.auditor.get("ventures", state="CEASED")["items"][0]
        assert (shown["trading_since"], shown["ended_on"]) == ("2025-03-01", "2025-12-15")
        assert [each["state"] for each in story.auditor.get("ventures")["items"]] == ["CEASED"]

        # of month twelve nobody hears anything
        story.turn("2026-02-16")
        remind(world.runtime)
        assert [rung for day, rung, _ in _told(world, "check_in") if day >= "2025-12-15"] == []

        # the kitchen is to be had again
        freed = irene.get(f"resources/{kitchen}")
        assert (freed["state"], freed["holder"]) == ("AVAILABLE", None)
        found = irene.send("resources/searches", text="cucina", area="NUTS/2024:ITG2").json()["items"]
        assert [each["id"] for each in found] == [kitchen]
        assert verify_everything(world.runtime) == []
