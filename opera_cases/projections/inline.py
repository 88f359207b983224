"""Read models kept in the command's own write: each row is a picture of one record, and taking it cannot fail.

What a command's answer and its guards need stands here: caseload, ventures, appointments, people, desks, operators and
the open deadlines. The same pictures serve live, rebuild and verification.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Any

import msgspec
import sqlalchemy as sa

from opera_cases.domain.aggregate import Aggregate
from opera_cases.domain.appointments import Appointment
from opera_cases.domain.break_glass import Access
from opera_cases.domain.cases.case import Case
from opera_cases.domain.companies.company import Company
from opera_cases.domain.desks.desk import Desk
from opera_cases.domain.documents.document import Document
from opera_cases.domain.duplicates.duplicate import Duplicate
from opera_cases.domain.funding.application import Funding
from opera_cases.domain.given import Kind
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
from opera_cases.log.database import Database
from opera_cases.log.keys import Keyring
from opera_cases.log.units import RowChange
from opera_cases.projections.notices import of_message, of_reminder, reminded_from
from opera_cases.projections.opened import Opened, marked, written
from opera_cases.projections.pictures import (
    of_access,
    of_company,
    of_funding,
    of_profile,
    of_resource,
    of_session,
    of_submission,
    of_vacancy,
    of_venture,
    region,
)
from opera_cases.projections.tables import (
    READ,
    TABLES,
    absences,
    appointments,
    caseload,
    deadlines,
    desks,
    documents,
    duplicates,
    last_employers,
    operators,
    people,
    postings,
    roles,
)  # fmt: skip

Key = dict[str, Any]
Picture = dict[str, Any]


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


def _of_case(case: Case) -> Iterator[tuple[sa.Table, Key, Picture]]:
    yield caseload, {"case_id": case.id}, {
        "file_number": case.file_number, "state": case.state, "suspended": "SUSPENDED" in case.overlays,
        "desk": case.desk, "region": region(case), "person": case.person, "caseworker": case.caseworker,
        "venture": case.venture, "pathway": case.pathway or "", "target_group": case.target_group or "",
        "outcome": case.outcome or "", "opened_on": case.opened_on, "moved_on": case.moved_on, "last_on": case.last_on,
        "next_due_on": min((d.due_on for d in case.deadlines.values()), default=None), "closed_on": case.closed_on,
        "overlays": ",".join(sorted(case.overlays)), "transfer": case.transfer.answer,
        "transfer_from": case.transfer.from_desk, "transfer_to": case.transfer.to_desk, "transfer_on": case.transfer.on,
        "transfer_due_on": due.due_on if (due := case.deadlines.get("transfer_answer")) else None,
        "grace_until": case.transfer.grace_until, "follows": case.follows, "survivor": case.survivor,
        "contact_on": case.contact_on, "referrals_open": len(case.referrals), "version": case.version,
    }  # fmt: skip
    if case.last_employer is not None:
        yield last_employers, {"case_id": case.id}, {"employer": Opened(case.last_employer, marked)}
    yield from of_profile(case)


def _of_appointment(appointment: Appointment) -> Iterator[tuple[sa.Table, Key, Picture]]:
    yield appointments, {"appointment_id": appointment.id}, {
        "state": appointment.state, "desk": appointment.desk, "region": region(appointment),
        "case_id": appointment.case, "operator": appointment.operator, "service": appointment.service,
        "channel": appointment.channel, "day": appointment.day, "time": appointment.time,
        "minutes": appointment.minutes, "attendees": appointment.attendees, "version": appointment.version,
    }  # fmt: skip


def _of_person(person: Person) -> Iterator[tuple[sa.Table, Key, Picture]]:
    yield people, {"person_id": person.id}, {
        "state": person.state, "desk": person.desk, "region": region(person),
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
        "state": document.state, "case_id": document.case, "desk": document.desk, "region": region(document),
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
    held = [("GIVEN", event, each, operator.proposed_by[event]) for event, each in operator.given.items() if each.kind is Kind.GRANT]
    waiting = [("PROPOSED", event, each, by) for event, (each, by) in operator.proposed.items()]
    for state, event, each, by in (*held, *waiting):
        yield roles, {"event_id": event}, {
            "operator": operator.id, "role": each.role, "region": each.region, "state": state, "proposed_by": by,
            "day": operator.known[event].on,
        }  # fmt: skip


_PICTURES: dict[type[Aggregate], Callable[[Any], Iterator[tuple[sa.Table, Key, Picture]]]] = {
    Case: _of_case, Venture: of_venture, Company: of_company, Funding: of_funding, Resource: of_resource,
    Vacancy: of_vacancy, Session: of_session, Appointment: _of_appointment, Person: _of_person, Desk: _of_desk,
    Operator: _of_operator, Document: _of_document, Duplicate: _of_duplicate,
    Reminder: of_reminder, Message: of_message, Access: of_access, Submission: of_submission, Restoration: lambda restoration: iter(()),
}  # fmt: skip



def pictures(record: Aggregate) -> Iterator[tuple[sa.Table, Key, Picture]]:
    """Every row that shows this record: its own, and one for each open deadline."""
    if not record.version:
        return
    yield from _PICTURES[type(record)](record)
    for key, deadline in record.deadlines.items():
        yield deadlines, {"stream": record.id, "key": key}, {
            "kind": record.kind, "rule": deadline.rule, "cycle": deadline.cycle, "due_on": deadline.due_on,
            "edition": deadline.edition, "desk": record.desk, "region": region(record),
            "set_by": record.set_by[key].event, "set_version": record.set_by[key].version,
            "held_until": reminded_from(record, deadline.rule),
        }  # fmt: skip


Shown = dict[tuple[str, tuple[Any, ...]], tuple[Key, Picture]]


def shown(record: Aggregate) -> Shown:
    """The rows of a record, by table and key; what is made from sealed values is not opened yet."""
    return {
        (table.fullname, tuple(key.values())): (key, {name: value.value if isinstance(value, Enum) else value for name, value in row.items()})
        for table, key, row in pictures(record)
    }


def stored(record: Aggregate, keyring: Keyring) -> Shown:
    """The rows of a record as they are stored."""
    return {place: (key, written(row, keyring)) for place, (key, row) in shown(record).items()}


def rewrite(log: Database, record: Aggregate, keyring: Keyring) -> None:
    """Make the columns anew that were made from what is sealed, once a key is gone. Rows that went away meanwhile stay away."""
    tables = {table.fullname: table for table in TABLES}
    with log.engine.begin() as connection:
        for (name, _), (key, row) in shown(record).items():
            if made := {column: value for column, value in row.items() if isinstance(value, Opened)}:
                same = sa.and_(*(tables[name].c[column] == value for column, value in key.items()))
                connection.execute(sa.update(tables[name]).where(same).values(written(made, keyring)))


def changes(before: Shown, after: Shown) -> tuple[RowChange, ...]:
    """What has to be written so that the rows show the record as it is now; see `ready`."""
    gone = [RowChange(table, before[table, key][0], None) for table, key in before.keys() - after.keys()]
    fresh = [RowChange(place[0], *after[place]) for place in after if before.get(place) != after[place]]
    return (*gone, *fresh)


def ready(rows: Iterable[RowChange], keyring: Keyring) -> tuple[RowChange, ...]:
    """The changes as they are written, what was sealed opened for the columns that need it."""
    made = ((each, written(each.values, keyring) if each.values else each.values) for each in rows)
    return tuple(each if values is each.values else RowChange(each.table, each.key, values) for each, values in made)
