"""What the same note costs where other tools are used as their documentation says. Reported beside the floor, no threshold.

`pip install psycopg-pool django django-simple-history gunicorn SpiffWorkflow` first; what is not installed is left out.
"""

import json
import os
import statistics
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel, Field

from benchmarks.measure import Result
from benchmarks.serving import Load, Side, in_rounds
from benchmarks.write_path import EVENTS, Bench
from tests.support.postgres import sql

PATH = "/rest/opera/v1/cases/{case_id}/steps"


NAMES = {"library": "FastAPI over eventsourcing, as documented", "mapped": "SQLAlchemy ORM with a history table",
         "workflow": "SpiffWorkflow behind FastAPI", "django": "Django with django-simple-history, gunicorn"}  # fmt: skip
NEEDED = {"library": "psycopg_pool", "workflow": "SpiffWorkflow", "django": "simple_history"}


def results(rounds: int, seconds: int) -> Iterator[Result]:
    """The same note with other tools, beside the floor, at 16 connections and with two processes each."""
    bench = Bench.prepare()
    sql(bench.cluster.url("postgres"), "CREATE DATABASE peers")
    environment = {**bench.environment, "BENCH_HOST": str(bench.cluster.folder)}
    sides = {"floor": Side("floor", 8130, environment, workers=2)}
    for number, name in enumerate((each for each in NAMES if each not in NEEDED or find_spec(NEEDED[each])), 8131):
        gunicorn = [
            "gunicorn",
            "--preload",
            "-w",
            "2",
            "-b",
            f"127.0.0.1:{number}",
            "--log-level",
            "critical",
            "benchmarks.django_peer:application",
        ]
        sides[name] = Side(name, number, environment, 2, gunicorn if name == "django" else (), module="peers")
    cases = {name: bench.folder / f"{name}.txt" for name in sides} | {"floor": bench.folder / "cases.txt"}
    try:
        told = in_rounds(sides, rounds, bench.put_back, lambda side: _loaded(side, cases[side.name], bench, seconds))
    finally:
        for side in sides.values():
            side.stop()
        bench.close()
    median = {name: statistics.median(each.rate for each in loads) for name, loads in told.items()}
    for name in list(sides)[1:]:
        yield Result(NAMES[name], "the hand-written floor", f"{median[name]:.0f}/s", f"{median['floor']:.0f}/s",
                     median[name] / median["floor"], "")  # fmt: skip


def _loaded(side: Side, cases: Path, bench: Bench, seconds: int) -> Load:
    if side.name != "floor":  # fresh cases of twenty entries for each round
        begun = urllib.request.Request(
            f"http://127.0.0.1:{side.port}/open", method="GET" if side.name == "django" else "POST"
        )
        with urllib.request.urlopen(begun, timeout=300) as answer:  # noqa: S310 (our own server)
            cases.write_text("\n".join(json.load(answer)))
    return side.load(cases, bench.token, 16, seconds, EVENTS)


class Note(BaseModel):
    step: str = Field(max_length=40)
    text: str = Field(min_length=1, max_length=4000)


def library() -> FastAPI:
    """FastAPI over the library `eventsourcing`, an aggregate with decorated methods, its PostgreSQL module."""
    from eventsourcing.application import Application
    from eventsourcing.domain import Aggregate, event

    class Case(Aggregate):
        @event("Opened")
        def __init__(self) -> None:
            self.notes: list[str] = []

        @event("NoteAdded")
        def add_note(self, text: str) -> None:
            self.notes.append(text)

    class Cases(Application[UUID]):
        def open(self) -> UUID:
            case = Case()
            for number in range(19):
                case.add_note(f"nota di prova {number}, " * 9)
            self.save(case)
            return case.id

        def note(self, case_id: UUID, version: int, text: str) -> int:
            case: Case = self.repository.get(case_id)
            if case.version != version:
                raise HTTPException(412)
            case.add_note(text)
            self.save(case)
            return case.version

    cases, app = Cases(env=_environment()), FastAPI()

    @app.post("/open")
    def begin() -> list[UUID]:
        return [cases.open() for _ in range(3000)]

    @app.post(PATH)
    def take_step(case_id: UUID, note: Note, if_match: Annotated[str, Header()]) -> dict[str, Any]:
        return {"id": case_id, "version": cases.note(case_id, int(if_match.strip('"')), note.text)}

    return app


def _environment() -> dict[str, str]:
    return {"PERSISTENCE_MODULE": "eventsourcing.postgres", "POSTGRES_DBNAME": "peers", "POSTGRES_HOST": os.environ["BENCH_HOST"],
            "POSTGRES_PORT": "5432", "POSTGRES_USER": "opera", "POSTGRES_PASSWORD": "none", "POSTGRES_POOL_SIZE": "10"}  # fmt: skip


