"""Roles of the programme: given by one person or by two, taken back at once with whatever was issued for them."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import MOUNT, create_app
from opera_cases.domain.access import CONSOLE, Principal
from opera_cases.domain.kernel.errors import NotYourRole
from opera_cases.domain.kernel.vocabulary import Role
from tests.support.over_http import Desk
from tests.support.world import World


def _enrolled(world: World, name: str = "Gina Prossimi") -> UUID:
    return world.ask(world.admin, "operator", "enrol_operator", name=name).id


def test_an_office_without_guardians_takes_its_first_two_from_the_machine_and_no_third(small: World) -> None:
    first, second, third = (_enrolled(small, f"Persona {number}") for number in ("Prima", "Seconda", "Terza"))
    small.ask(CONSOLE, "operator", "grant_role", first, role="ADMINISTRATOR")
    small.ask(CONSOLE, "operator", "grant_role", second, role="DPO")
    assert small.refused(CONSOLE, "operator", "grant_role", third, role="AUDITOR") == {"given_by_two"}
    small.ask(
        Principal(first, Role.ADMINISTRATOR), "operator", "withdraw_role", second, grant=str(_grant(small, second))
    )
    assert small.refused(CONSOLE, "operator", "grant_role", third, role="AUDITOR") == {"given_by_two"}, (
        "once: not again when one is gone"
    )
    assert small.refused(Principal(first, Role.ADMINISTRATOR), "operator", "grant_role", third, role="DPO") == {
        "given_by_two"
    }
    small.ask(Principal(first, Role.ADMINISTRATOR), "operator", "grant_role", third, role="MONITOR")


def _grant(world: World, operator: UUID) -> UUID:
    given = world.runtime.application.load("operator", operator, world.admin).given
    return next(event for event, each in given.items() if each.kind == "GRANT")


def test_a_role_that_guards_the_others_is_given_by_two_people_and_neither_receives_it(small: World) -> None:
    small.give(small.admin)
    small.give(small.founder)
    gina = _enrolled(small)
    proposal = small.ask(small.admin, "operator", "propose_role", gina, role="AUDITOR", until="2026-12-31").event_ids[0]
    mine = Principal(gina, Role.AUDITOR)
    assert small.refused(small.admin, "operator", "confirm_role", gina, proposal=str(proposal)) == {"second_person"}
    assert small.refused(mine, "operator", "confirm_role", gina, proposal=str(proposal)) == {"second_person"}
    assert small.refused(small.founder, "operator", "confirm_role", gina, proposal=str(uuid4())) == {"proposal_open"}
    with pytest.raises(NotYourRole):
        small.ask(small.irene, "operator", "confirm_role", gina, proposal=str(proposal))
    small.ask(small.founder, "operator", "confirm_role", gina, proposal=str(proposal))
    assert small.refused(small.founder, "operator", "confirm_role", gina, proposal=str(proposal)) == {"proposal_open"}
    said = small.runtime.application.records.history(gina)[-1].facts
    assert (said.proposed_by, said.confirmed_by, said.proposal) == (small.admin.id, small.founder.id, proposal)


def test_a_proposal_waits_for_thirty_days_and_may_be_rejected(small: World) -> None:
    small.give(small.admin)
    small.give(small.founder)
    gina = _enrolled(small)
    for end in ("late", "rejected"):
        proposal = small.ask(small.admin, "operator", "propose_role", gina, role="DPO").event_ids[0]
        if end == "rejected":
            small.ask(small.founder, "operator", "reject_role", gina, proposal=str(proposal), reason="Non serve.")
        else:
            small.clock.turn_to(small.clock.at.date() + timedelta(days=31))
        assert small.refused(small.founder, "operator", "confirm_role", gina, proposal=str(proposal)) == {
            "proposal_open"
        }


def test_what_is_given_is_a_role_of_the_programme_in_its_region_for_days_in_order_and_never_to_oneself(
    small: World,
) -> None:
    gina = _enrolled(small)
    for asked, rules in (
        ({"role": "CASEWORKER"}, {"role_of_the_programme"}), ({"role": "CLOCK"}, {"role_of_the_programme"}),
        ({"role": "MONITOR", "region": "ITC3"}, {"region_of_the_role"}), ({"role": "MONITOR", "until": "2020-01-01"}, {"days_in_order"}),
        ({"role": "MONITOR", "since": "2026-05-01", "until": "2026-04-01"}, {"days_in_order"}),
    ):  # fmt: skip
        assert small.refused(small.admin, "operator", "grant_role", gina, **asked) == rules
    small.give(small.admin)
    assert small.refused(small.admin, "operator", "grant_role", small.admin.id, role="MONITOR") == {"not_to_oneself"}
    assert small.refused(small.admin, "operator", "propose_role", gina, role="MONITOR") == {"role_that_guards"}
    assert "region_of_the_role" in small.refused(
        small.admin, "operator", "propose_role", gina, role="REGIONAL_COORDINATOR"
    )


def test_a_role_taken_back_ends_every_token_and_calendar_of_it_at_once_and_no_other(
    world: World, client: TestClient
) -> None:
    world.give(world.auditor)
    both = Principal(world.auditor.id, Role.MONITOR)
    auditor, monitor = Desk(client, world.token(world.auditor)), Desk(client, world.token(both))
    address = auditor.send("me/calendars").json()["_links"]["calendar"]
    path = address[address.index("/calendars/") :]
    assert client.get(path).status_code == 200
    grant = next(e for e, each in world.runtime.application.load("operator", world.auditor.id, world.admin).given.items()
                 if each.kind == "GRANT" and each.role == "AUDITOR")  # fmt: skip
    assert world.refused(world.founder, "operator", "withdraw_role", world.auditor.id, grant=str(uuid4())) == {
        "role_held"
    }
    world.ask(world.founder, "operator", "withdraw_role", world.auditor.id, grant=str(grant), reason="Incarico finito.")
    assert auditor.raw("audit/events").status_code == 401
    assert client.get(path).status_code == 404
    assert monitor.raw("desks").status_code == 200


def test_what_somebody_did_names_the_event_that_let_them_and_whom_they_stood_in_for(
    world: World, client: TestClient
) -> None:
    cover = world.employ("Carla Supplenti", Role.CASEWORKER, world.desk)
    case = world.case("PLAN")
    today = world.clock.at.date().isoformat()
    world.ask(
        world.nives,
        "desk",
        "record_absence",
        world.desk,
        operator=str(world.irene.id),
        cover=str(cover.id),
        since=today,
        until=today,
    )
    desk = Desk(client, world.token(cover))
    desk.step(f"cases/{case.id}", "add_note", text="Al posto di Irene.")
    event = world.runtime.application.records.history(case.id)[-1]
    token = next(
        e
        for e, each in world.runtime.application.load("operator", cover.id, world.admin).given.items()
        if each.kind == "TOKEN"
    )
    assert (event.meta.authority, event.meta.on_behalf_of, event.meta.actor.id) == (token, world.irene.id, cover.id)


@pytest.mark.parametrize("how", ["posting", "left", "tokens"])
@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.MENTOR, Role.CONSULTANT, Role.COORDINATOR])
def test_what_ended_ends_lists_records_steps_and_calendars_at_once(small: World, role: Role, how: str) -> None:
    who = small.employ("Fine Subitanei", role, small.desk)
    case = small.case("MENTORING")
    with TestClient(create_app(small.runtime), raise_server_exceptions=False) as client:
        desk = Desk(client, small.token(who))
        address = desk.send("me/calendars").json()["_links"]["calendar"]
        path = address[address.index("/calendars/") :]
        assert (desk.raw("cases").status_code, client.get(path).status_code) == (200, 200)
        small.clock.turn_to(small.clock.at.date() + timedelta(days=3))
        if how == "posting":
            yesterday = small.clock.at.date() - timedelta(days=1)
            small.ask(
                small.admin, "desk", "withdraw_operator", small.desk, operator=str(who.id), on=yesterday.isoformat()
            )
        else:
            small.ask(small.admin, "operator", {"left": "leave_operator", "tokens": "withdraw_tokens"}[how], who.id)
        assert {
            desk.raw(each).status_code for each in ("cases", f"cases/{case.id}", "companies", "operators", "me/agenda")
        } == {401}
        assert client.get(path).status_code == 404
        headers = {**desk.headers, "If-Match": f'"{case.now.version}"'}
        assert (
            client.post(
                f"{MOUNT}/cases/{case.id}/steps", json={"step": "add_note", "text": "x"}, headers=headers
            ).status_code
            == 401
        )
