"""What it costs that every reading is on record: the same server, answering the same questions, with and without.

One caller after the other, and sixteen at once. Who reads is written down, durably, before the answer leaves. After a pause
(twenty questions at a time) nothing is warm, the disk least of all.
"""

import http.client
import os
import subprocess
from collections.abc import Iterator
from uuid import UUID

from benchmarks.measure import Result, in_turn
from benchmarks.office import BenchOffice
from benchmarks.serving import Load, Side, in_rounds

SIZES, PORT = (60, 200), 18450


class Asking:
    """One caller with a connection that stays open."""

    def __init__(self, side: Side, path: str, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", side.port)
        self._path, self._headers = path, {"Authorization": f"Bearer {token}"}

    def __call__(self) -> bytes:
        self._connection.request("GET", self._path, headers=self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content
        return content


def results(rounds: int, seconds: int) -> Iterator[Result]:
    office = BenchOffice.open()
    cases = {size: office.case(size) for size in SIZES}
    office.settle()
    token = office.world.token(office.world.irene)
    environment = {**os.environ, "BENCH_LOG": office.log, "BENCH_KEYS": office.runtime.addresses.keys,
                   "BENCH_MASTER": str(office.runtime.addresses.master_key)}  # fmt: skip
    sides = {name: Side(name, PORT + number, environment, 1) for number, name in enumerate(("ours", "unrecorded"))}
    try:
        for size, case in cases.items():
            for what, path in _paths(case):
                before = _count(office)
                one, other = (Asking(sides[name], path, token) for name in ("ours", "unrecorded"))
                told = f"{what} of {size} events over HTTP, the reading on record"
                yield in_turn(told, "not on record", one, other, "≤ 1.1", times=200, rounds=11)
                assert _count(office) - before > 2000, "one side of the two is on record"
                if size == SIZES[0]:
                    yield in_turn(f"{told}, after a pause", "not on record", one, other, "", times=20, rounds=51)
        loads = in_rounds(
            sides, rounds, lambda: None, lambda side: _load(side, _paths(cases[60])[0][1], token, seconds)
        )
        ours, floor = (sorted(each.rate for each in loads[name])[rounds // 2] for name in ("ours", "unrecorded"))
        yield Result("case file for sixteen callers at once, each reading on record", "not on record", f"{ours:.0f}/s", f"{floor:.0f}/s",
                     ours / floor, "≥ 0.9")  # fmt: skip
    finally:
        for each in sides.values():
            each.stop()
        office.close()


def _paths(case: UUID) -> tuple[tuple[str, str], ...]:
    return ("case file", f"/rest/opera/v1/cases/{case}"), (
        "timeline",
        f"/rest/opera/v1/cases/{case}/timeline?limit=200",
    )


def _count(office: BenchOffice) -> int:
    return int(office.runtime.log.rows("SELECT count(*) FROM log.reading")[0][0])


def _load(side: Side, path: str, token: str, seconds: int) -> Load:
    out = subprocess.run(
        ["wrk", "-t1", "-c16", f"-d{seconds}s", "-H", f"Authorization: Bearer {token}", f"http://127.0.0.1:{side.port}{path}"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    rate = float(next(line for line in out.splitlines() if line.startswith("Requests/sec")).split()[1])
    return Load(rate, 0, 0, int("Non-2xx" in out), 0)
