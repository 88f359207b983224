"""The two servers that are compared: ours, and the floor, written by hand for this one request.

The floor does what anyone would do by hand with asyncpg: look up the token, look up the idempotency key, load the
case's events and decode them, check the version, and write key, event and row in one transaction. It writes as many
bytes into as many rows, and answers as many bytes, as ours; it seals with AES too.
"""

import json
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi import FastAPI, Header, HTTPException
from fastapi.responses import Response
from pydantic import BaseModel, Field

from opera_cases.api.app import create_app
from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.runtime import gc_tuning


def ours() -> FastAPI:
    log, keys, master = os.environ["BENCH_LOG"], os.environ["BENCH_KEYS"], Path(os.environ["BENCH_MASTER"])
    app = create_app(Runtime(StoreLocations(log, os.environ.get("BENCH_READ", log), keys, master)))
    gc_tuning.freeze_startup_objects()
    return app


def unrecorded() -> FastAPI:
    """Ours, if nobody wrote down who reads."""

    def forget(self: PersonalDataReader) -> None:
        self._opened = {}

    PersonalDataReader.record = forget  # type: ignore[method-assign]
    return ours()


class Note(BaseModel):
    step: str = Field(max_length=40)
    text: str = Field(min_length=1, max_length=4000)


def floor() -> FastAPI:
    state_bytes, meta_bytes = int(os.environ["BENCH_STATE"]), int(os.environ["BENCH_META"])
    padding = "x" * int(os.environ["BENCH_ANSWER"])
    key = AESGCM(os.urandom(32))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(os.environ["BENCH_LOG"], min_size=10, max_size=10) as pool:
            app.state.pool = pool
            yield

    app = FastAPI(lifespan=lifespan)
    gc_tuning.freeze_startup_objects()

    @app.post("/rest/opera/v1/cases/{case_id}/steps")
    async def take_step(
        case_id: UUID, note: Note, authorization: Annotated[str, Header()], if_match: Annotated[str, Header()],
        idempotency_key: Annotated[str, Header()],
    ) -> Response:  # fmt: skip
        version = int(if_match.strip('"'))
        async with app.state.pool.acquire() as db:
            who = await db.fetchrow(
                "SELECT operator, role FROM floor.token WHERE digest = $1", sha256(authorization[7:].encode()).digest()
            )
            if who is None:
                raise HTTPException(401)
            request = sha256(note.model_dump_json().encode()).digest()
            known = await db.fetchrow("SELECT request, answer FROM floor.command WHERE principal = $1 AND command_id = $2",
                                      who["operator"], UUID(idempotency_key))  # fmt: skip
            if known is not None:
                return Response(known["answer"])
            rows = await db.fetch(
                "SELECT version, state, metadata FROM floor.event WHERE stream = $1 ORDER BY version", case_id
            )
            history = [(json.loads(row["state"]), json.loads(row["metadata"])) for row in rows]
            if not history or rows[-1]["version"] != version:
                raise HTTPException(412)
            nonce = os.urandom(12)
            sealed = nonce + key.encrypt(nonce, note.text.encode(), None)
            event = uuid4()
            state = json.dumps({"step": note.step, "sealed": sealed.hex()}).encode()
            answer = json.dumps({"id": str(case_id), "version": version + 1, "event": str(event)})
            async with db.transaction():
                await db.execute("INSERT INTO floor.command VALUES ($1, $2, $3, $4)", who["operator"], UUID(idempotency_key),
                                 request, answer.encode())  # fmt: skip
                await db.execute("INSERT INTO floor.event (event_id, stream, version, topic, state, metadata) VALUES ($1, $2, $3, $4, $5, $6)",
                                 event, case_id, version + 1, "case.note_added", _padded(state, state_bytes), _padded(b"{}", meta_bytes))  # fmt: skip
                await db.execute(
                    "UPDATE floor.caseload SET version = $2, last_on = current_date WHERE case_id = $1",
                    case_id,
                    version + 1,
                )
                await db.execute(
                    "UPDATE floor.deadline SET due_on = current_date + 45 WHERE stream = $1 AND key = 'silence'",
                    case_id,
                )
        return Response(answer[:-1] + f', "padding": "{padding}"' + "}", media_type="application/json")

    return app


def floor_sqlite() -> FastAPI:
    """The same on SQLite: one connection of the one process, its statements on the event loop, as fast as by hand."""
    state_bytes, meta_bytes = int(os.environ["BENCH_STATE"]), int(os.environ["BENCH_META"])
    padding = "x" * int(os.environ["BENCH_ANSWER"])
    key = AESGCM(os.urandom(32))
    db = sqlite3.connect(os.environ["BENCH_FLOOR"], isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA synchronous=FULL")
    app = FastAPI()
    gc_tuning.freeze_startup_objects()

    @app.post("/rest/opera/v1/cases/{case_id}/steps")
    async def take_step(
        case_id: UUID, note: Note, authorization: Annotated[str, Header()], if_match: Annotated[str, Header()],
        idempotency_key: Annotated[str, Header()],
    ) -> Response:  # fmt: skip
        version, case = int(if_match.strip('"')), case_id.hex
        who = db.execute(
            "SELECT operator, role FROM token WHERE digest = ?", (sha256(authorization[7:].encode()).digest(),)
        ).fetchone()
        if who is None:
            raise HTTPException(401)
        request = sha256(note.model_dump_json().encode()).digest()
        known = db.execute(
            "SELECT request, answer FROM command WHERE principal = ? AND command_id = ?", (who[0], idempotency_key)
        ).fetchone()
        if known is not None:
            return Response(known[1])
        rows = db.execute(
            "SELECT version, state, metadata FROM event WHERE stream = ? ORDER BY version", (case,)
        ).fetchall()
        history = [(json.loads(row[1]), json.loads(row[2])) for row in rows]
        if not history or rows[-1][0] != version:
            raise HTTPException(412)
        nonce = os.urandom(12)
        sealed = nonce + key.encrypt(nonce, note.text.encode(), None)
        event = uuid4()
        state = json.dumps({"step": note.step, "sealed": sealed.hex()}).encode()
        answer = json.dumps({"id": str(case_id), "version": version + 1, "event": str(event)})
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO command VALUES (?, ?, ?, ?)", (who[0], idempotency_key, request, answer.encode()))
        db.execute("INSERT INTO event (event_id, stream, version, topic, state, metadata) VALUES (?, ?, ?, ?, ?, ?)",
                   (event.hex, case, version + 1, "case.note_added", _padded(state, state_bytes), _padded(b"{}", meta_bytes)))  # fmt: skip
        db.execute("UPDATE caseload SET version = ?, last_on = date('now') WHERE case_id = ?", (version + 1, case))
        db.execute(
            "UPDATE deadline SET due_on = date('now', '+45 days') WHERE stream = ? AND \"key\" = 'silence'", (case,)
        )
        db.execute("COMMIT")
        return Response(answer[:-1] + f', "padding": "{padding}"' + "}", media_type="application/json")

    return app


def _padded(content: bytes, size: int) -> bytes:
    missing = size - len(content) - 12
    return (
        content
        if missing <= 0
        else content[:-1] + (b"," if len(content) > 2 else b"") + b'"pad":"' + b"x" * missing + b'"}'
    )


def size_of(answer: dict[str, Any]) -> int:
    return len(json.dumps(answer))
