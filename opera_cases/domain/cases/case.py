"""The case itself: what its events made of it."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from opera_cases.domain.aggregate import Aggregate
from opera_cases.domain.cases import events as e
from opera_cases.domain.events import Event
from opera_cases.domain.vocabulary import Channel, Outcome, Pathway, TargetGroup

CONTACT, INTAKE, ASSESSMENT, PLAN = "CONTACT", "INTAKE", "ASSESSMENT", "PLAN"
IDEA, BUSINESS_PLAN, FUNDING, START_UP, MENTORING = "IDEA", "BUSINESS_PLAN", "FUNDING", "START_UP", "MENTORING"
CLOSED, SUSPENDED = "CLOSED", "SUSPENDED"


class Attempt(NamedTuple):
    on: date
    channel: Channel
    reached: bool


class Case(Aggregate):
    kind = "case"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.file_number = ""
        self.person: UUID | None = None
        self.caseworker: UUID | None = None
        self.venture: UUID | None = None
        self.pathway: Pathway | None = None
        self.target_group: TargetGroup | None = None
        self.eligible = self.entry_recorded = self.needs_assessed = self.exit_recorded = self.followed_up = False
        self.contact_every_days: int | None = None
        self.attempts: tuple[Attempt, ...] = ()
        self.outcome: Outcome | None = None
        self.closed_on: date | None = None

    @property
    def subject(self) -> UUID:
        """Whose personal values this case holds: the person's, or, while nobody is known, its own."""
        return self.person or self.id


@Case.on(e.ContactRecorded)
def _(case: Case, event: Event[e.ContactRecorded]) -> None:
    case.desk, case.place, case.file_number = event.facts.desk, event.facts.place, event.facts.file_number


@Case.on(e.ContactAttempted)
def _(case: Case, event: Event[e.ContactAttempted]) -> None:
    case.attempts = (*case.attempts, Attempt(event.on, event.facts.channel, event.facts.reached))


@Case.on(e.CaseworkerAssigned)
def _(case: Case, event: Event[e.CaseworkerAssigned]) -> None:
    case.caseworker = event.facts.caseworker


@Case.on(e.IntakeOpened)
def _(case: Case, event: Event[e.IntakeOpened]) -> None:
    case.person = event.facts.person


@Case.on(e.EligibilityConfirmed)
def _(case: Case, event: Event[e.EligibilityConfirmed]) -> None:
    case.eligible, case.target_group = True, event.facts.target_group


@Case.on(e.EntryDataRecorded)
def _(case: Case, event: Event[e.EntryDataRecorded]) -> None:
    case.entry_recorded = True


@Case.on(e.NeedsAssessed)
def _(case: Case, event: Event[e.NeedsAssessed]) -> None:
    case.needs_assessed = True


@Case.on(e.AgreementSigned)
def _(case: Case, event: Event[e.AgreementSigned]) -> None:
    case.contact_every_days = event.facts.contact_every_days


@Case.on(e.PathwayChosen)
def _(case: Case, event: Event[e.PathwayChosen]) -> None:
    case.pathway = event.facts.pathway


@Case.on(e.VentureJoined)
def _(case: Case, event: Event[e.VentureJoined]) -> None:
    case.venture = event.facts.venture


@Case.on(e.PathwayChanged)
def _(case: Case, event: Event[e.PathwayChanged]) -> None:
    case.pathway = case.venture = None


@Case.on(e.CaseClosed)
def _(case: Case, event: Event[e.CaseClosed]) -> None:
    case.outcome, case.closed_on = event.facts.outcome, event.on
    case.exit_recorded = event.facts.exit_situation is not None


@Case.on(e.ExitDataRecorded)
def _(case: Case, event: Event[e.ExitDataRecorded]) -> None:
    case.exit_recorded = True


@Case.on(e.FollowUpRecorded)
def _(case: Case, event: Event[e.FollowUpRecorded]) -> None:
    case.followed_up = True
