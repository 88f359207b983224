"""The life of a venture of one person: plan, four eyes, start, check-ins, alerts, end."""

from decimal import Decimal

import pytest

from opera_cases.domain.kernel.errors import InvalidInput, NotYourRole
from opera_cases.domain.ventures.venture import expected_turnover
from tests.support.world import PLAN, STAFF, World


def test_a_venture_is_opened_for_a_case_on_its_way_to_a_business(small: World) -> None:
    early = small.case("PLAN")
    asked = {"kind": "MICRO_ENTERPRISE", "case": str(early.id), "working_title": "Bottega"}
    assert small.refused(small.irene, "venture", "open_venture", **asked) == {"case_in_business", "kind_of_the_pathway"}


def test_the_promoter_is_a_member_from_the_first_day_and_the_case_follows(small: World) -> None:
    case = small.case("BUSINESS_PLAN")
    venture = case.venture_now
    assert venture.members_on(small.clock.at.date()) == {case.person}
    assert case.now.venture == venture.id


def test_a_case_has_one_venture(small: World) -> None:
    case = small.case("BUSINESS_PLAN")
    again = {"kind": "MICRO_ENTERPRISE", "case": str(case.id), "working_title": "Altra"}
    assert small.refused(small.irene, "venture", "open_venture", **again) == {"no_other_venture"}


def test_a_plan_spends_no_more_than_it_brings(small: World) -> None:
    case = small.case("BUSINESS_PLAN")
    short = {**PLAN, "sources": [{"kind": "OWN_FUNDS", "amount": "19999.99"}]}
    assert case.venture_refused("submit_plan", author=str(small.irene.id), **short) == {"sources_cover_uses"}


@pytest.mark.parametrize("amount", ["-1.00", "1e400", "NaN", "0.001", "Infinity", "9999999999"])
def test_a_figure_out_of_bounds_is_refused_by_its_name(small: World, amount: str) -> None:
    case = small.case("BUSINESS_PLAN")
    wrong = {**PLAN, "uses": [{"kind": "EQUIPMENT", "amount": amount}]}
    with pytest.raises(InvalidInput) as told:
        case.of_venture("submit_plan", author=str(small.irene.id), **wrong)
    assert told.value.field.startswith("uses")


def test_nobody_decides_on_a_plan_they_wrote_or_submitted(small: World) -> None:
    case = small.case("BUSINESS_PLAN")
    case.of_venture("submit_plan", author=str(small.nives.id), **PLAN)
    assert case.venture_refused("validate_plan", by=small.irene) == {"not_own_plan"}
    assert case.venture_refused("validate_plan", by=small.nives) == {"not_own_plan"}


def test_a_rejected_plan_comes_back_as_the_next_version(small: World) -> None:
    case = small.case("BUSINESS_PLAN")
    case.of_venture("submit_plan", author=str(small.irene.id), **PLAN)
    case.of_venture("reject_plan", by=small.nives, reason="Manca la cassa del primo anno.")
    assert case.refused("pass_plan") == {"plan_validated"}
    case.of_venture("submit_plan", author=str(small.irene.id), **PLAN)
    case.of_venture("validate_plan", by=small.nives)
    assert case.venture_now.plan.version == 2
    case.do("pass_plan")


def test_a_new_plan_version_lapses_the_validation(small: World) -> None:
    case = small.case("FUNDING")
    case.of_venture("submit_plan", author=str(small.irene.id), **PLAN)
    assert (case.venture_now.state, case.venture_now.plan.valid) == ("PLANNING", False)


def test_trading_starts_registered_and_funded(small: World) -> None:
    case = small.case("FUNDING")
    case.of_venture("begin_setting_up")
    assert case.venture_refused("start_trading") == {"registered", "funded"}
    assert case.venture_refused("register_venture", identifier_kind="PARTITA_IVA", number="99990019997") == {
        "number_valid"
    }
    case.of_venture("register_venture", identifier_kind="SIRET", number="999 000 177 00017")
    case.of_venture("start_trading", self_funded=True)
    assert case.venture_now.state == "TRADING"


def test_nine_check_ins_are_due_in_the_months_of_the_rulebook(small: World) -> None:
    venture = small.case("MENTORING").venture_now
    due = {d.cycle: d.due_on.isoformat() for d in venture.deadlines.values() if d.rule == "check_in"}
    assert due[1] == "2026-03-02"
    assert due[36] == "2029-02-02"
    assert len(due) == 9


