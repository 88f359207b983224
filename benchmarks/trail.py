"""The audit trail among 1,000,000 events, what was known on a day, comparing the log with its witness."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import psycopg

from benchmarks.many_cases import copy
from benchmarks.measure import Result, in_turn
from benchmarks.office import BenchOffice
from opera_cases.api.routes import records
from opera_cases.application.audit import trail as audit
from opera_cases.application.integrity.proofs import checkpoint, ledger_differences
from opera_cases.application.runtime import labels
from opera_cases.domain.kernel.personal import Sealed
from opera_cases.domain.kernel.vocabulary import Language
from opera_cases.log.events.codec import encode
from opera_cases.log.keys.sealing import unseal
from opera_cases.log.proof.ledgers import EVENTS
from opera_cases.projections.followed.audit import TrailFilter, begins
from opera_cases.projections.followed.rebuild import rebuild_followed

ACTORS, DAYS, NOTES = 100, 1000, 200


class LongTrail:
    """An office of a thousand days and a hundred people: one case of twenty events told again, one of two hundred."""

    def __init__(self, events: int) -> None:
        self.application = BenchOffice.open()
        self.runtime, self.irene = self.application.runtime, self.application.world.irene
        self.actors = [self.irene.id, *(uuid4() for _ in range(ACTORS - 1))]
        self.case = self.application.case(NOTES)
        history = self.runtime.application.records.history(self.application.case(20))
        with psycopg.connect(self.application.log, autocommit=True) as db:
            first = db.execute("SELECT max(notification_id) FROM log.event").fetchone()[0] + 1  # type: ignore[index]
            copy(db, "log.event", self._rows(first, events // len(history), history))
            db.execute("VACUUM ANALYZE")
            self.count = db.execute("SELECT count(*) FROM log.event").fetchone()[0]  # type: ignore[index]
        for model in (self.runtime.models.audit, self.runtime.models.days, self.runtime.models.timeline):
            rebuild_followed(self.runtime.application.recorder, self.runtime.read, model, lambda done, total: None)
        with psycopg.connect(self.application.log, autocommit=True) as db:
            db.execute("VACUUM ANALYZE")

    def _rows(self, position: int, times: int, history: list[Any]) -> Iterator[dict[str, Any]]:
        now = datetime.now(UTC)
        for number in range(times):
            stream = uuid4()
            for event in history:
                back = timedelta(days=DAYS - DAYS * number / times, seconds=len(history) - event.version)
                actor = msgspec.structs.replace(event.meta.actor, id=self.actors[number % ACTORS])
                meta = msgspec.structs.replace(
                    event.meta, actor=actor, recorded_at=now - back, occurred_on=(now - back).date()
                )
                kept = encode(msgspec.structs.replace(event, event_id=uuid4(), stream=stream, meta=meta))
                yield {"notification_id": position, "event_id": kept.event_id, "originator_id": kept.stream,
                       "originator_version": kept.version, "topic": kept.topic, "state": kept.state, "metadata": kept.metadata}  # fmt: skip
                position += 1


def results(trail: LongTrail) -> Iterator[Result]:
    connection = psycopg.connect(trail.application.log, autocommit=True)
    yield _of_a_case(trail, connection)
    yield _by_actor(trail, connection)
    yield _known(trail, connection)
    yield from _untouched(trail, connection)
    connection.close()


def _opened(trail: LongTrail, value: Any) -> Any:
    if isinstance(value, dict):
        if "ciphertext" in value:
            return unseal(msgspec.convert(value, Sealed), trail.runtime.application.keyring)
        return {name: _opened(trail, each) for name, each in value.items()}
    return [_opened(trail, each) for each in value] if isinstance(value, list) else value


def _noted(trail: LongTrail, connection: psycopg.Connection[Any]) -> None:
    insert = ("INSERT INTO log.reading (reading_id, recorded_at, principal, role, subject, classes, stream, place, purpose,"
              " correlation) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)")  # fmt: skip
    connection.execute(insert, (uuid4(), datetime.now(UTC).isoformat(), trail.irene.id, "CASEWORKER", trail.case, "NARRATIVE", trail.case,
                                "case", "case work", uuid4()))  # fmt: skip


def _plain(trail: LongTrail, rows: Any) -> bytes:
    """What is shown of some rows of trail and log: meta as it stands, facts opened."""
    shown = [[*row[:-1], _opened(trail, json.loads(row[-1])["facts"])] for row in rows]
    return json.dumps(shown, default=str).encode()


def _of_a_case(trail: LongTrail, connection: psycopg.Connection[Any]) -> Result:
    runtime, auditor, words = trail.runtime, trail.application.world.auditor, labels(Language.IT)
    sql = ("SELECT a.*, e.state FROM read.audit_v1 a JOIN log.event e ON e.notification_id = a.position"
           " WHERE a.stream = ANY(%s) ORDER BY a.position LIMIT 200")  # fmt: skip

    def ours() -> bytes:
        asked = TrailFilter(streams=audit.streams_of(runtime, case=trail.case))
        return msgspec.json.encode(audit.trail(runtime, auditor, asked, 0, 200, words).items)

    def bare() -> bytes:
        streams = [
            trail.case,
            *(
                row[0]
                for row in connection.execute(
                    f"SELECT stream FROM read.{trail.runtime.models.timeline.link.name} WHERE case_id = %s",
                    (trail.case,),
                )
            ),
        ]
        shown = _plain(trail, connection.execute(sql, (streams,)))
        _noted(trail, connection)
        return shown

    what = f"audit trail of one case of {NOTES} events among {trail.count:,}, with before and after"
    return in_turn(what, "the SQL, opening, JSON", ours, bare, "≤ 2", times=20)


def _by_actor(trail: LongTrail, connection: psycopg.Connection[Any]) -> Result:
    runtime, auditor, words = trail.runtime, trail.application.world.auditor, labels(Language.IT)
    since = (datetime.now(UTC) - timedelta(days=500)).date()
    until = since + timedelta(days=30)
    sql = ("SELECT a.*, e.state FROM read.audit_v1 a JOIN log.event e ON e.notification_id = a.position WHERE a.actor = %s AND"
           " a.recorded_at >= %s AND a.recorded_at < %s ORDER BY a.position LIMIT 51")  # fmt: skip
    asked = TrailFilter(actor=trail.actors[7], recorded_from=since, recorded_until=until)

    def ours() -> bytes:
        return msgspec.json.encode(audit.trail(runtime, auditor, asked, 0, 50, words).items)

    def bare() -> bytes:
        shown = _plain(
            trail, connection.execute(sql, (trail.actors[7], begins(since), begins(until + timedelta(days=1))))
        )
        _noted(trail, connection)
        return shown

    return in_turn(
        f"a page of 50 of the trail by actor and month among {trail.count:,}",
        "the SQL, opening, JSON",
        ours,
        bare,
        "≤ 2",
        times=20,
    )


def _known(trail: LongTrail, connection: psycopg.Connection[Any]) -> Result:
    runtime, irene, words = trail.runtime, trail.irene, labels(Language.IT)
    day = trail.application.world.clock.at.date()
    at = begins(day + timedelta(days=1))

    def ours() -> bytes:
        return msgspec.json.encode(records._read("case", runtime, trail.case, irene, uuid4(), words, day, None))

    def bare() -> bytes:
        last = connection.execute("SELECT max(position) FROM read.audit_v1 WHERE recorded_at < %s", (at,)).fetchone()[0]  # type: ignore[index]
        sql = "SELECT topic, state, metadata FROM log.event WHERE originator_id = %s AND notification_id <= %s ORDER BY originator_version"
        rows = [
            (topic, json.loads(state), json.loads(meta))
            for topic, state, meta in connection.execute(sql, (trail.case, last))
        ]
        latest = {topic: state["facts"] for topic, state, _ in rows}
        _noted(trail, connection)
        return json.dumps(_opened(trail, latest), default=str).encode()

    return in_turn(f"a case of {NOTES} events as known on a day", "the SQL, opening, JSON", ours, bare, "≤ 2", times=20)


def _untouched(trail: LongTrail, connection: psycopg.Connection[Any]) -> Iterator[Result]:
    """Signing a head over the whole log, and comparing the log with it, beside reading and hashing every row."""
    runtime = trail.runtime

    def hashed() -> None:
        with psycopg.connect(trail.application.log) as reader, reader.cursor("all") as cursor:
            cursor.itersize = 5000
            for row in cursor.execute(f"SELECT {EVENTS.columns} FROM log.event ORDER BY notification_id"):
                hashlib.sha256(
                    b"".join(each if isinstance(each, bytes) else str(each).encode() for each in row)
                ).digest()

    checkpoint(runtime, timedelta(0))
    yield in_turn(f"compare {trail.count:,} events with the witness", "read and hash each row", lambda: list(ledger_differences(runtime, EVENTS)), hashed,
                  "≤ 3", times=1, rounds=3)  # fmt: skip
