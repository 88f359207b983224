"""Audit over HTTP: the trail, what was refused, who read, why a step was possible, and that nothing was touched."""

import dataclasses
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from opera_cases.api.openapi.responses import READING, WRITING
from opera_cases.api.routes.history import reading_of
from opera_cases.api.routes.tasks import ACCEPTED, asked_for
from opera_cases.api.schemas.audit import ReadersLine, ReadersPage
from opera_cases.api.schemas.shown import plain
from opera_cases.application.audit import editions, explanations
from opera_cases.application.audit import trail as audit
from opera_cases.application.indicators import reporting
from opera_cases.application.integrity.chain_heads import open_witness
from opera_cases.application.integrity.proofs import proof_of
from opera_cases.application.paths import COLLECTIONS
from opera_cases.application.personal import access_log
from opera_cases.application.runtime import Runtime
from opera_cases.application.tasks import queue as tasks
from opera_cases.application.tasks.kinds import AUDIT, check_role
from opera_cases.domain.kernel.errors import NotFound, NotYourRole
from opera_cases.domain.people.person import Person
from opera_cases.domain.submissions import Submission
from opera_cases.http.dependencies import Correlation, Key, TheRuntime, Who, Words
from opera_cases.http.links import link
from opera_cases.projections.followed.audit import TrailFilter

router = APIRouter(tags=["audit"])
Since = Annotated[date | None, Query(description="Recorded on that day or later.")]
Until = Annotated[date | None, Query(description="Recorded on that day or before.")]
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=100_000)]
Actor = Annotated[UUID | None, Query(description="Who asked.")]
Record = Annotated[UUID | None, Query(description="Of which record.")]
RuleName = Annotated[
    str,
    Query(
        max_length=80, pattern="^[a-z_.]*$", description="By which rule: its code, or its name for any kind of record."
    ),
]
CODE = "^[A-Za-z_.]*$"


class TrailQuery(BaseModel):
    """What of the trail is asked for; everything that is given has to hold."""

    case: UUID | None = None
    person: UUID | None = None
    record: UUID | None = None
    record_kind: Annotated[str, Field(max_length=40, pattern=CODE)] = ""
    topic: Annotated[str, Field(max_length=80, pattern=CODE)] = ""
    step: Annotated[str, Field(max_length=80, pattern=CODE)] = ""
    actor: UUID | None = None
    role: Annotated[str, Field(max_length=40, pattern=CODE)] = ""
    desk: UUID | None = None
    rule: Annotated[str, Field(max_length=80, pattern=CODE)] = ""
    edition: Annotated[
        str, Field(max_length=40, pattern="^[0-9A-Za-z._-]*$", description="Decided by which edition of the rulebook.")
    ] = ""
    recorded_from: date | None = None
    recorded_until: date | None = None
    occurred_from: date | None = None
    occurred_until: date | None = None
    late_by: Annotated[int | None, Field(ge=0, le=3660, json_schema_extra={"format": "int32"})] = None
    corrections: bool = False
    overrules: bool = False
    on_behalf: bool = False
    of_people: bool = False
    after: Annotated[int, Field(ge=0, le=2**62, json_schema_extra={"format": "int64"})] = 0
    limit: Annotated[int, Field(ge=1, le=200, json_schema_extra={"format": "int32"})] = 50

    model_config = ConfigDict(extra="forbid")


class TrailExport(TrailQuery):
    """The trail as a file."""

    format: Annotated[str, Field(pattern="^(CSV|JSONL)$")] = "CSV"


def filter_of(runtime: Runtime, asked: TrailQuery) -> TrailFilter:
    """The filter as the read model takes it: a case or a person becomes every record that belongs to it."""
    streams = None
    if asked.case or asked.person:
        streams = audit.streams_of(runtime, case=asked.case, person=asked.person)
    if asked.record:
        streams = {asked.record} if streams is None else streams & {asked.record}
    same = ("topic", "step", "actor", "role", "desk", "rule", "edition", "recorded_from", "recorded_until", "occurred_from", "occurred_until",
            "late_by", "corrections", "overrules", "on_behalf", "of_people")  # fmt: skip
    return TrailFilter(streams=streams, kind=asked.record_kind, **{name: getattr(asked, name) for name in same})


@router.get("/audit/events", name="read_trail", responses=READING,
            summary="The audit trail: who did what, when, on what, by which rule, and what it changed.")  # fmt: skip
def read_trail(asked: Annotated[TrailQuery, Query()], who: Who, runtime: TheRuntime, words: Words) -> dict[str, Any]:
    page = audit.trail(runtime, who, filter_of(runtime, asked), asked.after, asked.limit, words)
    links = {}
    if page.next is not None:
        kept = asked.model_dump(exclude_defaults=True, exclude={"after"}, mode="json")
        links["next"] = link("audit/events", **kept, after=page.next)
    for line in page.items:
        line["_links"] = {"explanation": link(f"audit/events/{line['event_id']}/explanation")}
    return {"items": page.items, "limit": asked.limit, "_links": links}


@router.post("/audit/exports", status_code=202, name="begin_audit_export", responses=WRITING | ACCEPTED,
             summary="Export the trail as CSV or JSON Lines, with the filter, the log's position and the last checkpoint.")  # fmt: skip
def begin_audit_export(
    body: TrailExport, who: Who, runtime: TheRuntime, words: Words, key: Key, response: Response
) -> dict[str, Any]:
    check_role(runtime.application, AUDIT, who)
    said = body.model_dump(exclude_defaults=True, exclude={"format", "after", "limit"}, mode="json")
    applied = msgspec.to_builtins(dataclasses.asdict(filter_of(runtime, body)))
    asked = {"filter": applied, "said": said, "format": body.format, "language": words.language.value}
    return asked_for(runtime, tasks.ask(runtime, AUDIT, asked, who, key), response)


