"""Commands a second on SQLite, one process: ours against an endpoint written by hand."""

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import Result
from benchmarks.serving import Side, in_rounds, lines
from benchmarks.write_path import one_answer
from opera_cases.application.runtime import Runtime, StoreLocations
from tests.support import world as tests_world
from tests.support.world import SetClock, World

CASES, EVENTS = 12_000, 20


def results(rounds: int, seconds: int) -> Iterator[Result]:
    folder = Path(tempfile.mkdtemp(prefix="opera-bench-"))
    clock = SetClock(datetime.now(UTC).date())
    addresses = StoreLocations.folder(folder)
    runtime = Runtime.prepare(addresses, clock=clock)
    tests_world.MONDAY = datetime.now(UTC).date()
    world = World(runtime, clock)
    case = world.case("INTAKE")
    while case.now.version < EVENTS:
        case.do("add_note", text="nota di prova, " * 13)
    state, meta = runtime.log.rows(
        "SELECT length(state), length(metadata) FROM log.event ORDER BY notification_id DESC LIMIT 1"
    )[0]
    token = world.token(world.irene)
    answer = one_answer(runtime, case, token)
    runtime.close()
    log, floor = folder / "log.db", folder / "floor.db"
    (folder / "cases.txt").write_text("\n".join(_clone(log, case.id.hex)))
    _floor(log, floor)
    environment = {**os.environ, "BENCH_LOG": addresses.log, "BENCH_KEYS": addresses.keys, "BENCH_MASTER": str(addresses.master_key),
                   "BENCH_READ": addresses.read, "BENCH_FLOOR": str(floor), "BENCH_STATE": str(state), "BENCH_META": str(meta),
                   "BENCH_ANSWER": str(answer - 120)}  # fmt: skip
    sides = {
        "ours": Side("ours", 8123, environment, workers=1),
        "floor_sqlite": Side("floor_sqlite", 8124, environment, workers=1),
    }
    try:
        told = in_rounds(
            sides,
            rounds,
            lambda: _put_back(log, floor),
            lambda side: side.load(folder / "cases.txt", token, 16, seconds, EVENTS),
        )
    finally:
        for side in sides.values():
            side.stop()
        shutil.rmtree(folder, ignore_errors=True)
    yield from lines("commands a second, SQLite, one process, 16 connections", "a hand-written endpoint", told, "≥ 0.6")


def _clone(log: Path, case: str) -> list[str]:
    with sqlite3.connect(log) as db:
        db.execute("CREATE TEMP TABLE fresh (id TEXT)")
        db.executemany("INSERT INTO fresh VALUES (?)", [(os.urandom(16).hex(),) for _ in range(CASES)])
        db.execute("INSERT INTO event (event_id, originator_id, originator_version, topic, state, metadata) SELECT lower(hex(randomblob(16))),"
                   " f.id, e.originator_version, e.topic, e.state, e.metadata FROM fresh f CROSS JOIN event e WHERE e.originator_id = ?", (case,))  # fmt: skip
        for table, key in (("caseload_v4", "case_id"), ("deadline_v2", "stream")):
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[1] != key]
            listed = ", ".join(f'"{each}"' for each in columns)
            db.execute(
                f"INSERT INTO {table} ({key}, {listed}) SELECT f.id, {listed} FROM fresh f CROSS JOIN {table} t WHERE t.{key} = ?",
                (case,),
            )
        found = [row[0] for row in db.execute("SELECT id FROM fresh")]
    db.close()
    return [f"{each[:8]}-{each[8:12]}-{each[12:16]}-{each[16:20]}-{each[20:]}" for each in found]


def _floor(log: Path, floor: Path) -> None:
    with sqlite3.connect(floor) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("ATTACH ? AS log", (str(log),))
        db.execute("CREATE TABLE event (position INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT UNIQUE, stream TEXT NOT NULL,"
                   " version INTEGER NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL, metadata BLOB NOT NULL, UNIQUE (stream, version))")  # fmt: skip
        db.execute(
            "INSERT INTO event SELECT notification_id, event_id, originator_id, originator_version, topic, state, metadata FROM log.event"
        )
        db.execute(
            "CREATE TABLE command (principal TEXT, command_id TEXT, request BLOB, answer BLOB, PRIMARY KEY (principal, command_id))"
        )
        db.execute("CREATE TABLE token AS SELECT * FROM log.token")
        db.execute("CREATE UNIQUE INDEX token_digest ON token (digest)")
        db.execute("CREATE TABLE caseload AS SELECT * FROM log.caseload_v4")
        db.execute("CREATE UNIQUE INDEX caseload_key ON caseload (case_id)")
        db.execute("CREATE INDEX caseload_desk ON caseload (desk, state, case_id)")
        db.execute("CREATE TABLE deadline AS SELECT * FROM log.deadline_v2")
        db.execute('CREATE UNIQUE INDEX deadline_key ON deadline (stream, "key")')
        db.execute("CREATE INDEX deadline_day ON deadline (due_on, rule)")
    db.close()


def _put_back(log: Path, floor: Path) -> None:
    """Every case has its twenty events again."""
    time.sleep(1)
    for path, version in ((log, "originator_version"), (floor, "version")):
        with sqlite3.connect(path, timeout=30) as db:
            guards = list(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
            for name, _ in guards:
                db.execute(f"DROP TRIGGER {name}")
            db.execute(f"DELETE FROM event WHERE {version} > ?", (EVENTS,))
            db.execute("DELETE FROM command")
            for _, sql in guards:
                db.execute(sql)
            if path == log:
                db.execute("UPDATE caseload_v4 SET version = min(version, ?)", (EVENTS,))
        db.close()