def test_a_check_in_has_its_window(small: World) -> None:
    case = small.case("MENTORING")
    early = {"month": 3, "channel": "PHONE", "turnover": "1.00", "staff": STAFF, "light": "GREEN"}
    assert case.venture_refused("record_check_in", by=small.elio, **early) == {"not_before_its_window"}
    small.clock.turn_to("2026-03-01")
    case.check_in(1)
    assert case.venture_now.check_ins_open[0] == 3


@pytest.mark.parametrize(
    ("figures", "alerts"),
    [
        ({"light": "RED", "light_reason": "Litiga con il locatore."}, {"RED_LIGHT"}),
        ({"cash_months": "1.9"}, {"CASH_SHORT"}),
        ({"cash_months": "2.0"}, set()),
        ({"wages": {"amount": "1001.00", "days": 30, "compared_with": "2000.00"}}, {"WAGES_OVERDUE"}),
        ({"wages": {"amount": "1001.00", "days": 29, "compared_with": "2000.00"}}, set()),
        ({"wages": {"amount": "1000.00", "days": 30, "compared_with": "2000.00"}}, set()),
        ({"suppliers": {"amount": "501.00", "days": 90, "compared_with": "500.00"}}, {"SUPPLIERS_OVERDUE"}),
        ({"suppliers": {"amount": "500.00", "days": 90, "compared_with": "500.00"}}, set()),
        ({"bank": {"amount": "500.00", "days": 61, "compared_with": "10000.00"}}, {"BANK_OVERDUE"}),
        ({"bank": {"amount": "500.00", "days": 60, "compared_with": "10000.00"}}, set()),
        ({"contributions": {"amount": "5001.00", "days": 91, "compared_with": "9000.00"}}, {"CONTRIBUTIONS_OVERDUE"}),
        ({"contributions": {"amount": "5000.00", "days": 91, "compared_with": "9000.00"}}, set()),
        ({"tax": {"amount": "20001.00", "days": 1, "compared_with": "90000.00"}}, {"TAX_OVERDUE"}),
        ({"tax": {"amount": "20000.00", "days": 400, "compared_with": "900000.00"}}, set()),
        ({"tax": {"amount": "5001.00", "days": 1, "compared_with": "50010.00"}}, {"TAX_OVERDUE"}),
        ({"tax": {"amount": "5000.00", "days": 1, "compared_with": "5000.00"}}, set()),
        ({"turnover": "0.00"}, set()),
    ],
)
def test_warnings_follow_from_the_figures(small: World, figures: dict[str, object], alerts: set[str]) -> None:
    case = small.case("MENTORING")
    small.clock.turn_to("2026-03-02")
    case.check_in(1, **figures)
    venture = case.venture_now
    assert set(venture.alerts) == alerts
    assert venture.state == ("AT_RISK" if alerts else "TRADING")
    assert ("alert_reaction" in venture.deadlines) == bool(alerts)


def test_turnover_under_half_of_the_plan_warns_the_second_time(small: World) -> None:
    case = small.case("MENTORING")
    small.clock.turn_to("2026-03-02")
    case.check_in(1, turnover="999.99")
    assert case.venture_now.alerts == frozenset()
    small.clock.turn_to("2026-05-02")
    case.check_in(3, turnover="1999.99")
    assert set(case.venture_now.alerts) == {"TURNOVER_LOW"}


def test_the_plan_spreads_turnover_evenly_within_each_year() -> None:
    by_year = (Decimal(12000), Decimal(24000))
    assert expected_turnover(by_year, 0, 1) == Decimal("1000.00")
    assert expected_turnover(by_year, 9, 15) == Decimal("9000.00")
    assert expected_turnover(by_year, 12, 36) == Decimal("24000.00")


def test_a_check_in_thirty_days_late_is_missed_by_the_clock_not_by_a_person(small: World) -> None:
    case = small.case("MENTORING")
    small.clock.turn_to("2026-03-31")
    small.settle()
    assert 1 in case.venture_now.check_ins_open
    with pytest.raises(NotYourRole):
        case.of_venture("miss_check_in", month=1)
    small.clock.turn_to("2026-04-01")
    small.settle()
    assert 1 not in case.venture_now.check_ins_open
    small.settle()
    missed = [
        e for e in small.runtime.application.records.history(case.venture) if e.topic == "venture.check_in_missed"
    ]
    assert len(missed) == 1


