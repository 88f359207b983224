"""Live changes by server-sent events: which records within reach moved, never what was written in them.

The id of a message is a position of the log: `Last-Event-ID` goes on where a broken connection stopped. A sign of life is told in
turn with the changes, so that its position never passes by a change that was not told yet.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import anyio
import msgspec
from fastapi import APIRouter, Header, Query, Response

from opera_cases.api.openapi.responses import READING
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.errors import InvalidInput, Unavailable
from opera_cases.domain.kernel.events import Event
from opera_cases.http.dependencies import TheRuntime, Who
from opera_cases.log.events.codec import PROCEDURE_OF_TOPIC, decode
from opera_cases.log.store.database import on_loop
from opera_cases.projections import access

if TYPE_CHECKING:  # the library is loaded when it is first used: an office starts sooner
    from sse_starlette import ServerSentEvent

router = APIRouter(tags=["changes"])
CHANGE_SCHEMA: dict[str, Any] = {"type": "object", "title": "Change", "properties": {
    "id": {"type": "string", "pattern": "^[0-9]+$", "maxLength": 20}, "event": {"type": "string", "enum": ["change"]},
    "data": {"type": "string", "description": "JSON: kind, id, version, topic and state of a record."},
    "retry": {"type": "integer", "minimum": 0, "maximum": 60_000}}}  # fmt: skip
LOOK_SECONDS, QUIET_SECONDS, LONGEST_SECONDS = 0.5, 15.0, 600.0
LAST_WORDS = 2.0
"""Seconds in which a stream ends by itself once the server stops."""
BATCH = 200


@router.get("/changes", name="read_changes", responses=READING | {200: {
    "description": "A stream of changes.",
    "content": {"text/event-stream": {"schema": CHANGE_SCHEMA}}}},
    response_class=Response, summary="Live changes of records within your reach.")  # fmt: skip
async def changes(
    who: Who, runtime: TheRuntime, last_event_id: Annotated[str, Header(max_length=24)] = "",
    once: Annotated[bool, Query(description="Tell what there is and end, without waiting for more.")] = False,
) -> Response:  # fmt: skip
    from sse_starlette import EventSourceResponse

    if last_event_id and not (last_event_id.isascii() and last_event_id.isdigit()):
        raise InvalidInput("Last-Event-ID is the id of the last message received.", "Last-Event-ID")
    start = int(last_event_id) if last_event_id else await on_loop(runtime.application.recorder.head)
    stopping = anyio.Event()
    return EventSourceResponse(
        _events_for(runtime, who, start, stopping, once=once),
        ping=0,
        sep="\n",
        shutdown_event=stopping,
        shutdown_grace_period=LAST_WORDS,
    )


async def _events_for(
    runtime: Runtime, who: Principal, position: int, stopping: anyio.Event, *, once: bool
) -> AsyncIterator["ServerSentEvent"]:
    from sse_starlette import ServerSentEvent

    yield ServerSentEvent(id=str(position), retry=2000, sep="\n")
    loop = asyncio.get_running_loop()
    began = quiet = loop.time()
    while loop.time() - began < LONGEST_SECONDS and not stopping.is_set():
        try:
            still = await on_loop(runtime.application.authorities.again, who, runtime.application.today())
            if still is None:  # what let them listen was withdrawn, or its day is over
                return
            position, items = await on_loop(_next, runtime, still, position)
        except Unavailable:
            return
        for at, item in items:
            yield ServerSentEvent(msgspec.json.encode(item).decode(), id=str(at), event="change", sep="\n")
            quiet = loop.time()
        if items:
            continue
        if once:
            return
        if loop.time() - quiet > QUIET_SECONDS:
            yield ServerSentEvent(comment="still here", id=str(position), sep="\n")
            quiet = loop.time()
        with anyio.move_on_after(LOOK_SECONDS):
            await stopping.wait()


def _next(runtime: Runtime, who: Principal, position: int) -> tuple[int, list[tuple[int, dict[str, Any]]]]:
    """The next changes after a position, and how far was looked."""
    while rows := runtime.application.recorder.after(position, BATCH):
        events = [decode(row) for row in rows]
        position = events[-1].position
        seen = _within_reach(runtime, who, events)
        items = [
            (each.position, {"kind": PROCEDURE_OF_TOPIC[each.topic].name, "id": each.stream, "version": each.version,
                             "topic": each.topic, "state": each.body.left.state})
            for each in events if each.stream in seen
        ]  # fmt: skip
        if items:
            return position, items
    return position, []


def _within_reach(runtime: Runtime, who: Principal, events: list[Event[Any]]) -> set[UUID]:
    by_kind: dict[str, set[UUID]] = {}
    for each in events:
        by_kind.setdefault(PROCEDURE_OF_TOPIC[each.topic].name, set()).add(each.stream)
    found: set[UUID] = set()
    with runtime.log.reading() as connection:
        for kind, ids in by_kind.items():
            found |= access.reached(connection, kind, ids, who, runtime.application.today())
    return found
