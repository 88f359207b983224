"""`python -m benchmarks [NAME …] [--seconds S] [--rounds N] [--small]`: every figure of the table in docs/performance.md, or those named.

The names are commands, sqlite, case, crowd, clock, trail, readings, rebuild, start, rebuild-under-load and peers. `--small` takes a tenth of the records.
"""

import argparse
from collections.abc import Callable, Iterator

from benchmarks import (
    on_record,
    one_case,
    peers,
    rebuilding_under_load,
    releases,
    sqlite_path,
    starting,
    ticking,
    trail,
    write_path,
)
from benchmarks.many_cases import Crowd
from benchmarks.many_cases import results as crowd_results
from benchmarks.measure import Result
from benchmarks.office import BenchOffice
from benchmarks.rebuilding import LongLog
from benchmarks.rebuilding import results as rebuild_results


def _case() -> Iterator[Result]:
    office = BenchOffice.open()
    yield from one_case.results(office)
    office.close()


def _crowd(size: int) -> Iterator[Result]:
    few, many = Crowd(10_000, 1_000), Crowd(size, size // 10)
    yield from crowd_results(few, many)
    few.application.close()
    many.application.close()


def _trail(events: int) -> Iterator[Result]:
    log = trail.LongTrail(events)
    yield from trail.results(log)
    log.application.close()


def _rebuild(events: int) -> Iterator[Result]:
    log = LongLog(events)
    yield from rebuild_results(log)
    log.application.close()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("names", nargs="*")
    arguments.add_argument("--seconds", type=int, default=6)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--small", action="store_true")
    asked = arguments.parse_args()
    size = 100_000 if asked.small else 1_000_000
    parts: dict[str, Callable[[], Iterator[Result]]] = {
        "commands": lambda: write_path.results(asked.rounds, asked.seconds),
        "sqlite": lambda: sqlite_path.results(asked.rounds, asked.seconds),
        "case": _case, "crowd": lambda: _crowd(size),
        "clock": lambda: ticking.results(size), "trail": lambda: _trail(size),
        "readings": lambda: on_record.results(asked.rounds, asked.seconds),
        "rebuild": lambda: _rebuild(size), "start": starting.results,
        "rebuild-under-load": lambda: rebuilding_under_load.results(asked.seconds * 2, size // 20),
        "peers": lambda: peers.results(min(asked.rounds, 3), asked.seconds),
        "releases": lambda: releases.results(asked.rounds, asked.seconds),
    }  # fmt: skip
    print("| what | against | ours | the other | ratio | wanted |\n| --- | --- | --- | --- | --- | --- |", flush=True)
    for name in asked.names or parts:
        for line in parts[name]():
            print(line, flush=True)


if __name__ == "__main__":
    main()
