"""Whoever guards is told when somebody is given a role that guards, or when it was done at the machine; a token goes to its owner."""

from uuid import UUID

import pytest
from starlette.testclient import TestClient

from opera_cases.domain.access import CONSOLE
from opera_cases.jobs.mail_sender import post
from tests.support.mailbox import mailbox, text_of
from tests.support.over_http import Desk
from tests.support.world import World


def _addressed(world: World, *who: UUID) -> None:
    for number, each in enumerate(who):
        world.ask(
            CONSOLE, "operator", "change_operator_contacts", each, email=f"persona{number}@opera.example", language="it"
        )


def _told(world: World) -> dict[str, str]:
    """By address, everything that was mailed."""
    found: dict[str, str] = {}
    with mailbox() as (box, mail):
        world.settle()
        post(world.runtime, mail)
        for each in box.taken:
            found[str(each["To"])] = found.get(str(each["To"]), "") + text_of(each)
    return found


def test_those_who_guard_are_told_of_a_new_one_and_so_is_whoever_it_is(world: World, client: TestClient) -> None:
    world.give(world.admin)
    world.give(world.founder)
    _addressed(world, world.admin.id, world.founder.id, world.nives.id)
    _told(world)
    proposal = world.ask(world.admin, "operator", "propose_role", world.nives.id, role="AUDITOR").event_ids[0]
    agenda = Desk(client, world.token(world.founder)).get("me/agenda")["roles"]
    assert [(each["id"], each["what"]) for each in agenda if each["id"] == str(world.nives.id)] == [
        (str(world.nives.id), "Ruolo proposto: revisore")
    ]
    told = _told(world)
    assert "persona0@opera.example" not in told or "proposto" not in told["persona0@opera.example"], "who did it knows"
    assert "Ruolo proposto: revisore" in told["persona1@opera.example"]
    assert "La riguarda" in told["persona2@opera.example"]
    world.ask(world.founder, "operator", "confirm_role", world.nives.id, proposal=str(proposal))
    told = _told(world)
    assert "Ruolo conferito: revisore" in told["persona0@opera.example"]
    assert "Ruolo conferito: revisore" in told["persona2@opera.example"]


def test_what_is_done_at_the_machine_is_told_to_those_who_guard(small: World) -> None:
    small.give(small.admin)
    small.give(small.founder)
    _addressed(small, small.admin.id, small.founder.id)
    _told(small)
    small.token(small.irene)
    told = _told(small)
    for address in ("persona0@opera.example", "persona1@opera.example"):
        assert "Accesso concesso: operatore" in told[address]
        assert "deciso sul computer dell'ufficio" in told[address]
    assert "opc_" not in str(told), "a token is for its owner only"


@pytest.mark.parametrize("withdrawn", [False, True])
def test_a_token_issued_by_an_administrator_reaches_its_owner_and_nobody_else(
    world: World, client: TestClient, withdrawn: bool
) -> None:
    admin = Desk(client, world.token(world.admin))
    _addressed(world, world.irene.id, world.admin.id)
    _told(world)
    answer = admin.send(f"operators/{world.irene.id}/tokens", role="CASEWORKER", days=30)
    assert (answer.status_code, answer.json()["token"]) == (201, None)
    if withdrawn:
        world.ask(world.admin, "operator", "withdraw_tokens", world.irene.id)
    told = _told(world)
    assert "opc_" not in told.get("persona1@opera.example", "")
    if withdrawn:
        assert "opc_" not in str(told)
        return
    token = "opc_" + told["persona0@opera.example"].partition("opc_")[2].split()[0]
    assert Desk(client, token).raw("cases").status_code == 200


def test_nothing_of_a_token_stands_in_the_log_or_in_the_message(small: World) -> None:
    _addressed(small, small.irene.id)
    token = small.token(small.irene)
    small.settle()
    stored = b"".join(bytes(row[5]) + bytes(row[6]) for row in small.runtime.application.recorder.after(0, 10_000))
    assert token[4:].encode() not in stored
