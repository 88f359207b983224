"""The same faults for longer: minutes, not seconds. `make test-heavy` runs them."""

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from opera_cases.application.ids import Ids
from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.demo.replay import play
from opera_cases.demo.stage import SetClock
from opera_cases.jobs.rounds import follow
from opera_cases.projections.followed.rebuild import rebuild_followed, rebuild_inline
from tests.api.test_fuzzing import Fuzz
from tests.conftest import OwnCluster
from tests.domain.test_random_walks import Walk, WalkVenture
from tests.faults.test_faults import Tail, _start_eight, _write_with_gaps
from tests.faults.test_kills import Programme, _judged, _killed_while_rebuilding, _run
from tests.support.postgres import Cluster, sql
from tests.support.world import World

pytestmark = pytest.mark.heavy


def test_readers_miss_nothing_of_a_million_events(own_cluster: OwnCluster) -> None:
    readers = [Tail(own_cluster.runtime) for _ in range(3)]
    for each in readers:
        each.start()
    committed = _write_with_gaps(
        own_cluster.runtime.addresses.log, own_cluster.runtime.application.keyring, 1_000_000, 8
    )
    for each in readers:
        each.stop.set()
        each.join()
    expected = [row[0] for row in own_cluster.runtime.log.rows("SELECT notification_id FROM log.event ORDER BY 1")]
    assert len(expected) == committed
    assert all(each.seen == expected for each in readers)
    follow(own_cluster.runtime)
    assert verify_everything(own_cluster.runtime) == []


def test_eight_start_at_once_ten_times(postgres: Cluster, tmp_path: Path) -> None:
    for number in range(10):
        stem = f"h{uuid4().hex[:8]}"
        sql(postgres.url("postgres"), f"CREATE DATABASE {stem}_log", f"CREATE DATABASE {stem}_keys")
        environment = {
            "PATH": "/usr/bin:/bin", "OPERA_LOG_URL": postgres.url(f"{stem}_log"),
            "OPERA_KEYS_URL": postgres.url(f"{stem}_keys"), "OPERA_MASTER_KEY_FILE": str(tmp_path / f"{number}.key"),
        }  # fmt: skip
        assert [code for code, _ in _start_eight(environment)] == [0] * 8


def test_the_whole_programme_on_each_database_verifies_before_and_after_a_rebuild(
    engine: str, office_at: Callable[[str], StoreLocations]
) -> None:
    clock = SetClock(date(2019, 7, 1))
    runtime = Runtime(office_at(engine), clock=clock, ids=Ids(1))
    play(runtime, clock, 468, lambda done, total: None)
    assert verify_everything(runtime) == []
    before = {tuple(row) for row in runtime.log.rows("SELECT case_id, state, version FROM read.caseload_v4")}
    rebuild_inline(runtime.log, runtime.application.recorder, runtime.application.keyring, lambda done, total: None)
    for model in runtime.models:
        rebuild_followed(runtime.application.recorder, runtime.read, model, lambda done, total: None)
    assert {tuple(row) for row in runtime.log.rows("SELECT case_id, state, version FROM read.caseload_v4")} == before
    assert verify_everything(runtime) == []
    assert threading.active_count() < 50
    runtime.close()


@pytest.mark.parametrize("walk", [Walk, WalkVenture])
def test_three_thousand_random_walks(walk: type[Walk]) -> None:
    run_state_machine_as_test(walk, settings=settings(max_examples=3000, stateful_step_count=60, deadline=None))


def test_two_hundred_kills_lose_nothing_and_double_nothing(at_work: Programme) -> None:
    _run(at_work, kills=200, clients=12, seed=2)
    _judged(at_work, 200)


def test_ten_thousand_requests_made_up_for_every_role(small: World) -> None:
    small.second_desk()
    small.case("MENTORING")
    small.settle()
    fuzz = Fuzz(small, 60)
    assert fuzz.failures((small.irene, small.nives, small.elio, small.rino, small.dina, small.admin)) == []
    assert fuzz.calls > 10_000


def test_a_rebuild_killed_twenty_times_leaves_the_old_models_serving(addresses: StoreLocations, tmp_path: Path) -> None:
    _killed_while_rebuilding(addresses, tmp_path, kills=20)
