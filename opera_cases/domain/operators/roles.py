"""Roles of the programme: given to somebody by one person or, where they guard the others, by two; and taken back by one.

Work at a desk is given by posting somebody there (`domain/desks`).
"""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.access import CONSOLE, GIVEN, GUARDIANS, AccessLevel
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.given import Given, GivenKind
from opera_cases.domain.kernel.personal import Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.steps import Command, Step, filling
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.operators.operator import ENROLLED, Operator

rules = Rules("operator")

SOURCE = "handbook 6.8"
FOUNDERS = 2
"""How many people are given such a role at the machine itself, before anybody could confirm one."""


class GrantRole(Command, frozen=True, kw_only=True):
    """Somebody is given a role of the programme that one person may give, for a region where the role is one of a region."""

    role: Role
    region: Code | None = None
    desks: tuple[UUID, ...] = ()
    since: date | None = None
    until: date | None = None


class WithdrawRole(Command, frozen=True, kw_only=True):
    """A role is taken back, at once, with everything that was issued for it. `grant` is the event that gave it."""

    grant: UUID
    reason: Reason | None = None


class RoleFacts(Facts, frozen=True, kw_only=True):
    """The role that is proposed or given, for which region or desks, from which day to which, both included."""

    role: Role
    region: Code | None = None
    desks: tuple[UUID, ...] = ()
    since: date
    until: date | None = None


class RoleGranted(RoleFacts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "operator.role_granted"
    proposal: UUID | None = None
    proposed_by: UUID
    confirmed_by: UUID | None = None


class RoleWithdrawn(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "operator.role_withdrawn"
    grant: UUID
    reason: Reason | None = None


def given_by_role(operator: Operator, facts: RoleFacts) -> Given:
    return Given(
        GivenKind.GRANT, operator.id, facts.role.value, facts.desks, facts.region or "", "", facts.since, facts.until
    )


@Operator.on(RoleGranted)
def _(operator: Operator, event: Event[RoleGranted]) -> None:
    operator.given = {**operator.given, event.event_id: given_by_role(operator, event.facts)}
    operator.proposed_by = {**operator.proposed_by, event.event_id: event.facts.proposed_by}
    operator.proposed = {each: what for each, what in operator.proposed.items() if each != event.facts.proposal}


@Operator.on(RoleWithdrawn)
def _(operator: Operator, event: Event[RoleWithdrawn]) -> None:
    gone = event.facts.grant
    operator.given = {each: what for each, what in operator.given.items() if gone not in (each, what.grant)}


@rules.of_request(source=SOURCE)
def role_of_the_programme(it: DecisionContext[Operator]) -> bool:
    """Programme roles are granted to a person; work at a desk is given by assigning the person to it.

    This is not a programme role.

    Assign the person to a desk, or choose a programme role.
    """
    return it.asked.role in GIVEN


@rules.of_request("guardians", source=SOURCE)
def given_by_two(it: DecisionContext[Operator]) -> bool:
    """The roles of auditor, data protection officer, administrator and regional coordinator are granted by two people
    together.

    This role is granted by two people together, not by one alone.

    Propose the role; a second person who holds one of these roles will confirm it.
    """
    founding = it.by.id == CONSOLE.id and it.seen["guardians"] < FOUNDERS
    return it.asked.role not in GUARDIANS or founding


@rules.of_request(source=SOURCE)
def not_to_oneself(it: DecisionContext[Operator]) -> bool:
    """Nobody grants a role to themselves.

    You would be granting this role to yourself.

    Ask a colleague.
    """
    return it.subject.id != it.by.id


@rules.of_request(source=SOURCE)
def region_of_the_role(it: DecisionContext[Operator]) -> bool:
    """A regional coordinator has a region; the other programme roles do not.

    The region is missing for a regional coordinator, or is given for another role.

    Give a region for a regional coordinator, and for no other role.
    """
    return bool(it.asked.region) == (it.asked.role is Role.REGIONAL_COORDINATOR)


@rules.of_request(source=SOURCE)
def days_in_order(it: DecisionContext[Operator]) -> bool:
    """What is granted ends after it begins, and is not already over.

    The last day is before the first, or has already passed.

    Check the dates.
    """
    return it.asked.until is None or it.asked.until >= max(it.asked.since or it.on, it.today)


@rules.of_request(source=SOURCE)
def role_held(it: DecisionContext[Operator]) -> bool:
    """Only a role that someone holds can be withdrawn.

    This person does not hold this role.

    Look at the roles of this person.
    """
    found = it.subject.given.get(it.asked.grant)
    return found is not None and found.kind is GivenKind.GRANT


@filling("since")
def from_today(it: DecisionContext[Operator]) -> dict[str, Any]:
    return {"since": it.asked.since or it.on}


@filling("since", "proposed_by")
def _granted(it: DecisionContext[Operator]) -> dict[str, Any]:
    return {**from_today(it), "proposed_by": it.by.id}


WHOLE = (role_of_the_programme, not_to_oneself, region_of_the_role, days_in_order)
HERE = frozenset({ENROLLED})
GRANT_ROWS = (
    Step(asks=GrantRole, by=frozenset({Role.ADMINISTRATOR}), source=HERE, target=None, records=RoleGranted,
         rules=(*WHOLE, given_by_two), fills=_granted),
)  # fmt: skip
WITHDRAWAL_ROWS = (
    Step(asks=WithdrawRole, by=GUARDIANS, source=HERE, target=None, records=RoleWithdrawn, reach=AccessLevel.READ, rules=(role_held,)),
)  # fmt: skip
