"""Operators: who works for the programme. Their names are personal values too, sealed under their own key."""

from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from opera_cases.domain.aggregate import Aggregate
from opera_cases.domain.events import Event, Facts
from opera_cases.domain.personal import Email, PersonName, Sealed
from opera_cases.domain.rules import Asking, of_request
from opera_cases.domain.steps import Command, Lifeline, Step
from opera_cases.domain.vocabulary import Code, Language, Role
from opera_cases.domain.workflow import Procedure

ENROLLED, LEFT = "ENROLLED", "LEFT"
TOKEN_DAYS = 366



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


class IssueToken(Command, frozen=True, kw_only=True):
    """Someone may act in a role until a day, with a token that is shown to them once. `token` names it without telling it."""

    token: Code
    role: Role
    desks: tuple[UUID, ...] = ()
    region: Code | None = None
    expires_on: date


class WithdrawTokens(Command, frozen=True, kw_only=True):
    """None of the tokens of someone is good any longer."""


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


class OperatorTokenIssued(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "operator.token_issued"
    token: Code
    role: Role
    desks: tuple[UUID, ...] = ()
    region: Code | None = None
    expires_on: date


class OperatorTokensWithdrawn(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "operator.tokens_withdrawn"


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


@of_request(source="handbook 6.8")
def role_of_people(it: Asking[Operator]) -> bool:
    """Time and policies need no token.

    Choose a role in which people act.
    """
    return it.asked.role not in (Role.CLOCK, Role.POLICY)


@of_request(source="handbook 6.8")
def token_within_a_year(it: Asking[Operator]) -> bool:
    """A token ends within a year.

    Choose a nearer day; a new token can be issued then.
    """
    return bool(it.today <= it.asked.expires_on <= it.today + timedelta(days=TOKEN_DAYS))


OPERATOR = Procedure(
    name="operator", version=3, aggregate=Operator, states=(ENROLLED, LEFT), final=frozenset({LEFT}),
    steps=(
        Step(asks=EnrolOperator, by=frozenset({Role.ADMINISTRATOR}), source=frozenset({""}), target=ENROLLED,
             records=OperatorEnrolled),
        Step(asks=ChangeOperatorContacts, by=frozenset({Role.ADMINISTRATOR}), source=frozenset({ENROLLED}), target=None,
             records=OperatorContactsChanged),
        Step(asks=LeaveOperator, by=frozenset({Role.ADMINISTRATOR}), source=frozenset({ENROLLED}), target=LEFT,
             records=OperatorLeft),
        Step(asks=IssueToken, by=frozenset({Role.ADMINISTRATOR}), source=frozenset({ENROLLED}), target=None, records=OperatorTokenIssued,
             rules=(role_of_people, token_within_a_year)),
        Step(asks=WithdrawTokens, by=frozenset({Role.ADMINISTRATOR}), source=frozenset({ENROLLED, LEFT}), target=None,
             records=OperatorTokensWithdrawn),
    ),
    lifeline=Lifeline(without_deadline={ENROLLED: "Whoever works here owes no date to the procedure."}),
)  # fmt: skip
