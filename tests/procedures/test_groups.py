"""Groups: who belongs to them on any day, what makes a plan lapse, what the law asks, and what follows for each case."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opera_cases.domain.kernel.errors import NotFound, OperaError
from opera_cases.domain.kernel.journey_codes import ReasonCode
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.ventures.invitations import MemberInvited
from opera_cases.domain.ventures.joining import MemberAdmitted, MemberCommitted
from opera_cases.domain.ventures.leaving import MemberExcluded, MemberWithdrew
from opera_cases.domain.ventures.shares import ShareSubscribed
from opera_cases.domain.ventures.venture import Venture
from tests.support.events import told
from tests.support.group import PLAN_OF_GROUP, TestGroup
from tests.support.world import MONDAY, World

GROUP = [UUID(int=n) for n in range(21, 26)]


def _amount(venture: Venture, person: UUID) -> Decimal:
    return sum((each.subscribed for each in venture.members if each.person == person), Decimal(0))


def test_a_group_forms_with_as_many_committed_people_as_its_form_needs(small: World) -> None:
    group = TestGroup(small)
    group.do("start_feasibility")
    assert group.refused("form_group", legal_form="COOP_SRL") == {"found_feasible", "enough_members"}
    group.do("find_feasible", verdict="GO")
    group.commit(*group.people[:2])
    assert group.refused("form_group", legal_form="COOP_SRL") == {"enough_members"}
    group.commit(group.people[2])
    assert group.refused("form_group", legal_form="SRL") == {"form_of_the_pathway"}
    assert group.refused("form_group", legal_form="COOP") == {"enough_members"}, (
        "without the rules of the s.r.l. it is nine"
    )
    group.do("form_group", legal_form="COOP_SRL")
    assert group.now.state == "GROUP_FORMED"


def test_whoever_takes_part_agrees_that_the_group_learns_of_it(small: World) -> None:
    group = TestGroup(small)
    stranger = small.person("Ritrosi", "Nilo", "1980-04-04")
    assert group.refused("commit_member", person=str(stranger), amount="1.00") == {"shares_with_the_group"}
    nobody = UUID(int=99)
    assert "member_known" in group.refused("commit_member", person=str(nobody), amount="1.00")


def test_a_member_who_leaves_and_comes_back_has_two_periods(small: World) -> None:
    group = TestGroup(small)
    person = group.people[1]
    group.do("commit_member", person=str(person), amount="8000.00", on="2026-02-02")
    small.clock.turn_to("2026-02-10")
    group.do("withdraw_member", person=str(person), reason_code="OTHER")
    small.clock.turn_to("2026-02-20")
    assert group.refused("commit_member", person=str(person), amount="1.00", on="2026-02-09") == {"not_committed_yet"}
    group.do("commit_member", person=str(person), amount="5000.00")
    venture = group.now
    assert [person in venture.members_on(date(2026, 2, day)) for day in (1, 2, 9, 10, 19, 20)] == [
        False,
        True,
        True,
        False,
        False,
        True,
    ]
    assert venture.capital == Decimal(5000)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(["invite", "commit", "subscribe", "admit", "leave", "exclude"]),
                          st.sampled_from(range(5)), st.integers(0, 9)), max_size=40))  # fmt: skip
def test_membership_on_any_day_is_the_fold_of_history(moves: list[tuple[str, int, int]]) -> None:
    """Whatever the order of joining and leaving, against a fold that keeps nothing but a set and the day."""
    venture, day = Venture(UUID(int=1)), MONDAY
    inside: set[UUID] = set()
    waiting: set[UUID] = set()
    history: list[tuple[date, frozenset[UUID]]] = []
    for move, who, days in moves:
        day += timedelta(days=days)
        person = GROUP[who]
        facts = {
            "invite": MemberInvited(person=person), "commit": MemberCommitted(person=person, amount=Decimal(1)),
            "subscribe": ShareSubscribed(person=person, amount=Decimal(1)), "admit": MemberAdmitted(person=person),
            "leave": MemberWithdrew(person=person, reason_code=ReasonCode.OTHER),
        }.get(move)  # fmt: skip
        venture.evolve(told(venture, facts or MemberExcluded(person=person, reason=None), day))  # type: ignore[arg-type]
        if move in ("commit", "subscribe", "admit"):
            inside.add(person)
        elif move in ("leave", "exclude"):
            inside.discard(person)
            waiting.discard(person)
        else:
            waiting.add(person)
        history.append((day, frozenset(inside)))
    for asked in {each for each, _ in history}:
        last = [members for when, members in history if when <= asked][-1]
        assert venture.members_on(asked) == last
        again = Venture.replay(venture.id, venture.known.values())
        assert again.members_on(asked) == last
    assert {each.person for each in venture.present} == inside


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["promise", "withdraw", "share", "leave", "revise"]), st.integers(1, 9)), max_size=12
    )
)
def test_sources_and_uses_never_go_out_of_step(small_office: object, moves: list[tuple[str, int]]) -> None:
    """Secured means: promises and the shares of present members cover the uses, after whatever happened."""
    world: World = small_office()  # type: ignore[operator]
    group = TestGroup(world).planned()
    group.do("begin_setting_up")
    promised, left = Decimal(0), set()
    for move, size in moves:
        amount, person = Decimal(size * 10_000), group.people[size % 3]
        try:
            if move == "promise":
                group.do("promise_funds", source="GRANT", amount=f"{amount}")
                promised += amount
            elif move == "withdraw":
                group.do("withdraw_funds", source="GRANT", amount=f"{amount}")
                promised -= amount
            elif move == "share":
                group.do("subscribe_share", person=str(person), amount=f"{amount}")
            elif move == "leave" and len(left) < 2:
                group.do("withdraw_member", person=str(person), reason_code="OTHER")
                left.add(person)
            elif move == "revise":
                group.do("revise_uses", uses=[{"kind": "EQUIPMENT", "amount": f"{amount}"}])
        except OperaError:
            continue
    venture = group.now
    shares = sum((_amount(venture, each) for each in group.people if each not in left), Decimal(0))
    assert venture.promised == promised >= 0
    assert venture.money == promised + shares
    assert venture.funds_cover == (venture.money >= venture.plan.uses)
    assert venture.plan.sources >= venture.plan.uses
    world.runtime.close()


@pytest.mark.parametrize(
    ("shares", "lapses"),
    [(("8000.00",) * 3, True), (("8000.00",) * 6, False), (("8000.00",) * 5 + ("30000.00",), True)],
    ids=["one of three", "one of six", "one of six with much of the capital"],
)
def test_who_leaves_makes_the_validation_lapse_by_number_or_by_capital(
    small: World, shares: tuple[str, ...], lapses: bool
) -> None:  # fmt: skip
    group = TestGroup(small, members=len(shares))
    group.do("start_feasibility")
    group.do("find_feasible", verdict="GO")
    for person, amount in zip(group.people, shares, strict=True):
        group.commit(person, amount=amount)
    group.do("form_group", legal_form="COOP_SRL")
    group.do("submit_plan", author=str(small.irene.id), **PLAN_OF_GROUP)
    group.do("validate_plan", by=small.nives)
    group.do("withdraw_member", person=str(group.people[-1]), reason_code="OTHER")
    assert (group.now.state == "PLANNING", group.now.plan.valid) == (lapses, not lapses)
    assert ("plan_ready" in group.now.deadlines, "set_up" in group.now.deadlines) == (lapses, not lapses)


def test_uses_change_within_the_share_or_the_plan_is_written_anew(small: World) -> None:
    group = TestGroup(small).planned()
    group.do("revise_uses", uses=[{"kind": "EQUIPMENT", "amount": "170000.00"}])
    assert (group.now.state, group.now.plan.uses) == ("PLAN_VALIDATED", Decimal(170000))
    assert group.refused("revise_uses", uses=[{"kind": "EQUIPMENT", "amount": "999999.00"}]) == {"uses_covered"}
    group.do("revise_uses", uses=[{"kind": "EQUIPMENT", "amount": "100000.00"}])
    assert (group.now.state, group.now.plan.valid) == ("PLANNING", False)


def test_a_coordinator_may_overrule_the_share_for_one_group_and_the_law_for_none(small: World) -> None:
    group = TestGroup(small).planned()
    asked = {"parameter": "plan_lapse_share", "value": 40, "reason": "Sostituzione già concordata."}
    assert small.refused(
        small.nives, "venture", "overrule", group.id, parameter="minimum_members", value=1, reason="No."
    ) == {"may_be_overruled"}
    group.do("overrule", by=small.nives, **asked)
    group.do("withdraw_member", person=str(group.people[2]), reason_code="OTHER")
    assert group.now.state == "PLAN_VALIDATED"
    moved = group.do(
        "overrule", by=small.nives, parameter="set_up", due_on="2026-12-31", reason="Il tribunale è in ritardo."
    )
    assert moved.state == "PLAN_VALIDATED"
    assert group.now.deadlines["set_up"].due_on == date(2026, 12, 31)
    event = small.runtime.application.records.history(group.id)[-1]
    assert (event.topic, event.meta.actor.role) == ("venture.rule_overruled", Role.COORDINATOR)


def test_below_the_legal_minimum_a_year_begins_which_a_new_member_ends(small: World) -> None:
    group = TestGroup(small).planned().trading()
    assert group.now.state == "TRADING"
    small.clock.turn_to("2026-05-04")
    group.do("withdraw_member", person=str(group.people[2]), reason_code="FOUND_A_JOB")
    assert group.now.deadlines["members_restored"].due_on == date(2027, 5, 4)
    assert (group.now.state, set(group.now.alerts)) == ("AT_RISK", {"MEMBERS_BELOW_MINIMUM"})
    small.clock.turn_to("2026-06-01")
    newcomer = group.recruit(5)
    group.do("admit_member", person=str(newcomer), amount="8000.00")
    assert "members_restored" not in group.now.deadlines


def test_a_year_below_the_minimum_is_a_red_alert_by_the_clock(small: World) -> None:
    group = TestGroup(small).planned().trading()
    group.do("withdraw_member", person=str(group.people[2]), reason_code="OTHER")
    small.clock.turn_to("2027-02-02")
    small.settle()
    assert "members_restored" in group.now.deadlines
    small.clock.turn_to("2027-02-03")
    small.settle()
    assert "DISSOLUTION_NEAR" in group.now.alerts
    assert "members_restored" not in group.now.deadlines


def test_four_of_a_form_that_needs_three_are_warned_before_it_is_too_late(small: World) -> None:
    group = TestGroup(small, members=5).planned().trading()
    group.do("withdraw_member", person=str(group.people[4]), reason_code="OTHER")
    assert set(group.now.alerts) == {"MEMBERS_NEAR_MINIMUM"}
    assert "members_restored" not in group.now.deadlines


def test_withdrawal_is_always_possible_and_the_last_one_ends_the_project(small: World) -> None:
    group = TestGroup(small, "SPIN_OFF", members=1)
    group.do("withdraw_member", person=str(group.people[0]), reason_code="OTHER")
    assert (group.now.state, group.now.deadlines) == ("ABANDONED", {})
    small.settle()
    case = group.cases[0].now
    assert (case.state, "after_venture" in case.deadlines or "after_leaving" in case.deadlines) == ("IDEA", True)
    group.cases[0].do("change_pathway", reason_code="IDEA_NOT_VIABLE")
    group.cases[0].do("choose_pathway", pathway="MICRO_ENTERPRISE")
    assert small.ask(
        small.irene,
        "venture",
        "open_venture",
        kind="MICRO_ENTERPRISE",
        case=str(group.cases[0].id),
        working_title="Altra",
    )


def test_the_death_of_a_member_is_a_withdrawal_and_the_group_goes_on(small: World) -> None:
    group = TestGroup(small, members=5).planned().trading()
    group.do("withdraw_member", person=str(group.people[1]), reason_code="OTHER", due_back="8000.00")
    small.settle()
    group.cases[1].do("close", outcome="DECEASED", reason_code="OTHER", exit_situation="UNKNOWN")
    assert len(group.now.present) == 4
    assert group.cases[2].now.state == "MENTORING"


def test_members_of_three_desks_are_brought_in_by_their_own_desks(small: World) -> None:
    small.second_desk()
    third = small.open_desk("GE-FIL", "GE")
    ada = small.employ("Ada Parvenzi", Role.CASEWORKER, third)
    group = TestGroup(small, members=2)
    brought = []
    for desk, who in ((small.armea, small.oreste), (third, ada)):
        person = small.ask(who, "person", "register_person", desk=str(desk), family_name=f"Lontani{desk.hex[:2]}".rstrip("0123456789"),
                           given_names=f"Zeno{len(brought) * 'bis'}", birth_date=f"197{len(brought)}-07-07").id  # fmt: skip
        small.ask(who, "person", "give_consent", person, purpose="SHARE_WITH_GROUP")
        with pytest.raises(NotFound):
            small.ask(who, "venture", "commit_member", group.id, person=str(person), amount="8000.00")
        group.do("invite_desk", to_desk=str(desk))
        small.ask(who, "venture", "commit_member", group.id, person=str(person), amount="8000.00")
        assert small.refused(who, "venture", "start_feasibility", group.id) == {"not_your_desk"}
        brought.append(person)
    assert {each.person for each in group.now.present} == {group.people[0], *brought}
    beyond, absent = (
        small.refused(ada, "venture", "commit_member", group.id, person=str(each), amount="1.00")
        for each in (group.people[1], uuid4())
    )
    assert beyond == absent >= {"member_known"}


def test_when_trading_starts_a_case_that_cannot_follow_is_somebodys_work(small: World) -> None:
    group = TestGroup(small).planned()
    for case in group.cases[:2]:
        case.do("pass_idea", verdict="GO")
        case.do("pass_plan")
        case.do("secure_funding", self_funded=True)
    group.constituted()
    group.do("promise_funds", source="INVESTOR_MEMBER", amount="200000.00")
    group.do("start_trading")
    small.settle()
    assert [case.now.state for case in group.cases] == ["MENTORING", "MENTORING", "IDEA"]
    late = group.cases[2]
    noted = next(e for e in small.runtime.application.records.history(late.id) if e.topic == "case.consequence_refused")
    assert (noted.facts.refused_step, noted.facts.rules) == ("confirm_launch", ("record.step_not_open",))
    assert "consequence" in late.now.deadlines
    late.do("pass_idea", verdict="GO")
    late.do("pass_plan")
    late.do("secure_funding", self_funded=True)
    late.do("confirm_launch")
    assert (late.now.state, "consequence" in late.now.deadlines) == ("MENTORING", False)


def test_a_project_is_left_with_the_pathway_and_a_trading_venture_is_not(small: World) -> None:
    group = TestGroup(small, members=4).planned()
    group.cases[3].do("change_pathway", reason_code="CONFLICT")
    assert (group.cases[3].now.state, group.cases[3].now.venture) == ("PLAN", None)
    assert group.people[3] not in {each.person for each in group.now.present}
    assert group.now.state == "PLANNING", "one of four was more than the plan bears"
    group.do("submit_plan", author=str(small.irene.id), **PLAN_OF_GROUP)
    group.do("validate_plan", by=small.nives)
    group.cases = group.cases[:3]
    group.trading()
    assert group.cases[1].refused("change_pathway", reason_code="CONFLICT") == {"leaves_with_the_case"}


def test_transformed_or_sold_a_venture_survives_and_keeps_its_check_ins(small: World) -> None:
    group = TestGroup(small).planned().trading()
    open_before = group.now.check_ins_open
    assert group.refused("transform", by=small.elio, legal_form="COOP") == {"enough_members"}
    group.do("transform", by=small.elio, legal_form="SRL")
    assert (group.now.state, group.now.ended_on, group.now.check_ins_open) == ("TRANSFORMED", None, open_before)
    group.do("resume_trading", by=small.elio)
    group.do("sell", by=small.elio, price="1.00")
    assert (group.now.state, group.now.ended_on) == ("SOLD", None)
    group.do("resume_trading", by=small.elio)
    assert group.now.state == "TRADING"


def test_a_member_whose_record_was_merged_leaves_with_the_pathway_all_the_same(small: World) -> None:
    small.second_desk()
    group = TestGroup(small, members=4)
    merged, survivor = group.people[3], small.person("Doppioni", "Ivo", "1950-01-01")
    pair = small.ask(
        small.irene, "duplicate", "flag_duplicate", first=str(merged), second=str(survivor), reasons=["SIMILAR_NAME"]
    ).id
    small.ask(small.nives, "duplicate", "confirm_duplicate", pair, survivor=str(survivor), reason="Una.")
    small.ask(small.irene, "person", "give_consent", survivor, purpose="SHARE_WITH_GROUP")
    group.people[3] = survivor
    group.planned()
    assert group.cases[3].now.person == merged
    group.cases[3].do("change_pathway", reason_code="CONFLICT")
    assert survivor not in {each.person for each in group.now.present}
    assert group.cases[3].now.state == "PLAN"
