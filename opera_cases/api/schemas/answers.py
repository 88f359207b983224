"""What leaves the office: a record as its reader may see it, with the steps that are open to that reader."""

from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from fastapi import Response

from opera_cases.api.schemas import fields
from opera_cases.application.paths import COLLECTIONS
from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.application.runtime import source_of
from opera_cases.domain.appointments import Appointment
from opera_cases.domain.break_glass import Access
from opera_cases.domain.cases.case import Case
from opera_cases.domain.companies.company import Company
from opera_cases.domain.corrections.events import FactCorrected
from opera_cases.domain.desks.desk import Desk
from opera_cases.domain.documents.document import Document
from opera_cases.domain.duplicates.duplicate import Duplicate
from opera_cases.domain.funding.application import Funding
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.kernel.steps import Allowed
from opera_cases.domain.labels import Labels
from opera_cases.domain.messages.message import Message
from opera_cases.domain.operators.operator import Operator
from opera_cases.domain.people.person import Person
from opera_cases.domain.reminders.reminder import Reminder
from opera_cases.domain.resources.resource import Resource
from opera_cases.domain.restorations import Restoration
from opera_cases.domain.sessions import Session
from opera_cases.domain.submissions import Submission
from opera_cases.domain.vacancies import Vacancy
from opera_cases.domain.ventures.venture import Venture
from opera_cases.http.links import link


def offered(kind: str, record: UUID, allowed: tuple[Allowed, ...], words: Labels) -> list[dict[str, Any]]:
    """The allowed steps: open ones and blocked ones, with every failing rule and what to do."""
    href = link(f"{COLLECTIONS[kind]}/{record}/steps")
    return [{**each, "href": href} for each in _in_words(allowed, words)]


@lru_cache(maxsize=4096)
def _in_words(allowed: tuple[Allowed, ...], words: Labels) -> list[dict[str, Any]]:
    return [
        {
            "step": each.step.name, "title": (each.step.asks.__doc__ or "").strip(), "open": each.open,
            "blocked_by": [words.refusal(refusal).described() for refusal in each.blocked_by],
        }
        for each in allowed
    ]  # fmt: skip


def _of_case(case: Case) -> dict[str, Any]:
    return {
        "file_number": case.file_number, "person": case.person, "caseworker": case.caseworker,
        "venture": case.venture, "pathway": case.pathway, "target_group": case.target_group,
        "outcome": case.outcome, "closed_on": case.closed_on, "contact_every_days": case.contact_every_days,
        "attempts": [attempt._asdict() for attempt in case.attempts],
        "closings": [closing._asdict() for closing in case.closings], "follows": case.follows,
        "survivor": case.survivor, "employment_status": case.employment_status, "contact_on": case.contact_on,
        "transfer": case.transfer._asdict() if case.transfer.to_desk else None,
        "referrals_open": sorted(case.referrals), "identities": sorted(case.identities),
        "consultants": [{"operator": who, "until": until} for who, until in sorted(case.consultants.items())],
        "profile": case.profile if case.published else None,
        "proposals": [
            {"proposal": key, "number": p.number, "vacancy": p.vacancy, "agreed": p.agreed, "result": p.result}
            for key, p in case.job_proposals.items()
        ],
    }  # fmt: skip


def _of_person(person: Person) -> dict[str, Any]:
    return {
        "identifiers": [
            {"declaration": event, "kind": each.kind, "check": each.check, "verified": each.verified}
            for event, each in person.identifiers.items()
        ],
        "survivor": person.survivor, "absorbed": sorted(person.absorbed), "notice_version": person.notice_version, "consents": sorted(person.consents),
    }  # fmt: skip


def _of_appointment(appointment: Appointment) -> dict[str, Any]:
    names = ("case", "operator", "service", "channel", "day", "time", "minutes", "attendees")
    return {name: getattr(appointment, name) for name in names}


def _of_desk(desk: Desk) -> dict[str, Any]:
    return {
        "code": desk.code, "name": desk.name, "type": desk.type, "host": desk.host,
        "periods": [{"since": p.since, "until": p.until} for p in desk.periods],
        "operators": [
            {"operator": p.operator, "role": p.role, "since": p.period.since, "until": p.period.until}
            for p in desk.postings
        ],
        "absences": [
            {"operator": a.operator, "cover": a.cover, "since": a.period.since, "until": a.period.until}
            for a in desk.absences
        ],
    }  # fmt: skip


def _of_operator(operator: Operator) -> dict[str, Any]:
    return {}


