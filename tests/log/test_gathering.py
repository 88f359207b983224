"""Commands that come at one moment share a commit, and what stands in the way of one harms no other."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest

from opera_cases.api.app import MOUNT, create_app
from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.domain.kernel.errors import Unavailable
from opera_cases.log.store.batching import MOST, BatchQueue, Pending
from tests.support.world import World


def _sent(world: World, asked: list[tuple[str, dict[str, Any], dict[str, str]]]) -> list[httpx2.Response]:
    """All of these at once, on one event loop."""

    async def send_all() -> list[httpx2.Response]:
        app = create_app(world.runtime)
        async with app.router.lifespan_context(app):
            transport = httpx2.ASGITransport(app=app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://desk") as client:
                calls = (client.post(f"{MOUNT}/{path}", json=body, headers=headers) for path, body, headers in asked)
                return list(await asyncio.gather(*calls))

    return asyncio.run(send_all())


def _note(
    case: Any, token: str, text: str, version: int | None = None, key: str = ""
) -> tuple[str, dict[str, Any], dict[str, str]]:
    tag = f'"{version or case.now.version}"'
    headers = {"Authorization": f"Bearer {token}", "If-Match": tag, "Idempotency-Key": key or str(uuid4())}
    return f"cases/{case.id}/steps", {"step": "add_note", "text": text}, headers


@contextmanager
def _held_up(world: World, seconds: float = 1.0) -> Iterator[None]:
    """For a moment nothing can be written to PostgreSQL, so that what comes meanwhile has to wait. SQLite writes in the
    loop itself: whatever came is there when the loop goes on."""
    if world.runtime.log.is_sqlite:
        yield
        return
    with psycopg.connect(
        world.runtime.log.url.set(drivername="postgresql").render_as_string(hide_password=False)
    ) as held:
        held.execute("LOCK TABLE log.event IN SHARE MODE")
        threading.Timer(seconds, held.rollback).start()
        yield
        time.sleep(0.05)


def test_thirty_commands_at_once_are_written_in_fewer_commits_each_in_its_place(world: World) -> None:
    cases, token = [world.case() for _ in range(30)], world.token(world.irene)
    asked = [_note(case, token, f"Nota {number}.") for number, case in enumerate(cases)]
    seen: list[str] = []
    world.runtime.log.before = seen.append
    with _held_up(world):
        answers = _sent(world, asked)
    world.runtime.log.before = None
    assert {each.status_code for each in answers} == {200}
    commits = [sql for sql in seen if ("BEGIN IMMEDIATE" if world.runtime.log.is_sqlite else "INTO log.event") in sql]
    assert len(commits) < 15, len(commits)
    told = [int(each.json()["position"]) for each in answers]
    stored = [world.runtime.application.records.history(case.id)[-1] for case in cases]
    assert told == [event.position for event in stored]
    assert [each.json()["event_ids"] for each in answers] == [[str(event.event_id)] for event in stored]
    again = _sent(world, asked)
    assert all(each.json()["repeated"] for each in again)
    assert [int(each.json()["position"]) for each in again] == told
    world.settle()
    assert verify_everything(world.runtime) == []


def test_one_that_cannot_be_written_harms_no_other(world: World) -> None:
    token, person = world.token(world.irene), world.person()
    cases = [world.case() for _ in range(8)]
    intake = {"step": "open_intake", "person": str(person), "duplicate_search_on": cases[0].today}
    asked = [_note(case, token, "Nota.") for case in cases[:4]]
    asked += [(f"cases/{case.id}/steps", intake, _note(case, token, "")[2]) for case in cases[4:6]]
    asked += [
        _note(cases[6], token, "Prima."),
        _note(cases[6], token, "Seconda.", version=1),
        _note(cases[7], token, "x", version=9),
    ]
    told = [each.status_code for each in _sent(world, asked)]
    assert told[:4] == [200] * 4
    assert sorted(told[4:6]) == [200, 409], "one open case a person"
    assert sorted(told[6:8]) == [200, 412]
    assert told[8] == 412
    assert [case.now.version for case in cases] == [2, 2, 2, 2, *(2 if code == 200 else 1 for code in told[4:6]), 2, 1]
    world.settle()
    assert verify_everything(world.runtime) == []


def _carried(keys: list[int], *, fails: frozenset[int] = frozenset()) -> tuple[list[list[int]], list[Any]]:
    together: list[list[int]] = []

    async def carry(waiting: list[Pending[int]]) -> None:
        together.append([each.key for each in waiting])
        await asyncio.sleep(0)
        if {each.key for each in waiting} & fails:
            raise ValueError(waiting[0].key)
        for each in waiting:
            each.tell(each.key * 10)

    async def all_at_once() -> list[Any]:
        lane = BatchQueue(carry, lambda key: {key % 100})
        return list(await asyncio.gather(*(lane.ask(key) for key in keys), return_exceptions=True))

    return together, asyncio.run(all_at_once())


def test_a_lane_takes_those_who_wait_in_order_and_keeps_apart_what_touches_the_same() -> None:
    together, told = _carried([1, 2, 101, 3, 201, 102])
    assert told == [10, 20, 1010, 30, 2010, 1020]
    assert together == [[1, 2, 3], [101, 102], [201]]
    together, told = _carried(list(range(80)))
    assert [len(each) for each in together] == [MOST, MOST, 80 - 2 * MOST]
    assert told == [key * 10 for key in range(80)]


@pytest.mark.parametrize("yields_first", [True, False])
def test_what_can_wait_lets_what_is_asked_in_the_same_moment_go_first(yields_first: bool) -> None:
    went: list[str] = []

    def carry(name: str) -> Any:
        async def note(waiting: list[Pending[int]]) -> None:
            went.append(name)
            for each in waiting:
                each.tell(name)

        return note

    async def both() -> list[Any]:
        ledger: BatchQueue[int] = BatchQueue(carry("ledger"), yields_first=yields_first)
        question: BatchQueue[int] = BatchQueue(carry("question"))
        begun = ledger.begin(1)
        return [await question.ask(2), await begun]

    assert asyncio.run(both()) == ["question", "ledger"]
    assert went == (["question", "ledger"] if yields_first else ["ledger", "question"])


def test_a_lane_that_fails_tells_everybody_who_was_on_it_and_goes_on() -> None:
    together, told = _carried([1, 2, 101], fails=frozenset({2}))
    assert [type(each) for each in told] == [ValueError, ValueError, int]
    assert together == [[1, 2], [101]]


def test_who_goes_away_while_waiting_stops_nobody() -> None:
    async def scene() -> list[Any]:
        release = asyncio.Event()

        async def carry(waiting: list[Pending[int]]) -> None:
            await release.wait()
            for each in waiting:
                each.tell(each.key)

        lane: BatchQueue[int] = BatchQueue(carry)
        tasks = [asyncio.create_task(lane.ask(key)) for key in range(3)]
        await asyncio.sleep(0.01)
        tasks[1].cancel()
        await asyncio.sleep(0)
        release.set()
        return list(await asyncio.gather(*tasks, return_exceptions=True))

    told = asyncio.run(scene())
    assert told[0] == 0
    assert told[2] == 2
    with pytest.raises(asyncio.CancelledError):
        raise told[1]


def test_a_database_that_cannot_now_is_told_to_everybody_and_loses_nothing(world: World) -> None:
    cases, token = [world.case() for _ in range(6)], world.token(world.irene)
    asked = [_note(case, token, "Nota.") for case in cases]

    def away(sql: str) -> None:
        if "INTO log.event" in sql:
            raise Unavailable

    world.runtime.log.before = away
    answers = _sent(world, asked)
    world.runtime.log.before = None
    assert {each.status_code for each in answers} == {503}
    assert [case.now.version for case in cases] == [1] * 6
    assert {each.status_code for each in _sent(world, asked)} == {200}, "with the same keys all is well"
    assert [case.now.version for case in cases] == [2] * 6
