"""No answer leaves before what was opened for it is on record, and nothing of it where that cannot be done."""

import threading
from typing import Any

from starlette.testclient import TestClient

from opera_cases.api.app import MOUNT
from opera_cases.domain.kernel.errors import Unavailable
from opera_cases.log.store.database import Database
from tests.support.over_http import Desk
from tests.support.world import TestCase, World

ASKED = (
    "cases/{case}",
    "cases/{case}/timeline",
    "people/{person}",
    "cases?limit=5",
    "cases/{case}/differences?since=2026-01-01&until=2026-03-01",
)


def _failing(database: Database) -> None:
    """From now on nobody can write into the ledger."""

    def before(sql: str) -> None:
        if "INTO log.reading" in sql:
            raise Unavailable

    database.before = before


def _noted(world: World) -> TestCase:
    case = world.case("PLAN")
    case.do("add_note", text="Provaletti ha chiamato.")
    world.settle()
    return case


def _ask(client: TestClient, world: World, case: TestCase, path: str) -> Any:
    told = path.format(case=case.id, person=case.person)
    return client.get(f"{MOUNT}/{told}", headers=Desk(client, world.token(world.irene)).headers)


def _readings(world: World) -> int:
    return int(world.runtime.log.rows("SELECT count(*) FROM log.reading")[0][0])


def test_what_cannot_be_put_on_record_is_not_shown(world: World, client: TestClient) -> None:
    case = _noted(world)
    for path in ASKED:
        shown = _ask(client, world, case, path)
        assert shown.status_code == 200
        assert "Provaletti" in shown.text
        _failing(world.runtime.log)
        held = _ask(client, world, case, path)
        world.runtime.log.before = None
        assert held.status_code == 503, path
        assert held.headers["content-type"] == "application/problem+json"
        assert "retry-after" in held.headers
        assert "Provaletti" not in held.text, path
        assert _ask(client, world, case, path).status_code == 200, "and then it goes on"


def test_once_the_answer_is_there_so_is_its_reading(world: World, client: TestClient) -> None:
    case = _noted(world)
    for path in ASKED * 10:
        before = _readings(world)
        assert _ask(client, world, case, path).status_code == 200
        assert _readings(world) > before, path


def test_many_who_read_at_once_are_each_on_record(world: World, client: TestClient) -> None:
    """Their rows go together; none is left out, and each says what its own reader asked for."""
    case = _noted(world)
    readers = [world.irene, world.nives, world.auditor]
    tokens = {who.id: world.token(who) for who in readers}
    before, wrong = _readings(world), []

    def read(token: str, times: int) -> None:
        for _ in range(times):
            answer = client.get(f"{MOUNT}/cases/{case.id}", headers={"Authorization": f"Bearer {token}"})
            wrong.extend([] if answer.status_code == 200 else [answer.text])

    threads = [
        threading.Thread(target=read, args=(tokens[who.id], 5 + number))
        for number, who in enumerate(readers)
        for _ in range(2)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []
    assert _readings(world) - before == 2 * (5 + 6 + 7)
    for number, who in enumerate(readers):
        found = world.runtime.log.rows(
            "SELECT count(*) FROM log.reading WHERE principal = $1 AND stream = $2", who.id, case.id
        )
        assert found[0][0] >= 2 * (5 + number)