def _of_document(document: Document) -> dict[str, Any]:
    return {
        "case": document.case, "document_kind": document.document_kind,
        "versions": [
            {"number": v.number, "by": v.by, "recorded_at": v.on, "media_type": v.media_type, "size": v.size,
             "digest": v.digest}
            for v in document.versions
        ],
    }  # fmt: skip


def _of_duplicate(pair: Duplicate) -> dict[str, Any]:
    return {"first": pair.first, "second": pair.second, "score": pair.score, "reasons": pair.reasons,
            "survivor": pair.survivor, "merged_case": pair.merged_case}  # fmt: skip


FIELDS: dict[type[Aggregate], Any] = {
    Case: _of_case, Venture: fields.of_venture, Company: fields.of_company, Funding: fields.of_funding,
    Resource: fields.of_resource, Vacancy: fields.of_vacancy, Session: fields.of_session, Person: _of_person, Appointment: _of_appointment, Desk: _of_desk,
    Operator: _of_operator, Document: _of_document, Duplicate: _of_duplicate, Reminder: fields.of_reminder,
    Message: fields.of_message, Access: fields.of_access, Submission: fields.of_submission, Restoration: lambda restoration: {},
}  # fmt: skip


def record(kind: str, shown: Aggregate, allowed: tuple[Allowed, ...], words: Labels) -> dict[str, Any]:
    """A record without any personal value."""
    place = shown.place
    return {
        "id": shown.id, "version": shown.version, "state": shown.state,
        "state_label": words.of(f"state.{kind}.{shown.state}"), "overlays": sorted(shown.overlays),
        "desk": shown.desk, "region": place.region if place else None, "opened_on": shown.opened_on,
        "in_state_since": shown.moved_on, "last_on": shown.last_on, "position": str(shown.position),
        **FIELDS[type(shown)](shown),
        "deadlines": [
            {"rule": d.rule, "cycle": d.cycle, "due_on": d.due_on, "edition": d.edition, "source": source_of(d.edition, d.rule)}
            for d in sorted(shown.deadlines.values(), key=lambda each: each.due_on)
        ],
        "allowed_steps": offered(kind, shown.id, allowed, words),
        "_links": {"self": link(f"{COLLECTIONS[kind]}/{shown.id}")},
    }  # fmt: skip


def opened(shown: Aggregate, reading: PersonalDataReader) -> dict[str, Any]:
    """What of a record may be sealed, for whoever reads it: it stands in no other answer."""
    if not isinstance(shown, Case):
        return {}
    return {"last_employer": reading.plain(shown.last_employer), "placed_on": reading.plain(shown.placed_on)}


def file(shown: Aggregate, reading: PersonalDataReader, private: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The file of a record: for each kind of fact the latest, with its address, opened for this reader.

    A corrected fact reads as it should have been, and says by which correction; the original is in the history. Facts of
    topics that are `private` are left out.
    """
    latest: dict[str, Event[Any]] = {event.topic: event for event in shown.known.values() if event.topic not in private}
    corrected: dict[UUID, list[dict[str, Any]]] = {}
    for event in shown.known.values():
        if isinstance(event.facts, FactCorrected):
            corrected.setdefault(event.facts.fact, []).append(
                {"field": event.facts.field, "correction": event.event_id, "typing": event.facts.typing,
                 "moved": msgspec.to_builtins(event.facts.moved)}
            )  # fmt: skip
    return {
        topic: {
            "event_id": event.event_id, "occurred_on": event.on, "recorded_at": event.meta.recorded_at,
            "by": event.meta.actor.id, "facts": reading.opened(event.facts),
            "corrected": corrected.get(event.event_id, []),
        }
        for topic, event in latest.items()
    }  # fmt: skip


def happened(events: list[Event[Any]]) -> list[dict[str, object]]:
    """What came between: enough to decide again, without personal values."""
    return [
        {"version": each.version, "event_id": str(each.event_id), "topic": each.topic, "step": each.body.step,
         "occurred_on": each.on.isoformat(), "by": str(each.meta.actor.id), "role": each.meta.actor.role.value}
        for each in events
    ]  # fmt: skip


def plain_answer(answer: dict[str, Any]) -> Response:
    """An answer of plain values, straight to bytes."""
    return Response(msgspec.json.encode(answer), media_type="application/json")


def json_answer(answer: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer as it leaves, under the version that it shows."""
    told = {"ETag": f'"{answer["version"]}"', **(headers or {})}
    return Response(msgspec.json.encode(answer), status, told, "application/json")
