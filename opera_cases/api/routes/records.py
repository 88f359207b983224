"""The routes of one kind of record, the same for each: begin, take a step, read, list, history."""

from datetime import date
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Body, Query, Response
from pydantic import BaseModel

from opera_cases.api.openapi.responses import READING, UNCHANGED, WOULD, WRITING
from opera_cases.api.routes.history import OF_TIME, before_records, look_back, reading_of
from opera_cases.api.routes.lists import Cursor, list_of
from opera_cases.api.schemas import answers, request_bodies
from opera_cases.api.schemas.records.duplicates import Alike, DuplicateOpened
from opera_cases.api.schemas.records.record import AfterStep, AsRead
from opera_cases.api.schemas.shown import plain
from opera_cases.application.access.redaction import private_topics, redact
from opera_cases.application.application import Application, Executed
from opera_cases.application.audit.as_true import as_true_on
from opera_cases.application.paths import COLLECTIONS
from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.application.requests import CommandRequest
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import Principal
from opera_cases.domain.duplicates.duplicate import Duplicate
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.errors import NotFound, VersionConflict
from opera_cases.domain.labels import Labels
from opera_cases.domain.people.person import Person
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.http.dependencies import Caller, Calls, Correlation, TheRuntime, Who, caller_docs
from opera_cases.log.store.database import on_loop

DryRun = Annotated[bool, Query(description="Ask without doing: the rules are tried, nothing is recorded.")]
KnownOn = Annotated[date | None, Query(description="The record as the office knew it at the end of that day.")]
TrueOn = Annotated[date | None, Query(description="The record as it was on that day, by what is known.")]


UPLOADED = frozenset({"document"})
"""Kinds that begin with an upload, by a route of their own."""


def routes(kind: str) -> APIRouter:
    """All routes of `kind`, derived from its procedure."""
    procedure = PROCEDURES[kind]
    collection = COLLECTIONS[kind]
    tags: list[str | Enum] = [collection]
    router = APIRouter(prefix=f"/{collection}", tags=tags)
    if kind == "case":
        before_records(router)
    first, first_body = request_bodies.beginning(procedure)
    any_step = request_bodies.steps_body(procedure)

    async def begin(body: Annotated[Any, Body()], by: Calls, dry_run: DryRun = False) -> Response:
        ask = _ask(kind, first, body, by, dry_run=dry_run)
        answer = await on_loop(_carry_out, by.runtime, ask, by.words)
        headers = {} if dry_run else {"Location": f"/rest/opera/v1/{collection}/{answer['id']}"}
        return answers.json_answer(answer, 200 if dry_run else 201, headers)

    begin.__annotations__["body"] = first_body
    if kind not in UPLOADED | OF_TIME:
        router.post("", status_code=201, name=f"begin_{kind}", summary=procedure.commands[first].__doc__,
                responses=WRITING | WOULD, response_model=dict[str, Any], openapi_extra=caller_docs("Idempotency-Key"))(begin)  # fmt: skip

    async def take_step(record_id: UUID, body: Annotated[Any, Body()], by: Calls, dry_run: DryRun = False) -> Response:
        ask = _ask(kind, body.step, body, by, stream=record_id, expected=by.expected, dry_run=dry_run)
        return answers.json_answer(await on_loop(_carry_out, by.runtime, ask, by.words))

    take_step.__annotations__["body"] = any_step
    if any_step is not None:
        router.post("/{record_id}/steps", name=f"take_step_of_{kind}", summary=f"Take a step of a {kind}.",
                    responses=WRITING, response_model=dict[str, Any],
                    openapi_extra=caller_docs("Idempotency-Key", "If-Match"))(take_step)  # fmt: skip

    async def read(record_id: UUID, by: Calls, as_known_on: KnownOn = None, as_true_on: TrueOn = None) -> Response:
        if by.known and as_known_on is None and as_true_on is None:
            version = (await on_loop(by.runtime.application.load, kind, record_id, by.who)).version
            if str(version) in by.known:
                return Response(status_code=304, headers={"ETag": f'"{version}"'})
        answer = await on_loop(
            _read, kind, by.runtime, record_id, by.who, by.correlation, by.words, as_known_on, as_true_on
        )
        return answers.json_answer(answer)

    router.get("/{record_id}", name=f"read_{kind}", summary=f"A {kind} with its file and its allowed steps.",
               responses=READING | UNCHANGED, response_model=dict[str, Any],
               openapi_extra=caller_docs("If-None-Match"))(read)  # fmt: skip

    look_back(router, kind)
    filters = list_of(kind)

    def listing(who: Who, runtime: TheRuntime, correlation: Correlation, asked: Annotated[Any, Query()]) -> Response:
        return answers.plain_answer(Cursor(runtime, who).page(kind, asked, correlation))

    listing.__annotations__["asked"] = Annotated[filters, Query()]
    router.get("", name=f"list_{collection}", summary=f"A page of {collection} within your reach.",
               responses=READING, response_model=dict[str, Any])(listing)  # fmt: skip
    return router


