"""How each kind of record is shown: the one list."""

from collections.abc import Callable
from typing import Any, NamedTuple

from opera_cases.api.schemas.records.accesses import AccessFields, of_access
from opera_cases.api.schemas.records.appointments import AppointmentFields, of_appointment
from opera_cases.api.schemas.records.cases import CaseFields, CaseOpened, of_case
from opera_cases.api.schemas.records.companies import CompanyFields, of_company
from opera_cases.api.schemas.records.desks import DeskFields, of_desk
from opera_cases.api.schemas.records.documents import DocumentFields, of_document
from opera_cases.api.schemas.records.duplicates import DuplicateFields, DuplicateOpened, of_duplicate
from opera_cases.api.schemas.records.fundings import FundingFields, of_funding
from opera_cases.api.schemas.records.messages import MessageFields, of_message
from opera_cases.api.schemas.records.operators import OperatorFields, of_operator
from opera_cases.api.schemas.records.people import PersonFields, of_person
from opera_cases.api.schemas.records.record import AfterStep, AsRead, Offered, Record
from opera_cases.api.schemas.records.reminders import ReminderFields, of_reminder
from opera_cases.api.schemas.records.resources import ResourceFields, of_resource
from opera_cases.api.schemas.records.restorations import RestorationFields, of_restoration
from opera_cases.api.schemas.records.sessions import SessionFields, of_session
from opera_cases.api.schemas.records.submissions import SubmissionFields, of_submission
from opera_cases.api.schemas.records.vacancies import VacancyFields, of_vacancy
from opera_cases.api.schemas.records.ventures import VentureFields, of_venture
from opera_cases.api.schemas.shown import Json, Shown, described, plain
from opera_cases.domain.kernel.aggregate import Aggregate


class Kind(NamedTuple):
    """The fields of its own that a kind of record shows, how they are made, and what is opened for whoever reads one."""

    fields: type[Shown]
    of: Callable[[Any], Shown]
    opened: tuple[type[Shown], ...] = ()


KINDS: dict[str, Kind] = {
    "case": Kind(CaseFields, of_case, (CaseOpened,)),
    "person": Kind(PersonFields, of_person),
    "duplicate": Kind(DuplicateFields, of_duplicate, (DuplicateOpened,)),
    "venture": Kind(VentureFields, of_venture),
    "company": Kind(CompanyFields, of_company),
    "funding": Kind(FundingFields, of_funding),
    "resource": Kind(ResourceFields, of_resource),
    "vacancy": Kind(VacancyFields, of_vacancy),
    "appointment": Kind(AppointmentFields, of_appointment),
    "session": Kind(SessionFields, of_session),
    "document": Kind(DocumentFields, of_document),
    "desk": Kind(DeskFields, of_desk),
    "operator": Kind(OperatorFields, of_operator),
    "reminder": Kind(ReminderFields, of_reminder),
    "message": Kind(MessageFields, of_message),
    "access": Kind(AccessFields, of_access),
    "submission": Kind(SubmissionFields, of_submission),
    "restoration": Kind(RestorationFields, of_restoration),
}


def schema_name(kind: str) -> str:
    """The name under which a record of this kind is described."""
    return f"{kind.title()}Record"


def own_fields(record: Aggregate) -> dict[str, Any]:
    """What a record shows beside what all share, by name."""
    return plain(KINDS[record.kind].of(record))


def record_schemas() -> dict[str, Json]:
    """The schema of each kind of record, by its name."""
    found = {}
    for kind, each in KINDS.items():
        parts: tuple[type[Shown], ...] = (Record, Offered, each.fields, *each.opened, AsRead, AfterStep)
        found[schema_name(kind)] = described(schema_name(kind), f"A {kind} as its reader may see it.", *parts)
    return found
