"""One case: deciding, loading, its file and its timeline, each beside the bare work that cannot be avoided."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import msgspec
import psycopg

from benchmarks.measure import Result, in_turn
from benchmarks.office import BenchOffice
from opera_cases.api.routes import history as looking_back
from opera_cases.api.routes import records
from opera_cases.application.decide import decision_context
from opera_cases.application.loader import Loader
from opera_cases.application.requests import CommandRequest
from opera_cases.application.runtime import labels
from opera_cases.application.seal import sealed_command
from opera_cases.domain.cases.case import Case
from opera_cases.domain.kernel.personal import Sealed
from opera_cases.domain.kernel.rules import TIMELY, not_before_the_beginning
from opera_cases.domain.kernel.vocabulary import Language
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.log.keys.sealing import unseal


def results(office: BenchOffice) -> Iterator[Result]:
    yield from _deciding(office)
    yield _loading(office)
    yield from _reading(office)


def _deciding(office: BenchOffice) -> Iterator[Result]:
    """The same rule functions on the same facts, by a loop that knows which they are."""
    runtime, world = office.runtime, office.world
    case = office.case(20)
    procedure = PROCEDURES["case"]
    record = runtime.application.load("case", case, world.irene)
    values = {"text": "Nota di prova."}
    ask = CommandRequest(step="add_note", kind="case", values=values, by=world.irene, stream=case)
    command = sealed_command(
        procedure.commands["add_note"],
        values,
        subject=record,
        event=uuid4(),
        keyring=runtime.application.keyring,
        on=runtime.application.today(),
    )
    it, _ = decision_context(runtime.application, Loader(runtime.application.records), ask, procedure, record, command)
    row = next(step for step in procedure.steps if step.name == "add_note" and record.state in step.source)
    checks = [rule.check for rule in (*row.rules, *TIMELY, not_before_the_beginning)]
    terms = [*row.sets, *procedure.lifeline.standing]

    def bare() -> Any:
        facts = row.records(text=command.text, late_reason=command.late_reason)  # type: ignore[attr-defined,call-arg]
        return [check(it) for check in checks], facts, [term.deadlines(it) for term in terms]

    yield in_turn(
        "decide a note",
        "its rules, its facts, its deadlines by hand",
        lambda: procedure.decide(it),
        bare,
        "≤ 2",
        times=2000,
    )
    open_ask, _ = decision_context(
        runtime.application,
        Loader(runtime.application.records),
        CommandRequest(step="", kind="case", values={}, by=world.irene, stream=case),
        procedure,
        record,
        None,
    )
    offered = [step for step in procedure.steps if record.state in step.source and world.irene.role in step.by]
    rules = [rule.check for step in offered for rule in step.rules if not rule.of_request]

    def bare_rules() -> Any:
        return [check(open_ask) for check in rules]

    yield in_turn(
        "allowed steps of a case",
        "their rules in a loop",
        lambda: procedure.allowed(open_ask),
        bare_rules,
        "≤ 2",
        times=1000,
    )


def _loading(office: BenchOffice) -> Result:
    case = office.case(50)
    sql = (
        "SELECT event_id, originator_version, topic, state, metadata FROM log.event WHERE originator_id = %s ORDER BY 2"
    )
    connection = psycopg.connect(office.log, autocommit=True)

    def bare() -> Any:
        return [(json.loads(row[3]), json.loads(row[4])) for row in connection.execute(sql, (case,))]

    found = in_turn("load a case of 50 events", "read the same rows, decode their JSON",
                    lambda: office.runtime.application.records.load(Case, case), bare, "≤ 2", times=100)  # fmt: skip
    connection.close()
    return found


def _reading(office: BenchOffice) -> Iterator[Result]:
    runtime, world = office.runtime, office.world
    case = office.case(200)
    office.settle()
    connection = psycopg.connect(office.log, autocommit=True)
    words = labels(Language.IT)
    keyring = runtime.application.keyring
    insert = ("INSERT INTO log.reading (reading_id, recorded_at, principal, role, subject, classes, stream, place, purpose,"
              " correlation) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)")  # fmt: skip

    def opened(value: Any) -> Any:
        if isinstance(value, dict):
            if "ciphertext" in value:
                return unseal(msgspec.convert(value, Sealed), keyring)
            return {name: opened(each) for name, each in value.items()}
        return [opened(each) for each in value] if isinstance(value, list) else value

    def noted() -> None:
        connection.execute(insert, (uuid4(), datetime.now(UTC).isoformat(), world.irene.id, "CASEWORKER", case, "NARRATIVE", case,
                                    "case", "case work", uuid4()))  # fmt: skip

    events = (
        "SELECT event_id, originator_version, topic, state, metadata FROM log.event WHERE originator_id = %s ORDER BY 2"
    )

    def bare_file() -> bytes:
        rows = [(row[2], json.loads(row[3]), json.loads(row[4])) for row in connection.execute(events, (case,))]
        latest = {topic: state["facts"] for topic, state, _ in rows}
        noted()
        return json.dumps({topic: opened(facts) for topic, facts in latest.items()}).encode()

    def file() -> bytes:
        return msgspec.json.encode(records._read("case", runtime, case, world.irene, uuid4(), words, None, None))

    yield in_turn("case file of 200 events", "the SQL, opening, JSON", file, bare_file, "≤ 1.5", times=20)
    table = runtime.models.timeline.entry.name
    entries = f"SELECT * FROM read.{table} WHERE case_id = %s ORDER BY position LIMIT 200"

    def bare_timeline() -> bytes:
        rows = connection.execute(entries, (case,)).fetchall()
        items = [(*map(str, row[:11]), opened(json.loads(row[11])), json.loads(row[12])) for row in rows]
        noted()
        return json.dumps(items).encode()

    def timeline() -> bytes:
        return msgspec.json.encode(looking_back.timeline(case, world.irene, runtime, uuid4(), words, 0, 200))

    yield in_turn("timeline of 200 events", "the SQL, opening, JSON", timeline, bare_timeline, "≤ 1.5", times=20)
    connection.close()
