"""The kinds of tasks, and who may ask for each."""

from dataclasses import replace
from uuid import UUID

from opera_cases.application.application import Application
from opera_cases.application.audit.trail import ASKERS
from opera_cases.domain.access import Principal
from opera_cases.domain.access.roles import PEOPLE, WITH_FILES, WITH_THEIR_PEOPLE
from opera_cases.domain.kernel.errors import NotYourRole, Refusal, Refused
from opera_cases.domain.kernel.rules import SHARED
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.procedures import PROCEDURES

STEPS, IMPORT, EXPORT, AUDIT, DOSSIER = "steps", "import", "export", "audit", "dossier"
HAND_OUT = frozenset({EXPORT, AUDIT, DOSSIER})
"""The kinds that hand out what somebody reached when they asked."""
EXPORTERS = (WITH_FILES - WITH_THEIR_PEOPLE) & PEOPLE

NOT_TAKEN_ALONG = Refusal(
    f"{SHARED}.not_taken_along", "A file opened outside your remit is read on screen; it cannot be printed or exported.",
    "Ask the desk responsible for what you need from it.", "handbook 6.8",
)  # fmt: skip


def roles_for(kind: str, record: str = "", step: str = "") -> frozenset[Role]:
    """Who may ask for a kind of task: for a step of many records of a kind, and for an import, whoever may take the steps one
    by one; for a file, whoever works on cases or audits. Who sees counts only, or keeps the machine, is given none (handbook 6.8)."""
    if kind == STEPS:
        return takers(record, step)
    if kind == IMPORT:
        return takers("person", "register_person") & takers("case", "record_contact")
    return ASKERS if kind == AUDIT else EXPORTERS


def takers(record: str, step: str) -> frozenset[Role]:
    """Who may take a step of a kind of record, by its table."""
    return frozenset(role for row in PROCEDURES[record].steps if row.name == step for role in row.by)


def check_role(application: Application, kind: str, who: Principal, record: str = "", step: str = "") -> None:
    """Raises `NotYourRole` for whoever may not ask for such a task; that they did is on record."""
    if who.role not in roles_for(kind, record, step):
        application.not_shown(f"task.{kind}", who)
        raise NotYourRole


def check_case(application: Application, case: UUID, who: Principal) -> None:
    """Raises `NotFound` for a case that is not there or beyond reach, `Refused` for one that somebody reaches only because they
    opened it for a reason; both are on record."""
    record = application.load("case", case, who)
    if not application.records.reach(replace(who, opened=False), record, application.today()):
        application.not_shown(f"task.{DOSSIER}", who, NOT_TAKEN_ALONG.rule, case)
        raise Refused((NOT_TAKEN_ALONG,))
