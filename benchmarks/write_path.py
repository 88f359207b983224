"""Commands a second over HTTP on PostgreSQL, two server processes: ours against the hand-written floor, in turn."""

import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from starlette.testclient import TestClient

from benchmarks.measure import Result
from benchmarks.serving import Side, in_rounds, lines
from opera_cases.api.app import create_app
from opera_cases.application.paths import MOUNT
from opera_cases.application.runtime import Runtime, StoreLocations
from tests.support import world as tests_world
from tests.support.postgres import Cluster, sql
from tests.support.world import SetClock, World

CASES, EVENTS = 12_000, 20  # more cases than one round reaches, so that none is met twice


@dataclass
class Bench:
    """A cluster with fsync on, one office full of cases, and the same rows again for the floor."""

    folder: Path
    cluster: Cluster
    token: str
    environment: dict[str, str]
    bytes: list[float] = field(default_factory=list)
    begun: bool = False

    @classmethod
    def prepare(cls, cases: int = CASES) -> "Bench":
        folder = Path(tempfile.mkdtemp(prefix="opera-bench-"))
        cluster = Cluster()
        sql(cluster.url("postgres"), "CREATE DATABASE log", "CREATE DATABASE keys")
        log, keys, master = cluster.url("log"), cluster.url("keys"), folder / "master.key"
        clock = SetClock(datetime.now(UTC).date())
        runtime = Runtime.prepare(StoreLocations(log, log, keys, master), clock=clock)
        tests_world.MONDAY = datetime.now(UTC).date()  # the desk opens today, by the real clock of the servers
        world = World(runtime, clock)
        case = world.case("INTAKE")
        while case.now.version < EVENTS:
            case.do("add_note", text="nota di prova, " * 13)
        state, meta = runtime.log.rows(
            "SELECT length(state), length(metadata) FROM log.event ORDER BY notification_id DESC LIMIT 1"
        )[0]
        _clone(log, str(case.id), cases)
        ids = [
            str(row[0]) for row in runtime.log.rows("SELECT case_id FROM read.caseload_v4 WHERE case_id <> $1", case.id)
        ]
        (folder / "cases.txt").write_text("\n".join(ids))
        token = world.token(world.irene)
        answer = one_answer(runtime, case, token)
        _floor(log)
        runtime.close()
        environment = {**os.environ, "BENCH_LOG": log, "BENCH_KEYS": keys, "BENCH_MASTER": str(master),
                       "BENCH_STATE": str(state), "BENCH_META": str(meta), "BENCH_ANSWER": str(answer - 120)}  # fmt: skip
        return cls(folder, cluster, token, environment)

    def put_back(self) -> None:
        """Every case has its twenty events again, so that each round meets the same."""
        time.sleep(1)  # what was under way when the load stopped is answered first
        with psycopg.connect(self.cluster.url("log"), autocommit=True) as db:
            if self.begun:
                self._compare(db)
            self.begun = True
            db.execute("ALTER TABLE log.event DISABLE TRIGGER USER")
            db.execute("ALTER TABLE log.command DISABLE TRIGGER USER")
            for schema, version in (("log", "originator_version"), ("floor", "version")):
                db.execute(f"DELETE FROM {schema}.event WHERE {version} > {EVENTS}")
                db.execute(f"TRUNCATE {schema}.command")
            db.execute("UPDATE read.caseload_v4 SET version = least(version, %s)", (EVENTS,))
            db.execute("ALTER TABLE log.event ENABLE TRIGGER USER")
            db.execute("ALTER TABLE log.command ENABLE TRIGGER USER")
            db.execute("VACUUM ANALYZE")
            db.execute("CHECKPOINT")

    def _compare(self, db: psycopg.Connection[Any]) -> None:
        """Whether a round wrote as much: one event, one command, as many bytes. Raises `AssertionError` otherwise."""
        written = [
            db.execute(f"SELECT count(*), coalesce(avg(length(state) + length(metadata)), 0), (SELECT count(*) FROM {schema}.command)"
                       f" FROM {schema}.event WHERE {version} > {EVENTS}").fetchone()
            for schema, version in (("log", "originator_version"), ("floor", "version"))
        ]  # fmt: skip
        for row in written:
            assert row is not None
            assert row[0] == row[2], "an event for each command"
            self.bytes.extend([float(row[1])] if row[0] else [])
        assert not self.bytes or max(self.bytes) < 1.05 * min(self.bytes), "as many bytes on both sides"

    def close(self) -> None:
        self.cluster.remove()
        shutil.rmtree(self.folder)


_SCRIPT = """\\set n random(1, {cases})
\\set v random(1000, 2000000000)
SELECT operator, role FROM floor.token WHERE digest = '\\x{digest}'::bytea;
SELECT request, answer FROM floor.command WHERE principal = '{operator}' AND command_id = gen_random_uuid();
SELECT id AS case_id FROM floor.numbered WHERE n = :n \\gset
SELECT version, state, metadata FROM floor.event WHERE stream = :case_id ORDER BY version;
BEGIN;
INSERT INTO floor.command VALUES ('{operator}', gen_random_uuid(), '\\x00'::bytea, '\\x00'::bytea);
INSERT INTO floor.event (event_id, stream, version, topic, state, metadata) VALUES (gen_random_uuid(), :case_id, :v, 'case.note_added',
 decode(repeat('00', {state}), 'hex'), decode(repeat('00', {meta}), 'hex'));
UPDATE floor.caseload SET version = :v, last_on = current_date WHERE case_id = :case_id;
UPDATE floor.deadline SET due_on = current_date + 45 WHERE stream = :case_id AND key = 'silence';
COMMIT;
"""


