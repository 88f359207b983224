"""Tokens: who was given which role until when, and who took it back, is on record; the token itself is shown once."""

from collections.abc import Callable
from uuid import UUID, uuid4

from starlette.testclient import TestClient

from opera_cases.api.app import MOUNT, create_app
from opera_cases.domain.errors import CannotNow
from tests.over_http import Desk
from tests.test_openapi_conventions import PAGES, _follows
from tests.world import World

WANTED = {"role": "CASEWORKER", "days": 30}


def test_a_role_given_and_taken_back_is_in_the_trail(world: World, client: TestClient) -> None:
    admin, auditor = Desk(client, world.token(world.admin)), Desk(client, world.token(world.auditor))
    given = admin.send(f"operators/{world.irene.id}/tokens", **WANTED)
    assert given.status_code == 201
    assert _follows(create_app(world.where).openapi(), PAGES["issue_token"][0], given.json()) == []
    secret = given.json()["token"]
    fresh = Desk(client, secret)
    assert fresh.raw("audit/events").status_code == 200, "she acts as an auditor now"
    assert client.delete(f"{MOUNT}/operators/{world.irene.id}/tokens", headers=admin.headers).status_code == 204
    assert fresh.raw("audit/events").status_code == 401

    world.settle()
    lines = auditor.get("audit/events", record=str(world.irene.id))["items"]
    issued, withdrawn = (next(line for line in lines if line["topic"] == f"operator.{name}") for name in ("token_issued", "tokens_withdrawn"))
    assert (issued["actor"], withdrawn["actor"]) == (str(world.admin.id), str(world.admin.id))
    said = {change["field"]: change["after"] for change in issued["changes"]}
    assert (said["role"], said["expires_on"]) == ("AUDITOR", "2026-03-04")
    assert secret not in str(lines), "what names the token does not tell it"


def test_whatever_fails_while_tokens_are_withdrawn_they_end_with_the_event_that_says_so_or_not_at_all(world: World, client: TestClient) -> None:
    admin = Desk(client, world.token(world.admin))
    url, key = f"{MOUNT}/operators/{world.irene.id}/tokens", {**admin.headers, "Idempotency-Key": str(uuid4())}
    secret, failed = world.token(world.irene), 0
    for nth in range(1, 40):
        world.where.log.before = _failing_at(nth)
        status = client.delete(url, headers=key).status_code
        world.where.log.before = None
        told = sum(event.topic == "operator.tokens_withdrawn" for event in world.where.office.records.history(world.irene.id))
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
            raise CannotNow

    return before


def test_a_token_is_shown_once(world: World, client: TestClient) -> None:
    admin = Desk(client, world.token(world.admin))
    url, key = f"{MOUNT}/operators/{world.irene.id}/tokens", {**admin.headers, "Idempotency-Key": str(uuid4())}
    assert client.post(url, json=WANTED, headers=key).status_code == 201
    again = client.post(url, json=WANTED, headers=key)
    assert again.status_code == 422
    assert "shown once" in again.json()["errors"][0]["detail"]
    assert world.where.log.rows("SELECT count(*) FROM log.token WHERE operator = $1", world.irene.id)[0][0] == 1


def test_only_an_administrator_gives_roles_to_those_who_work_here_within_a_year(world: World, client: TestClient) -> None:
    admin, nives = Desk(client, world.token(world.admin)), Desk(client, world.token(world.nives))
    assert nives.send(f"operators/{world.irene.id}/tokens", **WANTED).status_code == 403
    assert admin.send(f"operators/{UUID(int=9)}/tokens", **WANTED).status_code == 404
    refused = admin.send(f"operators/{world.irene.id}/tokens", role="CLOCK").json()
    assert [each["rule"] for each in refused["refusals"]] == ["role_of_people"]
    assert admin.send(f"operators/{world.irene.id}/tokens", role="DPO", days=900).status_code == 422
    world.ask(world.admin, "operator", "leave_operator", world.irene.id)
    assert admin.send(f"operators/{world.irene.id}/tokens", **WANTED).status_code == 409