def mapped() -> FastAPI:
    """SQLAlchemy's ORM: the case as a row, and a row of history for each change, in one session."""
    import sqlalchemy as sa
    from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

    class Base(DeclarativeBase):
        pass

    class Case(Base):
        __tablename__ = "mapped_case"
        id: Mapped[UUID] = mapped_column(primary_key=True)
        version: Mapped[int]
        last_on: Mapped[Any] = mapped_column(sa.Date)
        history: Mapped[list["History"]] = relationship(back_populates="case", order_by="History.version")

    class History(Base):
        __tablename__ = "mapped_history"
        id: Mapped[int] = mapped_column(primary_key=True)
        case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("mapped_case.id"), index=True)
        version: Mapped[int]
        at: Mapped[Any] = mapped_column(sa.DateTime(timezone=True), server_default=sa.func.now())
        said: Mapped[Any] = mapped_column(sa.JSON)
        case: Mapped[Case] = relationship(back_populates="history")

    engine = sa.create_engine(f"postgresql+psycopg://opera@/peers?host={os.environ['BENCH_HOST']}", pool_size=20)
    with engine.begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(1)"))
        Base.metadata.create_all(connection)
    app = FastAPI()

    @app.post("/open")
    def begin() -> list[UUID]:
        said = {"text": "nota di prova, " * 13}
        with Session(engine) as session:
            cases = [Case(id=uuid4(), version=20, last_on=sa.func.current_date(),
                          history=[History(version=number + 1, said=said) for number in range(20)]) for _ in range(3000)]  # fmt: skip
            ids = [case.id for case in cases]
            session.add_all(cases)
            session.commit()
        return ids

    @app.post(PATH)
    def take_step(case_id: UUID, note: Note, if_match: Annotated[str, Header()]) -> dict[str, Any]:
        with Session(engine) as session:
            case = session.get(Case, case_id)
            if case is None or case.version != int(if_match.strip('"')):
                raise HTTPException(412)
            assert [entry.said for entry in case.history]
            case.version += 1
            case.last_on = sa.func.current_date()
            case.history.append(History(version=case.version, said={"step": note.step, "text": note.text}))
            session.commit()
            return {"id": case_id, "version": case.version}

    return app


def workflow() -> FastAPI:
    """SpiffWorkflow: a process whose one task is repeated, its state read from and written to a row as JSON."""
    import psycopg_pool
    from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer  # type: ignore[import-not-found]
    from SpiffWorkflow.bpmn.workflow import BpmnWorkflow  # type: ignore[import-not-found]
    from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser  # type: ignore[import-not-found]
    from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG  # type: ignore[import-not-found]
    from SpiffWorkflow.util.task import TaskState  # type: ignore[import-not-found]

    parser = SpiffBpmnParser()
    parser.add_bpmn_str(_LOOP.encode())
    spec = parser.get_spec("notes")
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
    pool = psycopg_pool.ConnectionPool(
        f"postgresql://opera@/peers?host={os.environ['BENCH_HOST']}", min_size=10, open=True
    )
    with pool.connection() as db:
        db.execute("SELECT pg_advisory_xact_lock(1)")
        db.execute("CREATE TABLE IF NOT EXISTS flow (id uuid PRIMARY KEY, version int, state text)")
    app = FastAPI()

    def step(flow: Any, text: str) -> None:
        task = flow.get_next_task(state=TaskState.READY, manual=True)
        task.data["note"] = text
        task.run()
        flow.do_engine_steps()

    @app.post("/open")
    def begin() -> list[UUID]:
        flow = BpmnWorkflow(spec)
        flow.do_engine_steps()
        for _ in range(19):
            step(flow, "nota di prova, " * 13)
        state, ids = json.dumps(serializer.to_dict(flow)), [uuid4() for _ in range(3000)]
        with pool.connection() as db, db.cursor() as cursor:
            cursor.executemany("INSERT INTO flow VALUES (%s, 20, %s)", [(each, state) for each in ids])
        return ids

    @app.post(PATH)
    def take_step(case_id: UUID, note: Note, if_match: Annotated[str, Header()]) -> dict[str, Any]:
        with pool.connection() as db:
            row = db.execute("SELECT version, state FROM flow WHERE id = %s FOR UPDATE", (case_id,)).fetchone()
            if row is None or row[0] != int(if_match.strip('"')):
                raise HTTPException(412)
            flow = serializer.from_dict(json.loads(row[1]))
            step(flow, note.text)
            db.execute(
                "UPDATE flow SET version = version + 1, state = %s WHERE id = %s",
                (json.dumps(serializer.to_dict(flow)), case_id),
            )
            return {"id": case_id, "version": row[0] + 1}

    return app


_LOOP = """<?xml version="1.0"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
<bpmn:process id="notes" isExecutable="true"><bpmn:startEvent id="s"><bpmn:outgoing>a</bpmn:outgoing></bpmn:startEvent>
<bpmn:sequenceFlow id="a" sourceRef="s" targetRef="note"/><bpmn:manualTask id="note"><bpmn:incoming>a</bpmn:incoming>
<bpmn:incoming>c</bpmn:incoming><bpmn:outgoing>b</bpmn:outgoing></bpmn:manualTask>
<bpmn:sequenceFlow id="b" sourceRef="note" targetRef="g"/><bpmn:exclusiveGateway id="g" default="c"><bpmn:incoming>b</bpmn:incoming>
<bpmn:outgoing>c</bpmn:outgoing><bpmn:outgoing>e</bpmn:outgoing></bpmn:exclusiveGateway>
<bpmn:sequenceFlow id="c" sourceRef="g" targetRef="note"/><bpmn:sequenceFlow id="e" sourceRef="g" targetRef="f">
<bpmn:conditionExpression>note == "end"</bpmn:conditionExpression></bpmn:sequenceFlow>
<bpmn:endEvent id="f"><bpmn:incoming>e</bpmn:incoming></bpmn:endEvent></bpmn:process></bpmn:definitions>"""
