"""Operators: who works for the programme. Their names are personal values too, sealed under their own key."""

from typing import ClassVar
from uuid import UUID

from opera_cases.domain.aggregate import Aggregate
from opera_cases.domain.events import Event, Facts
from opera_cases.domain.personal import Email, PersonName, Sealed
from opera_cases.domain.steps import Command, Lifeline, Step
from opera_cases.domain.vocabulary import Language, Role
from opera_cases.domain.workflow import Procedure

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
    kind = "operator"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.name: Sealed | None = None
        self.email: Sealed | None = None
        self.language = Language.IT


@Operator.on(OperatorEnrolled)
def _(operator: Operator, event: Event[OperatorEnrolled]) -> None:
    operator.name, operator.email, operator.language = event.facts.name, event.facts.email, event.facts.language


@Operator.on(OperatorContactsChanged)
def _(operator: Operator, event: Event[OperatorContactsChanged]) -> None:
    operator.email, operator.language = event.facts.email, event.facts.language


OPERATOR = Procedure(
    name="operator", version=2, aggregate=Operator, states=(ENROLLED, LEFT), final=frozenset({LEFT}),
    steps=(
        Step(asks=EnrolOperator, by=frozenset({Role.ADMINISTRATOR}), source=frozenset({""}), target=ENROLLED,
             records=OperatorEnrolled),
        Step(asks=ChangeOperatorContacts, by=frozenset({Role.ADMINISTRATOR}), source=frozenset({ENROLLED}), target=None,
             records=OperatorContactsChanged),
        Step(asks=LeaveOperator, by=frozenset({Role.ADMINISTRATOR}), source=frozenset({ENROLLED}), target=LEFT,
             records=OperatorLeft),
    ),
    lifeline=Lifeline(without_deadline={ENROLLED: "Whoever works here owes no date to the procedure."}),
)  # fmt: skip
