"""What concerns whoever asks: the agenda, personal calendars; and why somebody is reminded, or not."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from opera_cases.api.openapi.responses import READING, WRITING
from opera_cases.api.schemas.mine import CalendarOpened
from opera_cases.api.schemas.shown import plain
from opera_cases.application.access.redaction import redact
from opera_cases.application.paths import COLLECTIONS
from opera_cases.application.reminders import calendar_feeds
from opera_cases.application.reminders.agenda import agenda_of
from opera_cases.application.reminders.explain import explain_absence, explain_reminder
from opera_cases.application.runtime import edition
from opera_cases.domain.access.table import OWING
from opera_cases.domain.kernel.errors import NotFound
from opera_cases.http.dependencies import Correlation, Key, TheRuntime, Who, Words
from opera_cases.http.links import base, link

router = APIRouter(tags=["me"])
calendars = APIRouter(include_in_schema=False)
"""Beside the API: programs that read calendars show no token, so the address itself is the secret (decision 0019)."""

Kind = Annotated[str, Query(pattern=f"^({'|'.join(OWING)})$", description="Which kind of record.")]
_RULES = "|".join(sorted({each.rule for each in edition().ladders()}))
RuleName = Annotated[str, Query(pattern=f"^({_RULES})$", description="The rule, as a deadline names it.")]
Record = Annotated[UUID, Query(description="The record.")]


class NewCalendar(BaseModel):
    """A personal calendar: file numbers and days, and the names of people only when they are asked for."""

    names: Annotated[bool, Field(description="With the names of people; each look is then recorded as a reading.")] = (
        False
    )

    model_config = ConfigDict(extra="forbid")


@router.get("/me/agenda", name="read_agenda", responses=READING,
            summary="Your meetings, what is late, what is due, check-ins and transfers, each with why it is there.")  # fmt: skip
def read_agenda(who: Who, runtime: TheRuntime, words: Words) -> dict[str, Any]:
    found = redact(runtime, who, agenda_of(runtime, who, runtime.application.today(), words))
    for section in ("appointments", "overdue", "due_soon", "check_ins", "incoming", "roles"):
        for line in found[section]:
            address = line.pop("link")
            line["_links"] = {"self": base.get() + address} if line["id"] else {}
    return {**found, "_links": {"self": link("me/agenda")}}


@router.post("/me/calendars", status_code=201, name="open_calendar", responses=WRITING,
             summary="A calendar under a secret address, to be read by a calendar program.")  # fmt: skip
def open_calendar(
    body: NewCalendar, who: Who, runtime: TheRuntime, key: Key, correlation: Correlation
) -> dict[str, Any]:
    secret = calendar_feeds.issue_feed(runtime, who, key, names=body.names, correlation=correlation)
    links = {"calendar": f"{base.get()}/calendars/{secret}.ics", "self": link("me/calendars")}
    return plain(CalendarOpened(names=body.names, links=links))


@router.delete("/me/calendars", status_code=204, name="close_calendars", responses=WRITING, response_class=Response,
               summary="None of your calendar addresses is good any longer.")  # fmt: skip
def close_calendars(who: Who, runtime: TheRuntime, key: Key, correlation: Correlation) -> Response:
    if not calendar_feeds.revoke_feeds(runtime, who, key, correlation):
        raise NotFound("You have no calendar address.")
    return Response(status_code=204)


@router.get("/reminders/why-not", name="read_why_not", responses=READING, tags=["reminders"],
            summary="Why nobody is reminded of something now, and what would have to happen.")  # fmt: skip
def read_why_not(
    record: Record, kind: Kind, rule: RuleName, who: Who, runtime: TheRuntime, words: Words
) -> dict[str, Any]:
    found = runtime.application.load(kind, record, who)
    told = explain_absence(runtime, who, found, rule, words)
    links = {"record": link(f"{COLLECTIONS[kind]}/{record}")}
    return {**redact(runtime, who, told, {record, found.id}), "_links": links}


@router.get("/reminders/{reminder_id}/why", name="read_why", responses=READING, tags=["reminders"],
            summary="Why somebody was, or was not, told: rule, event, plan, what held it back, what became of the messages.")  # fmt: skip
def read_why(reminder_id: Annotated[UUID, Path()], who: Who, runtime: TheRuntime, words: Words) -> dict[str, Any]:
    reminder = runtime.application.load("reminder", reminder_id, who)
    links = {
        "self": link(f"reminders/{reminder_id}/why"),
        "record": link(f"{COLLECTIONS[reminder.record_kind]}/{reminder.record}"),
    }
    return {
        **redact(runtime, who, explain_reminder(runtime, reminder, words), {reminder_id, reminder.record}),
        "_links": links,
    }


@calendars.get("/calendars/{secret}.ics")
def read_calendar(
    secret: Annotated[str, Path(min_length=20, max_length=80, pattern="^[A-Za-z0-9_-]+$")], runtime: TheRuntime
) -> Response:
    today = runtime.application.today()
    found = calendar_feeds.find_feed(runtime, secret, today)
    if found is None:
        raise NotFound
    content = calendar_feeds.render_feed(runtime, found, today, base.get())
    headers = {"Cache-Control": "private, max-age=900", "X-Robots-Tag": "noindex"}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)
