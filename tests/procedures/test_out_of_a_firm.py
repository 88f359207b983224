"""Out of a firm: bids, pre-emption, award and loss; spin-offs, hosted entrepreneurs, and what blocks a start."""

from datetime import date

import pytest

from opera_cases.application.runtime import edition
from opera_cases.domain.kernel.errors import Refused
from opera_cases.domain.kernel.rulebook import Of
from opera_cases.domain.kernel.vocabulary import Role
from tests.domain.test_random_walks import SAVONA
from tests.support.group import PLAN_OF_GROUP, TestGroup, company_of
from tests.support.over_http import Desk, blocked
from tests.support.world import PLAN, TestCase, World


def test_a_spin_off_needs_the_four_papers_of_its_parent(small: World) -> None:
    group = TestGroup(small, "SPIN_OFF", members=1)
    group.do("start_feasibility")
    assert group.refused("find_feasible", verdict="GO") == {"letter_of_intent"}
    group.do("agree_with_parent", paper="LETTER_OF_INTENT")
    group.do("find_feasible", verdict="GO")
    group.do("submit_plan", author=str(small.irene.id), **PLAN)
    group.do("validate_plan", by=small.nives)
    group.do("begin_setting_up")
    group.do("register_venture", identifier_kind="PARTITA_IVA", number="99990019996")
    assert group.refused("start_trading", self_funded=True) == {"business_secured"}
    for paper in ("ASSET_LIST", "NON_COMPETITION", "SUPPLY_CONTRACT"):
        group.do("agree_with_parent", paper=paper)
    group.do("start_trading", self_funded=True)
    assert group.now.state == "TRADING"


def test_an_offer_after_the_receivers_day_is_refused_with_that_day(small: World) -> None:
    group = TestGroup(small, "WORKER_BUY_OUT").planned()
    group.do("set_perimeter", company=str(group.company), jobs=3)
    small.clock.turn_to("2026-07-01")
    with pytest.raises(Refused) as told:
        group.do("file_bid", amount="50000.00")
    assert {each.rule: each.told for each in told.value.refusals} == {
        "venture.before_the_bid_date": (("bid_date", "2026-06-30"),)
    }
    group.do("file_bid", amount="50000.00", on="2026-06-30")
    group.do("lose_business", reason_code="TOO_SLOW")
    assert "business_secured" not in group.now.reached


def test_pre_emption_belongs_to_a_constituted_cooperative_of_employees_in_a_procedure_that_knows_it(
    small: World,
) -> None:
    group = TestGroup(small, "WORKER_BUY_OUT")
    group.do("start_feasibility")
    group.do("find_feasible", verdict="GO")
    group.commit(*group.people[:2], former_employee=True)
    group.commit(group.people[2])
    group.do("form_group", legal_form="COOP_SRL")
    group.do("submit_plan", author=str(small.irene.id), **PLAN_OF_GROUP)
    group.do("validate_plan", by=small.nives)
    group.do("set_perimeter", company=str(group.company), jobs=3)
    assert group.refused("exercise_preemption", price="1.00") == {"cooperative_of_employees"}
    group.do("begin_setting_up")
    group.do("constitute", legal_form="COOP_SRL")
    assert group.refused("exercise_preemption", price="1.00") == {"cooperative_of_employees"}, (
        "one of them never worked there"
    )
    other = company_of(small, procedure="COMPOSIZIONE_NEGOZIATA", bid_date="")
    group.do("set_perimeter", company=str(other), jobs=3)
    assert "procedure_allows_preemption" in group.refused("exercise_preemption", price="1.00")


def test_a_share_whose_window_closes_before_the_award_is_noticed_too(small: World) -> None:
    group = TestGroup(small, "WORKER_BUY_OUT").planned()
    group.do("set_perimeter", company=str(group.company), jobs=3)
    group.do("begin_setting_up")
    group.do("constitute", legal_form="COOP_SRL")
    group.do("exercise_preemption", price="9000.00", decision_expected_on="2026-03-20")
    group.do("subscribe_share", person=str(group.people[0]), amount="8000.00")
    assert "conflict_answer" not in group.now.deadlines, "nothing of it comes from an advance"
    for person in group.people[1:]:
        group.do("subscribe_share", person=str(person), amount="8000.00", from_benefit="5000.00")
    raised = [
        e for e in small.runtime.application.records.history(group.id) if e.topic == "venture.clock_conflict_raised"
    ]
    assert [(e.facts.due_on, e.facts.waits_until) for e in raised] == [(date(2026, 3, 4), date(2026, 3, 20))], "once"


def test_an_idea_is_ripe_when_its_kind_of_venture_says_so(small: World) -> None:
    group = TestGroup(small, "WORKER_BUY_OUT")
    assert group.cases[0].refused("pass_idea", verdict="GO") == {"idea_ripe"}
    group.planned()
    assert group.cases[0].refused("pass_idea", verdict="GO") == {"idea_ripe"}, "what is to be taken over is not named"
    group.do("set_perimeter", company=str(group.company), jobs=3)
    group.cases[0].do("pass_idea", verdict="GO")


