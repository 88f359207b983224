"""One look at the clock that finds a thousand reminders due: among ten thousand deadlines to come, and among a million."""

import random
import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg

from benchmarks.many_cases import copy
from benchmarks.measure import Result
from benchmarks.office import BenchOffice
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.domain.kernel.calendar import add_working_days
from opera_cases.jobs.due_scan import remind
from tests.support.postgres import sql
from tests.support.world import SetClock

DUE, FEW, ROUNDS = 1_000, 10_000, 3
RULES = ("next_contact", "check_in", "silence", "plan_ready", "follow_up", "bid_date")


class Queue:
    """An office in which a thousand people wait to be called back, copied for every look."""

    def __init__(self) -> None:
        self.application = BenchOffice.open()
        world = self.application.world
        self.looks_on = add_working_days(world.clock.at.date(), 3, world.home_place)
        for _ in range(DUE):
            world.ask(world.irene, "case", "record_contact", desk=str(world.desk), channel="PHONE")
        self.desk, self.key = world.desk, self.application.runtime.addresses.master_key
        self.application.runtime.close()

    def look(self, to_come: int, name: str) -> float:
        """Seconds that one look takes with so many deadlines to come."""
        cluster = self.application.cluster
        sql(cluster.url("postgres"), f"CREATE DATABASE {name} TEMPLATE log")
        url = cluster.url(name)
        with psycopg.connect(url, autocommit=True) as db:
            copy(db, "read.deadline_v2", self._to_come(to_come))
            db.execute("VACUUM ANALYZE")
            db.execute("CHECKPOINT")
        clock = SetClock(self.looks_on)
        runtime = Runtime(StoreLocations(url, url, cluster.url("keys"), self.key), clock=clock)
        runtime.application.keyring.keys([])
        began = time.perf_counter()
        told = remind(runtime)
        seconds = time.perf_counter() - began
        assert told == DUE, told
        runtime.close()
        sql(cluster.url("postgres"), f"DROP DATABASE {name} WITH (FORCE)")
        return seconds

    def _to_come(self, count: int) -> Iterator[dict[str, object]]:
        rng = random.Random(5)
        first = self.looks_on + timedelta(days=300)
        event = uuid4()
        for _ in range(count):
            yield {
                "stream": UUID(int=rng.getrandbits(128)), "key": (rule := rng.choice(RULES)), "kind": "case", "rule": rule, "cycle": None,
                "due_on": first + timedelta(days=rng.randrange(1000)), "edition": "2026-6", "desk": self.desk, "region": "ITC3",
                "set_by": event, "set_version": 1, "held_until": None,
            }  # fmt: skip


def results(many: int) -> Iterator[Result]:
    queue = Queue()
    seconds: dict[int, list[float]] = {FEW: [], many: []}
    for number in range(ROUNDS):
        for to_come in (FEW, many) if number % 2 else (many, FEW):
            seconds[to_come].append(queue.look(to_come, f"look_{number}_{to_come}"))
    few, lots = (statistics.median(seconds[each]) for each in (FEW, many))
    queue.application.cluster.remove()
    yield Result(
        f"a look that tells {DUE:,} reminders among {many:,} deadlines to come", f"among {FEW:,}", f"{lots:.2f} s", f"{few:.2f} s",
        lots / few, "≤ 1.5",
    )  # fmt: skip
