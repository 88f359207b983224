"""What a venture refuses: plans, money, registration, mentoring and alerts, where no story meets the rule."""

from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from opera_cases.domain.kernel.vocabulary import Role
from tests.support.group import application_of
from tests.support.world import PLAN, TestCase, World

NUMBERS = count()
WHY = {"reason": "Come detto a voce."}
USES = PLAN["uses"]


def _case(world: World, state: str) -> TestCase:
    """A case of somebody who is like nobody else."""
    number = next(NUMBERS)
    letters = "".join("bcdfglmnrstv"[number // 12**place % 12] + "aeiou"[number % 5] for place in range(3))
    return world.case(
        state,
        person=world.person(
            f"Imp{letters}", letters.title(), f"19{50 + number % 49}-0{1 + number % 9}-1{number // 9 % 9}"
        ),
    )


@pytest.fixture(scope="module")
def studied(shared: World) -> TestCase:
    """A case whose venture was found feasible, and has no plan yet."""
    return _case(shared, "BUSINESS_PLAN")


@pytest.fixture(scope="module")
def planned(shared: World) -> TestCase:
    """A case whose venture has a validated plan."""
    return _case(shared, "FUNDING")


@pytest.fixture(scope="module")
def mentored(shared: World) -> TestCase:
    """A case whose venture trades since today."""
    return _case(shared, "MENTORING")


def test_a_plan_is_decided_once_it_is_there_by_somebody_who_did_not_write_it(studied: TestCase) -> None:
    nives = studied.world.nives
    assert studied.venture_refused("validate_plan", by=nives) == {"plan_waiting"}
    assert studied.venture_refused("reject_plan", by=nives, **WHY) == {"plan_waiting"}
    short = {**PLAN, "sources": [{"kind": "OWN_FUNDS", "amount": "19999.99"}]}
    assert studied.venture_refused("submit_plan", author=str(nives.id), **short) == {"sources_cover_uses"}
    studied.of_venture("submit_plan", author=str(nives.id), **PLAN)
    assert studied.venture_refused("validate_plan", by=nives) == {"not_own_plan"}
    assert studied.venture_refused("reject_plan", **WHY) == {"not_own_plan"}
    third = studied.world.employ("Terza Modelli", Role.COORDINATOR, studied.world.desk)
    studied.of_venture("reject_plan", by=third, **WHY)
    assert studied.venture_refused("reject_plan", by=third, **WHY) == {"plan_waiting"}


@pytest.mark.parametrize(
    ("step", "values", "rules"),
    [
        ("withdraw_funds", {"source": "GRANT", "amount": "0.01"}, {"promised_that_much"}),
        ("revise_uses", {"uses": [{"kind": "EQUIPMENT", "amount": "20000.01"}]}, {"uses_covered"}),
        ("revise_uses", {"uses": [{"kind": "EQUIPMENT", "amount": "90000.00"}]}, {"uses_covered"}),
        ("register_venture", {"identifier_kind": "PARTITA_IVA", "number": "99990019997"}, {"number_valid"}),
        ("assign_mentor", {"mentor": str(uuid4())}, {"mentor_active"}),
        ("constitute", {"legal_form": "SCOP_SA"}, {"form_of_the_pathway"}),
        ("resume_reminders", WHY, {"reminders_paused"}),
        ("pause_reminders", {"until": "2027-02-02", **WHY}, {"pause_in_time"}),
    ],
)
def test_a_venture_that_sets_up_refuses(planned: TestCase, step: str, values: dict[str, Any], rules: set[str]) -> None:
    assert planned.venture_refused(step, **values) == rules


@pytest.mark.parametrize(
    "values", [{"parameter": "set_up"}, {"parameter": "set_up", "value": 3, "due_on": "2027-01-01"}]
)
def test_what_is_overruled_for_a_venture_has_another_value_or_another_day(
    planned: TestCase, values: dict[str, Any]
) -> None:
    assert "value_or_day" in planned.venture_refused("overrule", by=planned.world.nives, **values, **WHY)


def test_only_parameters_of_the_list_are_overruled_for_a_venture(planned: TestCase) -> None:
    asked = {"parameter": "minimum_members", "value": 1, **WHY}
    assert planned.venture_refused("overrule", by=planned.world.nives, **asked) == {"may_be_overruled"}


def test_no_more_is_withdrawn_than_was_promised_to_the_cent(shared: World) -> None:
    case = _case(shared, "FUNDING")
    case.of_venture("promise_funds", source="GRANT", amount="100.00")
    assert case.venture_refused("withdraw_funds", source="GRANT", amount="100.01") == {"promised_that_much"}
    case.of_venture("withdraw_funds", source="GRANT", amount="100.00")


def test_what_is_registered_and_constituted_is_so_once(shared: World) -> None:
    case = _case(shared, "START_UP")
    case.of_venture("begin_setting_up")
    assert case.venture_refused("start_trading") == {"registered"}
    number = {"identifier_kind": "PARTITA_IVA", "number": "99990019996"}
    case.of_venture("register_venture", **number)
    assert case.venture_refused("register_venture", **number) == {"not_registered_yet"}
    case.of_venture("constitute", legal_form="SRL")
    assert case.venture_refused("constitute", legal_form="SRL") == {"not_constituted_yet"}


def test_a_venture_is_opened_for_a_case_on_its_way_to_that_kind_of_business_at_a_firm_that_is_known(
    shared: World,
) -> None:
    case = _case(shared, "IDEA")
    asked = {"kind": "MICRO_ENTERPRISE", "case": str(case.id), "working_title": "Bottega Finta"}
    early = {**asked, "case": str(_case(shared, "PLAN").id)}
    assert "case_in_business" in shared.refused(shared.irene, "venture", "open_venture", **early)
    assert shared.refused(shared.irene, "venture", "open_venture", **{**asked, "kind": "COOPERATIVE"}) == {
        "kind_of_the_pathway"
    }
    assert shared.refused(shared.irene, "venture", "open_venture", **asked, company=str(uuid4())) == {"company_there"}


def test_in_toscana_a_venture_is_in_food_and_farming(small: World) -> None:
    small.irene, small.desk = small.employ("Irene Toscani", Role.CASEWORKER, small.elsewhere), small.elsewhere
    case = _case(small, "IDEA")
    asked = {"kind": "MICRO_ENTERPRISE", "case": str(case.id), "working_title": "Bottega Finta"}
    assert small.refused(small.irene, "venture", "open_venture", **asked, sector="NACE/2.1:23.31") == {
        "sector_of_the_region"
    }
    small.ask(small.irene, "venture", "open_venture", **asked, sector="NACE/2.1:10.71")


@pytest.mark.parametrize(
    ("step", "values", "rules"),
    [
        ("clear_alert", {"alert": "RED_LIGHT", **WHY}, {"step_not_open"}),
        ("waive_check_in", {"month": 2, **WHY}, {"check_in_open"}),
        ("move_check_in", {"month": 3, "to": "2026-02-01", **WHY}, {"moved_to_a_day_to_come"}),
        ("move_check_in", {"month": 3, "to": "2029-02-03", **WHY}, {"moved_to_a_day_to_come"}),
        ("move_check_in", {"month": 2, "to": "2026-03-01", **WHY}, {"check_in_open"}),
        ("add_check_in", {"month": 3, **WHY}, {"check_in_new"}),
        ("add_check_in", {"month": 37, **WHY}, {"added_to_come"}),
        ("consolidate", {}, {"all_check_ins_settled", "thirty_six_months_passed"}),
    ],
)
def test_a_venture_that_trades_refuses(mentored: TestCase, step: str, values: dict[str, Any], rules: set[str]) -> None:
    by = None if step == "consolidate" else mentored.world.elio
    assert mentored.venture_refused(step, by=by, **values) == rules


def test_a_check_in_waits_for_its_window_in_its_first_months_and_later(mentored: TestCase) -> None:
    figures = {"channel": "PHONE", "turnover": "1.00", "staff": {"full_time_equivalents": "1.00"}, "light": "GREEN"}
    elio = mentored.world.elio
    assert mentored.venture_refused("record_check_in", by=elio, month=3, **figures) == {"not_before_its_window"}
    assert mentored.venture_refused("record_check_in", by=elio, month=2, **figures) == {"check_in_open"}


def test_an_alert_that_stands_is_not_raised_again_and_one_that_does_not_is_not_cleared(shared: World) -> None:
    case, elio = _case(shared, "MENTORING"), shared.elio
    case.of_venture("raise_alert", by=elio, note="Umore cupo.")
    assert case.venture_refused("raise_alert", by=elio, note="Ancora.") == {"alert_new"}
    assert case.venture_refused("clear_alert", by=elio, alert="CASH_SHORT", **WHY) == {"alert_stands"}
    case.of_venture("raise_alert", by=elio, alert="CASH_SHORT", note="Anche cassa.")
    case.of_venture("clear_alert", by=elio, alert="CASH_SHORT", **WHY)
    assert case.venture_now.state == "AT_RISK", "another alert stands"
    case.of_venture("clear_alert", by=elio, alert="MENTOR_CONCERN", **WHY)
    assert case.venture_now.state == "TRADING"


def test_a_venture_is_consolidated_as_the_outcome_only_when_it_is(mentored: TestCase) -> None:
    end = {"outcome": "VENTURE_CONSOLIDATED", "exit_situation": "SELF_EMPLOYED"}
    assert mentored.refused("end_mentoring", **end) == {"check_ins_settled", "consolidated_if_it_says_so"}


# -- money ----------------------------------------------------------------------------------------------------------


def test_money_is_asked_for_in_a_case_that_is_there_for_a_venture_that_has_not_ended(
    shared: World, planned: TestCase
) -> None:
    draft = {"source": "GRANT", "funder": "Regione Finta", "amount": "5000.00"}
    assert shared.refused(shared.irene, "funding", "draft_application", **draft, case=str(uuid4())) == {"case_known"}
    assert shared.refused(
        shared.irene, "funding", "draft_application", **draft, case=str(planned.id), venture=str(uuid4())
    ) == {"venture_there"}


def test_a_benefit_advance_has_a_day_of_entitlement_and_an_end_of_the_benefit(shared: World, planned: TestCase) -> None:
    draft = {"case": str(planned.id), "source": "BENEFIT_ADVANCE", "funder": "INPS", "amount": "10000.00"}
    assert shared.refused(shared.irene, "funding", "draft_application", **draft) == {"benefit_known"}
    asked = application_of(shared, planned.id, source="BENEFIT_ADVANCE", amount="10000.00", entitled_on="2026-01-20")
    shared.ask(shared.irene, "funding", "file_application", asked)
    assert shared.refused(shared.irene, "funding", "grant_application", asked, amount="10000.00") == {"end_known"}
    shared.ask(shared.irene, "funding", "grant_application", asked, amount="10000.00", theoretical_end="2026-09-30")
    assert shared.refused(shared.irene, "funding", "pay_tranche", asked, amount="10000.01") == {"not_more_than_granted"}
    shared.ask(shared.irene, "funding", "pay_tranche", asked, amount="7000.00")
    assert shared.refused(shared.irene, "funding", "pay_tranche", asked, amount="3000.00") == {"checked_first"}
