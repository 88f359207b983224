"""Audit questions: who did what, when, on what, why, by which rule; what was refused; who read what.

Auditors and the data protection officer ask about everything, supervisors about what is within their reach.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import msgspec

from opera_cases.domain.aggregate import Aggregate
from opera_cases.domain.corrections.events import CorrectionProposed, FactCorrected, correction_of
from opera_cases.domain.errors import NotFound, NotYourRole
from opera_cases.domain.events import Event
from opera_cases.domain.labels import Labels
from opera_cases.domain.people.person import Person
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.domain.scope import EVERYWHERE, Principal
from opera_cases.domain.vocabulary import Role
from opera_cases.office.opening import Reading
from opera_cases.office.premises import Premises
from opera_cases.projections.audit import Filter, begins

ASKERS = frozenset({Role.AUDITOR, Role.DPO, Role.COORDINATOR, Role.REGIONAL_COORDINATOR})
GUARDIANS = frozenset({Role.AUDITOR, Role.DPO})
BLOCK = 500


class Page(NamedTuple):
    """Lines of the trail, and the position after which the next page begins; None at the end."""

    items: list[dict[str, Any]]
    next: int | None


def may_ask(who: Principal) -> None:
    """Raises `NotYourRole` for whoever neither supervises nor audits."""
    if who.role not in ASKERS:
        raise NotYourRole("The audit trail is for supervisors, auditors and the data protection officer.")


def streams_of(where: Premises, *, case: UUID | None = None, person: UUID | None = None) -> set[UUID]:
    """Every record whose events belong to a case, or to a person under all their records."""
    found: set[UUID] = set()
    cases: set[UUID] = {case} if case else set()
    if person is not None:
        record = where.office.records.load(Person, person)
        people = {*record.identities, record.survivor or record.id}
        found |= people
        cases |= {each.id for each in where.office.records.cases_of(people)}
    for each in list(cases):
        cases |= set(where.office.records.merged_into(each))
    found |= cases
    if cases:
        link = where.models.timeline.link
        with where.read.reading() as connection:
            found |= {row[0] for row in connection.execute(link.select().where(link.c.case_id.in_(cases)))}
    rows = where.log.rows("SELECT reminder_id FROM read.reminder_v1 WHERE record = ANY($1::uuid[])", list(found))
    return found | {UUID(str(row[0])) for row in rows}


def trail(
    where: Premises, who: Principal, asked: Filter, after: int, limit: int, words: Labels, opening: type[Reading] = Reading
) -> Page:  # fmt: skip
    """A page of the trail, with what each event says and what it changed. Raises `NotYourRole`."""
    may_ask(who)
    rows: list[Any] = []
    while len(rows) <= limit:
        with where.read.reading() as connection:
            block = where.models.audit.page(connection, asked, after, BLOCK)
        rows += _within_reach(where, who, block)
        if len(block) < BLOCK:
            break
        after = block[-1].position
    shown = rows[:limit]
    with opening(where.log, where.office.keyring, who=who, place="audit trail", purpose="audit", stream=UUID(int=0),
                 at=where.clock(), correlation=uuid4()) as reading:  # fmt: skip
        items = list(_told(where, shown, reading, words))
    return Page(items, shown[-1].position if len(rows) > limit else None)


def _within_reach(where: Premises, who: Principal, rows: Iterable[Any]) -> list[Any]:
    if who.role in EVERYWHERE:
        return list(rows)
    reach: dict[UUID, bool] = {}
    today = where.office.today()
    kept = []
    for row in rows:
        if row.stream not in reach:
            record = where.office.records.load(PROCEDURES[row.kind].aggregate, row.stream)
            reach[row.stream] = bool(where.office.records.reach(who, record, today))
        if reach[row.stream]:
            kept.append(row)
    return kept


def _told(where: Premises, rows: list[Any], reading: Reading, words: Labels) -> Iterator[dict[str, Any]]:
    records: dict[UUID, Aggregate] = {}
    for row in rows:
        if row.stream not in records:
            kind = PROCEDURES[row.kind].aggregate
            records[row.stream] = kind.replay(row.stream, where.office.records.history(row.stream))
        line = dict(row._mapping)
        rules = line.pop("rules")
        del line["home"]
        line["position"], line["says"] = str(row.position), words.of(f"topic.{row.topic}")
        line["rules"] = [each for each in rules.split("|") if each]
        line["changes"] = changes(where, row.stream, row.event_id, reading)
        yield line


def changes(where: Premises, stream: UUID, event_id: UUID, reading: Reading) -> list[dict[str, Any]]:
    """What an event changed, field by field: before and after. Of a correction the fact that it corrects; of anything
    else what the record said last about the same."""
    history = where.office.records.history(stream)
    event = next(each for each in history if each.event_id == event_id)
    if isinstance(event.facts, FactCorrected):
        return [_corrected(history, event, reading)]
    earlier = [each for each in history if each.topic == event.topic and each.version < event.version]
    before = earlier[-1].facts if earlier else None
    told = []
    for name in event.facts.__struct_fields__:
        now, was = getattr(event.facts, name), getattr(before, name, None)
        if now is not None and (before is None or now != was) and name != "late_reason":
            told.append({"field": name, "before": _plain(was, reading), "after": _plain(now, reading), "fact": None})
    return told


def _corrected(history: list[Event[Any]], event: Event[Any], reading: Reading) -> dict[str, Any]:
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
        was = getattr(original.facts, said.field)
    return {"field": said.field, "before": _plain(was, reading), "after": _plain(text if text is not None else value, reading), "fact": said.fact}


def _plain(value: Any, reading: Reading) -> str | None:
    """A value as text: sealed ones opened for this reading, everything else as JSON says it."""
    if value is None:
        return None
    plain = reading.opened_json(msgspec.to_builtins(value))
    return plain if isinstance(plain, str) else msgspec.json.encode(plain).decode()


# -- what was refused, and who read --------------------------------------------------------------------------------------


class Period(NamedTuple):
    """Civil days, both included; open where a day is missing."""

    since: date | None = None
    until: date | None = None

    @property
    def bounds(self) -> tuple[str, str]:
        until = date.fromordinal(self.until.toordinal() + 1) if self.until else None
        return begins(self.since) if self.since else "", begins(until) if until else "9999"


def refusals(
    where: Premises, who: Principal, *, actor: UUID | None, record: UUID | None, rule: str, period: Period, limit: int, offset: int
) -> list[dict[str, Any]]:  # fmt: skip
    """What was asked for and refused, the newest first: by whom, of which record, by which rules. Raises `NotYourRole`."""
    if who.role not in GUARDIANS:
        raise NotYourRole("Refused attempts are for auditors and the data protection officer.")
    since, until = period.bounds
    values: list[Any] = [since, until, limit, offset]
    where_sql = "recorded_at >= $1 AND recorded_at < $2"
    for column, value in (("principal", actor), ("stream", record)):
        if value is not None:
            values.append(value)
            where_sql += f" AND {column} = ${len(values)}"
    if rule:
        values.append(f"%,{rule},%")
        where_sql += f" AND ',' || rules || ',' LIKE ${len(values)}"
    sql = (
        "SELECT refusal_id, recorded_at, principal, role, operation, stream, version, rules, rulebook, correlation FROM log.refusal"
        f" WHERE {where_sql} ORDER BY recorded_at DESC, refusal_id LIMIT $3 OFFSET $4"
    )
    names = ("refusal", "recorded_at", "actor", "role", "operation", "record", "version", "rules", "edition", "correlation")
    found = []
    for row in where.log.rows(sql, *values):
        line = dict(zip(names, row, strict=True))
        line["rules"] = str(line["rules"]).split(",")
        for name in ("refusal", "actor", "record", "correlation"):
            line[name] = UUID(str(line[name]))
        found.append(line)
    return found


def readings(
    where: Premises, who: Principal, *, actor: UUID | None, subject: UUID | None, record: UUID | None, period: Period, limit: int,
    offset: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """Who read what of whom, the newest first. Raises `NotYourRole`."""
    if who.role not in GUARDIANS:
        raise NotYourRole("The access ledger is for auditors and the data protection officer.")
    since, until = period.bounds
    values: list[Any] = [since, until, limit, offset]
    where_sql = "recorded_at >= $1 AND recorded_at < $2"
    for column, value in (("principal", actor), ("stream", record)):
        if value is not None:
            values.append(value)
            where_sql += f" AND {column} = ${len(values)}"
    if subject is not None:
        person = where.office.records.load(Person, subject)
        if not person.version:
            raise NotFound
        values.append([*person.identities, *([person.survivor] if person.survivor else [])])
        where_sql += f" AND subject = ANY(${len(values)}::uuid[])"
    sql = (
        "SELECT recorded_at, principal, role, subject, classes, stream, place, purpose, correlation FROM log.reading"
        f" WHERE {where_sql} ORDER BY recorded_at DESC, reading_id LIMIT $3 OFFSET $4"
    )
    names = ("recorded_at", "actor", "role", "subject", "classes", "record", "place", "purpose", "correlation")
    found = []
    for row in where.log.rows(sql, *values):
        line = dict(zip(names, row, strict=True))
        line["classes"] = str(line["classes"]).split(",")
        for name in ("actor", "subject", "record", "correlation"):
            line[name] = UUID(str(line[name]))
        found.append(line)
    return found


def readers_of(where: Premises, person: Person) -> list[tuple[str, str, str, str, str, int]]:
    """Who has seen somebody's file, for the person: by day, role, desk, place and purpose, and how often. Those who work
    here are not named; the data protection officer can."""
    ids = [*person.identities, *([person.survivor] if person.survivor else [])]
    sql = "SELECT recorded_at, principal, role, place, purpose FROM log.reading WHERE subject = ANY($1::uuid[]) ORDER BY recorded_at DESC"
    desks: dict[tuple[UUID, str], str] = {}
    counted: dict[tuple[str, str, str, str, str], int] = {}
    for at, principal, role, place, purpose in where.log.rows(sql, ids):
        key = (UUID(str(principal)), str(role))
        if key not in desks:
            desks[key] = _desk_of(where, *key)
        line = (str(at)[:10], str(role), desks[key], str(place), str(purpose))
        counted[line] = counted.get(line, 0) + 1
    return [(*line, times) for line, times in list(counted.items())[:1000]]


def _desk_of(where: Premises, operator: UUID, role: str) -> str:
    sql = (
        "SELECT d.name FROM read.posting_v1 p JOIN read.desk_v1 d ON d.desk_id = p.desk_id WHERE p.operator = $1 AND p.role = $2"
        " ORDER BY p.since DESC LIMIT 1"
    )
    rows = where.log.rows(sql, operator, role)
    return str(rows[0][0]) if rows else ""
