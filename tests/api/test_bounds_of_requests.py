"""Bounds on requests: how much of one is kept, how long it may take, how many there are; over a real socket."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fastapi import FastAPI, Response
from starlette.testclient import TestClient

from opera_cases.api.app import MOUNT, create_app
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.http import connections, middleware
from opera_cases.http.rate_limit import KnownTokens, RateLimit, address_of, token_shown
from opera_cases.runtime.server import server_config
from tests.conftest import fresh_sqlite
from tests.support.over_http import Desk
from tests.support.served import Answer, Caller, served
from tests.support.world import SetClock, World

ASKING = f"GET {MOUNT}/cases HTTP/1.1\r\nHost: office\r\nAuthorization: Bearer ".encode()


class Office(NamedTuple):
    """A served office, the token of somebody in it, and the lines of its request log."""

    port: int
    token: str
    lines: list[dict[str, Any]]

    def asking(self, *headers: bytes) -> bytes:
        return b"\r\n".join((ASKING + self.token.encode(), *headers, b"", b""))

    def told(self, content: bytes, seconds: float = 5.0) -> Answer:
        with Caller(self.port) as caller:
            return caller.send(content).answer(seconds)


@pytest.fixture(scope="module")
def there(templates: dict[str, StoreLocations], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    clock = SetClock()
    runtime = Runtime(fresh_sqlite(templates, tmp_path_factory), clock=clock)
    yield World(runtime, clock)
    runtime.close()


@pytest.fixture(scope="module")
def served_office(there: World) -> Iterator[Office]:
    lines: list[dict[str, Any]] = []
    with served(create_app(there.runtime, log=lines.append)) as port:
        yield Office(port, there.token(there.irene), lines)


@pytest.fixture
def office(served_office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office without patience."""
    for module, name, seconds in (
        (connections, "PATIENCE", 0.3), (connections, "LINGER", 0.1), (middleware, "PATIENCE", 0.3), (middleware, "PATIENCE_WITH_FILES", 0.3),
        (connections, "LOOK_EVERY", 0.1),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, seconds)
    served_office.lines.clear()
    return served_office


def _memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ([b"X-Padding: " + b"x" * 30_000], 200),
        ([b"X-Padding: " + b"x" * 40_000], 431),
        ([b"X-%d: y" % number for number in range(90)], 200),
        ([b"X-%d: y" % number for number in range(120)], 431),
    ],
)
def test_a_head_has_a_largest_size_and_number_of_headers(office: Office, head: list[bytes], status: int) -> None:
    told = office.told(office.asking(*head, b"Connection: close"))
    assert (told.status, told.closed) == (status, True)


def test_the_address_in_a_request_has_a_longest_length(office: Office) -> None:
    told = office.told(b"GET /%s HTTP/1.1\r\nHost: office\r\n\r\n" % (b"x" * 9_000))
    assert (told.status, told.closed) == (414, True)


@pytest.mark.parametrize(
    "begin",
    [
        b"GET / HTTP/1.1\r\nX-Endless: ",
        b"GET /",
        b"GET / HTTP/1.1\r\nX-",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;extension=",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Trailer: ",
        b"",
    ],
)
def test_what_is_never_whole_is_not_kept(office: Office, begin: bytes) -> None:
    office.told(office.asking(b"Connection: close"))
    before = _memory()
    filling = b"x" * 65_536 if begin else b"\r\n" * 32_768
    with Caller(office.port) as caller:
        caller.send(begin)
        for _ in range(320):
            caller.send(filling)
        assert caller.answer().closed
    assert _memory() - before < 10_000_000, "twenty million bytes were sent"


def test_a_head_that_does_not_come_is_not_waited_for(office: Office) -> None:
    began = time.monotonic()
    with Caller(office.port) as silent, Caller(office.port) as slow:
        slow.send(b"GET / HTTP/1.1\r\nHost:")
        for letter in b" office\r\nX: y":
            slow.send(bytes([letter]))
        told = slow.answer()
        assert (told.status, told.closed) == (408, True)
        assert silent.answer().closed
    assert time.monotonic() - began < 3
    assert office.told(office.asking(b"Connection: close")).status == 200


def test_between_two_requests_nobody_holds_a_connection_with_empty_lines(office: Office) -> None:
    with Caller(office.port) as caller:
        caller.send(office.asking())
        until = time.monotonic() + 3
        while time.monotonic() < until and not (told := caller.send(b"\r\n").answer(0.05)).closed:
            assert told.status in (0, 200)
        assert told.closed


