"""A venture of a hundred members starts trading: every case moves exactly once, also when the worker is killed half-way."""

import os
import random
import signal
import subprocess
import sys
import time
from uuid import UUID

from opera_cases.application.integrity.invariants import verify_everything
from tests.support.group import TestGroup
from tests.support.world import World

MEMBERS = 100
WORKER = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from opera_cases.jobs.policy_runner import react
from opera_cases.application.runtime import Runtime, StoreLocations
log, read, keys, master, at = sys.argv[1:]
runtime = Runtime(StoreLocations(log, read, keys, Path(master)), clock=lambda: datetime.fromisoformat(at))
print("ready", flush=True)
react(runtime)
"""


def _launched(world: World, cases: list[UUID]) -> list[int]:
    histories = world.runtime.application.records.database.rows(
        "SELECT originator_id, count(*) FROM log.event WHERE topic = 'case.launch_confirmed' GROUP BY originator_id"
    )
    found = {UUID(str(stream)): int(count) for stream, count in histories}
    return [found.get(case, 0) for case in cases]


def test_a_hundred_cases_move_once_each_though_the_worker_is_killed(world: World) -> None:
    group = TestGroup(world, members=MEMBERS)
    group.planned(form="COOP", sources=[{"kind": "MEMBER_SHARES", "amount": "900000.00"}])
    cases = [case.id for case in group.cases]
    for case in group.cases:
        case.do("pass_idea", verdict="GO")
        case.do("pass_plan")
        case.do("secure_funding", self_funded=True)
    group.constituted(form="COOP")
    world.settle()
    group.do("start_trading")

    there, rng = world.runtime.addresses, random.Random(20)
    kills, half_way = 0, 0
    for _ in range(40):
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, there.log, there.read, there.keys, str(there.master_key), world.clock().isoformat()],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )  # fmt: skip
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        moved = sum(_launched(world, cases))
        enough = moved + rng.randint(1, 15) if kills < 4 else MEMBERS + 1
        began = time.monotonic()
        while worker.poll() is None and sum(_launched(world, cases)) < enough and time.monotonic() - began < 60:
            time.sleep(0.005)
        killed = worker.poll() is None
        if killed:
            worker.send_signal(signal.SIGKILL)
            kills += 1
        worker.wait()
        worker.stdout.close()
        counts = _launched(world, cases)
        assert max(counts) <= 1, "never twice"
        half_way += killed and 0 < sum(counts) < MEMBERS
        if not killed and sum(counts) == MEMBERS:
            break
    assert kills >= 4, "the worker was killed"
    assert half_way, "at least once with some moved and others not: otherwise this shows nothing"
    assert _launched(world, cases) == [1] * MEMBERS
    assert {case.now.state for case in group.cases} == {"MENTORING"}
    assert verify_everything(world.runtime) == []
