"""Bad input: each a clear problem document, never a server error, nothing stored."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel
from starlette.testclient import TestClient

from opera_cases.api.app import MOUNT, create_app
from opera_cases.api.routes.history import OF_TIME
from opera_cases.api.schemas import request_bodies
from opera_cases.application.paths import COLLECTIONS
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.procedures import PROCEDURES
from tests.support.group import one_of_each
from tests.support.world import World

WRONG: tuple[Any, ...] = (
    None, True, -1, 10**400, 1.5, "", "\u0000", "x" * 70_000, [], {}, {"a": 1}, [None], "9999-99-99", "0001-01-01",
    "9999-12-31", "NaN", "not-a-uuid", str(uuid4()), "\u202e", ["x"] * 1000,
)  # fmt: skip


def _headers(world: World, who: Principal, version: int = 1) -> dict[str, str]:
    return {"Authorization": f"Bearer {world.token(who)}", "If-Match": f'"{version}"'}


def _is_problem(answer: Any) -> None:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["title"]
    assert problem["detail"]
    assert problem["type"].startswith("urn:opera-cases:problem:")
    assert "Traceback" not in answer.text


def _records(world: World) -> dict[str, tuple[str, Principal]]:
    case = world.case("MENTORING")
    booked = world.ask(world.irene, "appointment", "book_appointment", desk=str(world.desk), operator=str(world.irene.id),
                       service="TRAINING", channel="VIDEO", day="2026-02-20", time="10:00").id  # fmt: skip
    return {
        "case": (str(case.id), world.irene), "venture": (str(case.venture), world.elio),
        "person": (str(case.person), world.irene), "appointment": (str(booked), world.irene),
        "document": (str(world.file(case.id)), world.irene), "duplicate": (str(world.pair()), world.nives),
        "desk": (str(world.desk), world.admin), "operator": (str(world.elio.id), world.admin),
        **{kind: (str(each), world.irene) for kind, each in one_of_each(world, case.id).items()},
    }  # fmt: skip


ON_BOTH = [
    pytest.param(engine, kind, marks=[pytest.mark.heavy] if engine == "postgresql" and kind != "person" else [])
    for engine in ("sqlite", "postgresql") for kind in COLLECTIONS
]  # fmt: skip
"""Bodies are read alike whatever the database: on PostgreSQL every kind but one is tried by `make test-heavy`."""


@pytest.mark.parametrize(("engine", "kind"), ON_BOTH)
def test_every_body_field_wrong_in_turn_is_told_and_stores_nothing(
    engine: str, world: World, client: TestClient, kind: str
) -> None:
    stream, who = _records(world)[kind]
    version = world.runtime.application.records.load(PROCEDURES[kind].aggregate, UUID(stream)).version
    headers = _headers(world, who, version)
    before = _stored(world)
    path = f"{MOUNT}/{COLLECTIONS[kind]}/{stream}/steps"
    first, begins = request_bodies.beginning(PROCEDURES[kind])
    targets: list[tuple[str, str, type[BaseModel]]] = (
        [] if kind in OF_TIME else [(f"{MOUNT}/{COLLECTIONS[kind]}", "", begins)]
    )
    others = PROCEDURES[kind].commands.keys() - {first} - request_bodies.APART
    targets += [(path, name, request_bodies.model(PROCEDURES[kind].commands[name], name)) for name in sorted(others)]
    for url, step, model in targets:
        for field in model.model_fields:
            for wrong in WRONG:
                body = {"step": step, field: wrong} if step else {field: wrong}
                answer = client.post(f"{url}?dry_run=true", json=body, headers=headers)
                assert answer.status_code < 500, (step, field, wrong, answer.text)
                if answer.status_code >= 400:
                    _is_problem(answer)
    assert _stored(world) == before


def _stored(world: World) -> int:
    return int(world.runtime.log.rows("SELECT count(*) FROM log.event")[0][0])


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"\xff\xfe{}", 422),
        (b'{"step": "add_note", "text": "\xe9"}', 422),
        (b'{"step": "add_note", "text": "\\ud800"}', 422),
        (b"[" * 100_000, 422),
        (b'"add_note"', 422),
        (b"null", 422),
        (b'{"step": "add_note", "text": "' + b"x" * 300_000 + b'"}', 413),
        (b'{"step": "fly", "text": "x"}', 422),
        (b'{"text": "x"}', 422),
        (b'{"step": "add_note", "text": "x", "unknown": 1}', 422),
    ],
)
def test_bodies_that_cannot_be_read(small: World, content: bytes, status: int) -> None:
    case = small.case()
    with TestClient(create_app(small.runtime), raise_server_exceptions=False) as client:
        headers = {**_headers(small, small.irene), "Content-Type": "application/json"}
        answer = client.post(f"{MOUNT}/cases/{case.id}/steps", content=content, headers=headers)
    assert answer.status_code == status, answer.text
    _is_problem(answer)
    assert case.now.version == 1


def test_who_asks_with_which_version_about_what(small: World) -> None:
    case = small.case()
    good = _headers(small, small.irene)
    note = {"step": "add_note", "text": "x"}
    stranger = small.employ("Ugo Altrove", Role.CASEWORKER, small.open_desk("GE", "GE"))
    path = f"{MOUNT}/cases/{case.id}/steps"
    with TestClient(create_app(small.runtime), raise_server_exceptions=False) as client:
        attempts = [
            (client.post(path, json=note), 401),
            (client.post(path, json=note, headers={**good, "Authorization": "Bearer opc_wrong"}), 401),
            (client.post(path, json=note, headers={**good, "Authorization": "Basic eDp5"}), 401),
            (client.post(path, json=note, headers={"Authorization": good["Authorization"]}), 428),
            (client.post(path, json=note, headers={**good, "If-Match": "*"}), 422),
            (client.post(path, json=note, headers={**good, "If-Match": '"7"'}), 412),
            (client.post(path, json=note, headers={**good, "Idempotency-Key": "hello"}), 422),
            (client.post(path, json=note, headers=_headers(small, stranger)), 404),
            (client.post(f"{MOUNT}/cases/{uuid4()}/steps", json=note, headers=good), 404),
            (client.post(f"{MOUNT}/cases/not-an-id/steps", json=note, headers=good), 422),
            (client.post(path, json=note, headers=_headers(small, small.auditor)), 403),
            (client.post(path, json={"step": "resume"}, headers=good), 409),
            (client.get(f"{MOUNT}/cases?state=ASLEEP", headers=good), 422),
            (client.get(f"{MOUNT}/cases?unknown=1", headers=good), 422),
            (client.get(f"{MOUNT}/cases?cursor=AAAA", headers=good), 422),
            (client.get(f"{MOUNT}/cases?limit=201", headers=good), 422),
            (client.get(f"{MOUNT}/cases/{case.id}?as_known_on=tomorrow", headers=good), 422),
            (client.delete(f"{MOUNT}/cases/{case.id}", headers=good), 405),
            (client.get(f"{MOUNT}/nothing", headers=good), 404),
        ]
    for answer, status in attempts:
        assert answer.status_code == status, (status, answer.text)
        _is_problem(answer)
    assert case.now.version == 1


def test_a_record_absent_and_one_out_of_reach_answer_alike(small: World) -> None:
    case = small.case()
    stranger = small.employ("Ugo Altrove", Role.CASEWORKER, small.open_desk("GE", "GE"))
    with TestClient(create_app(small.runtime)) as client:
        headers = _headers(small, stranger)
        there, absent = (client.get(f"{MOUNT}/cases/{each}", headers=headers) for each in (case.id, uuid4()))
    assert there.status_code == absent.status_code == 404
    assert {**there.json(), "instance": ""} == {**absent.json(), "instance": ""}


def test_a_fault_of_ours_tells_nothing_of_our_insides(small: World) -> None:
    case = small.case()

    def broken(sql: str) -> None:
        if "FROM log.event" in sql:
            raise RuntimeError("secret of the house")

    with TestClient(create_app(small.runtime), raise_server_exceptions=False) as client:
        headers = _headers(small, small.irene)
        small.runtime.log.before = broken
        answer = client.get(f"{MOUNT}/cases/{case.id}", headers=headers)
        small.runtime.log.before = None
    assert answer.status_code == 500
    _is_problem(answer)
    assert "secret" not in answer.text