def test_a_body_that_does_not_come_is_told_so_and_the_connection_closed(office: Office) -> None:
    for path, media in (("cases", b"application/json"), ("imports", b"multipart/form-data; boundary=x")):
        head = (
            office.asking(b"Content-Type: " + media, b"Content-Length: 1000")
            .replace(b"GET", b"POST")
            .replace(b"/cases", f"/{path}".encode())
        )
        told = office.told(head + b"{")
        assert (told.status, told.closed) == (408, True)
        assert '"urn:opera-cases:problem:too-slow"' in told.text
    assert [each["status"] for each in office.lines] == [408, 408]


@pytest.mark.parametrize("path", ["cases", "imports", "people/searches", "nothing"])
def test_nobody_is_waited_for_before_it_is_known_who_they_are(
    office: Office, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "PATIENCE", 60)
    monkeypatch.setattr(middleware, "PATIENCE_WITH_FILES", 60)
    for shown in (b"Authorization: Bearer opc_made-up\r\n", b"", b"Authorization: Basic eDp5\r\n"):
        head = f"POST {MOUNT}/{path} HTTP/1.1\r\nHost: office\r\nContent-Type: application/json\r\n".encode()
        with Caller(office.port) as caller:
            assert (
                caller.send(head + shown + b"Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n").first().status
                == 401
            )


def test_half_a_body_is_not_taken_for_a_whole_one(office: Office, there: World) -> None:
    before = there.runtime.application.recorder.head()
    body = json.dumps({"desk": str(there.desk), "channel": "PHONE"}).encode()
    head = office.asking(b"Content-Type: application/json", b"Transfer-Encoding: chunked").replace(b"GET", b"POST")
    with Caller(office.port) as caller:
        caller.send(head + b"%x\r\n%s\r\n" % (len(body), body))
    end = time.monotonic() + 30
    while not (told := [each["status"] for each in office.lines if each["caller"]]):
        assert time.monotonic() < end, "the half request was never answered"
        time.sleep(0.01)
    assert told == [408]
    assert there.runtime.application.recorder.head() == before


def test_there_are_only_so_many_connections_in_all_and_of_one_address(small: World) -> None:
    for most, of_one, proxies, fit in ((3, 9, "", 3), (9, 2, "", 2), (9, 2, "127.0.0.0/8", 9)):
        doors = connections.Doors(most, of_one, connections.networks(proxies))
        assert [doors.enter("127.0.0.1") for _ in range(fit + 1)] == [True] * fit + [False]
        doors.leave("127.0.0.1")
        doors.leave("127.0.0.1")
        assert doors.enter("127.0.0.1")
        assert doors.enter("192.0.2.7") is (most > 3 and fit < 9)