@router.get("/audit/events/{event_id}/explanation", name="read_explanation", responses=READING,
            summary="Why a step was possible: what its rules saw, what they say, which edition decided.")  # fmt: skip
def read_explanation(event_id: Annotated[UUID, Path()], who: Who, runtime: TheRuntime, words: Words) -> dict[str, Any]:
    told = explanations.explanation(runtime, who, event_id, words)
    return {**told, "_links": {"self": link(f"audit/events/{event_id}/explanation")}}


@router.get("/audit/events/{event_id}/proof", name="read_proof", responses=READING,
            summary="What shows an outsider that one event stands in the log, without any other event.")  # fmt: skip
def read_proof(event_id: Annotated[UUID, Path()], who: Who, runtime: TheRuntime) -> dict[str, Any]:
    if who.role not in audit.UNRESTRICTED_PEOPLE:
        raise NotYourRole
    return {**proof_of(runtime, event_id), "_links": {"self": link(f"audit/events/{event_id}/proof")}}


@router.get("/submissions/{record_id}/figures/{code}", name="read_figure", tags=["submissions"], responses=READING,
            summary="Who counts for a submitted figure, each record as it stood when the report was frozen.")  # fmt: skip
def read_figure(
    record_id: UUID, code: Annotated[str, Path(pattern="^[A-Z0-9_]{1,40}$")], who: Who, runtime: TheRuntime, correlation: Correlation
) -> dict[str, Any]:  # fmt: skip
    submission: Submission = runtime.application.load("submission", record_id, who)
    figure = next((each for each in submission.figures if each.code == code), None)
    if figure is None:
        raise NotFound
    with reading_of(runtime, who, "submission", record_id, correlation, None) as reading:
        items = reporting.members_as_they_stood(runtime.application.records, submission, figure, reading)
    for item in items:
        item["_links"] = {"record": link(f"{COLLECTIONS[item['kind']]}/{item['id']}")}
    return {
        "items": items,
        "count": len(figure.members),
        "limit": len(items),
        "_links": {"submission": link(f"submissions/{record_id}")},
    }


@router.get(
    "/audit/heads", name="read_heads", responses=READING, summary="The signed heads of the ledgers, the oldest first."
)
def read_heads(who: Who, runtime: TheRuntime, limit: Limit = 200, offset: Offset = 0) -> dict[str, Any]:
    audit.check_may_read_trail(who)
    heads = open_witness(runtime).heads()[offset : offset + limit]
    items = [{"number": offset + number, **msgspec.to_builtins(each)} for number, each in enumerate(heads, 1)]
    return {"items": items, "limit": limit, "_links": {}}


@router.get("/audit/editions", name="read_editions", responses=READING,
            summary="By which editions of the rulebook this office decided, since when, and what each changed.")  # fmt: skip
def read_editions(who: Who, runtime: TheRuntime) -> dict[str, Any]:
    items = editions.editions_used(runtime, who)
    for line in items:
        line["_links"] = {"events": link(f"audit/events?edition={line['edition']}")}
    return {"items": items, "limit": len(items), "_links": {}}


@router.get(
    "/audit/refusals",
    name="read_refusals",
    responses=READING,
    summary="What was asked for and refused, the newest first.",
)
def read_refusals(
    who: Who, runtime: TheRuntime, words: Words, actor: Actor = None, record: Record = None, rule: RuleName = "",
    recorded_from: Since = None, recorded_until: Until = None, limit: Limit = 50, offset: Offset = 0,
) -> dict[str, Any]:  # fmt: skip
    period = access_log.DaySpan(recorded_from, recorded_until)
    items = access_log.list_refusals(
        runtime, who, actor=actor, record=record, rule=rule, period=period, limit=limit, offset=offset
    )
    for line in items:
        line["rules"] = explanations.describe_rules(line["rules"], line["edition"], words)
    return {"items": items, "limit": limit, "_links": {}}


@router.get(
    "/audit/readings", name="read_ledger", responses=READING, summary="Who read what of whom, the newest first."
)
def read_ledger(
    who: Who, runtime: TheRuntime, actor: Actor = None, person: Annotated[UUID | None, Query(description="Of whom.")] = None,
    record: Record = None, recorded_from: Since = None, recorded_until: Until = None, limit: Limit = 50, offset: Offset = 0,
) -> dict[str, Any]:  # fmt: skip
    period = access_log.DaySpan(recorded_from, recorded_until)
    items = access_log.list_readings(
        runtime, who, actor=actor, subject=person, record=record, period=period, limit=limit, offset=offset
    )
    return {"items": items, "limit": limit, "_links": {}}


@router.get("/people/{record_id}/readers", name="read_readers", tags=["people"], responses=READING,
            summary="Who has seen my file: the answer for the person, without the names of those who work here.")  # fmt: skip
def read_readers(record_id: UUID, who: Who, runtime: TheRuntime, words: Words) -> dict[str, Any]:
    person: Person = runtime.application.load("person", record_id, who)
    rows = access_log.readers_of(runtime, person)
    items = [
        ReadersLine(day=date.fromisoformat(each.day), role=words.of(f"role.{each.role}"), desk=each.desk, place=each.place,
                    purpose=each.purpose, times=each.times, place_label=access_log.place_in_words(each.place, words),
                    purpose_label=access_log.purpose_in_words(each.purpose, words))
        for each in rows
    ]  # fmt: skip
    return plain(ReadersPage(items=items, limit=1000, links={"person": link(f"people/{record_id}")}))