def test_a_firm_that_recovers_takes_no_bids_and_owes_nothing(small: World) -> None:
    group = TestGroup(small, "WORKER_BUY_OUT").planned()
    group.do("set_perimeter", company=str(group.company), jobs=3)
    small.ask(small.irene, "company", "recover", group.company, reason="Commesse nuove.")
    company = small.runtime.application.load("company", group.company, small.auditor)
    assert (company.state, company.deadlines) == ("RECOVERED", {})
    assert group.refused("file_bid", amount="50000.00") == {"firm_in_procedure"}
    small.ask(small.irene, "venture", "abandon", group.id, reason_code="OTHER")


def test_in_france_relatives_and_managers_may_not_bid_and_seven_found_an_sa(small: World) -> None:
    rulebook = edition()
    corsica = SAVONA.__class__(country="FR", region="FRM0", province="2B", zone="Europe/Paris")  # type: ignore[arg-type]
    day = date(2026, 2, 2)
    needed = {
        form: rulebook.find("minimum_members", day, corsica, Of("WORKER_BUY_OUT", form)).number
        for form in ("SCOP_SARL", "SCOP_SA")
    }
    assert needed == {"SCOP_SARL": 2, "SCOP_SA": 7}
    assert rulebook.seek("barred_bidders", day, SAVONA) is None
    assert "MANAGER" in rulebook.find("barred_bidders", day, corsica).codes
    desk = small.open_desk("2B-BAS", "2B", country="FR", region="FRM0")
    small.irene, small.desk = small.employ("Irène Modelli-Faux", Role.CASEWORKER, desk), desk
    small.nives = small.employ("Ange Exemplier", Role.COORDINATOR, desk)
    group = TestGroup(small, "WORKER_BUY_OUT")
    assert group.refused("commit_member", person=str(group.people[0]), amount="1.00") == {"not_barred"}
    group.do("commit_member", person=str(group.people[0]), amount="1.00", not_barred=True)


def test_a_hosted_entrepreneur_trades_without_a_number_and_renews_twice(small: World) -> None:
    desk = small.open_desk("2B-CAE", "2B", country="FR", region="FRM0")
    small.irene, small.desk = small.employ("Irène Modelli-Faux", Role.CASEWORKER, desk), desk
    small.nives = small.employ("Ange Exemplier", Role.COORDINATOR, desk)
    small.elio = small.employ("Élie Fictivet", Role.MENTOR, desk)
    case = TestCase(small, small.person("Semblançon", "Letizia")).up_to("PLAN")
    case.do("choose_pathway", pathway="HOSTED_ENTREPRENEUR")
    case.venture = small.ask(
        small.irene, "venture", "open_venture", kind="HOSTED_ENTREPRENEUR", case=str(case.id), working_title="Atelier"
    ).id
    small.settle()
    case.of_venture("start_feasibility")
    case.of_venture("find_feasible", verdict="GO")
    case.do("pass_idea", verdict="GO")
    case._to_funding()
    case._to_start_up()
    case.of_venture("begin_setting_up")
    assert case.venture_refused("start_trading") == {"hosted"}
    contract = {
        "host": "Coopérative Imaginaire",
        "contract": "CAPE",
        "host_number": "99900017700017",
        "contract_number": "CAPE-1",
    }
    assert case.venture_refused("host_venture", **contract, ends_on="2027-02-03") == {"host_contract_short_enough"}
    case.of_venture("host_venture", **contract, ends_on="2027-02-02")
    case.of_venture("start_trading")
    small.settle()
    assert case.now.state == "MENTORING"
    for day, until in (("2027-02-01", "2028-02-01"), ("2028-02-01", "2029-02-01")):
        small.clock.turn_to(day)
        case.of_venture("renew_hosting", ends_on=until)
        assert case.venture_now.deadlines["host_contract"].due_on.isoformat() == until
    small.clock.turn_to("2029-01-31")
    assert case.venture_refused("renew_hosting", ends_on="2029-12-01") == {"renewals_left"}
    case.of_venture("host_venture", **{**contract, "contract": "CESA"}, ends_on="2039-01-01")
    assert not case.venture_now.registered


def test_the_record_shows_what_blocks_the_start_by_kind(world: World, client: object) -> None:
    group = TestGroup(world, "WORKER_BUY_OUT").planned()
    group.do("begin_setting_up")
    shown = Desk(client, world.token(world.irene)).get(f"ventures/{group.id}")  # type: ignore[arg-type]
    assert blocked(shown, "start_trading") == {"venture.constituted", "venture.registered", "venture.business_secured"}
    assert [each["milestone"] for each in shown["checklist"]] == [
        "constituted",
        "registered",
        "business_secured",
        "funded",
    ]


def test_a_blocked_step_names_edition_and_source_of_the_rule(small: World) -> None:
    group = TestGroup(small).planned().trading()
    offered = {each.step.name: each for each in small.runtime.application.allowed("venture", group.now, small.irene)}
    told = {refusal.rule: refusal.source for refusal in offered["consolidate"].blocked_by}
    assert told["venture.all_check_ins_settled"] == "rulebook 2026-7: consolidation (programme schedule, handbook 3.1)"