def test_who_finds_no_room_is_told_so_and_room_comes_back(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PATIENCE", 1.5)
    idle = [Caller(office.port) for _ in range(200)]
    told = office.told(office.asking())
    assert (told.status, told.closed) == (503, True)
    assert "retry-after" in told.text
    for each in idle:
        with each:
            assert each.answer().closed, "nobody holds a place for long"
    assert office.told(office.asking(b"Connection: close")).status == 200


def test_who_asks_and_does_not_fetch_the_answer_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LOOK_EVERY", 0.2)
    app = FastAPI()
    app.add_api_route("/", lambda: Response(b"x" * 30_000_000))
    with served(app) as port, Caller(port) as idle, Caller(port) as slow:
        for each in (idle, slow):
            each.send(b"GET / HTTP/1.1\r\nHost: office\r\nConnection: close\r\n\r\n")
        until = time.monotonic() + 5
        while idle.open and time.monotonic() < until:
            assert slow.fetch(100_000)
            time.sleep(0.01)
        assert not idle.open
        assert slow.open
        assert len(slow.answer().text) > 10_000_000


def test_no_room_is_made_for_a_proxy_that_is_named_otherwise_than_by_address() -> None:
    for wrong in ("*", "proxy.example", "10.0.0.1/33"):
        with pytest.raises(ValueError, match=r"IPv4|host bits|does not appear"):
            server_config(create_app.__call__, "127.0.0.1", 0, wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("proxies", "counted"), [("", "127.0.0.1"), ("127.0.0.1", "203.0.113.9"), ("192.0.2.0/24", "127.0.0.1")]
)
def test_where_a_request_came_from_is_believed_of_a_named_proxy_only(small: World, proxies: str, counted: str) -> None:
    lines: list[dict[str, Any]] = []
    with served(create_app(small.runtime, log=lines.append), forwarded_from=proxies) as port, Caller(port) as caller:
        caller.send(
            b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: 198.51.100.1, 203.0.113.9\r\n\r\n"
        )
        assert caller.answer().status == 200
    assert [each["client"] for each in lines] == [counted]


# -- how many ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def five_a_minute(small: World) -> Iterator[TestClient]:
    with TestClient(create_app(small.runtime, rate="5/minute")) as client:
        yield client


def test_however_a_token_is_spelt_it_is_counted_once(five_a_minute: TestClient, small: World) -> None:
    token = small.token(small.irene)
    spelt = [
        f"{scheme}{space}{token}{end}"
        for scheme in ("Bearer", "bearer", "BEARER", "bEARER")
        for space in (" ", "   ")
        for end in ("", "  ")
    ]
    told = [five_a_minute.get(f"{MOUNT}/cases", headers={"Authorization": each}) for each in spelt]
    assert [each.status_code for each in told] == [200] * 5 + [429] * (len(spelt) - 5)
    assert [each.headers["x-ratelimit-remaining"] for each in told[:6]] == ["4", "3", "2", "1", "0", "0"]


def test_of_two_headers_the_one_that_lets_in_is_the_one_that_counts(five_a_minute: TestClient, small: World) -> None:
    token = small.token(small.irene)
    told = []
    for number in range(7):
        headers = [("Authorization", f"Bearer {token}"), ("Authorization", f"Bearer opc_{number}")]
        told.append(five_a_minute.get(f"{MOUNT}/cases", headers=headers).status_code)
    assert told == [200] * 5 + [429] * 2


def test_all_tokens_of_somebody_are_counted_together(five_a_minute: TestClient, small: World) -> None:
    tokens = [small.token(small.irene) for _ in range(7)]
    told = [
        five_a_minute.get(f"{MOUNT}/cases", headers={"Authorization": f"Bearer {each}"}).status_code for each in tokens
    ]
    assert told == [200] * 5 + [429] * 2


def test_a_flood_from_one_address_keeps_nobody_out_who_was_in(five_a_minute: TestClient, small: World) -> None:
    irene = Desk(five_a_minute, small.token(small.irene))
    assert irene.sees("cases")
    flood = [
        five_a_minute.get(f"{MOUNT}/cases", headers={"Authorization": f"Bearer opc_{number}"}).status_code
        for number in range(9)
    ]
    assert flood[-1] == 429
    assert irene.sees("cases")


def test_a_token_that_is_good_no_more_does_not_use_up_what_is_its_owners(
    five_a_minute: TestClient, small: World
) -> None:
    stolen, own = small.token(small.irene), RateLimit("5/minute")
    headers = {"Authorization": f"Bearer {stolen}"}
    assert five_a_minute.get(f"{MOUNT}/cases", headers=headers).status_code == 200
    known = KnownTokens()
    known.add(stolen, small.irene.id)
    known.forget(stolen)
    assert known.whose(stolen) is None
    small.ask(small.admin, "operator", "leave_operator", small.irene.id)
    told = [five_a_minute.get(f"{MOUNT}/cases", headers=headers) for _ in range(3)]
    assert [each.status_code for each in told] == [401] * 3
    assert [each.headers["x-ratelimit-remaining"] for each in told] == ["3", "3", "2"], (
        "the first was hers, then they are of the address"
    )
    assert own.hit("x")[0]


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("192.0.2.1", "192.0.2.2", False), ("2001:db8::1", "2001:db8::ffff:1", True), ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True), ("fe80::1%eth0", "fe80::2", True), ("not an address: at all", "x", False),
    ],
)  # fmt: skip
def test_who_has_many_addresses_counts_once(first: str, second: str, alike: bool) -> None:
    assert (address_of({"client": (first, 1)}) == address_of({"client": (second, 1)})) is alike


def test_the_window_slides(monkeypatch: pytest.MonkeyPatch) -> None:
    at = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: at)
    rate = RateLimit("10/second")
    assert [rate.hit("x")[0] for _ in range(11)] == [True] * 10 + [False]
    at += 1.0
    assert not rate.hit("x")[0], "the last second is still there whole"
    at += 0.5
    assert [rate.hit("x")[0] for _ in range(6)] == [True] * 5 + [False]
    at += 2
    assert [rate.hit("x")[0] for _ in range(11)] == [True] * 10 + [False]
    assert dict(rate.hit("x")[1]) == {
        b"x-ratelimit-limit": b"10",
        b"x-ratelimit-remaining": b"0",
        b"x-ratelimit-reset": b"1",
    }


@pytest.mark.parametrize("wrong", ["1200", "many/minute", "5/fortnight", "0/minute", "-1/second", "/minute"])
def test_a_rate_that_cannot_be_read_is_told(wrong: str) -> None:
    with pytest.raises(ValueError, match="1200/minute"):
        RateLimit(wrong)


def test_a_header_of_another_scheme_shows_no_token() -> None:
    for value in (b"Basic eDp5", b"", b"Bearer", b"Token opc_x", b"Bearer\topc_x"):
        assert token_shown([(b"authorization", value)]) == ""
