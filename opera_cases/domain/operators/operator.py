"""An operator: somebody who works for the programme. Their name and address are personal values, sealed under their own key."""

from typing import ClassVar
from uuid import UUID

from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.given import Given
from opera_cases.domain.kernel.personal import Email, PersonName, Sealed
from opera_cases.domain.kernel.steps import Command
from opera_cases.domain.kernel.vocabulary import Language

ENROLLED, LEFT = "ENROLLED", "LEFT"


class EnrolOperator(Command, frozen=True, kw_only=True):
    """Someone begins to work for the programme."""

    name: PersonName
    email: Email | None = None
    language: Language = Language.IT


class LeaveOperator(Command, frozen=True, kw_only=True):
    """Someone no longer works for the programme. What they did keeps their name."""


class ChangeOperatorContacts(Command, frozen=True, kw_only=True):
    """Someone is written to at another address, or in another language."""

    email: Email
    language: Language = Language.IT


class OperatorEnrolled(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "operator.enrolled"
    name: PersonName
    email: Email | None = None
    language: Language


class OperatorContactsChanged(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "operator.contacts_changed"
    email: Email
    language: Language


class OperatorLeft(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "operator.left"


class Operator(Aggregate):
    """`addressed_by` is whoever recorded the address of today, if it is not that of the beginning. `given` holds what is in force, by the event that gave it; `proposed` the roles that wait for a second
    person, each with who proposed it; `proposed_by` says the same of those that were given."""

    kind = "operator"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.name: Sealed | None = None
        self.email: Sealed | None = None
        self.language = Language.IT
        self.addressed_by: UUID | None = None
        self.given: dict[UUID, Given] = {}
        self.proposed: dict[UUID, tuple[Given, UUID]] = {}
        self.proposed_by: dict[UUID, UUID] = {}


@Operator.on(OperatorEnrolled)
def _(operator: Operator, event: Event[OperatorEnrolled]) -> None:
    operator.name, operator.email, operator.language = event.facts.name, event.facts.email, event.facts.language


@Operator.on(OperatorContactsChanged)
def _(operator: Operator, event: Event[OperatorContactsChanged]) -> None:
    operator.email, operator.language, operator.addressed_by = (
        event.facts.email,
        event.facts.language,
        event.meta.actor.id,
    )


@Operator.on(OperatorLeft)
def _(operator: Operator, event: Event[OperatorLeft]) -> None:
    operator.given, operator.proposed, operator.proposed_by = {}, {}, {}
