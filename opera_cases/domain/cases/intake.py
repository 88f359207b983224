"""Intake: the contact becomes the case of a known person, whose eligibility a paper shows (handbook 4.4, 6.4)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.states import ACTIVE, CONTACT, DESK, INTAKE, WHILE_SUSPENDED
from opera_cases.domain.kernel.entry_codes import Evidence, TargetGroup
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import PrivateDay
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, at, facts_seen, fill

rules = Rules("case")

SOURCE = "handbook 6.4"


class OpenIntake(Command, frozen=True, kw_only=True):
    """Reception: the contact becomes a case of a known person, after the duplicate search."""

    person: UUID
    duplicate_search_on: date


def dated_by_then(typed: Mapping[str, Any]) -> bool:
    """Whether a paper is dated no later than the step that it proves."""
    return bool(typed["evidence_on"] <= typed["occurred_on"])


def declared_on(typed: Mapping[str, Any]) -> date | None:
    """The day of the declaration before the employment centre, from which the time for the pact counts; of other papers
    nobody has to know the day."""
    day: date = typed["evidence_on"]
    return day if typed["evidence"] == Evidence.DID else None


class ConfirmEligibility(Command, frozen=True, kw_only=True):
    """The person belongs to a target group, and a paper shows it."""

    derives: ClassVar[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
        "dated_by_then": dated_by_then, "declared_on": declared_on,
    }  # fmt: skip
    target_group: TargetGroup
    evidence: Evidence
    evidence_on: PrivateDay
    document: UUID | None = None
    dated_by_then: bool = False
    declared_on: date | None = None


class RecordServicePact(Command, frozen=True, kw_only=True):
    """The employment centre and the person signed their pact of service."""

    signed_on: date


class IntakeOpened(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.intake_opened"
    person: UUID
    notice_version: Code
    duplicate_search_on: date
    identities: tuple[UUID, ...] = ()


class EligibilityConfirmed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.eligibility_confirmed"
    required: ClassVar[frozenset[str]] = frozenset({"evidence_on"})
    target_group: TargetGroup
    evidence: Evidence
    evidence_on: date | None = None
    criteria: Code
    document: UUID | None = None
    evidence_on_sealed: PrivateDay | None = None
    dated_by_then: bool = False


class ServicePactRecorded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.service_pact_recorded"
    signed_on: date


@Case.on(IntakeOpened)
def _(case: Case, event: Event[IntakeOpened]) -> None:
    case.person = event.facts.person
    case.identities = frozenset({event.facts.person, *event.facts.identities})


@Case.on(EligibilityConfirmed)
def _(case: Case, event: Event[EligibilityConfirmed]) -> None:
    case.eligible, case.target_group = True, event.facts.target_group


@rules.of_request("person_known", "notice_version", source="Reg. (EU) 2016/679 art. 13")
def notice_given(it: DecisionContext[Case]) -> bool:
    """The person has been given the privacy notice in force.

    The person has not been given the privacy notice in force.

    Give the person the notice and record its version on their record.
    """
    version = it.find("privacy_notice").value
    return bool(it.seen["person_known"]) and it.seen["notice_version"] == version


@rules.of_request("person_known", source=SOURCE)
def person_registered(it: DecisionContext[Case]) -> bool:
    """The person is registered, under the record that was kept.

    The person is not registered, or their record has been merged into another.

    Search for the person first; if there is no record, register them; a merged record points to the one that was kept.
    """
    return bool(it.seen["person_known"])


@rules.of_request(source="handbook 6.6")
def duplicates_searched(it: DecisionContext[Case]) -> bool:
    """The search for duplicates was carried out before the intake.

    The search for duplicates is dated after the intake, or missing.

    Search for the person by name and identifier, then give the date of the search.
    """
    return bool(it.asked.duplicate_search_on <= it.on)


@rules.of_request("other_open_case", "identities", source=SOURCE)
def no_other_open_case(it: DecisionContext[Case]) -> bool:
    """A person has only one open case at a time.

    The person already has an open case, and can have only one at a time.

    Continue with the open case, or ask its desk for a transfer; a coordinator can merge duplicate records.
    """
    return not it.seen["other_open_case"]


def evidence_dated(said: Any, on: date) -> bool:
    """The same of a confirmation recorded, or asked for."""
    return bool(said.dated_by_then or (isinstance(said.evidence_on, date) and said.evidence_on <= on))


@rules.of_request(source="rulebook: evidence_of_target_group")
def evidence_accepted(it: DecisionContext[Case]) -> bool:
    """The evidence seen shows that the person belongs to a target group, and is not dated after the step.

    The evidence seen does not show that the person belongs to a target group, or it is dated after the step.

    Ask for the declaration of availability, the dismissal letter or the notice of wage support.
    """
    accepted = it.find("evidence_of_target_group").codes
    return it.asked.evidence in accepted and evidence_dated(it.asked, it.on)


@rules.of_request("document_of_case", source="handbook 6.14")
def evidence_document_there(it: DecisionContext[Case]) -> bool:
    """The document given as evidence is on file for this case.

    The document given as evidence is not on file for this case.

    Add the document to the case first, or leave it out: evidence can be seen without keeping a copy.
    """
    return it.asked.document is None or bool(it.seen["document_of_case"])


@rules.of_request(source="D.Lgs. 150/2015 art. 20")
def pact_signed_by_now(it: DecisionContext[Case]) -> bool:
    """A service pact has been signed by the time it is recorded.

    The date on which the service pact was signed is in the future.

    Correct the date.
    """
    return bool(it.asked.signed_on <= it.today)


def _identities(it: DecisionContext[Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(("open_case", each) for each in it.seen["identities"])


def _declared_available(it: DecisionContext[Any]) -> bool:
    """Declared before the employment centre, whose time for the pact is not over: in France nothing is owed."""
    found, since = it.rulebook.seek("cpi_contact", it.on, it.place), it.asked.declared_on
    return bool(found and since and it.rulebook.due("cpi_contact", since, it.place).due_on >= it.on)


ROWS = (
    Step(asks=OpenIntake, by=DESK, source=at(CONTACT), target=INTAKE, records=IntakeOpened,
         rules=(person_registered, notice_given, duplicates_searched, no_other_open_case),
         fills=facts_seen("notice_version", "identities"), claims=_identities,
         sets=(DeadlineSpec("assessment_held"),), ends=("call_back",)),
    Step(asks=ConfirmEligibility, by=DESK, source=at(INTAKE), target=None, records=EligibilityConfirmed,
         rules=(evidence_accepted, evidence_document_there), fills=fill(criteria=lambda it: it.rulebook.edition),
         sets=(DeadlineSpec("cpi_contact", after="declared_on", when=_declared_available),)),
    Step(asks=RecordServicePact, by=DESK, source=ACTIVE - {CONTACT}, target=None, records=ServicePactRecorded,
         rules=(pact_signed_by_now,), ends=("cpi_contact",), despite=WHILE_SUSPENDED),
)  # fmt: skip
