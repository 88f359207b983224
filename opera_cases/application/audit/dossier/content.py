"""What is in a dossier: the records of a case as they stand, what happened to them, who was reminded, who read it, and the proofs."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from opera_cases.application.access.redaction import hide_from_other_members, redact
from opera_cases.application.audit.dossier.proofs import proofs_within_reach
from opera_cases.application.audit.dossier.reminded import reminded
from opera_cases.application.personal.access_log import readers_of
from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.application.runtime import EDITION, Runtime
from opera_cases.domain.access import Principal
from opera_cases.domain.cases.case import Case
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.kernel.sealed_fields import fact_name
from opera_cases.domain.kernel.sealed_fields import value_of as said_of
from opera_cases.domain.operators.operator import Operator
from opera_cases.domain.people.person import Person
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.projections.followed.catch_up import standing

PAGE = 2_000
ORDER = ("person", "case", "venture", "funding", "appointment", "document")
"""The kinds of records in a dossier, in the order in which it shows them."""


class DossierRecord(NamedTuple):
    """One record of the dossier: as it stands, if its reader reaches it, and those of its events that belong to the case."""

    kind: str
    stream: UUID
    history: list[Event[Any]]
    record: Aggregate | None


def gather_dossier(runtime: Runtime, case_id: UUID, who: Principal, task: UUID, form: str) -> dict[str, Any]:
    """The dossier of a case in plain values, without words: what its reader may see at this moment, opened and recorded
    as read. `records` (as they stand, with their events), `reminders`, `readers`, `operators` by name, `proof`, and
    who made it when, up to which position. `form` is PDF or JSON. Raises `NotFound` when the case is beyond reach."""
    case: Case = runtime.application.load("case", case_id, who)
    position = standing(runtime.read, runtime.models.timeline).position
    cases = {case.id, *runtime.application.records.merged_into(case.id)}
    people = {person for person in ({case.person, *case.identities}) if person is not None}
    files = _files(runtime, who, cases, people, position)
    granted = {case.id, case.person}
    purpose = runtime.application.records.purpose(who, case.id, case.desk, runtime.application.today())
    with PersonalDataReader(runtime.log, runtime.application.keyring, who=who, place=f"dossier as {form}", purpose=purpose, stream=case.id,
                 at=runtime.clock(), correlation=task) as reading:  # fmt: skip
        records = [_with_events(each, people, reading) for each in files]
        operators = _operators(runtime, who, files, reading)
        reminders = reminded(runtime, [each.stream for each in files if each.record], reading)
    told = {
        "format": "opera-cases dossier 1", "case": case.id, "file_number": case.file_number,
        "made_at": runtime.clock().isoformat(), "by": who.id, "role": who.role.value, "log_position": str(position),
        "edition": EDITION, "records": records, "reminders": reminders, "readers": _readers(runtime, files), "operators": operators,
    }  # fmt: skip
    shown = redact(runtime, who, told, granted)
    return {**msgspec.to_builtins(shown), "proof": proofs_within_reach(runtime, who, _ids(files), granted)}


def _ids(files: Iterable[DossierRecord]) -> set[UUID]:
    return {event.event_id for each in files for event in each.history}


def _files(runtime: Runtime, who: Principal, cases: set[UUID], people: set[UUID], position: int) -> list[DossierRecord]:
    """Of the person and the cases everything; of a venture and whatever else belongs to a case, what happened while it did."""
    listed: dict[UUID, UUID] = {}
    after = 0
    with runtime.read.reading() as connection:
        while rows := runtime.models.timeline.of(connection, cases, after, PAGE):
            listed |= {row.event_id: row.stream for row in rows}
            after = rows[-1].position
    streams = dict.fromkeys([*sorted(people), *listed.values()])
    files = []
    for stream in streams:
        history = runtime.application.records.history(stream, position)
        if not history:
            continue
        kind = history[0].topic.partition(".")[0]
        record: Aggregate = PROCEDURES[kind].aggregate.replay(stream, history)
        reached = bool(runtime.application.records.reach(who, record, runtime.application.today()))
        mine = history if stream in people else [event for event in history if event.event_id in listed]
        if reached or stream not in people:
            files.append(DossierRecord(kind, stream, mine, record if reached else None))
    return sorted(files, key=lambda each: (ORDER.index(each.kind), each.history[0].position if each.history else 0))


def _with_events(file: DossierRecord, people: Collection[UUID], reading: PersonalDataReader) -> dict[str, Any]:
    corrected = file.record.known if file.record else {}
    events = [_event(event, corrected.get(event.event_id, event), people, reading) for event in file.history]
    return {"kind": file.kind, "id": file.stream, "stands": _stands(file, events), "events": events}


def _stands(file: DossierRecord, events: list[dict[str, Any]]) -> dict[str, Any] | None:
    """A record as it stands: where, since when, what it still owes, and the last that was said about each thing."""
    record = file.record
    if record is None:
        return None
    latest = {event["topic"]: event["event_id"] for event in events if event["facts"]}
    return {
        "state": record.state, "since": record.moved_on, "overlays": sorted(record.overlays), "desk": record.desk,
        "opened_on": record.opened_on, "version": record.version, "last_said": list(latest.values()),
        "deadlines": [
            {"rule": due.rule, "cycle": due.cycle, "due_on": due.due_on, "edition": due.edition}
            for due in sorted(record.deadlines.values(), key=lambda each: each.due_on)
        ],
    }  # fmt: skip


def _event(event: Event[Any], now: Event[Any], people: Collection[UUID], reading: PersonalDataReader) -> dict[str, Any]:
    """An event as it was recorded, field by field; beside each fact that was corrected since, how it should have read."""
    said = hide_from_other_members(msgspec.to_builtins(event.facts), people)
    fields = {
        fact_name(field): field for field in (*hide_from_other_members(msgspec.to_builtins(now.facts), people), *said)
    }
    reads = {name: msgspec.to_builtins(said_of(now.facts, name)) for name in fields}
    was = {name: msgspec.to_builtins(said_of(event.facts, name)) for name in fields}
    opened, corrected = reading.opened_json(said), reading.opened_json(reads)
    return {
        "event_id": event.event_id, "version": event.version, "position": str(event.position), "topic": event.topic,
        "step": event.body.step, "state": event.body.left.state, "meta": msgspec.to_builtins(event.meta),
        "sets": msgspec.to_builtins(event.body.sets), "ends": list(event.body.ends),
        "facts": [
            {"field": field, "value": opened.get(name), "sealed": isinstance(said.get(field), dict) and "ciphertext" in said[field],
             "corrected": {"value": corrected[name]} if was[name] != reads[name] else None}
            for name, field in fields.items()
        ],
    }  # fmt: skip


def _operators(
    runtime: Runtime, who: Principal, files: Iterable[DossierRecord], reading: PersonalDataReader
) -> list[dict[str, Any]]:
    """Those who worked on it, by name, with the roles in which they did."""
    roles: dict[UUID, set[str]] = {who.id: {who.role.value}}
    for file in files:
        for event in file.history:
            roles.setdefault(event.meta.actor.id, set()).add(event.meta.actor.role.value)
    known = runtime.application.records.load_all(Operator, list(roles))
    return [
        {
            "id": each,
            "name": reading.open(known[each].name) if each in known and known[each].version else None,
            "roles": sorted(names),
        }
        for each, names in roles.items()
    ]


def _readers(runtime: Runtime, files: Iterable[DossierRecord]) -> list[dict[str, Any]]:
    """Who has seen the file, as the person would be told."""
    people = [each.record for each in files if isinstance(each.record, Person)]
    lines = dict.fromkeys(line for person in people for line in readers_of(runtime, person))
    return [line._asdict() for line in lines]