def _ask(kind: str, step: str, body: BaseModel, by: Caller, **more: Any) -> CommandRequest:
    return CommandRequest(
        kind=kind, step=step, values=request_bodies.values(body), by=by.who, key=by.key, correlation=by.correlation, channel="API",
        on=getattr(body, "occurred_on", None), **more,
    )  # fmt: skip


def _carry_out(runtime: Runtime, request: CommandRequest, words: Labels) -> dict[str, Any]:
    try:
        taken = runtime.application.execute_with_record(request)
    except VersionConflict as moved:
        assert request.stream is not None
        since = [
            event for event in runtime.application.records.history(request.stream) if event.version > moved.expected
        ]
        moved.happened = answers.happened(since)
        raise
    return carried_out(runtime, request, taken, words)


def carried_out(runtime: Runtime, request: CommandRequest, taken: Executed, words: Labels) -> dict[str, Any]:
    """What is answered to a step: the record as it is now, its allowed steps, and the events that were added.

    Whoever gives a record away may no longer reach it: then only what happened is told.
    """
    answer, record = taken.answer, taken.record
    told = plain(AfterStep(event_ids=answer.event_ids, repeated=answer.repeated, recorded=answer.recorded))
    if record is None:
        try:
            record = runtime.application.load(request.kind, answer.id, request.by)
        except NotFound:
            return {"id": answer.id, "version": answer.version, "state": answer.state, **told}
    record.position = max(record.position, answer.position)
    shown = answers.record(
        request.kind, record, runtime.application.allowed(request.kind, record, request.by, taken.loader), words
    )
    whole = {**shown, **told, "version": answer.version, "state": answer.state}
    alone = request.kind == "case" and not (shown["survivor"] or shown["follows"])
    return whole if alone or request.kind == "duplicate" else redact(runtime, request.by, whole)


def _read(
    kind: str, runtime: Runtime, record_id: UUID, who: Principal, correlation: UUID, words: Labels,
    known_on: date | None, true_on: date | None,
) -> dict[str, Any]:  # fmt: skip
    application = runtime.application
    past = known_on is not None or true_on is not None
    events = application.records.history(record_id) if past else []
    now: Aggregate = application.load(kind, record_id, who, history=events if past else None)
    until = None
    if known_on is not None:
        with runtime.read.reading() as connection:
            until = runtime.models.days.position_known_on(
                connection, known_on, now.place.zone if now.place else "Europe/Rome"
            )
    record = now
    if past:
        events = [event for event in events if until is None or event.position <= until]
        events = events if true_on is None else as_true_on(events, true_on)
        record = PROCEDURES[kind].aggregate.replay(record_id, events)
    people = now.identities if isinstance(now, Person) else ()
    with reading_of(runtime, who, kind, record_id, correlation, now.desk, people) as reading:
        hidden = private_topics(record, who, application.records.reach(who, record, application.today()))
        file = answers.file(record, reading, hidden)
        opened = answers.opened_values(record, reading) | _pair(application, record, reading)
    allowed = () if past else application.allowed(kind, record, who)
    shown = answers.record(kind, record, allowed, words) | opened
    labels = application.codelists.labels_of({**shown, "file": file}, words.language)
    as_read = AsRead(as_known_on=known_on, as_true_on=true_on, file=file, labels=labels)
    shown |= msgspec.structs.asdict(as_read)  # not `plain`: a file is so already, and may be long
    granted = {record_id, getattr(now, "person", None) if kind == "case" else None}
    return shown if kind == "duplicate" else redact(runtime, who, shown, granted)


def _pair(application: Application, record: Aggregate, reading: PersonalDataReader) -> dict[str, Any]:
    """Of two records that may be of one person: initials and birth dates, enough to know whom to call."""
    if not isinstance(record, Duplicate):
        return {}
    told = []
    for ident in (record.first, record.second):
        person = application.records.load(Person, ident)
        initials = [(reading.open(name) or "?")[:1] for name in (person.given_names, person.family_name)]
        told.append(Alike(id=ident, initials=".".join(initials) + ".", birth_date=reading.open(person.birth_date),
                          desk=person.desk, registered_on=person.opened_on, state=person.state))  # fmt: skip
    return plain(DuplicateOpened(records=told))
