"""Every procedure of the office, by the kind of record it governs."""

from typing import Any

from opera_cases.domain.appointments import APPOINTMENT
from opera_cases.domain.break_glass import ACCESS
from opera_cases.domain.cases.procedure import CASE
from opera_cases.domain.companies.procedure import COMPANY
from opera_cases.domain.desks.procedure import DESK
from opera_cases.domain.documents.procedure import DOCUMENT
from opera_cases.domain.duplicates.procedure import DUPLICATE
from opera_cases.domain.funding.procedure import FUNDING
from opera_cases.domain.kernel.workflow import Procedure
from opera_cases.domain.messages.message import MESSAGE
from opera_cases.domain.operators.procedure import OPERATOR
from opera_cases.domain.people.procedure import PERSON
from opera_cases.domain.reminders.procedure import REMINDER
from opera_cases.domain.resources.procedure import RESOURCE
from opera_cases.domain.restorations import RESTORATION
from opera_cases.domain.sessions import SESSION
from opera_cases.domain.submissions import SUBMISSION
from opera_cases.domain.vacancies import VACANCY
from opera_cases.domain.ventures.procedure import VENTURE

PROCEDURES: dict[str, Procedure[Any]] = {
    procedure.name: procedure
    for procedure in (
        CASE,
        PERSON,
        DUPLICATE,
        VENTURE,
        COMPANY,
        FUNDING,
        RESOURCE,
        VACANCY,
        APPOINTMENT,
        SESSION,
        DOCUMENT,
        DESK,
        OPERATOR,
        REMINDER,
        MESSAGE,
        ACCESS,
        SUBMISSION,
        RESTORATION,
    )
}
