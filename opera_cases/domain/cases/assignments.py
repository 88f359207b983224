"""Assignments: the caseworker of a case, who hands it over inside the desk, and a consultant, or another mentor than that of the
venture, who helps with it until a day (handbook 6.8, 6.10).
"""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.plan import amends_agreement
from opera_cases.domain.cases.states import ACTIVE, ALWAYS, CLOSED, DESK, LEAD, WHILE_SUSPENDED
from opera_cases.domain.cases.transfers import OVER, voids_transfer
from opera_cases.domain.kernel.calendar import add_months
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import Note, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, Step, fill

rules = Rules("case")

SOURCE = "handbook 6.8"
HAND_OVER = "handbook 6.10"


class Assign(Command, frozen=True, kw_only=True):
    """A caseworker becomes responsible for the case."""

    caseworker: UUID
    reason: Reason | None = None


class HandOver(Command, frozen=True, kw_only=True):
    """The case passes to another caseworker of the desk, with the reason."""

    caseworker: UUID
    reason: Reason
    note: Note | None = None


class AssignConsultant(Command, frozen=True, kw_only=True):
    """A consultant or a mentor works on the case, until that day."""

    consultant: UUID
    until: date


class ReleaseConsultant(Command, frozen=True, kw_only=True):
    """A consultant or a mentor who was assigned works on the case no longer."""

    consultant: UUID


class CaseworkerAssigned(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.caseworker_assigned"
    caseworker: UUID
    reason: Reason | None = None


class CaseHandedOver(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.handed_over"
    from_caseworker: UUID | None = None
    caseworker: UUID
    reason: Reason
    note: Note | None = None


class ConsultantAssigned(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.consultant_assigned"
    consultant: UUID
    until: date


class ConsultantReleased(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.consultant_released"
    consultant: UUID


@Case.on(CaseworkerAssigned)
def _(case: Case, event: Event[CaseworkerAssigned]) -> None:
    case.caseworker = event.facts.caseworker


@Case.on(CaseHandedOver)
def _(case: Case, event: Event[CaseHandedOver]) -> None:
    case.caseworker = event.facts.caseworker


@Case.on(ConsultantAssigned)
def _(case: Case, event: Event[ConsultantAssigned]) -> None:
    case.consultants = {**case.consultants, event.facts.consultant: event.facts.until}


@Case.on(ConsultantReleased)
def _(case: Case, event: Event[ConsultantReleased]) -> None:
    case.consultants = {who: until for who, until in case.consultants.items() if who != event.facts.consultant}


@rules.of_request("caseworker_active", source="handbook 6.4")
def caseworker_active(it: DecisionContext[Case]) -> bool:
    """The caseworker works at the desk of the case on that day.

    The caseworker does not work at the desk of the case on that day.

    Choose a caseworker from this desk, or ask an administrator to assign this one to it.
    """
    return bool(it.seen["caseworker_active"])


@rules.of_request("caseworker_active", source=HAND_OVER)
def new_caseworker_active(it: DecisionContext[Case]) -> bool:
    """The person taking over the case works at its desk on that day.

    The person who would take over the case does not work at its desk on that day.

    Choose a caseworker from this desk, or ask another desk for a transfer.
    """
    return bool(it.seen["caseworker_active"])


@rules.of_request(source=HAND_OVER)
def to_someone_else(it: DecisionContext[Case]) -> bool:
    """A case is handed over to someone other than its current caseworker.

    This person is already the caseworker for this case.

    Choose another caseworker.
    """
    return bool(it.asked.caseworker != it.subject.caseworker)


def _assigned(it: DecisionContext[Case]) -> bool:
    until = it.subject.consultants.get(it.asked.consultant)
    return until is not None and it.today <= until


def _limit(it: DecisionContext[Case]) -> Mapping[str, object]:
    months = it.limit("consultant_assignment_months")
    return {"months": months, "last": add_months(it.today, months)}


def _standing(it: DecisionContext[Case]) -> Mapping[str, object]:
    return {"until": it.subject.consultants.get(it.asked.consultant)}


@rules.of_request("consultant_posted", source=SOURCE)
def consultant_at_a_desk(it: DecisionContext[Case]) -> bool:
    """The person being assigned works at a desk today, as a consultant or mentor.

    The person being assigned does not work at any desk today as a consultant or mentor.

    Choose someone else, or ask an administrator to assign this person to a desk in that role.
    """
    return bool(it.seen["consultant_posted"])


@rules.of_request(source="rulebook: consultant_assignment_months", tells=_limit)
def assigned_for_a_time(it: DecisionContext[Case]) -> bool:
    """An assignment ends on a future day, within the number of months set by the rulebook.

    The assignment must end after today and by {last}, within {months:month|months}.

    Choose a day within that time; if help is needed for longer, renew the assignment when it ends.
    """
    return bool(it.today < it.asked.until <= add_months(it.today, it.limit("consultant_assignment_months")))


@rules.of_request(source=SOURCE, tells=_standing)
def not_assigned_yet(it: DecisionContext[Case]) -> bool:
    """Someone already assigned to the case is not assigned again.

    This person is already assigned to the case, until {until}.

    If the day has changed, end the current assignment first.
    """
    return not _assigned(it)


@rules.of_request(source=SOURCE)
def consultant_assigned(it: DecisionContext[Case]) -> bool:
    """Only an assignment that is still running can be ended.

    This person is not assigned to the case, or the assignment has already ended.

    There is no assignment to end.
    """
    return _assigned(it)


CASEWORKER = (
    Step(asks=Assign, by=DESK, source=ACTIVE, target=None, records=CaseworkerAssigned,
         rules=(caseworker_active,), also=voids_transfer, drops=OVER, ends=("transfer_answer",),
         despite=WHILE_SUSPENDED),
)  # fmt: skip

HANDING_OVER = (
    Step(asks=HandOver, by=LEAD, source=ACTIVE, target=None, records=CaseHandedOver,
         rules=(new_caseworker_active, to_someone_else), fills=fill(from_caseworker=lambda it: it.subject.caseworker),
         also=lambda it: amends_agreement(it) + voids_transfer(it), drops=OVER, ends=("transfer_answer",), despite=ALWAYS),
)  # fmt: skip

ROWS = (
    Step(asks=AssignConsultant, by=DESK, source=ACTIVE, target=None, records=ConsultantAssigned,
         rules=(consultant_at_a_desk, assigned_for_a_time, not_assigned_yet), despite=WHILE_SUSPENDED),
    Step(asks=ReleaseConsultant, by=DESK, source=ACTIVE | {CLOSED}, target=None, records=ConsultantReleased,
         rules=(consultant_assigned,), despite=ALWAYS),
)  # fmt: skip
