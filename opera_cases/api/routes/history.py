"""Looking back: what was known on a day, what changed, what is in doubt, who was responsible, what happened."""

from collections.abc import Collection
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Response

from opera_cases.api.openapi.responses import READING
from opera_cases.api.schemas import answers
from opera_cases.api.schemas.history import Doubt, DoubtsAnswer, ResponsibilityAnswer, RuleTold, Term
from opera_cases.api.schemas.records.kinds import own_fields
from opera_cases.api.schemas.shown import plain
from opera_cases.application.access.redaction import hide_from_other_members, private_topics, redact
from opera_cases.application.audit import as_known
from opera_cases.application.audit.doubts import CORRECTED, doubts
from opera_cases.application.audit.explanations import describe_rule
from opera_cases.application.audit.responsibility import responsibility
from opera_cases.application.paths import COLLECTIONS
from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import Principal
from opera_cases.domain.cases.case import Case
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.errors import NotFound
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.http.dependencies import Caller, Calls, Correlation, TheRuntime, Who, Words, caller_docs
from opera_cases.http.links import link
from opera_cases.log.store.database import on_loop
from opera_cases.projections import access
from opera_cases.projections.models import cases

OF_TIME = frozenset({"reminder", "message"})
"""Kinds that time begins; nobody asks for one."""


def before_records(router: APIRouter) -> None:
    """What is asked of all cases together, under a name that no id can have."""
    router.get("/known", name="read_caseload_known", responses=READING, response_model=dict[str, Any],
               summary="The caseload as the office knew it at the end of a day.")(caseload_known)  # fmt: skip


def look_back(router: APIRouter, kind: str) -> None:
    """What is asked of the history of one record."""

    async def differences(
        record_id: UUID, by: Calls, since: Annotated[date, Query(description="As known at the end of that day.")],
        until: Annotated[date, Query(description="As known at the end of that day.")],
    ) -> Response:  # fmt: skip
        return answers.plain_answer(await on_loop(_differences, kind, by, record_id, since, until))

    if kind not in OF_TIME:
        router.get("/{record_id}/differences", name=f"read_differences_of_{kind}", responses=READING,
                   summary=f"What changed of a {kind} between what was known on two days.", response_model=dict[str, Any],
                   openapi_extra=caller_docs())(differences)  # fmt: skip

    async def in_doubt(record_id: UUID, by: Calls) -> Response:
        return answers.plain_answer(await on_loop(_doubts, kind, by, record_id))

    if kind in CORRECTED:
        router.get("/{record_id}/doubts", name=f"read_doubts_of_{kind}", responses=READING,
                   summary=f"Steps of a {kind} whose rules would not have held on the facts as corrected since.",
                   response_model=dict[str, Any], openapi_extra=caller_docs())(in_doubt)  # fmt: skip

    async def responsible(record_id: UUID, by: Calls) -> Response:
        return answers.plain_answer(await on_loop(_responsibility, kind, by, record_id))

    if kind in ("case", "venture"):
        router.get("/{record_id}/responsibility", name=f"read_responsibility_of_{kind}", responses=READING,
                   summary=f"Who was responsible for a {kind}, and when.", response_model=dict[str, Any],
                   openapi_extra=caller_docs())(responsible)  # fmt: skip
    if kind == "case":
        router.get("/{record_id}/timeline", name="read_timeline", summary="What happened, in order.",
                   responses=READING, response_model=dict[str, Any])(timeline)  # fmt: skip


def reading_of(
    runtime: Runtime, who: Principal, place: str, stream: UUID, correlation: UUID, home: UUID | None, people: Collection[UUID] = ()
) -> PersonalDataReader:  # fmt: skip
    """A reading of a file of a desk, that says for what it was opened; `people`: the records of whom it is about."""
    application = runtime.application
    purpose = application.records.purpose(who, stream, home, application.today(), people)
    return PersonalDataReader(application.database, application.keyring, who=who, place=place, purpose=purpose, stream=stream,
                   at=runtime.clock(), correlation=correlation)  # fmt: skip


def _differences(kind: str, by: Caller, record_id: UUID, since: date, until: date) -> dict[str, Any]:
    record: Aggregate = by.runtime.application.load(kind, record_id, by.who)
    hidden = private_topics(
        record, by.who, by.runtime.application.records.reach(by.who, record, by.runtime.application.today())
    )
    with reading_of(by.runtime, by.who, "differences", record_id, by.correlation, record.desk) as reading:
        told = as_known.changes_between(by.runtime, kind, record, since, until, own_fields, reading, by.words, hidden)
    return {
        **redact(by.runtime, by.who, told, {record_id}),
        "_links": {"self": link(f"{COLLECTIONS[kind]}/{record_id}/differences?since={since}&until={until}")},
    }


