"""Every read model is folded again from 1,000,000 events while commands go on: what becomes of their slowest answers."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import psycopg

from benchmarks.measure import Result
from benchmarks.serving import Side
from benchmarks.write_path import EVENTS, Bench


def results(seconds: int, cases: int = 50_000) -> Iterator[Result]:
    bench = Bench.prepare(cases)
    env = bench.environment
    office = {
        **os.environ,
        "OPERA_LOG_URL": env["BENCH_LOG"],
        "OPERA_KEYS_URL": env["BENCH_KEYS"],
        "OPERA_MASTER_KEY_FILE": env["BENCH_MASTER"],
    }
    ids = (bench.folder / "cases.txt").read_text().split()
    files = []
    for number in range(2):
        files.append(bench.folder / f"half{number}.txt")
        files[-1].write_text("\n".join(ids[number::2]))
    side = Side("ours", 8140, env, workers=2)
    try:
        alone = side.load(files[0], bench.token, 16, seconds, EVENTS)
        rebuilding = subprocess.Popen(
            [sys.executable, "-m", "opera_cases", "rebuild"], env=office, stdout=subprocess.DEVNULL
        )
        time.sleep(2)
        during = side.load(files[1], bench.token, 16, seconds, EVENTS)
        assert rebuilding.poll() is None, "the rebuild went on all the while"
        assert rebuilding.wait(600) == 0
        assert alone.errors + during.errors == 0, "no command failed"
        with psycopg.connect(env["BENCH_LOG"]) as db:
            behind = db.execute("SELECT count(*) FROM read.caseload_v4 c WHERE version <> (SELECT max(originator_version) FROM log.event"
                                " WHERE originator_id = c.case_id)").fetchone()  # fmt: skip
        assert behind == (0,), "every row shows its record as it is"
    finally:
        side.stop()
        bench.close()
    yield Result("p99 of commands while all models are rebuilt from 1,000,000 events, 16 connections", "without a rebuild",
                 f"{during.p99:.0f} ms ({during.rate:.0f}/s)", f"{alone.p99:.0f} ms ({alone.rate:.0f}/s)", during.p99 / alone.p99, "≤ 2")  # fmt: skip
