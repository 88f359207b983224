"""Read models kept in the command's own write: each row is a picture of one record, and taking it cannot fail.

What a command's answer and its guards need stands here: caseload, ventures, appointments, people, desks, operators and
the open deadlines. The same pictures serve live, rebuild and verification.
"""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from opera_cases.domain.aggregate import Aggregate
from opera_cases.domain.appointments import Appointment
from opera_cases.domain.cases.case import Case
from opera_cases.domain.desks.desk import Desk
from opera_cases.domain.documents.document import Document
from opera_cases.domain.duplicates.duplicate import Duplicate
from opera_cases.domain.operators import Operator
from opera_cases.domain.people.person import Person
from opera_cases.domain.ventures.venture import Venture
from opera_cases.log.database import Database
from opera_cases.log.writing import RowChange

READ = sa.MetaData(schema="read")
Key = dict[str, Any]
Picture = dict[str, Any]


def _table(name: str, *columns: sa.Column[Any] | sa.Index) -> sa.Table:
    return sa.Table(name, READ, *columns)


def _id(name: str, *, key: bool = False, null: bool = False) -> sa.Column[UUID]:
    return sa.Column(name, sa.Uuid, primary_key=key, nullable=null)


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=False)


def _day(name: str, *, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Date, nullable=null)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


caseload = _table(
    "caseload_v2",
    _id("case_id", key=True), _text("file_number"), _text("state"), sa.Column("suspended", sa.Boolean, nullable=False),
    _text("overlays"),
    _id("desk"), _text("region"), _id("person", null=True), _id("caseworker", null=True), _id("venture", null=True),
    _text("pathway"), _text("target_group"), _text("outcome"), _day("opened_on", null=False),
    _day("moved_on", null=False), _day("last_on", null=False), _day("next_due_on"), _day("closed_on"),
    _text("transfer"), _id("transfer_from", null=True), _id("transfer_to", null=True), _day("transfer_on"),
    _day("transfer_due_on"), _day("grace_until"), _id("follows", null=True), _id("survivor", null=True),
    _day("contact_on"), _count("referrals_open"), _count("version"),
    sa.Index("caseload_v2_by_desk", "desk", "state", "case_id"), sa.Index("caseload_v2_by_region", "region", "case_id"),
    sa.Index("caseload_v2_by_person", "person"), sa.Index("caseload_v2_by_number", "file_number"),
    sa.Index("caseload_by_transfer", "transfer_to"), sa.Index("caseload_by_giving", "transfer_from"),
    sa.Index("caseload_by_worker", "caseworker", "state"), sa.Index("caseload_by_survivor", "survivor"),
)  # fmt: skip

ventures = _table(
    "venture_v1",
    _id("venture_id", key=True), _text("kind"), _text("state"), _id("desk"), _text("region"), _id("promoter"),
    _id("case_id"), _id("mentor", null=True), _day("opened_on", null=False), _day("trading_since"), _day("ended_on"),
    _count("check_ins_done"), _count("check_ins_open"), _day("next_check_in_on"), _text("light"), _text("alerts"),
    _count("version"),
    sa.Index("venture_by_desk", "desk", "state", "venture_id"), sa.Index("venture_by_case", "case_id"),
    sa.Index("venture_by_mentor", "mentor"), sa.Index("venture_by_region", "region", "venture_id"),
)  # fmt: skip

appointments = _table(
    "appointment_v1",
    _id("appointment_id", key=True), _text("state"), _id("desk"), _text("region"), _id("case_id", null=True),
    _id("operator"), _text("service"), _text("channel"), _day("day", null=False), _text("time"), _count("minutes"),
    _count("attendees"), _count("version"),
    sa.Index("appointment_by_case", "case_id", "state"), sa.Index("appointment_by_operator", "operator", "day"),
    sa.Index("appointment_by_desk", "desk", "day"), sa.Index("appointment_by_region", "region", "day"),
)  # fmt: skip

people = _table(
    "person_v2",
    _id("person_id", key=True), _text("state"), _id("desk"), _text("region"), _text("notice_version"),
    _id("survivor", null=True), _count("identifiers_verified"),
    sa.Column("family_name", sa.LargeBinary, nullable=False), sa.Column("given_names", sa.LargeBinary, nullable=False),
    _count("version"),
    sa.Index("person_v2_by_desk", "desk", "person_id"), sa.Index("person_v2_by_region", "region", "person_id"),
    sa.Index("person_v2_by_survivor", "survivor"),
)  # fmt: skip

desks = _table(
    "desk_v1",
    _id("desk_id", key=True), _text("code"), _text("name"), _text("type"), _text("host"), _text("state"),
    _text("country"), _text("region"), _text("province"), _text("zone"), _count("operators"), _count("version"),
)  # fmt: skip

operators = _table(
    "operator_v1",
    _id("operator_id", key=True), _text("state"), sa.Column("name", sa.LargeBinary, nullable=False), _count("version"),
)  # fmt: skip

