"""Two servers under the same load by wrk, in turn; their rates, their slowest answers and their processor time."""

import os
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import Result

HERE = Path(__file__).parent


class Load(NamedTuple):
    """What one round of load told: requests a second, milliseconds, errors, microseconds of processor a request."""

    rate: float
    p50: float
    p99: float
    errors: int
    cpu_us: float


class Side:
    """A server of `benchmarks.apps` at work."""

    def __init__(
        self,
        name: str,
        port: int,
        environment: dict[str, str],
        workers: int,
        command: Sequence[str] = (),
        module: str = "apps",
    ) -> None:
        self.name, self.port = name, port
        more = ["--workers", str(workers)] if workers > 1 else []
        uvicorn = ["uvicorn", f"benchmarks.{module}:{name}", "--factory", *more, "--port", str(port), "--log-level", "critical",
                   "--no-access-log", "--http", "httptools", "--loop", "uvloop"]  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-m", *(command or uvicorn)], env=environment, cwd=HERE.parent
        )
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json", timeout=1)
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.1)
            else:
                break
        time.sleep(1)

    def load(self, cases: Path, token: str, connections: int, seconds: int, version: int) -> Load:
        before = _cpu(self._process.pid)
        out = subprocess.run(
            ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", HERE / "note.lua",
             f"http://127.0.0.1:{self.port}", "--", cases, "2", token, str(version)],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        told = next((line for line in out.splitlines() if line.startswith("RESULT")), "")
        if not told:
            raise RuntimeError(out)
        requests, duration, p50, p99, errors = (float(each) for each in told.split()[1:])
        return Load(
            requests / duration * 1e6, p50, p99, int(errors), (_cpu(self._process.pid) - before) * 1e6 / requests
        )

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)


def in_rounds(
    sides: Mapping[str, Side], rounds: int, put_back: Callable[[], None], load: Callable[[Side], Load]
) -> dict[str, list[Load]]:
    told: dict[str, list[Load]] = {name: [] for name in sides}
    for number in range(rounds):
        for name in list(sides) if number % 2 else list(sides)[::-1]:
            put_back()
            one = load(sides[name])
            print(f"{datetime.now(UTC):%H:%M:%S} {name:14} {one.rate:7.0f}/s  p50 {one.p50:6.1f} ms  p99 {one.p99:6.1f} ms"
                  f"  cpu {one.cpu_us:5.0f} µs  errors {one.errors}", file=sys.stderr, flush=True)  # fmt: skip
            told[name].append(one)
    return told


def lines(what: str, against: str, told: Mapping[str, list[Load]], wanted: str) -> Iterator[Result]:
    """Rate and slowest answers of the first side against the second."""
    ours, floor = ([statistics.median(column) for column in zip(*each, strict=True)] for each in told.values())
    yield Result(what, against, f"{ours[0]:.0f}/s ({ours[4] / 1000:.2f} ms processor each)",
                 f"{floor[0]:.0f}/s ({floor[4] / 1000:.2f})", ours[0] / floor[0], wanted)  # fmt: skip
    yield Result(f"{what}: p99", against, f"{ours[2]:.0f} ms", f"{floor[2]:.0f} ms", ours[2] / floor[2], "≤ 2")


def _cpu(pid: int) -> float:
    """Seconds of processor time of a process and its children."""
    total = 0.0
    pids, ticks = [pid], os.sysconf("SC_CLK_TCK")
    while pids:
        each = pids.pop()
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            pids += [int(child) for child in Path(f"/proc/{each}/task/{each}/children").read_text().split()]
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / ticks
    return total
