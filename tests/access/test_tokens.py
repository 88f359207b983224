"""Tokens: who was given which role until when, and who took it back, is on record; the token itself is shown once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from starlette.testclient import TestClient

from opera_cases.api.app import MOUNT, create_app
from opera_cases.domain.access import CONSOLE
from opera_cases.domain.kernel.errors import Unavailable
from tests.api.test_openapi_conventions import ANSWERS, _follows
from tests.support.over_http import Desk
from tests.support.world import World

WANTED = {"role": "CASEWORKER", "days": 30}


def test_a_token_given_and_taken_back_is_in_the_trail(world: World, client: TestClient) -> None:
    admin, auditor = Desk(client, world.token(world.admin)), Desk(client, world.token(world.auditor))
    irene = Desk(client, world.token(world.irene))
    given = irene.send(f"operators/{world.irene.id}/tokens", **WANTED)
    assert given.status_code == 201
    assert _follows(create_app(world.runtime).openapi(), ANSWERS["issue_token"], given.json()) == []
    secret = given.json()["token"]
    fresh = Desk(client, secret)
    assert fresh.raw("cases").status_code == 200
    assert client.delete(f"{MOUNT}/operators/{world.irene.id}/tokens", headers=admin.headers).status_code == 204
    assert fresh.raw("cases").status_code == 401

    world.settle()
    lines = auditor.get("audit/events", record=str(world.irene.id))["items"]
    issued, withdrawn = (
        next(line for line in reversed(lines) if line["topic"] == f"operator.{name}")
        for name in ("token_issued", "tokens_withdrawn")
    )
    assert (issued["actor"], withdrawn["actor"]) == (str(world.irene.id), str(world.admin.id))
    said = {change["field"]: change["after"] for change in issued["changes"]}
    assert said["expires_on"] == "2026-03-04"
    assert secret not in str(lines), "what names the token does not tell it"


def test_whatever_fails_while_tokens_are_withdrawn_they_end_with_the_event_that_says_so_or_not_at_all(
    world: World, client: TestClient
) -> None:
    admin = Desk(client, world.token(world.admin))
    url, key = f"{MOUNT}/operators/{world.irene.id}/tokens", {**admin.headers, "Idempotency-Key": str(uuid4())}
    secret, failed = world.token(world.irene), 0
    assert admin.raw("desks").status_code == 200, "whose requests these are is known"
    for nth in range(1, 40):
        world.runtime.log.before = _failing_at(nth)
        status = client.delete(url, headers=key).status_code
        world.runtime.log.before = None
        told = sum(
            event.topic == "operator.tokens_withdrawn"
            for event in world.runtime.application.records.history(world.irene.id)
        )
        good = Desk(client, secret).raw("cases").status_code == 200
        if status == 204:
            assert (told, good) == (1, False)
            break
        assert (status, told, good) == (503, 0, True)
        failed += 1
    else:
        raise AssertionError("it never came through")
    assert failed > 1, "it failed at several places before it came through"


def _failing_at(nth: int) -> Callable[[str], None]:
    count = 0

    def before(_: str) -> None:
        nonlocal count
        count += 1
        if count == nth:
            raise Unavailable

    return before


def test_a_token_is_shown_once_and_to_its_owner_only(world: World, client: TestClient) -> None:
    admin, irene = Desk(client, world.token(world.admin)), Desk(client, world.token(world.irene))
    url, key = f"{MOUNT}/operators/{world.irene.id}/tokens", {**irene.headers, "Idempotency-Key": str(uuid4())}
    assert client.post(url, json=WANTED, headers=key).json()["token"].startswith("opc_")
    again = client.post(url, json=WANTED, headers=key)
    assert again.status_code == 422
    assert "shown once" in again.json()["errors"][0]["detail"]
    refused = admin.send(f"operators/{world.irene.id}/tokens", **WANTED)
    assert _rules(refused) == {"operator.owner_can_be_sent_it"}
    world.ask(
        world.admin, "operator", "change_operator_contacts", world.irene.id, email="admin@opera.example", language="it"
    )
    assert _rules(admin.send(f"operators/{world.irene.id}/tokens", **WANTED)) == {"operator.owner_can_be_sent_it"}, (
        "not to an address of one's own choice"
    )
    world.ask(
        CONSOLE, "operator", "change_operator_contacts", world.irene.id, email="irene@opera.example", language="it"
    )
    sent = admin.send(f"operators/{world.irene.id}/tokens", **WANTED)
    assert (sent.status_code, sent.json()["sent_to_owner"], sent.json()["token"]) == (201, True, None)


def test_tokens_are_issued_for_roles_that_were_given_by_whom_they_concern_or_an_administrator(
    world: World, client: TestClient
) -> None:
    admin, nives = Desk(client, world.token(world.admin)), Desk(client, world.token(world.nives))
    world.ask(
        CONSOLE, "operator", "change_operator_contacts", world.irene.id, email="irene@opera.example", language="it"
    )
    for_irene = f"operators/{world.irene.id}/tokens"
    assert _rules(nives.send(for_irene, **WANTED)) == {"operator.own_or_by_an_administrator", "operator.role_in_hand"}
    assert _rules(nives.send(f"operators/{world.nives.id}/tokens", **WANTED)) == {
        "operator.role_in_hand",
        "operator.role_given",
    }
    assert admin.send(f"operators/{UUID(int=9)}/tokens", **WANTED).status_code == 404
    assert _rules(admin.send(for_irene, role="CLOCK")) == {"operator.role_of_people", "operator.role_given"}
    assert _rules(admin.send(for_irene, role="DPO")) == {"operator.role_given"}
    assert admin.send(for_irene, role="CASEWORKER", days=900).status_code == 422
    assert admin.send(for_irene, **WANTED).status_code == 201
    world.ask(world.admin, "operator", "leave_operator", world.irene.id)
    assert admin.send(for_irene, **WANTED).status_code == 409


def _rules(answer: Any) -> set[str]:
    assert answer.status_code == 409, answer.text
    return {each["rule"] for each in answer.json()["refusals"]}
