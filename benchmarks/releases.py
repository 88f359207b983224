"""What a command costs now against another checkout of this project: `BENCH_AGAINST=FOLDER make bench ARGS=releases`."""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Result
from tests.support.postgres import Cluster, sql

HERE = Path(__file__).parent
PAIRS, COMMANDS = 15, 400


def results(rounds: int, seconds: int) -> Iterator[Result]:
    against = os.environ.get("BENCH_AGAINST", "")
    if not against:
        return
    yield _compared("SQLite", against, lambda number: ())
    cluster = Cluster()

    def fresh(number: int) -> tuple[str, ...]:
        names = (f"log{number}", f"keys{number}")
        sql(cluster.url("postgres"), *(f"CREATE DATABASE {name}" for name in names))
        return tuple(cluster.url(name) for name in names)

    try:
        yield _compared("PostgreSQL", against, fresh)
    finally:
        cluster.remove()


def _compared(engine: str, against: str, fresh: "object") -> Result:
    """Pairs in turn, whichever comes first changing with every pair; the median of their ratios."""
    assert callable(fresh)
    told: list[tuple[float, float]] = []
    for pair in range(PAIRS):
        found = {}
        for turn, folder in enumerate((str(HERE.parent), against) if pair % 2 else (against, str(HERE.parent))):
            found[folder] = _run(folder, fresh(2 * pair + turn))
        told.append((found[str(HERE.parent)], found[against]))
    ours, theirs = (statistics.median(each[side] for each in told) for side in (0, 1))
    ratio = statistics.median(mine / other for mine, other in told)
    return Result(f"processor time of a command over HTTP, {engine}", "the release in BENCH_AGAINST", f"{ours * 1000:.2f} ms", f"{theirs * 1000:.2f} ms",
                  ratio, "≤ 1.03")  # fmt: skip


def _run(folder: str, databases: tuple[str, ...]) -> float:
    told = subprocess.run([sys.executable, str(HERE / "one_command.py"), str(COMMANDS), *databases], cwd=folder, check=True, capture_output=True,
                          text=True, env={**os.environ, "PYTHONPATH": folder})  # fmt: skip
    return float(told.stdout.split()[-1])
