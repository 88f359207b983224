"""Running it: live changes, limits, the request log, the meters, rights withdrawn at once."""

import asyncio
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import MOUNT, create_app
from opera_cases.api.routes import changes
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.runtime.request_log import request_log
from tests.support.over_http import Desk
from tests.support.world import World


def _messages(text: str) -> list[dict[str, Any]]:
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.partition(": ")[::2] for line in block.splitlines() if not line.startswith(":"))
        if "data" in fields:
            found.append({"id": fields["id"], **json.loads(fields["data"])})
    return found


def _listen(client: TestClient, token: str, since: str) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {token}", "Last-Event-ID": since}
    answer = client.get(f"{MOUNT}/changes", params={"once": True}, headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    return _messages(answer.text)


def test_live_changes_tell_what_moved_within_reach_and_go_on_where_they_stopped(
    world: World, client: TestClient
) -> None:
    world.second_desk()
    token = world.token(world.irene)
    start = str(world.runtime.application.recorder.head())
    case = world.case("INTAKE")
    theirs = world.ask(world.oreste, "case", "record_contact", desk=str(world.armea), channel="PHONE").id
    told = _listen(client, token, start)
    assert str(theirs) not in {each["id"] for each in told if "kind" in each}
    assert {"case.contact_recorded", "case.intake_opened", "person.registered"} <= {each["topic"] for each in told}
    assert all(set(each) == {"id", "kind", "version", "topic", "state"} or "kind" in each for each in told)
    assert "Provaletti" not in json.dumps(told)
    headers = {"Authorization": f"Bearer {token}", "Last-Event-ID": start}
    raw = client.get(f"{MOUNT}/changes", params={"once": True}, headers=headers).text
    positions = [line[4:] for line in raw.splitlines() if line.startswith("id: ")]
    rest = _listen(client, token, positions[2])
    assert rest == told[2:]
    case.do("add_note", text="Novità.")
    assert [each["topic"] for each in _listen(client, token, positions[-1])] == ["case.note_added"]
    bad = client.get(f"{MOUNT}/changes", headers={**headers, "Last-Event-ID": "yesterday"})
    assert bad.status_code == 422


def test_a_quiet_stream_gives_signs_of_life_that_pass_by_what_is_beyond_reach_and_ends(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in (("LOOK_SECONDS", 0.05), ("QUIET_SECONDS", 0.2), ("LONGEST_SECONDS", 1.0)):
        monkeypatch.setattr(changes, name, seconds)
    start = str(small.runtime.application.recorder.head())
    elsewhere = small.open_desk("GE", "GE")
    ugo = small.employ("Ugo Altrove", Role.CASEWORKER, elsewhere)
    small.ask(ugo, "case", "record_contact", desk=str(elsewhere), channel="PHONE")
    with TestClient(create_app(small.runtime)) as client:
        headers = {"Authorization": f"Bearer {small.token(small.irene)}", "Last-Event-ID": start}
        told = client.get(f"{MOUNT}/changes", headers=headers).text
    head = small.runtime.application.recorder.head()
    assert int(start) < head
    assert "case.contact_recorded" not in told
    assert told.startswith(f"id: {start}\nretry: 2000\n\n")
    assert 2 <= told.count(": still here\n") <= 5
    assert told.endswith(f": still here\nid: {head}\n\n")


def test_who_sends_too_much_is_told_to_wait_and_nobody_else(small: World) -> None:
    with TestClient(create_app(small.runtime, rate="5/minute")) as client:
        irene = {"Authorization": f"Bearer {small.token(small.irene)}"}
        nives = {"Authorization": f"Bearer {small.token(small.nives)}"}
        answers = [client.get(f"{MOUNT}/cases", headers=irene) for _ in range(7)]
        assert [each.status_code for each in answers] == [200] * 5 + [429] * 2
        assert [each.headers["x-ratelimit-remaining"] for each in answers] == ["4", "3", "2", "1", "0", "0", "0"]
        assert {each.headers["x-ratelimit-limit"] for each in answers} == {"5"}
        assert all(0 < int(each.headers["x-ratelimit-reset"]) <= 61 for each in answers)
        assert answers[-1].headers["retry-after"]
        assert answers[-1].headers["content-type"] == "application/problem+json"
        assert client.get(f"{MOUNT}/cases", headers=nives).status_code == 200


def test_made_up_tokens_escape_no_bound(small: World) -> None:
    with TestClient(create_app(small.runtime, rate="5/minute")) as client:
        made_up = [{"Authorization": f"Bearer opc_{number}"} for number in range(7)]
        told = [client.get(f"{MOUNT}/cases", headers=each).status_code for each in made_up]
    assert told == [401] * 5 + [429] * 2


@pytest.mark.parametrize(("known", "taken"), [(False, 0), (True, 3)])
def test_no_file_is_taken_in_from_who_is_not_known(small: World, known: bool, taken: int) -> None:
    token = small.token(small.irene) if known else "opc_made-up"
    headers = {"authorization": f"Bearer {token}", "content-type": "multipart/form-data; boundary=x"}
    asked: list[int] = []
    told: list[Any] = []

    async def receive() -> Any:
        asked.append(1)
        return {"type": "http.request", "body": b"x" * 1000, "more_body": len(asked) < 3}

    async def send(message: Any) -> None:
        told.append(message)

    scope = {"type": "http", "method": "POST", "path": f"{MOUNT}/imports", "query_string": b"", "http_version": "1.1",
             "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}  # fmt: skip
    asyncio.run(create_app(small.runtime)(scope, receive, send))
    assert told[0]["status"] == (422 if known else 401)
    assert len(asked) == taken


def test_who_knows_the_record_already_is_told_only_that(world: World, client: TestClient) -> None:
    case = world.case("INTAKE")
    irene = {"Authorization": f"Bearer {world.token(world.irene)}"}
    path = f"{MOUNT}/cases/{case.id}"
    first = client.get(path, headers=irene)
    readings = world.runtime.log.rows("SELECT count(*) FROM log.reading")[0][0]
    again = client.get(path, headers={**irene, "If-None-Match": f'"0", {first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert world.runtime.log.rows("SELECT count(*) FROM log.reading")[0][0] == readings, "nobody saw anything"
    case.do("add_note", text="Novità.")
    assert client.get(path, headers={**irene, "If-None-Match": first.headers["etag"]}).status_code == 200
    past = client.get(
        path, params={"as_known_on": case.today}, headers={**irene, "If-None-Match": f'"{case.now.version}"'}
    )
    assert past.status_code == 200
    stranger = world.employ("Ugo Altrove", Role.CASEWORKER, world.open_desk("GE", "GE"))
    elsewhere = {"Authorization": f"Bearer {world.token(stranger)}", "If-None-Match": f'"{case.now.version}"'}
    assert client.get(path, headers=elsewhere).status_code == 404


def test_only_json_is_read_and_only_forms_bring_files(small: World) -> None:
    case = small.case("INTAKE")
    headers = {"Authorization": f"Bearer {small.token(small.irene)}", "If-Match": f'"{case.now.version}"'}
    note = b'{"step": "add_note", "text": "Prova."}'
    with TestClient(create_app(small.runtime)) as client:
        for media in ("text/plain", "application/x-www-form-urlencoded", "application/xml", "", "application/jsonx"):
            told = client.post(
                f"{MOUNT}/cases/{case.id}/steps", content=note, headers={**headers, "Content-Type": media}
            )
            assert (told.status_code, told.json()["type"]) == (415, "urn:opera-cases:problem:not-this-media"), media
        filed = client.post(f"{MOUNT}/cases/{case.id}/documents", json={"title": "x"}, headers=headers)
        assert filed.status_code == 415
        good = {**headers, "Content-Type": "application/JSON; charset=utf-8"}
        assert client.post(f"{MOUNT}/cases/{case.id}/steps", content=note, headers=good).status_code == 200


def test_the_request_log_says_who_and_what_and_no_personal_value(
    small: World, capfd: pytest.CaptureFixture[str]
) -> None:
    with TestClient(create_app(small.runtime, log=request_log())) as client:
        irene = Desk(client, small.token(small.irene))
        irene.begin("cases", desk=str(small.desk), channel="PHONE", name="Teodolinda Riconoscibili")
        irene.send("people/searches", family_name="Riconoscibili")
        client.get(f"{MOUNT}/cases", headers={"Authorization": "Bearer opc_wrong\r\nforged: line"})
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    assert [(each["method"], each["status"]) for each in lines] == [("POST", 201), ("POST", 200), ("GET", 401)]
    wanted = {"timestamp", "uri", "operation", "method", "status", "client", "caller", "request_id", "milliseconds"}
    assert all(wanted <= set(each) for each in lines)
    assert all(each["timestamp"].endswith("Z") and "T" in each["timestamp"] for each in lines)
    assert lines[0]["caller"] == str(small.irene.id)
    assert "Riconoscibili" not in json.dumps(lines)


def test_the_meters_are_for_whoever_shows_their_token(small: World) -> None:
    with TestClient(create_app(small.runtime, metrics_token="scrape-me")) as client:
        irene = Desk(client, small.token(small.irene))
        irene.begin("cases", desk=str(small.desk), channel="PHONE")
        assert client.get("/metrics").status_code == 401
        text = client.get("/metrics", headers={"Authorization": "Bearer scrape-me"}).text
    assert 'opera_steps_total{operation="begin_case",status="201"} 1.0' in text
    assert 'opera_read_model_behind{model="timeline_v3"} 1.0' in text
    assert "opera_database_answers 1.0" in text
    with TestClient(create_app(small.runtime)) as client:
        assert client.get("/metrics").status_code == 404


def test_a_posting_withdrawn_or_over_is_withdrawn_at_the_next_request(world: World, client: TestClient) -> None:
    case = world.case("INTAKE")
    bice = world.employ("Bice Inventati", Role.CASEWORKER)
    desk = Desk(client, world.token(bice))
    assert not desk.sees(f"cases/{case.id}")
    world.ask(world.admin, "desk", "post_operator", world.desk, operator=str(bice.id), role="CASEWORKER",
              since="2026-02-10", until="2026-02-12")  # fmt: skip
    assert not desk.sees(f"cases/{case.id}"), "not yet"
    world.clock.turn_to("2026-02-10")
    assert desk.sees(f"cases/{case.id}")
    world.clock.turn_to("2026-02-13")
    assert not desk.sees(f"cases/{case.id}"), "no longer"
    world.ask(
        world.admin, "desk", "post_operator", world.desk, operator=str(bice.id), role="CASEWORKER", since="2026-02-13"
    )
    assert desk.sees(f"cases/{case.id}")
    world.ask(world.admin, "desk", "withdraw_operator", world.desk, operator=str(bice.id))
    world.clock.turn_to("2026-02-14")
    assert not desk.sees(f"cases/{case.id}")
