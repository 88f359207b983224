"""Answers travel compressed to whoever takes it, but for streams, files and secrets that are shown once."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import MOUNT, create_app
from opera_cases.http.compression import LEAST, SHOWN_ONCE, Compression
from tests.support.over_http import Desk
from tests.support.world import World

Headers = dict[str, str]


@pytest.fixture
def irene(small: World) -> Headers:
    return {"Authorization": f"Bearer {small.token(small.irene)}"}


@pytest.fixture
def office(small: World) -> Iterator[TestClient]:
    with TestClient(create_app(small.runtime)) as client:
        yield client


@pytest.fixture
def eager(small: World) -> Iterator[TestClient]:
    """The same office, in which no answer is too short to be compressed."""
    with TestClient(Compression(create_app(small.runtime), least=1)) as client:
        yield client


def _is_packed(answer: Any) -> bool:
    return bool(answer.headers.get("content-encoding") == "gzip")


def test_a_list_comes_compressed_and_says_the_same(small: World, office: TestClient, irene: Headers) -> None:
    for _ in range(12):
        small.case("INTAKE")
    packed = office.get(f"{MOUNT}/cases", params={"limit": 10}, headers={**irene, "Accept-Encoding": "gzip"})
    plain = office.get(f"{MOUNT}/cases", params={"limit": 10}, headers={**irene, "Accept-Encoding": "identity"})
    assert (_is_packed(packed), _is_packed(plain)) == (True, False)
    assert packed.json() == plain.json()
    assert len(packed.json()["items"]) == 10
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [("gzip", True), ("br, GZIP;q=0.5", True), ("*", True), ("deflate , gzip ; q=1.0", True), ("gzip;q=0", False),
     ("gzip;q=0.000, *", False), ("*;q=0", False), ("br, zstd", False), ("x-not-gzip", False), ("", False)],
)  # fmt: skip
def test_nobody_is_sent_a_form_that_they_did_not_say_they_take(office: TestClient, accepted: str, packed: bool) -> None:
    told = office.get(f"{MOUNT}/openapi.json", headers={"Accept-Encoding": accepted})
    assert _is_packed(told) == packed
    assert told.headers["vary"] == "Accept-Encoding"


def test_a_short_answer_stays_as_it_is(office: TestClient) -> None:
    told = office.get("/healthz", headers={"Accept-Encoding": "gzip"})
    assert len(told.content) < LEAST
    assert not _is_packed(told)


def test_the_tag_of_a_record_is_good_however_the_record_was_sent(
    small: World, office: TestClient, irene: Headers
) -> None:
    path = f"{MOUNT}/cases/{small.case('INTAKE').id}"
    packed, plain = (office.get(path, headers={**irene, "Accept-Encoding": each}) for each in ("gzip", "identity"))
    assert (_is_packed(packed), _is_packed(plain)) == (True, False)
    assert packed.headers["etag"] == plain.headers["etag"]
    for accepted in ("gzip", "identity"):
        headers = {**irene, "Accept-Encoding": accepted, "If-None-Match": packed.headers["etag"]}
        assert office.get(path, headers=headers).status_code == 304
    noted = office.post(
        f"{path}/steps",
        json={"step": "add_note", "text": "Prova."},
        headers={**irene, "If-Match": packed.headers["etag"]},
    )
    assert noted.status_code == 200


def test_a_stream_is_not_held_back_to_be_compressed(small: World, office: TestClient, irene: Headers) -> None:
    small.case("PLAN")
    told = office.get(
        f"{MOUNT}/changes", params={"once": True}, headers={**irene, "Accept-Encoding": "gzip", "Last-Event-ID": "0"}
    )
    assert len(told.content) > LEAST
    assert not _is_packed(told)


def test_a_file_is_not_compressed_again(small: World, office: TestClient, irene: Headers) -> None:
    desk, case = Desk(office, small.token(small.irene)), small.case("INTAKE")
    content = b"%PDF-1.7\n" + b"% invented\n" * LEAST
    filed = desk.upload(f"cases/{case.id}/documents", content, title="Lettera", document_kind="LETTER")
    assert filed.status_code == 201, filed.text
    told = office.get(f"{MOUNT}/documents/{filed.json()['id']}/content", headers={**irene, "Accept-Encoding": "gzip"})
    assert told.content == content
    assert not _is_packed(told)


def test_an_answer_that_shows_a_secret_is_never_compressed(small: World, eager: TestClient) -> None:
    admin = Desk(eager, small.token(small.admin))
    token = admin.send(f"operators/{small.admin.id}/tokens", role="ADMINISTRATOR")
    assert token.json()["token"].startswith("opc_")
    calendar = Desk(eager, small.token(small.irene)).send("me/calendars")
    assert "/calendars/" in calendar.json()["_links"]["calendar"]
    assert [_is_packed(each) for each in (token, calendar, admin.raw("status"))] == [False, False, True]


def test_every_step_that_shows_a_secret_is_named(office: TestClient) -> None:
    app: Any = office.app
    shown = {
        path for path, item in app.openapi()["paths"].items() for asked, told in item.items()
        if asked == "post" and any(word in told["summary"].lower() for word in ("token", "secret"))
    }  # fmt: skip
    assert len(shown) == 2
    assert all(path.endswith(SHOWN_ONCE) for path in shown)
