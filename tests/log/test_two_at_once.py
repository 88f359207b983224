"""Two at once: exactly one wins, a repeat is harmless, and no stream is ever reordered."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest

from opera_cases.api.app import MOUNT, create_app
from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.domain.kernel.errors import Refused, VersionConflict
from opera_cases.log.events.codec import encode
from opera_cases.log.events.postgres_write import statement
from opera_cases.log.events.unit_of_work import Unit
from opera_cases.log.events.write import write
from opera_cases.log.store.database import Conflict
from tests.support.world import World


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Each worker's answer, or what it raised."""
    start = Barrier(count)

    def run(number: int) -> Any:
        start.wait()
        try:
            return work(number)
        except (VersionConflict, Refused) as raised:
            return raised

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_of_two_writers_on_one_case_exactly_one_wins(world: World) -> None:
    case = world.case()
    for round_ in range(10):
        version = case.now.version
        told = at_once(2, lambda n, v=version: case.do("add_note", text=f"Mano {n}.", expected=v))  # type: ignore[misc]
        moved = [each for each in told if isinstance(each, VersionConflict)]
        assert len(moved) == 1, round_
        assert (moved[0].expected, moved[0].actual) == (version, version + 1)
    world.settle()
    assert verify_everything(world.runtime) == []


def test_the_same_command_sent_twenty_times_at_once_happens_once(world: World) -> None:
    case = world.case()
    key = uuid4()
    told = at_once(20, lambda n: case.do("add_note", text="Una volta.", key=key))
    assert len({each.event_ids for each in told}) == 1
    assert len({each.position for each in told}) == 1
    assert sum(not each.repeated for each in told) == 1
    assert case.now.version == 2


def test_writers_who_named_no_version_all_get_their_turn(world: World) -> None:
    case = world.case()
    told = at_once(6, lambda n: case.do("add_note", text=f"Mano {n}."))
    assert {each.version for each in told} == set(range(2, 8))


def test_of_two_intakes_of_one_person_one_is_refused(world: World) -> None:
    person = world.person()
    cases = [world.case(), world.case()]
    asked = {"person": str(person), "duplicate_search_on": cases[0].today}
    told = at_once(2, lambda n: cases[n].do("open_intake", **asked))
    refused = [each for each in told if isinstance(each, Refused)]
    assert [each.refusals[0].rule for each in refused] == ["case.no_other_open_case"]


def test_twenty_at_once_over_http_on_one_event_loop(world: World) -> None:
    case = world.case()
    headers = {
        "Authorization": f"Bearer {world.token(world.irene)}",
        "If-Match": '"1"',
        "Idempotency-Key": str(uuid4()),
    }

    async def send_all() -> list[httpx2.Response]:
        app = create_app(world.runtime)
        async with app.router.lifespan_context(app):
            transport = httpx2.ASGITransport(app=app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://desk") as client:
                note = {"step": "add_note", "text": "Una volta."}
                sent = (client.post(f"{MOUNT}/cases/{case.id}/steps", json=note, headers=headers) for _ in range(20))
                return list(await asyncio.gather(*sent))

    answers = asyncio.run(send_all())
    assert {answer.status_code for answer in answers} == {200}
    assert len({tuple(answer.json()["event_ids"]) for answer in answers}) == 1
    assert case.now.version == 2


def _late_event(world: World, case: UUID) -> Any:
    """An event that follows the last one of the case, built by asking without doing."""
    events = world.runtime.application.records.history(case)
    last = events[-1]
    return last.__class__(uuid4(), case, last.version + 1, last.body, last.meta)


@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_transaction_that_took_its_id_early_and_loads_late_cannot_reorder_a_stream(world: World, engine: str) -> None:
    case = world.case()
    with psycopg.connect(
        world.runtime.log.url.set(drivername="postgresql").render_as_string(hide_password=False)
    ) as early:
        early.execute("SELECT pg_current_xact_id()")
        case.do("add_note", text="Nel frattempo.")
        sql, values = statement(Unit(events=(encode(_late_event(world, case.id)),)))
        with pytest.raises(psycopg.DatabaseError, match="reordered") as refused:
            psycopg.RawCursor(early).execute(sql, values)
        assert refused.value.sqlstate == "OP001"
    assert case.now.version == 2


@pytest.mark.parametrize("engine", ["postgresql"])
def test_without_that_guard_the_stream_would_be_reordered_and_verify_says_so(world: World, engine: str) -> None:
    case = world.case()
    with psycopg.connect(
        world.runtime.log.url.set(drivername="postgresql").render_as_string(hide_password=False)
    ) as early:
        early.execute("SELECT pg_current_xact_id()")
        case.do("add_note", text="Nel frattempo.")
        sql, values = statement(Unit(events=(encode(_late_event(world, case.id)),), unchecked=True))
        psycopg.RawCursor(early).execute(sql, values)
    assert "I4" in {finding.invariant for finding in verify_everything(world.runtime)}


def test_an_event_whose_predecessor_is_missing_is_never_written(world: World) -> None:
    case = world.case()
    event = _late_event(world, case.id)
    skipped = event.__class__(uuid4(), case.id, 7, event.body, event.meta)
    with pytest.raises(Conflict):
        write(world.runtime.log, Unit(events=(encode(skipped),)))
    assert case.now.version == 1