def _doubts(kind: str, by: Caller, record_id: UUID) -> dict[str, Any]:
    record: Aggregate = by.runtime.application.load(kind, record_id, by.who)
    seen = record.doubts
    items = []
    for found in doubts(kind, by.runtime.application.records.history(record_id)):
        event = found.event
        left, flagged = event.body.left.state, seen.get(event.event_id)
        rule = RuleTold(**describe_rule(found.rule, event, by.words))
        items.append(
            Doubt(event_id=event.event_id, topic=event.topic, says=by.words.of(f"topic.{event.topic}"), step=event.body.step,
                  state=left, occurred_on=event.on, still_there=record.state == left, rule=rule, flagged=flagged is not None,
                  verdict=flagged.verdict or None if flagged else None)
        )  # fmt: skip
    links = {kind: link(f"{COLLECTIONS[kind]}/{record_id}")}
    return plain(DoubtsAnswer(items=items, limit=len(items), links=links))


def _responsibility(kind: str, by: Caller, record_id: UUID) -> dict[str, Any]:
    """Of a case also who mentored its venture."""
    record: Aggregate = by.runtime.application.load(kind, record_id, by.who)
    mentored = [record.venture] if isinstance(record, Case) and record.venture else []
    terms = [
        Term(record_kind=each, record=stream, post=term.post, holder=term.holder, since=term.since, until=term.until,
             event_id=term.event, by=term.by)
        for each, stream in ((kind, record_id), *(("venture", venture) for venture in mentored))
        for term in responsibility(PROCEDURES[each].aggregate, stream, by.runtime.application.records.history(stream))
        if each == kind or term.post == "mentor"
    ]  # fmt: skip
    terms.sort(key=lambda term: term.since)
    links = {kind: link(f"{COLLECTIONS[kind]}/{record_id}")}
    shown = plain(ResponsibilityAnswer(items=terms, limit=len(terms), links=links))
    return redact(by.runtime, by.who, shown, {record_id, *mentored})


def caseload_known(
    who: Who, runtime: TheRuntime, on: Annotated[date, Query(description="The day.")], desk: UUID | None = None,
    caseworker: UUID | None = None, state: Annotated[str, Query(max_length=40, pattern="^[A-Z_]*$")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50, offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> dict[str, Any]:  # fmt: skip
    """The caseload as it was: ids, days, codes; no names, which are read in the file."""
    equal = {name: value for name, value in (("desk", desk), ("caseworker", caseworker), ("state", state)) if value}
    found = as_known.caseload_known_on(runtime, who, on, equal)
    items = redact(runtime, who, found.rows[offset : offset + limit], {row["case_id"] for row in found.rows})
    return {
        "items": items,
        "count": len(found.rows),
        "as_known_on": on,
        "position": str(found.position),
        "limit": limit,
        "_links": {},
    }


def timeline(
    record_id: UUID, who: Who, runtime: TheRuntime, correlation: Correlation, words: Words,
    cursor: Annotated[int, Query(ge=0, le=2**62)] = 0, limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> dict[str, Any]:  # fmt: skip
    """Everything that happened to the case, its venture and in its meetings."""
    found = cases.owner_of(runtime.log, record_id)
    with runtime.log.reading() as connection:
        if not access.reached(connection, "case", {record_id}, who, runtime.application.today()):
            runtime.application.denied("case", record_id, who, there=found is not None)
            raise NotFound
    files = [record_id, *runtime.application.records.merged_into(record_id)]
    with runtime.read.reading() as connection:
        rows = runtime.models.timeline.of(connection, files, cursor, limit + 1)
    people = {found.person} if found and found.person else set()
    home = found.desk if found else None
    with reading_of(runtime, who, "timeline", record_id, correlation, home) as reading:
        items = [
            {"position": str(row.position), "event_id": row.event_id, "stream": row.stream, "topic": row.topic,
             "says": words.of(f"topic.{row.topic}"), "step": row.step, "state": row.state, "occurred_on": row.occurred_on, "recorded_at": row.recorded_at,
             "by": row.actor, "role": row.role, "facts": reading.opened_json(hide_from_other_members(msgspec.json.decode(row.facts), people)),
             "sets": msgspec.json.decode(row.sets)}
            for row in rows[:limit]
        ]  # fmt: skip
    links = {}
    if len(rows) > limit:
        links["next"] = link(f"cases/{record_id}/timeline", cursor=rows[limit - 1].position, limit=limit)
    granted = {record_id, *people}
    return {"items": redact(runtime, who, items, granted), "limit": limit, "_links": links}
