"""Audit questions: who did what, when, on what, why, by which rule; what was refused; who read what.

Auditors and the data protection officer ask about everything, supervisors about what is within their reach.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import msgspec

from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import Principal
from opera_cases.domain.access.roles import PEOPLE, SUPERVISORS, UNRESTRICTED
from opera_cases.domain.corrections.events import CorrectionProposed, FactCorrected, correction_of
from opera_cases.domain.kernel.errors import NotYourRole
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.kernel.sealed_fields import by_name
from opera_cases.domain.kernel.sealed_fields import value_of as said_of
from opera_cases.domain.labels import Labels
from opera_cases.domain.people.person import Person
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.log.events.codec import decode_stream
from opera_cases.projections.followed.audit import TrailFilter
from opera_cases.projections.models import reminders

ASKERS = SUPERVISORS
UNRESTRICTED_PEOPLE = UNRESTRICTED & PEOPLE
BLOCK = 500
TOPIC = 3
"""Which column of a stored row names its topic."""


class TrailPage(NamedTuple):
    """Lines of the trail, and the position after which the next page begins; None at the end."""

    items: list[dict[str, Any]]
    next: int | None


def check_may_read_trail(who: Principal) -> None:
    """Raises `NotYourRole` for whoever neither supervises nor audits."""
    if who.role not in ASKERS:
        raise NotYourRole("The audit trail is for supervisors, auditors and the data protection officer.")


def streams_of(runtime: Runtime, *, case: UUID | None = None, person: UUID | None = None) -> set[UUID]:
    """Every record whose events belong to a case, or to a person under all their records."""
    found: set[UUID] = set()
    cases: set[UUID] = {case} if case else set()
    if person is not None:
        record = runtime.application.records.load(Person, person)
        people = {*record.identities, record.survivor or record.id}
        found |= people
        cases |= {each.id for each in runtime.application.records.cases_of(people)}
    for each in list(cases):
        cases |= set(runtime.application.records.merged_into(each))
    found |= cases
    if cases:
        link = runtime.models.timeline.link
        with runtime.read.reading() as connection:
            found |= {row[0] for row in connection.execute(link.select().where(link.c.case_id.in_(cases)))}
    return found | set(reminders.of_records(runtime.log, found))


def trail(
    runtime: Runtime, who: Principal, query: TrailFilter, after: int, limit: int, words: Labels, opening: type[PersonalDataReader] = PersonalDataReader
) -> TrailPage:  # fmt: skip
    """A page of the trail, at most `limit` lines after a position, in log order: the columns of the read model `audit`,
    with what the event `says` in words, the codes of its `rules` and its `changes` (see `field_changes`). Raises
    `NotYourRole`."""
    check_may_read_trail(who)
    rows: list[Any] = []
    size = limit + 1 if who.role in UNRESTRICTED else BLOCK
    while len(rows) <= limit:
        with runtime.read.reading() as connection:
            block = runtime.models.audit.page(connection, query, after, size)
        rows += _within_reach(runtime, who, block)
        if len(block) < size:
            break
        after = block[-1].position
    shown = rows[:limit]
    with opening(runtime.log, runtime.application.keyring, who=who, place="audit trail", purpose="audit", stream=UUID(int=0),
                 at=runtime.clock(), correlation=uuid4()) as reading:  # fmt: skip
        items = list(_lines(runtime, shown, reading, words))
    return TrailPage(items, shown[-1].position if len(rows) > limit else None)


def _within_reach(runtime: Runtime, who: Principal, rows: Iterable[Any]) -> list[Any]:
    if who.role in UNRESTRICTED:
        return list(rows)
    who, reach = replace(who, opened=False), dict[UUID, bool]()
    today = runtime.application.today()
    kept = []
    for row in rows:
        if row.stream not in reach:
            record = runtime.application.records.load(PROCEDURES[row.kind].aggregate, row.stream)
            reach[row.stream] = bool(runtime.application.records.reach(who, record, today))
        if reach[row.stream]:
            kept.append(row)
    return kept


def _lines(runtime: Runtime, rows: list[Any], reading: PersonalDataReader, words: Labels) -> Iterator[dict[str, Any]]:
    said = _prior_facts(runtime, rows)
    for row in rows:
        line = dict(row._mapping)
        rules = line.pop("rules")
        del line["home"]
        line["position"], line["says"] = str(row.position), words.of(f"topic.{row.topic}")
        line["rules"] = [each for each in rules.split("|") if each]
        line["changes"] = field_changes(said[row.stream], row.event_id, reading)
        yield line


def _prior_facts(runtime: Runtime, rows: list[Any]) -> dict[UUID, "PriorFacts"]:
    """What the records of a page said about the same things; the whole history of those that were corrected."""
    topics: dict[UUID, set[str]] = {}
    for row in rows:
        topics.setdefault(row.stream, set()).add("" if row.special == "CORRECTION" else row.topic)
    return {
        stream: PriorFacts(
            decode_stream(stream, (each for each in stored if "" in topics[stream] or each[TOPIC] in topics[stream]))
        )
        for stream, stored in runtime.application.recorder.streams(topics).items()
    }


class PriorFacts:
    """What a record said: each event by its id, and the one before it about the same."""

    def __init__(self, history: list[Event[Any]]) -> None:
        self.events = {event.event_id: event for event in history}
        self.before: dict[UUID, Event[Any] | None] = {}
        last: dict[type, Event[Any]] = {}
        for event in history:
            self.before[event.event_id] = last.get(type(event.facts))
            last[type(event.facts)] = event


def field_changes(prior: PriorFacts, event_id: UUID, reading: PersonalDataReader) -> list[dict[str, Any]]:
    """What an event changed, a line each field: `field`, `before` and `after`. Of a correction the fact that it
    corrects; of anything else what the record said last about the same."""
    event = prior.events[event_id]
    if isinstance(event.facts, FactCorrected):
        return [_corrected(list(prior.events.values()), event, reading)]
    earlier = prior.before[event_id]
    before = earlier.facts if earlier else None
    told = []
    for name, now in by_name(event.facts).items():
        was = said_of(before, name) if before is not None else None
        if now is not None and (before is None or now != was) and name != "late_reason":
            told.append({"field": name, "before": _plain(was, reading), "after": _plain(now, reading), "fact": None})
    return told


def _corrected(history: list[Event[Any]], event: Event[Any], reading: PersonalDataReader) -> dict[str, Any]:
    said: FactCorrected = event.facts
    proposals = {each.event_id: each.facts for each in history if isinstance(each.facts, CorrectionProposed)}
    value, text = correction_of(said, proposals)
    original = next(each for each in history if each.event_id == said.fact)
    before = [each for each in history if isinstance(each.facts, FactCorrected) and each.version < event.version
              and (each.facts.fact, each.facts.field) == (said.fact, said.field)]  # fmt: skip
    if before:
        earlier, words = correction_of(before[-1].facts, proposals)
        was: Any = words if words is not None else earlier
    else:
        was = said_of(original.facts, said.field)
    return {
        "field": said.field,
        "before": _plain(was, reading),
        "after": _plain(text if text is not None else value, reading),
        "fact": said.fact,
    }


def _plain(value: Any, reading: PersonalDataReader) -> str | None:
    """A value as text: sealed ones opened for this reading, everything else as JSON says it."""
    if value is None:
        return None
    plain = reading.opened_json(msgspec.to_builtins(value))
    return plain if isinstance(plain, str) else msgspec.json.encode(plain).decode()
