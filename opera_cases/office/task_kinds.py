"""The kinds of tasks, and who may ask for each."""

from opera_cases.domain.errors import NotYourRole
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.domain.scope import Principal
from opera_cases.domain.vocabulary import Role
from opera_cases.office.audit import ASKERS
from opera_cases.office.door import Office

STEPS, IMPORT, EXPORT, AUDIT, DOSSIER = "steps", "import", "export", "audit", "dossier"
HAND_OUT = frozenset({EXPORT, AUDIT, DOSSIER})
"""The kinds that hand out what somebody reached when they asked."""
EXPORTERS = frozenset({Role.CASEWORKER, Role.COORDINATOR, Role.REGIONAL_COORDINATOR, Role.AUDITOR, Role.DPO})


def roles(kind: str, record: str = "", step: str = "") -> frozenset[Role]:
    """Who may ask for a kind of task: for a step of many records of a kind, and for an import, whoever may take the steps one
    by one; for a file, whoever works on cases or audits. Who sees counts only, or keeps the machine, is given none (handbook 6.8)."""
    if kind == STEPS:
        return _takers(record, step)
    if kind == IMPORT:
        return _takers("person", "register_person") & _takers("case", "record_contact")
    return ASKERS if kind == AUDIT else EXPORTERS


def _takers(record: str, step: str) -> frozenset[Role]:
    return frozenset(role for row in PROCEDURES[record].steps if row.name == step for role in row.by)


def check_role(office: Office, kind: str, who: Principal, record: str = "", step: str = "") -> None:
    """Raises `NotYourRole` for whoever may not ask for such a task; that they did is on record."""
    if who.role not in roles(kind, record, step):
        office.not_shown(f"task.{kind}", who)
        raise NotYourRole
