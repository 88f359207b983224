"""Nothing secret goes into a log, and nothing of an answer is made from what the caller says of the host."""

import io
import itertools
import json
import logging
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import MOUNT, create_app
from opera_cases.http.log_line import path_without_values
from opera_cases.runtime.fault_log import Faults
from tests.support.over_http import Desk
from tests.support.world import World

HOSTS = ("evil.example", "[::1", "a b", "office:99999999", "evil.example/..", "user@evil.example", "", "//evil.example")


@pytest.fixture
def lines() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def logged(small: World, lines: list[dict[str, Any]]) -> Iterator[TestClient]:
    app = create_app(small.runtime, log=lines.append, metrics_token="scrape-me", public_url="https://office.example")
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def test_the_secret_of_a_calendar_stands_in_no_log_however_its_address_is_written(
    small: World, logged: TestClient, lines: list[dict[str, Any]]
) -> None:
    irene = Desk(logged, small.token(small.irene))
    address = irene.send("me/calendars", names=True).json()["_links"]["calendar"].removeprefix("https://office.example")
    secret = re.findall(r"[A-Za-z0-9_-]{40,}", address)[0]
    assert logged.get(address).status_code == 200
    assert lines[-1]["uri"] == "/calendars/{secret}.ics"
    mistyped = (f"{address}x", f"{address}/", address.removesuffix(".ics"), f"/{address}", address.upper(), f"{MOUNT}{address}", f"/x{address}",
                f"/calendars/?secret={secret}", f"/healthz?{secret}", f"{MOUNT}/cases/{secret}", f"{MOUNT}/cases?cursor={secret}")  # fmt: skip
    for method, path in itertools.product(("GET", "POST", "PROPFIND", "HEAD"), mistyped):
        logged.request(
            method,
            path,
            headers={"Referer": f"https://office.example{address}", "X-Correlation-ID": secret, "User-Agent": secret},
        )
    logged.get("/metrics", headers={"Authorization": f"Bearer {secret}"})
    assert len(lines) == 3 + 4 * len(mistyped)
    assert secret not in json.dumps(lines)
    assert secret.upper() not in json.dumps(lines).upper()


@pytest.mark.parametrize(
    ("path", "template", "wanted"),
    [
        (f"{MOUNT}/cases/0b2f2f6e-6d0c-4b7e-8f0b-0d5d1f5f3a01/steps", "/cases/{record_id}/steps", f"{MOUNT}/cases/0b2f2f6e-6d0c-4b7e-8f0b-0d5d1f5f3a01/steps"),
        (f"{MOUNT}/cases/Rossi", "/cases/{record_id}", f"{MOUNT}/cases/{{record_id}}"),
        (f"{MOUNT}/cases/PRVRDS79C54Z999L/timeline", None, f"{MOUNT}/cases/-/-"),
        ("/wp-admin/x", None, "/-/-"),
        ("/healthz", "/healthz", "/healthz"),
        ("/", None, "/"),
    ],
)  # fmt: skip
def test_of_a_path_the_log_tells_ids_and_words_of_ours(path: str, template: str | None, wanted: str) -> None:
    assert path_without_values(path, template) == wanted


def test_a_fault_is_told_by_its_place_and_not_by_its_values() -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Faults())
    log = logging.Logger("tests")
    log.addHandler(handler)
    name, token = (bytes.fromhex(each).decode() for each in ("5269636f6e6f73636962696c69", "6f70635f736563726574"))
    assert (name[:7], token[:4]) == ("Riconos", "opc_")
    try:
        try:
            raise ValueError(name)
        except ValueError as wrong:
            raise RuntimeError(token) from wrong
    except RuntimeError:
        log.exception("A %s", "fault", extra={"asked": name, "token": token})
    said = written.getvalue()
    line = json.loads(said)
    assert set(line) == {"timestamp", "level", "logger", "event", "exception"}
    assert (line["level"], line["logger"], line["event"]) == ("ERROR", "tests", "A fault")
    assert line["timestamp"].endswith("Z")
    assert "builtins.ValueError" in said
    assert "builtins.RuntimeError" in said
    assert "test_no_secret_is_written.py" in said
    assert name not in said
    assert token not in said


def test_no_answer_is_made_from_the_host_that_the_caller_names(small: World, logged: TestClient) -> None:
    case = small.case("INTAKE")
    headers = {"Authorization": f"Bearer {small.token(small.irene)}"}
    app: Any = logged.app
    paths = [
        path.replace("{record_id}", str(case.id)) for path, item in app.openapi()["paths"].items() if "get" in item
    ]
    paths = [re.sub(r"\{[a-z_]+\}", str(uuid4()), path) for path in paths if not path.endswith("/changes")] + [
        "/healthz",
        "/readyz",
        "/metrics",
    ]
    assert len(paths) > 60
    for path, host in zip(paths[::3], itertools.cycle(HOSTS), strict=False):
        plain = logged.get(path, headers={**headers, "Host": "office.example"})
        odd = logged.get(path, headers={**headers, "Host": host, "X-Forwarded-Host": "evil.example"})
        assert odd.status_code == plain.status_code, (path, host)
        assert "evil.example" not in f"{odd.text}{odd.headers}", (path, host)
    for path, host in zip(paths, itertools.cycle(HOSTS), strict=False):
        slash = logged.get(f"{path}/", headers={"Host": host})
        assert (slash.status_code, slash.headers.get("location")) == (404, None), path
