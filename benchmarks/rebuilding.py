"""Folding every read model again from 1,000,000 events, beside reading, decoding and bulk-loading the same rows."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import psycopg

from benchmarks.many_cases import copy
from benchmarks.measure import Result
from benchmarks.office import BenchOffice
from opera_cases.log.events.codec import encode
from opera_cases.projections.followed.rebuild import rebuild_followed, rebuild_inline
from opera_cases.projections.registry import TABLES

EVENTS_OF_A_CASE = 20


class LongLog:
    """An office whose log holds so many events: one case of twenty events, told again under other ids."""

    def __init__(self, events: int) -> None:
        self.application = BenchOffice.open()
        case = self.application.case(EVENTS_OF_A_CASE)
        history = self.application.runtime.application.records.history(case)
        person = self.application.runtime.application.load("case", case, self.application.world.irene).person
        registered = self.application.runtime.application.records.history(person)
        with psycopg.connect(self.application.log, autocommit=True) as db:
            copy(db, "log.event", self._rows(events // (EVENTS_OF_A_CASE + len(registered)), [registered, history]))
            db.execute("VACUUM ANALYZE")
            self.count = db.execute("SELECT count(*) FROM log.event").fetchone()[0]  # type: ignore[index]

    def _rows(self, times: int, streams: list[Any]) -> Iterator[dict[str, Any]]:
        position = 1
        for _ in range(times):
            for history in streams:
                stream = uuid4()
                for event in history:
                    kept = encode(msgspec.structs.replace(event, event_id=uuid4(), stream=stream))
                    yield {"notification_id": position, "event_id": kept.event_id, "originator_id": kept.stream,
                           "originator_version": kept.version, "topic": kept.topic, "state": kept.state, "metadata": kept.metadata}  # fmt: skip
                    position += 1


def results(log: LongLog) -> Iterator[Result]:
    """All models first, so that the memory told is that of folding, then what they are compared with."""
    runtime = log.application.runtime
    Path("/proc/self/clear_refs").write_text("5")  # the highest so far is forgotten
    before, took = _megabytes("VmRSS"), {}
    began = time.perf_counter()
    rebuild_inline(runtime.log, runtime.application.recorder, runtime.application.keyring, lambda done, total: None)
    took["inline models"] = (time.perf_counter() - began, [table.fullname for table in TABLES])
    for model in runtime.models:
        began = time.perf_counter()
        rebuild_followed(runtime.application.recorder, runtime.read, model, lambda done, total: None)
        took[model.name] = (time.perf_counter() - began, [table.fullname for table in model.tables])
    grown = _megabytes("VmHWM") - before
    with psycopg.connect(log.application.log, autocommit=True) as db:
        for name, (ours, tables) in took.items():
            floor = _floor(db, tables)
            yield Result(
                f"rebuild {name} from {log.count:,} events ({grown:.0f} MB grown in all)", "read, decode, load its rows and indexes",
                f"{log.count / ours:,.0f}/s", f"{log.count / floor:,.0f}/s", floor / ours, "≥ 0.5",
            )  # fmt: skip


def _floor(db: psycopg.Connection[Any], tables: list[str]) -> float:
    """Read and decode the log, and load the very rows that the model has, with its indexes, into empty tables."""
    rows = {name: list(db.execute(f"SELECT * FROM {name}")) for name in tables}
    began = time.perf_counter()
    with psycopg.connect(db.info.dsn) as reader, reader.cursor("all") as cursor:
        cursor.itersize = 2000
        for state, metadata in cursor.execute("SELECT state, metadata FROM log.event ORDER BY notification_id"):
            json.loads(state), json.loads(metadata)
    for name, content in rows.items():
        db.execute(f"CREATE TABLE {name}_floor (LIKE {name} INCLUDING ALL)")
        with db.cursor().copy(f"COPY {name}_floor FROM STDIN") as out:
            for row in content:
                out.write_row(row)
    took = time.perf_counter() - began
    for name in tables:
        db.execute(f"DROP TABLE {name}_floor")
    return took


def _megabytes(line: str) -> float:
    told = Path("/proc/self/status").read_text()
    return int(re.findall(rf"{line}:\s+(\d+)", told)[0]) / 1024
