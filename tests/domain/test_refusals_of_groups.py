"""What a group refuses on its way to a business: members, shares, perimeter, bids, and the deed."""

from typing import Any
from uuid import uuid4

import pytest

from opera_cases.domain.kernel.vocabulary import Role
from tests.support.group import PLAN_OF_GROUP, TestGroup
from tests.support.world import World


@pytest.fixture(scope="module")
def founders(shared: World) -> TestGroup:
    """Three people with a validated plan for a cooperative."""
    return TestGroup(shared).planned()


@pytest.fixture(scope="module")
def bidders(shared: World) -> TestGroup:
    """Three people with a validated plan to take over their firm."""
    return TestGroup(shared, "WORKER_BUY_OUT").planned()


@pytest.mark.parametrize(
    ("step", "values", "rules"),
    [
        ("invite_member", {"person": str(uuid4())}, {"member_known"}),
        ("commit_member", {"person": str(uuid4()), "amount": "1.00"}, {"member_known", "shares_with_the_group"}),
        ("withdraw_member", {"person": str(uuid4()), "reason_code": "OTHER"}, {"in_the_group"}),
        ("subscribe_share", {"person": str(uuid4()), "amount": "1.00"}, {"in_the_group"}),
        ("invite_desk", {"to_desk": str(uuid4())}, {"another_open_desk"}),
        ("constitute", {"legal_form": "SOLE_TRADER"}, {"form_of_the_pathway", "not_too_many_members"}),
    ],
)
def test_a_group_refuses(founders: TestGroup, step: str, values: dict[str, Any], rules: set[str]) -> None:
    assert founders.refused(step, **values) == rules


def test_the_desk_of_the_venture_is_not_invited_and_another_one_once(founders: TestGroup) -> None:
    world = founders.world
    assert founders.refused("invite_desk", to_desk=str(world.desk)) == {"another_open_desk"}
    founders.do("invite_desk", to_desk=str(world.elsewhere))
    assert founders.refused("invite_desk", to_desk=str(world.elsewhere)) == {"another_open_desk"}


def test_whoever_is_in_the_group_is_neither_invited_nor_admitted_again(founders: TestGroup) -> None:
    assert founders.refused("invite_member", person=str(founders.people[1])) == {"not_in_the_group"}


def test_the_part_from_a_benefit_is_not_more_than_the_share(founders: TestGroup) -> None:
    share = {"person": str(founders.people[1]), "amount": "100.00"}
    assert founders.refused("subscribe_share", **share, from_benefit="100.01") == {"part_of_the_share"}


def test_only_a_study_with_the_verdict_go_leads_to_the_plan_and_only_a_deed_to_the_start(shared: World) -> None:
    group = TestGroup(shared)
    group.do("start_feasibility")
    assert group.refused("find_feasible", verdict="REWORK") == {"verdict_go"}
    assert group.refused("form_group", legal_form="COOP_SRL") == {"found_feasible", "enough_members"}
    group.do("find_feasible", verdict="GO")
    group.commit()
    group.do("form_group", legal_form="COOP_SRL")
    group.do("submit_plan", author=str(shared.irene.id), **PLAN_OF_GROUP)
    group.do("validate_plan", by=shared.nives)
    group.do("begin_setting_up")
    assert group.refused("start_trading", self_funded=True) == {"constituted", "registered"}


def test_a_form_needs_so_many_members(founders: TestGroup) -> None:
    assert founders.refused("constitute", legal_form="COOP") == {"enough_members"}


def test_a_bid_names_what_it_is_for_and_a_business_is_lost_that_was_asked_for(bidders: TestGroup) -> None:
    assert bidders.refused("set_perimeter", company=str(uuid4()), jobs=3) == {"company_known"}
    assert bidders.refused("file_bid", amount="50000.00") == {"perimeter_known"}
    assert bidders.refused("award_business", access="AWARD") == {"perimeter_known", "free_to_be_had"}
    assert bidders.refused("lose_business", reason_code="TOO_SLOW") == {"asked_for_the_business"}
    assert bidders.refused("answer_conflict", answered_by="Patronato Finto", answer="Si può.") == {"conflict_stands"}
    bidders.do("set_perimeter", company=str(bidders.company), jobs=3)
    assert bidders.refused("award_business", access="AWARD") == {"free_to_be_had"}


def test_in_france_every_member_declares_before_a_bid_that_nothing_bars_them(small: World) -> None:
    desk = small.open_desk("2B-BAS", "2B", country="FR", region="FRM0")
    small.irene, small.desk = small.employ("Irène Modelli-Faux", Role.CASEWORKER, desk), desk
    small.nives = small.employ("Ange Exemplier", Role.COORDINATOR, desk)
    group = TestGroup(small, "WORKER_BUY_OUT")
    group.do("start_feasibility")
    group.do("find_feasible", verdict="GO")
    group.commit(*group.people[1:], former_employee=True, not_barred=True)
    group.do("set_perimeter", company=str(group.company), jobs=3)
    group.do("form_group", legal_form="SCOP_SARL")
    group.do("submit_plan", author=str(small.irene.id), **PLAN_OF_GROUP)
    assert group.refused("file_bid", amount="1.00") == {"nobody_barred"}
    group.do("withdraw_member", person=str(group.people[0]), reason_code="OTHER")
    group.do("file_bid", amount="1.00")
