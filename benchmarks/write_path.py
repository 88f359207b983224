"""Commands a second over HTTP on PostgreSQL, two server processes: ours against the hand-written floor, in turn."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import psycopg

from opera_cases.office.premises import Addresses, Premises
from tests import world as tests_world
from tests.postgres import Cluster, sql
from tests.world import SetClock, World

HERE = Path(__file__).parent
CASES, EVENTS = 12_000, 20  # more cases than one round reaches, so that none is met twice


class Result(NamedTuple):
    rate: float
    p50: float
    p99: float
    errors: int
    cpu_us: float


@dataclass
class Bench:
    """A cluster with fsync on, one office full of cases, and the same rows again for the floor."""

    folder: Path
    cluster: Cluster
    token: str
    environment: dict[str, str]

    @classmethod
    def prepare(cls) -> "Bench":
        folder = Path(tempfile.mkdtemp(prefix="opera-bench-"))
        cluster = Cluster()
        sql(cluster.url("postgres"), "CREATE DATABASE log", "CREATE DATABASE keys")
        log, keys, master = cluster.url("log"), cluster.url("keys"), folder / "master.key"
        clock = SetClock(datetime.now(UTC).date())
        where = Premises.prepare(Addresses(log, log, keys, master), clock=clock)
        tests_world.MONDAY = datetime.now(UTC).date()  # the desk opens today, by the real clock of the servers
        world = World(where, clock)
        case = world.case("INTAKE")
        while case.now.version < EVENTS:
            case.do("add_note", text="nota di prova, " * 13)
        state, meta = where.log.rows("SELECT length(state), length(metadata) FROM log.event ORDER BY notification_id DESC LIMIT 1")[0]
        _clone(log, str(case.id))
        ids = [str(row[0]) for row in where.log.rows("SELECT case_id FROM read.caseload_v2 WHERE case_id <> $1", case.id)]
        (folder / "cases.txt").write_text("\n".join(ids))
        token = world.token(world.irene)
        _floor(log)
        where.close()
        environment = {**os.environ, "BENCH_LOG": log, "BENCH_KEYS": keys, "BENCH_MASTER": str(master),
                       "BENCH_STATE": str(state), "BENCH_META": str(meta), "BENCH_ANSWER": "2000"}  # fmt: skip
        return cls(folder, cluster, token, environment)

    def serve(self, name: str, port: int) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", f"benchmarks.apps:{name}", "--factory", "--workers", "2", "--port", str(port),
             "--log-level", "critical", "--no-access-log", "--http", "httptools", "--loop", "uvloop"],
            env=self.environment, cwd=HERE.parent,
        )  # fmt: skip
        for _ in range(150):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json", timeout=1)
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.1)
            else:
                break
        time.sleep(1)
        return process

    def load(self, port: int, connections: int, seconds: int, version: int, process: subprocess.Popen[bytes]) -> Result:
        before = _cpu(process.pid)
        out = subprocess.run(
            ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", HERE / "note.lua", f"http://127.0.0.1:{port}",
             "--", self.folder / "cases.txt", "2", self.token, str(version)],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        told = next((line for line in out.splitlines() if line.startswith("RESULT")), "")
        if not told:
            raise RuntimeError(out)
        requests, duration, p50, p99, errors = (float(each) for each in told.split()[1:])
        cpu = (_cpu(process.pid) - before) * 1e6 / requests
        return Result(requests / duration * 1e6, p50, p99, int(errors), cpu)

    def put_back(self) -> None:
        """Every case has its twenty events again, so that each round meets the same."""
        time.sleep(1)  # what was under way when the load stopped is answered first
        with psycopg.connect(self.cluster.url("log"), autocommit=True) as db:
            db.execute("ALTER TABLE log.event DISABLE TRIGGER USER")
            db.execute("ALTER TABLE log.command DISABLE TRIGGER USER")
            for schema, version in (("log", "originator_version"), ("floor", "version")):
                db.execute(f"DELETE FROM {schema}.event WHERE {version} > {EVENTS}")
                db.execute(f"TRUNCATE {schema}.command")
            db.execute("UPDATE read.caseload_v2 SET version = least(version, %s)", (EVENTS,))
            db.execute("ALTER TABLE log.event ENABLE TRIGGER USER")
            db.execute("ALTER TABLE log.command ENABLE TRIGGER USER")
            db.execute("VACUUM ANALYZE")
            db.execute("CHECKPOINT")

    def close(self) -> None:
        self.cluster.remove()
        shutil.rmtree(self.folder)


def _clone(log: str, case: str) -> None:
    with psycopg.connect(log, autocommit=True) as db:
        db.execute(
            "CREATE TEMP TABLE fresh AS SELECT gen_random_uuid() AS id, n FROM generate_series(1, %s) n", (CASES,)
        )
        db.execute(
            "INSERT INTO log.event SELECT row_number() OVER (ORDER BY f.n, e.originator_version), gen_random_uuid(), f.id,"
            " e.originator_version, e.topic, e.state, e.metadata FROM fresh f CROSS JOIN log.event e WHERE e.originator_id = %s",
            (case,),
        )
        for table, key in (("caseload_v2", "case_id"), ("deadline_v1", "stream")):
            found = db.execute("SELECT column_name FROM information_schema.columns WHERE table_schema = 'read' AND table_name = %s", (table,))
            columns = [row[0] for row in found if row[0] != key]
            listed = ", ".join(f'"{each}"' for each in columns)
            picked = ", ".join(f't."{each}"' for each in columns)
            db.execute(f"INSERT INTO read.{table} ({key}, {listed}) SELECT f.id, {picked} FROM fresh f CROSS JOIN read.{table} t WHERE t.{key} = %s", (case,))
        db.execute("VACUUM ANALYZE")


def _floor(log: str) -> None:
    sql(
        log,
        "CREATE SCHEMA floor",
        "CREATE TABLE floor.event (position bigserial PRIMARY KEY, event_id uuid UNIQUE, stream uuid NOT NULL, version int NOT NULL,"
        " topic text NOT NULL, state bytea NOT NULL, metadata bytea NOT NULL, UNIQUE (stream, version))",
        "INSERT INTO floor.event (event_id, stream, version, topic, state, metadata) SELECT event_id, originator_id, originator_version,"
        " topic, state, metadata FROM log.event",
        "CREATE TABLE floor.command (principal uuid, command_id uuid, request bytea, answer bytea, PRIMARY KEY (principal, command_id))",
        "CREATE TABLE floor.token AS SELECT * FROM log.token",
        "ALTER TABLE floor.token ADD PRIMARY KEY (digest)",
        "CREATE TABLE floor.caseload AS SELECT * FROM read.caseload_v2",
        "ALTER TABLE floor.caseload ADD PRIMARY KEY (case_id)",
        "CREATE INDEX ON floor.caseload (desk, state, case_id)",
        "CREATE TABLE floor.deadline AS SELECT * FROM read.deadline_v1",
        "ALTER TABLE floor.deadline ADD PRIMARY KEY (stream, key)",
        "CREATE INDEX ON floor.deadline (due_on, rule)",
        "VACUUM ANALYZE",
    )


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


def compare(rounds: int, seconds: int, connections: int) -> str:
    """Run both in turn and tell medians and their ratio."""
    bench = Bench.prepare()
    servers = {"ours": (bench.serve("ours", 8121), 8121), "floor": (bench.serve("floor", 8122), 8122)}
    results: dict[str, list[Result]] = {"ours": [], "floor": []}
    try:
        for number in range(rounds):
            for name in ("ours", "floor") if number % 2 else ("floor", "ours"):
                bench.put_back()
                process, port = servers[name]
                told = bench.load(port, connections, seconds, EVENTS, process)
                print(f"{datetime.now(UTC):%H:%M:%S} {connections:3} connections  {name:6} {told.rate:7.0f}/s  p50 {told.p50:6.1f} ms"
                      f"  p99 {told.p99:6.1f} ms  cpu {told.cpu_us:5.0f} µs  errors {told.errors}", flush=True)  # fmt: skip
                results[name].append(told)
    finally:
        for process, _ in servers.values():
            process.terminate()
            process.wait(20)
        bench.close()
    median = {name: [statistics.median(column) for column in zip(*told, strict=True)] for name, told in results.items()}
    ours, floor = median["ours"], median["floor"]
    return (f"\n{connections} connections: ours {ours[0]:.0f}/s, floor {floor[0]:.0f}/s, ratio {ours[0] / floor[0]:.2f};"
            f" p99 {ours[2]:.1f} ms against {floor[2]:.1f} ms; processor {ours[4]:.0f} µs against {floor[4]:.0f} µs a request\n")  # fmt: skip