@pytest.mark.parametrize(
    ("days", "open_on", "missed_on"), [(10, "2026-03-11", "2026-03-12"), (40, "2026-04-10", "2026-04-11")]
)
def test_the_clock_goes_by_the_overrule_of_the_record(small: World, days: int, open_on: str, missed_on: str) -> None:
    case = small.case("MENTORING")
    case.of_venture("overrule", by=small.nives, parameter="check_in_missed_after", value=days, reason="Ferie.")
    for day, still in ((open_on, True), (missed_on, False)):
        small.clock.turn_to(day)
        small.settle()
        assert (1 in case.venture_now.check_ins_open) is still, day


def test_two_check_ins_missed_in_a_row_are_a_warning(small: World) -> None:
    case = small.case("MENTORING")
    small.clock.turn_to("2026-06-05")
    small.settle()
    assert (case.venture_now.state, set(case.venture_now.alerts)) == ("AT_RISK", {"MISSED_CHECK_INS"})
    case.of_venture("answer_alerts", by=small.elio, action="Visita in bottega.")
    assert "alert_reaction" not in case.venture_now.deadlines
    case.of_venture("clear_alert", by=small.elio, alert="MISSED_CHECK_INS", reason="Si è fatta viva.")
    assert case.venture_now.state == "TRADING"


def test_a_venture_stays_at_risk_until_the_last_alert_is_cleared(small: World) -> None:
    case = small.case("MENTORING")
    small.clock.turn_to("2026-03-02")
    case.check_in(1, light="RED", cash_months="1.0")
    case.of_venture("clear_alert", by=small.elio, alert="RED_LIGHT", reason="Risolto.")
    assert case.venture_now.state == "AT_RISK"
    assert case.venture_refused("clear_alert", by=small.elio, alert="RED_LIGHT", reason="Ancora.") == {"alert_stands"}
    case.of_venture("clear_alert", by=small.elio, alert="CASH_SHORT", reason="Incassato.")
    assert case.venture_now.state == "TRADING"


def test_a_check_in_can_be_waived_with_a_reason_and_once(small: World) -> None:
    case = small.case("MENTORING")
    case.of_venture("waive_check_in", by=small.elio, month=1, reason="Chiuso per ferie.")
    assert case.venture_refused("waive_check_in", by=small.elio, month=1, reason="Di nuovo.") == {"check_in_open"}


def test_a_venture_that_still_trades_after_thirty_six_months_is_consolidated_by_the_clock(small: World) -> None:
    case = small.case("MENTORING")
    for month in (1, 3, 6, 9, 12, 18, 24, 30, 36):
        case.of_venture("waive_check_in", by=small.elio, month=month, reason="Prova.")
    small.clock.turn_to("2029-02-01")
    small.settle()
    assert case.venture_now.state == "TRADING"
    small.clock.turn_to("2029-02-02")
    small.settle()
    assert case.venture_now.state == "CONSOLIDATED"


def test_mentoring_ends_consolidated_only_with_a_consolidated_venture(small: World) -> None:
    case = small.case("MENTORING")
    end = {"outcome": "VENTURE_CONSOLIDATED", "exit_situation": "SELF_EMPLOYED"}
    assert case.refused("end_mentoring", **end) == {"check_ins_settled", "consolidated_if_it_says_so"}


def test_ceasing_ends_everything_still_to_come(small: World) -> None:
    case = small.case("MENTORING")
    case.of_venture("cease", by=small.elio, cause="CASH", jobs_lost="1.50")
    assert case.venture_now.deadlines == {}
    case.do("change_pathway", reason_code="VENTURE_FAILED")
    assert case.now.state == "PLAN"


def test_an_abandoned_venture_makes_room_for_another(small: World) -> None:
    case = small.case("BUSINESS_PLAN")
    case.of_venture("abandon", reason_code="IDEA_NOT_VIABLE")
    case.do("change_pathway", reason_code="IDEA_NOT_VIABLE")
    case._to_idea()
    case._to_business_plan()
    assert case.now.state == "BUSINESS_PLAN"