postings = _table(
    "posting_v1",
    _id("desk_id", key=True), sa.Column("number", sa.Integer, primary_key=True, autoincrement=False), _id("operator"), _text("role"), _day("since", null=False), _day("until"),
    sa.Index("posting_by_operator", "operator"),
)  # fmt: skip

absences = _table(
    "absence_v1",
    _id("desk_id", key=True), sa.Column("number", sa.Integer, primary_key=True, autoincrement=False), _id("operator"), _id("cover"), _day("since", null=False),
    _day("until", null=False),
    sa.Index("absence_by_cover", "cover"),
)  # fmt: skip

documents = _table(
    "document_v1",
    _id("document_id", key=True), _text("state"), _id("case_id"), _id("desk"), _text("region"), _text("document_kind"),
    sa.Column("title", sa.LargeBinary, nullable=False), _text("media_type"), _count("size"), _count("versions"),
    _day("last_on", null=False), _count("version"),
    sa.Index("document_by_case", "case_id", "state"),
)  # fmt: skip

duplicates = _table(
    "duplicate_v1",
    _id("duplicate_id", key=True), _text("state"), _id("first"), _id("first_desk"), _text("first_region"), _id("second"),
    _id("second_desk"), _text("second_region"), _text("score"), _text("reasons"), _id("survivor", null=True),
    _day("opened_on", null=False), _day("next_due_on"), _count("version"),
    sa.Index("duplicate_by_region", "first_region", "state"),
)  # fmt: skip

deadlines = _table(
    "deadline_v1",
    _id("stream", key=True), _text("key", key=True), _text("kind"), _text("rule"),
    sa.Column("cycle", sa.Integer), _day("due_on", null=False), _text("edition"), _id("desk", null=True),
    _text("region"),
    sa.Index("deadline_by_day", "due_on", "rule"), sa.Index("deadline_by_desk", "desk", "due_on"),
)  # fmt: skip



def create(log: Database) -> bool:
    """Make the tables that are not there yet, once however many processes start. Whether any was made: a release with
    a new picture of old records has to fold it from the log before it serves."""
    with log.engine.begin() as connection:
        if not log.is_sqlite:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(1041706)"))
        there = set(sa.inspect(connection).get_table_names(None if log.is_sqlite else "read"))
        READ.create_all(connection, tables=list(TABLES))
        return not {table.name for table in TABLES} <= there


_sealed = msgspec.json.Encoder().encode


def _region(record: Aggregate) -> str:
    return record.place.region if record.place else ""


def _of_case(case: Case) -> Iterator[tuple[sa.Table, Key, Picture]]:
    yield caseload, {"case_id": case.id}, {
        "file_number": case.file_number, "state": case.state, "suspended": "SUSPENDED" in case.overlays,
        "desk": case.desk, "region": _region(case), "person": case.person, "caseworker": case.caseworker,
        "venture": case.venture, "pathway": case.pathway or "", "target_group": case.target_group or "",
        "outcome": case.outcome or "", "opened_on": case.opened_on, "moved_on": case.moved_on, "last_on": case.last_on,
        "next_due_on": min((d.due_on for d in case.deadlines.values()), default=None), "closed_on": case.closed_on,
        "overlays": ",".join(sorted(case.overlays)), "transfer": case.transfer.answer,
        "transfer_from": case.transfer.from_desk, "transfer_to": case.transfer.to_desk, "transfer_on": case.transfer.on,
        "transfer_due_on": due.due_on if (due := case.deadlines.get("transfer_answer")) else None,
        "grace_until": case.transfer.grace_until, "follows": case.follows, "survivor": case.survivor,
        "contact_on": case.contact_on, "referrals_open": len(case.referrals), "version": case.version,
    }  # fmt: skip


def _of_venture(venture: Venture) -> Iterator[tuple[sa.Table, Key, Picture]]:
    check_ins = [d.due_on for d in venture.deadlines.values() if d.rule == "check_in"]
    yield ventures, {"venture_id": venture.id}, {
        "kind": venture.pathway, "state": venture.state, "desk": venture.desk, "region": _region(venture),
        "promoter": venture.promoter, "case_id": venture.case, "mentor": venture.mentor,
        "opened_on": venture.opened_on, "trading_since": venture.trading_since, "ended_on": venture.ended_on,
        "check_ins_done": venture.check_ins_done, "check_ins_open": len(check_ins),
        "next_check_in_on": min(check_ins, default=None), "light": venture.light or "",
        "alerts": ",".join(sorted(venture.alerts)), "version": venture.version,
    }  # fmt: skip


def _of_appointment(appointment: Appointment) -> Iterator[tuple[sa.Table, Key, Picture]]:
    yield appointments, {"appointment_id": appointment.id}, {
        "state": appointment.state, "desk": appointment.desk, "region": _region(appointment),
        "case_id": appointment.case, "operator": appointment.operator, "service": appointment.service,
        "channel": appointment.channel, "day": appointment.day, "time": appointment.time,
        "minutes": appointment.minutes, "attendees": appointment.attendees, "version": appointment.version,
    }  # fmt: skip


