"""The facts about cases, their people, desks and operators, each gathered in one place (see `gathering`)."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from opera_cases.application.facts.gathering import NOWHERE, FactLoader
from opera_cases.application.indicators import reporting
from opera_cases.application.integrity.stored_claims import identifier_key
from opera_cases.domain.access import WITH_THEIR_PEOPLE, AccessLevel
from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.entry_data import age_group
from opera_cases.domain.cases.states import BUSINESS, CLOSED, MERGED
from opera_cases.domain.desks.desk import Desk
from opera_cases.domain.documents.document import Document
from opera_cases.domain.duplicates.duplicate import Duplicate
from opera_cases.domain.kernel import calendar
from opera_cases.domain.kernel.errors import KeyDestroyed
from opera_cases.domain.operators.operator import ENROLLED, Operator
from opera_cases.domain.people.person import KNOWN, Person
from opera_cases.domain.ventures.states import CONSOLIDATED, LIVING
from opera_cases.log.keys.sealing import unseal
from opera_cases.projections.models import deadlines, desks
from opera_cases.projections.queries import counts


def place(g: FactLoader) -> Any:
    """Where the record is at home, and so by which clock and calendar it is decided; None where nobody knows."""
    if isinstance(g.subject, Duplicate):
        return g.of_pair("first").place
    if hasattr(g.asked, "until") and hasattr(g.asked, "region"):
        return _of_region(g)
    if hasattr(g.asked, "file_number"):
        return NOWHERE if g.tried else g.numbered.place
    desk = g.desk
    return desk.place if desk.place else g.case.place


def owed_on(g: FactLoader) -> date | None:
    """The day on which a record owes what a reminder is about; None when it does no longer."""
    record = getattr(g.subject, "record", None) or g.asked.record
    key = getattr(g.subject, "key", "") or g.asked.key
    return deadlines.owed_on(g.records.database, record, key)


def _of_region(g: FactLoader) -> Any:
    """Where a region keeps its clock: at the first of its desks. A coordinator reports on the own region only."""
    if g.by.region not in ("", g.asked.region):
        return None
    first = desks.first_desk(g.records.database, g.asked.region)
    return g.load(Desk, first).place if first else None


def last_frozen_until(g: FactLoader) -> date | None:
    """The last day of the last report that was submitted for the region; None where none was."""
    known = reporting.submissions_of_region(g.records, g.asked.region)
    return known[-1].occurred_until if known else None


def report(g: FactLoader) -> dict[str, Any] | None:
    """What a submission of the period would freeze now."""
    if _of_region(g) is None:
        return None
    asked = g.asked
    return reporting.compute_report(g.records, asked.region, asked.since, asked.until, g.records.recorder.head())


def other_open_case(g: FactLoader) -> bool:
    """Whether the person has an open case beside this one, under any of their records."""
    return bool(g.records.open_cases(g.root.identities).keys() - {g.subject.id})


def followed_case_closed(g: FactLoader) -> bool:
    """Whether the case that a new one follows is closed."""
    return g.load(Case, getattr(g.asked, "follows", None)).state == CLOSED


def document_of_case(g: FactLoader) -> bool:
    """Whether the document asked about is one of this case."""
    document = g.load(Document, g.asked.document)
    return document.case == g.subject.id


def age(g: FactLoader) -> int | None:
    """The age of the person on the day asked about, in whole years; None where the birth date is not known, or was
    erased."""
    sealed = g.person.birth_date
    if sealed is None:
        return None
    try:
        born = date.fromisoformat(unseal(sealed, g.records.keyring))
    except KeyDestroyed:
        return None
    return calendar.years_between(born, g.on)


def identifier_digest(g: FactLoader) -> str:
    """The digest under which the declared number would be claimed; empty where it was never declared."""
    assert isinstance(g.subject, Person)
    declared = g.subject.identifiers.get(g.asked.declaration)
    return "" if declared is None else identifier_key(g.records.keyring, declared)


def consultant_posted(g: FactLoader) -> bool:
    """Whether somebody works at some desk today to help with cases to which they are assigned."""
    return any(g.authorities.posting(g.asked.consultant, role, g.today) for role in sorted(WITH_THEIR_PEOPLE))


def case_at_desk(g: FactLoader) -> bool:
    """Whether the case is there, open, and at the desk asked about."""
    case = g.case
    return bool(case.version) and case.desk == g.asked.desk and case.state not in (CLOSED, MERGED)


def posting(g: FactLoader) -> UUID | None:
    """The event by which the operator works at a desk today in the role asked for."""
    return g.authorities.posting(g.subject.id, g.asked.role, g.on)


def enrolled(g: FactLoader) -> bool:
    """Whether the operator asked about works for the programme."""
    return g.load(Operator, g.asked.operator).state == ENROLLED


FACTS_OF_CASES: dict[str, Callable[[FactLoader], Any]] = {
    "desk_open": lambda g: g.desk.open_on(g.on),
    "place": place,
    "last_frozen_until": last_frozen_until,
    "_report": report,
    "owed_on": owed_on,
    "desk": lambda g: g.case.desk,
    "file_number": lambda g: g.number(),
    "person_known": lambda g: g.person.state == KNOWN,
    "identities": lambda g: g.root.identities,
    "consents": lambda g: sorted(g.person.consents),
    "to_desk_open": lambda g: g.receiving_desk.open_on(g.on),
    "receiving_place": lambda g: g.receiving_desk.place,
    "asker_at_receiving_desk": lambda g: g.receiving_desk.id in g.by.desks,
    "caseworker_at_receiving_desk": lambda g: bool(g.receiving_desk.working(g.asked.caseworker, g.on)),
    "followed_case_closed": followed_case_closed,
    "works_on_case": lambda g: g.records.reach(g.by, g.case, g.on) is AccessLevel.WRITE,
    "case_subject": lambda g: g.case.subject,
    "case_desk": lambda g: g.case.desk,
    "documents_of_case": lambda g: counts.documents_filed(g.records.database, g.case.id),
    "document_of_case": document_of_case,
    "alike": lambda g: g.alike(),
    "notice_version": lambda g: g.person.notice_version,
    "other_open_case": other_open_case,
    "age_group": lambda g: age_group(age(g)),
    "meetings_held": lambda g: counts.meetings_held(g.records.database, g.case.id),
    "_age": age,
    "plan_validated": lambda g: g.venture.plan is not None and g.venture.plan.valid,
    "plan_version": lambda g: g.venture.plan.version if g.venture.plan else 0,
    "funds_cover": lambda g: g.venture.funds_cover,
    "venture_trading": lambda g: g.venture.state in LIVING | {CONSOLIDATED},
    "venture_consolidated": lambda g: g.venture.state == CONSOLIDATED,
    "trading_since": lambda g: g.venture.trading_since,
    "check_ins_open": lambda g: len(g.venture.check_ins_open),
    "caseworker_active": lambda g: g.posted(g.asked.caseworker),
    "mentor_active": lambda g: g.posted(g.asked.mentor),
    "consultant_posted": consultant_posted,
    "operator_posted": lambda g: bool(g.desk.working(g.asked.operator, g.asked.day)),
    "case_in_business": lambda g: g.case.state in BUSINESS and g.case.person is not None,
    "case_pathway": lambda g: g.case.pathway,
    "case_has_venture": lambda g: g.case.venture is not None,
    "promoter": lambda g: g.case.person,
    "concerns": lambda g: g.case.subject if g.case.version else None,
    "case_at_desk": case_at_desk,
    "operator_enrolled": enrolled,
    "posting": posting,
    "guardians": lambda g: g.authorities.guardians_known(),
    "_identifier_digest": identifier_digest,
}
