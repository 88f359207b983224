"""Commands a second over HTTP on PostgreSQL, two server processes: ours against the hand-written floor, in turn."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from benchmarks.measure import Result
from benchmarks.serving import Side, in_rounds, lines
from opera_cases.office.premises import Addresses, Premises
from tests import world as tests_world
from tests.postgres import Cluster, sql
from tests.world import SetClock, World

CASES, EVENTS = 12_000, 20  # more cases than one round reaches, so that none is met twice


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


def results(rounds: int, seconds: int, connections: int) -> Iterator[Result]:
    """Commands a second of both in turn, and their slowest answers."""
    bench = Bench.prepare()
    sides = {name: Side(name, port, bench.environment, workers=2) for name, port in (("ours", 8121), ("floor", 8122))}
    try:
        told = in_rounds(sides, rounds, bench.put_back, lambda side: side.load(
            bench.folder / "cases.txt", bench.token, connections, seconds, EVENTS))  # fmt: skip
    finally:
        for side in sides.values():
            side.stop()
        bench.close()
    yield from lines(f"commands a second, PostgreSQL, 2 processes, {connections} connections", "the hand-written floor", told,
                     "≥ 0.6" if connections == 16 else "")  # fmt: skip