def _of_person(person: Person) -> Iterator[tuple[sa.Table, Key, Picture]]:
    yield people, {"person_id": person.id}, {
        "state": person.state, "desk": person.desk, "region": _region(person),
        "notice_version": person.notice_version or "", "survivor": person.survivor,
        "identifiers_verified": sum(each.verified for each in person.identifiers.values()),
        "family_name": _sealed(person.family_name), "given_names": _sealed(person.given_names),
        "version": person.version,
    }  # fmt: skip


def _of_desk(desk: Desk) -> Iterator[tuple[sa.Table, Key, Picture]]:
    place = desk.place
    assert place is not None
    yield desks, {"desk_id": desk.id}, {
        "code": desk.code, "name": desk.name, "type": desk.type, "host": desk.host, "state": desk.state,
        "country": place.country, "region": place.region, "province": place.province, "zone": place.zone,
        "operators": len({p.operator for p in desk.postings if p.period.until is None}), "version": desk.version,
    }  # fmt: skip
    for number, posting in enumerate(desk.postings):
        yield postings, {"desk_id": desk.id, "number": number}, {
            "operator": posting.operator, "role": posting.role, "since": posting.period.since,
            "until": posting.period.until,
        }  # fmt: skip
    for number, absence in enumerate(desk.absences):
        yield absences, {"desk_id": desk.id, "number": number}, {
            "operator": absence.operator, "cover": absence.cover, "since": absence.period.since,
            "until": absence.period.until,
        }  # fmt: skip


def _of_document(document: Document) -> Iterator[tuple[sa.Table, Key, Picture]]:
    last = document.versions[-1]
    yield documents, {"document_id": document.id}, {
        "state": document.state, "case_id": document.case, "desk": document.desk, "region": _region(document),
        "document_kind": document.document_kind, "title": _sealed(last.title), "media_type": last.media_type,
        "size": last.size, "versions": len(document.versions), "last_on": document.last_on, "version": document.version,
    }  # fmt: skip


def _of_duplicate(pair: Duplicate) -> Iterator[tuple[sa.Table, Key, Picture]]:
    yield duplicates, {"duplicate_id": pair.id}, {
        "state": pair.state, "first": pair.first, "first_desk": pair.desks[0], "first_region": pair.places[0].region,
        "second": pair.second, "second_desk": pair.desks[1], "second_region": pair.places[1].region,
        "score": pair.score, "reasons": ",".join(pair.reasons), "survivor": pair.survivor, "opened_on": pair.opened_on,
        "next_due_on": min((d.due_on for d in pair.deadlines.values()), default=None), "version": pair.version,
    }  # fmt: skip


def _of_operator(operator: Operator) -> Iterator[tuple[sa.Table, Key, Picture]]:
    yield operators, {"operator_id": operator.id}, {
        "state": operator.state, "name": _sealed(operator.name), "version": operator.version,
    }  # fmt: skip


_PICTURES: dict[type[Aggregate], Callable[[Any], Iterator[tuple[sa.Table, Key, Picture]]]] = {
    Case: _of_case, Venture: _of_venture, Appointment: _of_appointment, Person: _of_person, Desk: _of_desk,
    Operator: _of_operator, Document: _of_document, Duplicate: _of_duplicate,
}  # fmt: skip

TABLES = (
    caseload, ventures, appointments, people, desks, postings, absences, operators, documents, duplicates, deadlines,
)  # fmt: skip


def pictures(record: Aggregate) -> Iterator[tuple[sa.Table, Key, Picture]]:
    """Every row that shows this record: its own, and one for each open deadline."""
    if not record.version:
        return
    yield from _PICTURES[type(record)](record)
    for key, deadline in record.deadlines.items():
        yield deadlines, {"stream": record.id, "key": key}, {
            "kind": record.kind, "rule": deadline.rule, "cycle": deadline.cycle, "due_on": deadline.due_on,
            "edition": deadline.edition, "desk": record.desk, "region": _region(record),
        }  # fmt: skip


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


Shown = dict[tuple[str, tuple[Any, ...]], tuple[Key, Picture]]


def shown(record: Aggregate) -> Shown:
    return {
        (table.fullname, tuple(key.values())): (key, {name: _plain(value) for name, value in row.items()})
        for table, key, row in pictures(record)
    }


def changes(before: Shown, after: Shown) -> tuple[RowChange, ...]:
    """What has to be written so that the rows show the record as it is now."""
    gone = [RowChange(table, before[table, key][0], None) for table, key in before.keys() - after.keys()]
    fresh = [RowChange(place[0], *after[place]) for place in after if before.get(place) != after[place]]
    return (*gone, *fresh)