def by_pgbench(bench: Bench, seconds: int) -> float:
    """How many times a second pgbench carries out the floor's statements, without any HTTP."""
    with psycopg.connect(bench.cluster.url("log"), autocommit=True) as db:
        db.execute("DROP TABLE IF EXISTS floor.numbered")
        db.execute("CREATE TABLE floor.numbered AS SELECT row_number() OVER () AS n, case_id AS id FROM floor.caseload")
        db.execute("ALTER TABLE floor.numbered ADD PRIMARY KEY (n)")
        operator, digest = db.execute("SELECT operator, encode(digest, 'hex') FROM floor.token LIMIT 1").fetchone() or (
            "",
            "",
        )
    script = bench.folder / "floor.sql"
    script.write_text(_SCRIPT.format(cases=CASES, digest=digest, operator=operator, state=bench.environment["BENCH_STATE"],
                                     meta=bench.environment["BENCH_META"]))  # fmt: skip
    told = subprocess.run([bench.cluster.bin / "pgbench", "-h", bench.cluster.folder, "-U", "opera", "-n", "-M", "prepared", "-c", "16", "-j", "2",
                           "-T", str(seconds), "-f", script, "log"], capture_output=True, text=True, check=True).stdout  # fmt: skip
    return float(re.findall(r"tps = ([0-9.]+)", told)[-1])


def one_answer(runtime: Runtime, case: Any, token: str) -> int:
    """How many bytes are answered to a note."""
    with TestClient(create_app(runtime)) as client:
        headers = {"Authorization": f"Bearer {token}", "If-Match": f'"{case.now.version}"'}
        body = {"step": "add_note", "text": "nota di prova, " * 13}
        return len(client.post(f"{MOUNT}/cases/{case.id}/steps", json=body, headers=headers).content)


def _clone(log: str, case: str, cases: int) -> None:
    with psycopg.connect(log, autocommit=True) as db:
        db.execute(
            "CREATE TEMP TABLE fresh AS SELECT gen_random_uuid() AS id, n FROM generate_series(1, %s) n", (cases,)
        )
        db.execute(
            "INSERT INTO log.event SELECT row_number() OVER (ORDER BY f.n, e.originator_version), gen_random_uuid(), f.id,"
            " e.originator_version, e.topic, e.state, e.metadata FROM fresh f CROSS JOIN log.event e WHERE e.originator_id = %s",
            (case,),
        )
        for table, key in (("caseload_v4", "case_id"), ("deadline_v2", "stream")):
            found = db.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = 'read' AND table_name = %s",
                (table,),
            )
            columns = [row[0] for row in found if row[0] != key]
            listed = ", ".join(f'"{each}"' for each in columns)
            picked = ", ".join(f't."{each}"' for each in columns)
            db.execute(
                f"INSERT INTO read.{table} ({key}, {listed}) SELECT f.id, {picked} FROM fresh f CROSS JOIN read.{table} t WHERE t.{key} = %s",
                (case,),
            )
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
        "CREATE TABLE floor.token AS SELECT digest, operator, role, desks, region, until FROM log.authority WHERE kind = 'TOKEN'",
        "ALTER TABLE floor.token ADD PRIMARY KEY (digest)",
        "CREATE TABLE floor.caseload AS SELECT * FROM read.caseload_v4",
        "ALTER TABLE floor.caseload ADD PRIMARY KEY (case_id)",
        "CREATE INDEX ON floor.caseload (desk, state, case_id)",
        "CREATE TABLE floor.deadline AS SELECT * FROM read.deadline_v2",
        "ALTER TABLE floor.deadline ADD PRIMARY KEY (stream, key)",
        "CREATE INDEX ON floor.deadline (due_on, rule)",
        "VACUUM ANALYZE",
    )


def results(rounds: int, seconds: int) -> Iterator[Result]:
    """Commands a second of both in turn, and their slowest answers, at 16 and at 64 connections."""
    bench = Bench.prepare()
    sides = {name: Side(name, port, bench.environment, workers=2) for name, port in (("ours", 8121), ("floor", 8122))}
    what = "commands a second, PostgreSQL, 2 processes, {} connections"
    rates = {}
    try:
        for connections in (16, 64):
            told = in_rounds(sides, rounds, bench.put_back, lambda side, count=connections: side.load(  # type: ignore[misc]
                bench.folder / "cases.txt", bench.token, count, seconds, EVENTS))  # fmt: skip
            if connections == 16:
                bench.put_back()
                floor, bare = statistics.median(each.rate for each in told["floor"]), by_pgbench(bench, seconds)
                yield Result(
                    "the floor itself over HTTP",
                    "its statements by pgbench, cases drawn at random",
                    f"{floor:.0f}/s",
                    f"{bare:.0f}/s",
                    floor / bare,
                    "≥ 0.5",
                )
                bench.begun = False  # what pgbench wrote is not compared
            rates[connections] = statistics.median(each.rate for each in told["ours"])
            yield from lines(
                what.format(connections), "the hand-written floor", told, "≥ 0.6" if connections == 16 else ""
            )
    finally:
        for side in sides.values():
            side.stop()
        bench.close()
    yield Result(
        what.format(64), "itself at 16", f"{rates[64]:.0f}/s", f"{rates[16]:.0f}/s", rates[64] / rates[16], "≥ 0.9"
    )
