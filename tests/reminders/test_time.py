"""Deadlines from facts and the rulebook; the series of check-ins; outages; escalation; the rehearsal of the calendar."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from opera_cases import domain
from opera_cases.api.app import create_app
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.application.tasks.heartbeat import beat
from opera_cases.domain.kernel import calendar
from opera_cases.domain.kernel.vocabulary import Country, Place, Role
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.domain.reminders.ladder import Audience, Rung, falls_due, planned
from opera_cases.jobs import schedule
from opera_cases.jobs.due_scan import remind
from tests.cli.test_command_line import Line
from tests.support.group import company_of
from tests.support.reminding import look, passed, rungs, told
from tests.support.world import SetClock, World

ROWS = {
    "ContactRecorded: call back": ("case", "call_back"), "DID date: employment centre": ("case", "cpi_contact"),
    "IntakeOpened: assessment": ("case", "assessment_held"), "AgreementSigned: next contact": ("case", "next_contact"),
    "any active stage: no event": ("case", "silence"), "CaseSuspended: review": ("case", "review"),
    "start or share: advance": ("funding", "benefit_application"),
    "advance granted: second tranche, ARCE second half": ("funding", "benefit_second_check"),
    "theoretical end: risk over": ("funding", "repayment_risk"), "wage support: income cliff": ("company", "wage_support_end"),
    "receiver: offer filed": ("company", "bid_date"), "Hamon notice: employee offer": ("company", "employee_offer"),
    "deed: register filing": ("venture", "register_filing"), "members below minimum": ("venture", "members_restored"),
    "CAPE: renewal": ("venture", "host_contract"), "TradingStarted: check-ins": ("venture", "check_in"),
    "AlertRaised: reaction": ("venture", "alert_reaction"), "CaseClosed: exit data": ("case", "exit_data"),
    "CaseClosed: follow-up": ("case", "follow_up"), "ResourceVerified: verify again": ("resource", "resource_verify"),
    "reservation: expiry": ("resource", "reservation"), "DataRequestReceived: answer": ("person", "data_request"),
    "consent withdrawn: recipients told": ("person", "recipients_told"), "retention date: review": ("case", "retention_review"),
}  # fmt: skip
"""The rows of handbook 6.7, each with the kind of record that owes it and the rule that sets it. Attempts to reach
somebody are a rule of closing (`unreachable_shown`), not a deadline."""


@pytest.mark.parametrize("row", ROWS)
def test_every_row_of_the_handbook_is_set_by_a_step_of_a_table(row: str) -> None:
    kind, rule = ROWS[row]
    procedure = PROCEDURES[kind]
    terms = [term for step in procedure.steps for term in step.sets] + list(procedure.lifeline.standing)
    code = "".join(path.read_text() for path in Path(domain.__file__).parent.rglob("*.py"))
    assert any(term.rule == rule for term in terms) or f'DeadlineSpec("{rule}"' in code


def test_the_employment_centre_is_due_a_month_after_the_declaration_and_ends_with_the_pact(small: World) -> None:
    case = small.case("INTAKE")
    case.do("confirm_eligibility", target_group="UNEMPLOYED", evidence="DID", evidence_on="2026-01-20")
    assert case.now.deadlines["cpi_contact"].due_on == date(2026, 2, 19)
    look(small, "2026-02-12")
    assert rungs(small, "cpi_contact") == ["remind"]
    assert case.refused("record_service_pact", signed_on="2026-03-01") == {"pact_signed_by_now"}
    case.do("record_service_pact", signed_on="2026-02-12")
    look(small, "2026-02-19")
    assert rungs(small, "cpi_contact") == ["remind"]


def test_a_corrected_fact_moves_its_deadline_and_the_reminder_follows(world: World) -> None:
    case = world.case("INTAKE")
    said = case.do("confirm_eligibility", target_group="UNEMPLOYED", evidence="DID", evidence_on="2026-01-20")
    look(world, "2026-02-12")
    proposed = case.do(
        "propose_correction", fact=str(said.event_ids[0]), field="evidence_on", value="2026-01-30", reason="Riletta."
    )
    case.do("confirm_correction", by=world.nives, proposal=str(proposed.event_ids[0]))
    assert case.now.deadlines["cpi_contact"].due_on == date(2026, 3, 1)
    moved = next(
        e for e in world.runtime.application.records.history(case.id) if e.topic == "case.fact_corrected"
    ).facts.moved
    assert [(each.key, each.was, each.now) for each in moved] == [("cpi_contact", date(2026, 2, 19), date(2026, 3, 1))]
    look(world, "2026-02-23")
    assert [(each.rung, str(each.due_on)) for each in told(world) if each.rule == "cpi_contact"] == [
        ("remind", "2026-02-19"), ("remind", "2026-03-01")], "of the new day everyone is told anew"  # fmt: skip
    states = world.runtime.log.rows(
        "SELECT due_on, state FROM read.reminder_v1 WHERE rule = 'cpi_contact' ORDER BY due_on"
    )
    assert [(str(day), str(state)) for day, state in states] == [("2026-02-19", "ENDED"), ("2026-03-01", "OPEN")]


def test_a_deadline_that_comes_back_to_its_old_day_is_told_of_after_all(world: World) -> None:
    case = world.case("MENTORING")
    look(world, "2026-02-16")
    case.of_venture("move_check_in", by=world.elio, month=1, to="2026-03-20", reason="Ferie.")
    look(world, "2026-02-17")
    assert [
        str(row[0]) for row in world.runtime.log.rows("SELECT state FROM read.reminder_v1 WHERE rule = 'check_in'")
    ] == ["ENDED"]
    case.of_venture("move_check_in", by=world.elio, month=1, to="2026-03-02", reason="No, resta.")
    look(world, "2026-02-27")
    assert rungs(world, "check_in") == ["invite", "remind"]


def test_a_request_about_ones_data_is_due_in_a_month_and_extended_once(small: World) -> None:
    small.second_desk()
    person = small.person()
    small.token(small.dina)
    asked = small.ask(
        small.irene, "person", "receive_data_request", person, right="ERASURE", words="Cancellate tutto."
    ).event_ids[0]

    def due() -> Any:
        return small.runtime.application.load("person", person, small.dina).deadlines["data_request:1"].due_on

    assert due() == date(2026, 3, 2)
    look(small, "2026-02-23")
    assert [(each.recipient, each.rung) for each in told(small)] == [(small.dina.id, "remind")]
    small.ask(small.dina, "person", "extend_data_request", person, request=str(asked), reason="Archivio cartaceo.")
    assert due() == date(2026, 5, 2)
    assert small.refused(small.dina, "person", "extend_data_request", person, request=str(asked), reason="x") == {
        "extended_once"
    }
    small.ask(small.dina, "person", "answer_data_request", person, request=str(asked), outcome="PARTLY_GRANTED")
    assert small.refused(
        small.dina, "person", "answer_data_request", person, request=str(asked), outcome="REFUSED"
    ) == {"request_waits"}


def test_whoever_had_the_data_is_told_within_five_working_days(small: World) -> None:
    person = small.person()
    for purpose in ("SHARE_WITH_PARTNERS", "OPTIONAL_ANSWERS"):
        small.ask(small.irene, "person", "give_consent", person, purpose=purpose)
    small.ask(small.irene, "person", "withdraw_consent", person, purpose="OPTIONAL_ANSWERS")
    assert small.refused(small.irene, "person", "tell_recipients", person) == {"recipients_to_tell"}
    small.ask(small.irene, "person", "withdraw_consent", person, purpose="SHARE_WITH_PARTNERS")
    assert small.runtime.application.load("person", person, small.irene).deadlines["recipients_told"].due_on == date(
        2026, 2, 9
    )
    small.ask(small.irene, "person", "tell_recipients", person)


def test_two_persons_decide_how_long_a_closed_file_is_kept(small: World) -> None:
    case = small.case("PLAN")
    case.do("close", outcome="TRAINING", reason_code="TOO_EARLY", exit_situation="TRAINING")
    assert case.now.deadlines["retention_review"].due_on == date(2028, 2, 2)
    assert case.refused("propose_retention", keep_until="2026-01-01", reason="x") == {"kept_longer"}
    proposed = str(
        case.do("propose_retention", by=small.nives, keep_until="2031-12-31", reason="Rendicontazione.").event_ids[0]
    )
    assert case.refused("confirm_retention", by=small.nives, proposal=proposed) == {"proposed_by_another"}
    small.second_desk()
    case.do("confirm_retention", by=small.dina, proposal=proposed)
    assert case.now.deadlines["retention_review"].due_on == date(2031, 12, 31)


def test_french_employees_have_two_months_for_an_offer(small: World) -> None:
    corsica = small.open_desk("2B-BAS", "2B", country="FR", region="FRM0")
    worker = small.employ("Ondine Fictive", Role.CASEWORKER, corsica)
    firm = small.ask(
        worker, "company", "report_company", desk=str(corsica), name="Verrerie Imaginaire", employees=12
    ).id
    small.ask(worker, "company", "inform_employees", firm, informed_on="2026-01-31")
    assert small.runtime.application.load("company", firm, worker).deadlines["employee_offer"].due_on == date(
        2026, 3, 31
    )
    italian = company_of(small)
    assert small.refused(small.irene, "company", "inform_employees", italian, informed_on="2026-02-01") == {
        "french_law"
    }


# -- the calendar ------------------------------------------------------------------------------------------------------


def test_a_working_day_differs_between_sanremo_and_bastia() -> None:
    """Easter Monday is a holiday in both; 25 April in Italy only, 8 May in France only."""
    sanremo = Place(country=Country.IT, region="ITC3", province="IM", zone="Europe/Rome")
    bastia = Place(country=Country.FR, region="FRM0", province="2B", zone="Europe/Paris")
    assert calendar.add_working_days(date(2025, 4, 24), 1, sanremo) == date(2025, 4, 28)
    assert calendar.add_working_days(date(2025, 4, 24), 1, bastia) == date(2025, 4, 25)
    assert calendar.add_working_days(date(2026, 5, 7), 1, sanremo) == date(2026, 5, 8)
    assert calendar.add_working_days(date(2026, 5, 7), 1, bastia) == date(2026, 5, 11)
    assert calendar.add_working_days(date(2025, 12, 31), 1, sanremo) == date(2026, 1, 2), "over the end of a year"


def test_a_start_on_a_leap_day_has_its_check_ins_at_the_end_of_the_months(office_at: Any) -> None:
    clock = SetClock(date(2028, 2, 29))
    world = World(Runtime(office_at("sqlite"), clock=clock), clock)
    case = world.case("MENTORING")
    due = {cycle: case.venture_now.deadlines[f"check_in:{cycle}"].due_on for cycle in (1, 3, 12, 24, 36)}
    assert due == {
        1: date(2028, 3, 29),
        3: date(2028, 5, 29),
        12: date(2029, 2, 28),
        24: date(2030, 2, 28),
        36: date(2031, 2, 28),
    }
    world.runtime.close()


def test_an_evening_at_the_desk_is_still_that_day_and_not_yet_the_next(small: World) -> None:
    """Half past eleven at night in Savona on 30 June is 21:30 UTC: a deadline of 1 July is not due yet."""
    case = small.case("MENTORING")
    case.of_venture("move_check_in", by=small.elio, month=1, to="2026-03-30", reason="Prova.")
    small.clock.turn_to("2026-03-29")
    look(small, "2026-03-29", at="22:30")
    due = [each for each in told(small) if each.rule == "check_in" and each.rung == "due"]
    assert due == [], "it is half past midnight on the day, and night"
    look(small, "2026-03-30", at="06:01")
    assert "due" in rungs(small, "check_in")


# -- the ladder --------------------------------------------------------------------------------------------------------


def test_what_a_ladder_tells_depends_on_the_day_only_never_on_when_somebody_looked() -> None:
    """Looking every day, or once after any outage, the same rungs are settled; the last useful one is told."""
    ladder = (
        Rung(rung="invite", days=-14, to=Audience.MENTOR), Rung(rung="due", days=0, to=Audience.MENTOR),
        Rung(rung="nudge", days=7, to=Audience.MENTOR), Rung(rung="boss", days=21, to=Audience.COORDINATOR, useful=3),
    )  # fmt: skip
    due_on = date(2026, 6, 1)
    plan = planned(ladder, due_on)
    for gap in range(1, 45):
        daily: dict[str, str] = {}
        for offset in range(-20, 40):
            told_now, gone = falls_due(plan, daily, due_on + timedelta(days=offset))
            daily |= {each.rung: "told" for each in told_now} | {each.planned.rung: each.because for each in gone}
        seldom: dict[str, str] = {}
        last = 40 - 1
        for offset in [*range(-20, 40, gap), last]:
            told_now, gone = falls_due(plan, seldom, due_on + timedelta(days=offset))
            assert len({each.to for each in told_now}) == len(told_now), "never two at once for the same people"
            seldom |= {each.rung: "told" for each in told_now} | {each.planned.rung: each.because for each in gone}
        assert seldom.keys() == daily.keys() == {"invite", "due", "nudge", "boss"}
        assert set(daily.values()) == {"told"}
        if gap <= 3:
            assert set(seldom.values()) == {"told"}, "three days of outage lose nothing"


def test_three_days_of_outage_then_everything_still_useful_once_and_the_rest_on_record(world: World) -> None:
    case = world.case("MENTORING")
    other = world.case("PLAN", person=world.person("Altri", "Ugo"))
    look(world, "2026-02-16")
    look(world, "2026-02-26")
    before = told(world)
    assert [each.rung for each in before] == ["invite"]
    assert look(world, "2026-03-04"), "down from 27 February to 3 March"
    after = [each for each in told(world) if each not in before]
    assert sorted((each.record, each.rule, each.rung) for each in after) == sorted([
        (case.venture, "check_in", "due"), (case.id, "next_contact", "due"), (other.id, "next_contact", "due")])  # fmt: skip
    assert passed(world, "check_in")["remind"] == "SUPERSEDED"
    assert remind(world.runtime) == 0
    assert remind(world.runtime) == 0


def test_the_whole_ladder_of_a_check_in_to_the_end(world: World) -> None:
    world.case("MENTORING")
    seen = {}
    for day in ("2026-02-16", "2026-02-27", "2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23", "2026-04-01"):
        before = told(world)
        look(world, day)
        seen[day] = [
            (each.rung, each.recipient) for each in told(world) if each not in before and each.rule == "check_in"
        ]
    elio, nives = world.elio.id, world.nives.id
    assert seen == {
        "2026-02-16": [("invite", elio)], "2026-02-27": [("remind", elio)], "2026-03-02": [("due", elio)],
        "2026-03-09": [("nudge", elio)], "2026-03-16": [("task", elio)], "2026-03-23": [("supervisor", nives)], "2026-04-01": [],
    }  # fmt: skip
    topics = [
        str(row[0])
        for row in world.runtime.log.rows("SELECT topic FROM log.event WHERE topic LIKE 'venture.check_in%'")
    ]
    assert topics == ["venture.check_in_missed"]
    assert [
        str(row[0]) for row in world.runtime.log.rows("SELECT state FROM read.reminder_v1 WHERE rule = 'check_in'")
    ] == ["ENDED"]


def test_a_check_in_is_moved_waived_or_added(world: World) -> None:
    case = world.case("MENTORING")
    case.of_venture("add_check_in", by=world.elio, month=2, reason="Momento delicato.")
    assert case.venture_now.deadlines["check_in:2"].due_on == date(2026, 4, 2)
    case.of_venture("move_check_in", by=world.elio, month=3, to="2026-05-20", reason="Vendemmia.")
    assert case.venture_now.deadlines["check_in:3"].due_on == date(2026, 5, 20)
    case.of_venture("waive_check_in", by=world.elio, month=6, reason="Visita già fatta.")
    assert case.venture_now.check_ins_open == (1, 2, 3, 9, 12, 18, 24, 30, 36)
    assert case.venture_refused("add_check_in", by=world.elio, month=6, reason="x") == {"check_in_new"}
    assert case.venture_refused("add_check_in", by=world.elio, month=40, reason="x") == {"added_to_come"}
    assert case.venture_refused("move_check_in", by=world.elio, month=3, to="2026-01-20", reason="x") == {
        "moved_to_a_day_to_come"
    }


def test_ceasing_ends_every_reminder_to_come_and_a_new_mentor_takes_over_the_rest(world: World) -> None:
    case = world.case("MENTORING")
    look(world, "2026-02-16")
    other = world.employ("Tea Modelli", Role.MENTOR, world.desk)
    case.of_venture("assign_mentor", mentor=str(other.id))
    look(world, "2026-02-27")
    assert {each.rung: each.recipient for each in told(world)} == {"invite": world.elio.id, "remind": other.id}
    case.of_venture("cease", by=other, cause="CASH", jobs_lost="1.00")
    look(world, "2026-03-02")
    assert {each.rung for each in told(world) if each.rule == "check_in"} == {"invite", "remind"}
    assert (
        world.runtime.log.rows("SELECT count(*) FROM read.reminder_v1 WHERE rule = 'check_in' AND state = 'OPEN'")[0][0]
        == 0
    )


def test_an_alert_is_told_at_once_and_goes_to_the_region_when_nobody_reacts(world: World) -> None:
    world.second_desk()
    world.token(world.rino)
    case = world.case("MENTORING")
    world.clock.turn_to("2026-03-02")
    case.check_in(1, light="RED", light_reason="Cassa finita.")
    look(world, "2026-03-02")
    assert [(each.rung, each.recipient) for each in told(world) if each.rule == "alert_reaction"] == [
        ("raised", world.nives.id)
    ]
    look(world, "2026-03-09")
    look(world, "2026-03-10")
    seen = {(each.rung, each.recipient) for each in told(world) if each.rule == "alert_reaction"}
    assert seen == {("raised", world.nives.id), ("due", world.nives.id), ("escalate", world.rino.id)}
    raised = [
        str(row[0])
        for row in world.runtime.log.rows(
            "SELECT topic FROM log.event WHERE topic IN ('venture.alert_raised', 'reminder.raised')"
        )
    ]
    assert raised.count("reminder.raised") >= 3, "an escalation is an event, not a colour"


# -- the worker --------------------------------------------------------------------------------------------------------


def test_readiness_and_figures_say_when_somebody_last_looked(world: World) -> None:
    schedule._carefully(remind, world.runtime)
    with TestClient(create_app(world.runtime, metrics_token="figures")) as client:
        ready = client.get("/readyz").json()
        [work] = ready["work"]
        assert (work["name"], work["late"]) == ("remind", False)
        figures = client.get("/metrics", headers={"Authorization": "Bearer figures"}).text
        assert 'opera_look_seconds_ago{work="remind"}' in figures
        assert "opera_reminders_unheard 0.0" in figures
        world.runtime.log.rows("UPDATE log.heartbeat SET looked_at = '2026-01-01T00:00:00+00:00'")
        late = client.get("/readyz")
        assert late.json()["work"][0]["late"] is True
        assert late.status_code == 200, "the office answers; the alarm is for the worker"
    beat(world.runtime.log, "remind")


def test_the_calendar_is_rehearsed_without_touching_the_log(office_at: Any, tmp_path: Path) -> None:
    """Over the real records, at the command line; what it foretells is what then happens."""
    clock = SetClock()
    addresses: StoreLocations = office_at("sqlite")
    world = World(Runtime(addresses, clock=clock), clock)
    world.case("MENTORING")
    folder = addresses.master_key.parent
    before = world.runtime.log.rows("SELECT count(*) FROM log.event")
    line = Line(tmp_path, OPERA_FOLDER=str(folder))
    foretold = line.run("clock", "--from", "2026-02-03", "--to", "2026-04-20", "--rule", "check_in").splitlines()
    assert world.runtime.log.rows("SELECT count(*) FROM log.event") == before
    happened = [text.split("  ", 1) for text in foretold if text[:4] == "2026"]
    told_on = {day: text.rsplit(": ", 1)[1] for day, text in happened if "check_in:1" in text and " to 1 × " in text}
    assert told_on == {
        "2026-02-16": "invite to 1 × MENTOR", "2026-02-27": "remind to 1 × MENTOR", "2026-03-02": "due to 1 × MENTOR",
        "2026-03-09": "nudge to 1 × MENTOR", "2026-03-16": "task to 1 × MENTOR", "2026-03-23": "supervisor to 1 × COORDINATOR",
    }  # fmt: skip
    assert any("time takes the step miss_check_in (check_in:1 due 2026-03-02)" in text for _, text in happened)
    for day in told_on:
        look(world, day)
    assert sorted({each.rung for each in told(world) if each.rule == "check_in"}) == sorted(
        each.split()[0] for each in told_on.values()
    )
    assert "The last day comes after the first" in " ".join(
        line.run("clock", "--from", "2026-03-01", "--to", "2026-02-01", code=2).split()
    )
    world.runtime.close()


def test_mail_needs_a_server_and_an_address(tmp_path: Path) -> None:
    line = Line(tmp_path, OPERA_SMTP_URL="smtp://127.0.0.1:25")
    line.run("migrate")
    assert "OPERA_MAIL_FROM" in line.run("work", code=3)
    wrong = Line(tmp_path, OPERA_SMTP_URL="pop://x", OPERA_MAIL_FROM="a@b.example")
    assert "smtp://host:port" in wrong.run("work", code=3)
