"""A rule that stands in several rows of a table refuses in each of them: the rows that other tests leave out."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.vocabulary import Role
from tests.support.group import TestGroup, resource_of
from tests.support.world import TestCase, World

NOBODY = str(uuid4())
WHY = {"reason": "Come detto a voce."}
TOKEN = {"token": "t", "role": "CASEWORKER", "expires_on": "2026-12-31"}
CALENDAR = {"calendar": "c", "secret": NOBODY, "role": "CASEWORKER", "expires_on": "2026-12-31"}


@pytest.fixture(scope="module")
def case(shared: World) -> TestCase:
    return shared.case("BUSINESS_PLAN")


@pytest.fixture(scope="module")
def founders(shared: World) -> TestGroup:
    group = TestGroup(shared).planned()
    group.do("begin_setting_up")
    return group


def test_a_transfer_is_answered_while_it_waits_by_the_desk_that_was_asked(small: World) -> None:
    small.second_desk()
    case = small.case("PLAN")
    assert "transfer_pending" in case.refused("accept_transfer", caseworker=str(small.irene.id))
    assert "transfer_pending" in case.refused("refuse_transfer", **WHY)
    case.do("request_transfer", to_desk=str(small.armea), informed_on=case.today, note="Si trasferisce.")
    assert case.refused("refuse_transfer", **WHY) == {"at_the_receiving_desk"}


def test_nobody_has_missed_a_meeting_of_tomorrow(shared: World) -> None:
    asked = {
        "desk": str(shared.desk),
        "operator": str(shared.irene.id),
        "service": "TRAINING",
        "channel": "PHONE",
        "day": "2026-02-03",
        "time": "10:00",
    }
    booked = shared.ask(shared.irene, "appointment", "book_appointment", **asked).id
    assert shared.refused(shared.irene, "appointment", "miss_appointment", booked) == {"day_has_come"}


def test_the_time_to_answer_about_ones_data_is_extended_once(shared: World, case: TestCase) -> None:
    officer = Principal(uuid4(), Role.DPO)
    request = shared.ask(officer, "person", "receive_data_request", case.person, right="ACCESS").event_ids[0]
    shared.ask(officer, "person", "extend_data_request", case.person, request=str(request), **WHY)
    assert shared.refused(officer, "person", "extend_data_request", case.person, request=str(request), **WHY) == {
        "extended_once"
    }


@pytest.mark.parametrize(
    ("step", "values", "rule"),
    [
        ("close_calendars", {}, "own_or_by_an_administrator"),
        ("issue_token", TOKEN, "own_or_by_an_administrator"),
        ("issue_token", {**TOKEN, "role": "MENTOR"}, "role_in_hand"),
        ("issue_token", {**TOKEN, "role": "CLOCK"}, "role_of_people"),
        ("issue_token", TOKEN, "owner_can_be_sent_it"),
        ("issue_token", {**TOKEN, "role": "MENTOR"}, "role_given"),
        ("open_calendar", {**CALENDAR, "role": "MENTOR"}, "role_in_hand"),
        ("open_calendar", {**CALENDAR, "expires_on": "2027-02-04"}, "token_within_a_year"),
    ],
)
def test_nobody_sees_to_the_access_of_a_colleague(shared: World, step: str, values: dict[str, Any], rule: str) -> None:
    assert rule in shared.refused(shared.irene, "operator", step, shared.nives.id, **values)


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"role": "MENTOR"}, "role_of_the_programme"),
        ({"role": "AUDITOR", "since": "2026-03-02", "until": "2026-03-01"}, "days_in_order"),
        ({"role": "AUDITOR", "until": "2026-02-01"}, "days_in_order"),
        ({"role": "AUDITOR", "region": "ITC3"}, "region_of_the_role"),
        ({"role": "MONITOR"}, "role_that_guards"),
    ],
)
def test_a_role_that_is_proposed_is_one_of_the_programme_for_days_to_come(
    shared: World, values: dict[str, Any], rule: str
) -> None:
    assert rule in shared.refused(shared.admin, "operator", "propose_role", shared.nives.id, **values)


def test_nobody_proposes_a_role_to_themselves_and_no_proposal_is_rejected_that_does_not_wait(shared: World) -> None:
    shared.give(shared.admin)
    assert "not_to_oneself" in shared.refused(shared.admin, "operator", "propose_role", shared.admin.id, role="AUDITOR")
    assert shared.refused(shared.admin, "operator", "reject_role", shared.nives.id, proposal=NOBODY, **WHY) == {
        "proposal_open"
    }


@pytest.mark.parametrize(
    ("kind", "step", "values"),
    [
        (
            "resource",
            "list_resource",
            {"resource_kind": "MACHINERY", "title": "Forno", "owner": "Ceramiche Inesistenti s.r.l."},
        ),
        (
            "session",
            "schedule_session",
            {"title": "Incontro", "service": "INFORMATION_EVENT", "day": "2026-02-03", "time": "17:30", "capacity": 4},
        ),
        (
            "vacancy",
            "post_vacancy",
            {
                "firm": "Cantiere Fittizio",
                "occupation": "ISCO-08/2008:7214",
                "contract": "PERMANENT",
                "open_until": "2026-03-01",
            },
        ),
    ],
)
def test_nothing_of_what_all_desks_share_begins_at_one_that_is_not_open_yet(
    shared: World, kind: str, step: str, values: dict[str, Any]
) -> None:
    assert shared.refused(shared.irene, kind, step, desk=str(shared.desk), **values, on="2026-01-30") == {"desk_open"}


@pytest.mark.parametrize("step", ["release_resource", "take_over"])
def test_what_is_reserved_goes_nowhere_but_to_the_venture_that_holds_it(
    shared: World, case: TestCase, step: str
) -> None:
    oven = resource_of(shared)
    shared.ask(shared.irene, "resource", "reserve", oven, venture=str(case.venture))
    assert shared.refused(shared.irene, "resource", step, oven, venture=NOBODY) == {
        "held_by_that_venture",
        "venture_may_hold",
    }


def _admitted(founders: TestGroup, person: UUID | str) -> set[str]:
    return founders.refused("admit_member", person=str(person), amount="8000.00")


def test_whoever_is_admitted_is_known_new_and_content_that_the_group_learns_of_it(founders: TestGroup) -> None:
    assert _admitted(founders, NOBODY) == {"member_known", "shares_with_the_group"}
    assert _admitted(founders, founders.people[1]) == {"not_in_the_group", "not_committed_yet"}
    assert _admitted(founders, founders.world.person("Finzioni", "Ada", "1970-07-07")) == {"shares_with_the_group"}


def test_nobody_is_excluded_who_was_never_in(founders: TestGroup) -> None:
    assert founders.refused("exclude_member", person=NOBODY, **WHY) == {"in_the_group"}


def test_precedence_names_what_it_is_for(shared: World) -> None:
    group = TestGroup(shared, "WORKER_BUY_OUT").planned()
    assert "perimeter_known" in group.refused("exercise_preemption", price="1.00")
