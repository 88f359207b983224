"""Roles of the programme: given to somebody by one person or, where they guard the others, by two; and taken back by one.

Work at a desk is given by posting somebody there (`domain/desks`).
"""

from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.access import CONSOLE, GIVEN, GUARDIANS, AccessLevel
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.given import Given, GivenKind
from opera_cases.domain.kernel.personal import Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, Step, filling
from opera_cases.domain.kernel.vocabulary import Code, Role
from opera_cases.domain.operators.operator import ENROLLED, Operator

rules = Rules("operator")

SOURCE = "handbook 6.8"
FOUNDERS, PROPOSAL_DAYS = 2, 30


class GrantRole(Command, frozen=True, kw_only=True):
    """Somebody is given a role of the programme that one person may give, for a region where the role is one of a region."""

    role: Role
    region: Code | None = None
    desks: tuple[UUID, ...] = ()
    since: date | None = None
    until: date | None = None


class ProposeRole(Command, frozen=True, kw_only=True):
    """Somebody is proposed for a role that guards the others; a second person gives it."""

    role: Role
    region: Code | None = None
    desks: tuple[UUID, ...] = ()
    since: date | None = None
    until: date | None = None


class ConfirmRole(Command, frozen=True, kw_only=True):
    """A second person gives the role that was proposed. `proposal` is the event of the proposal."""

    proposal: UUID


class RejectRole(Command, frozen=True, kw_only=True):
    """The role that was proposed is not granted."""

    proposal: UUID
    reason: Reason


class WithdrawRole(Command, frozen=True, kw_only=True):
    """A role is taken back, at once, with everything that was issued for it. `grant` is the event that gave it."""

    grant: UUID
    reason: Reason | None = None


class RoleProposed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "operator.role_proposed"
    role: Role
    region: Code | None = None
    desks: tuple[UUID, ...] = ()
    since: date
    until: date | None = None


class RoleGranted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "operator.role_granted"
    role: Role
    region: Code | None = None
    desks: tuple[UUID, ...] = ()
    since: date
    until: date | None = None
    proposal: UUID | None = None
    proposed_by: UUID
    confirmed_by: UUID | None = None


class RoleRejected(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "operator.role_rejected"
    proposal: UUID
    reason: Reason


class RoleWithdrawn(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "operator.role_withdrawn"
    grant: UUID
    reason: Reason | None = None


def _given(operator: Operator, said: RoleProposed | RoleGranted) -> Given:
    return Given(
        GivenKind.GRANT, operator.id, said.role.value, said.desks, said.region or "", "", said.since, said.until
    )


@Operator.on(RoleProposed)
def _(operator: Operator, event: Event[RoleProposed]) -> None:
    operator.proposed = {**operator.proposed, event.event_id: (_given(operator, event.facts), event.meta.actor.id)}


@Operator.on(RoleGranted)
def _(operator: Operator, event: Event[RoleGranted]) -> None:
    operator.given = {**operator.given, event.event_id: _given(operator, event.facts)}
    operator.proposed_by = {**operator.proposed_by, event.event_id: event.facts.proposed_by}
    operator.proposed = {each: what for each, what in operator.proposed.items() if each != event.facts.proposal}


@Operator.on(RoleRejected)
def _(operator: Operator, event: Event[RoleRejected]) -> None:
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
def role_that_guards(it: DecisionContext[Operator]) -> bool:
    """Only roles that two people grant together are proposed.

    One person is enough to grant this role, so it is not proposed.

    Grant the role directly.
    """
    return it.asked.role in GUARDIANS


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


@rules.of_request(source=SOURCE, tells=lambda it: {"days": PROPOSAL_DAYS})
def proposal_open(it: DecisionContext[Operator]) -> bool:
    """A proposal remains open for a while, and is decided only once.

    There is no such proposal, it has already been decided, or it has been waiting for more than {days:day|days}.

    Look at the proposals of this person, or propose the role again.
    """
    found = it.subject.known.get(it.asked.proposal)
    return (
        it.asked.proposal in it.subject.proposed
        and found is not None
        and it.today <= found.on + timedelta(days=PROPOSAL_DAYS)
    )


@rules.of_request(source=f"{SOURCE}, four eyes")
def second_person(it: DecisionContext[Operator]) -> bool:
    """The person who confirms a role neither proposed it nor receives it.

    You proposed this role, or would receive it yourself.

    Ask another colleague who holds one of these roles.
    """
    proposed = it.subject.proposed.get(it.asked.proposal)
    return it.by.id != it.subject.id and (proposed is None or proposed[1] != it.by.id)


@rules.of_request(source=SOURCE)
def role_held(it: DecisionContext[Operator]) -> bool:
    """Only a role that someone holds can be withdrawn.

    This person does not hold this role.

    Look at the roles of this person.
    """
    found = it.subject.given.get(it.asked.grant)
    return found is not None and found.kind is GivenKind.GRANT


@filling("since")
def _from_today(it: DecisionContext[Operator]) -> dict[str, Any]:
    return {"since": it.asked.since or it.on}


@filling("since", "proposed_by")
def _granted(it: DecisionContext[Operator]) -> dict[str, Any]:
    return {**_from_today(it), "proposed_by": it.by.id}


@filling("role", "region", "desks", "since", "until", "proposed_by", "confirmed_by")
def _confirmed(it: DecisionContext[Operator]) -> dict[str, Any]:
    given, proposed_by = it.subject.proposed[it.asked.proposal]
    return {"role": Role(given.role), "region": given.region or None, "desks": given.desks, "since": given.since, "until": given.until,
            "proposed_by": proposed_by, "confirmed_by": it.by.id}  # fmt: skip


WHOLE = (role_of_the_programme, not_to_oneself, region_of_the_role, days_in_order)
HERE = frozenset({ENROLLED})
ROWS = (
    Step(asks=GrantRole, by=frozenset({Role.ADMINISTRATOR}), source=HERE, target=None, records=RoleGranted,
         rules=(*WHOLE, given_by_two), fills=_granted),
    Step(asks=ProposeRole, by=GUARDIANS, source=HERE, target=None, records=RoleProposed, reach=AccessLevel.READ, rules=(*WHOLE, role_that_guards),
         fills=_from_today),
    Step(asks=ConfirmRole, by=GUARDIANS, source=HERE, target=None, records=RoleGranted, reach=AccessLevel.READ, rules=(proposal_open, second_person),
         fills=_confirmed),
    Step(asks=RejectRole, by=GUARDIANS, source=HERE, target=None, records=RoleRejected, reach=AccessLevel.READ, rules=(proposal_open,)),
    Step(asks=WithdrawRole, by=GUARDIANS, source=HERE, target=None, records=RoleWithdrawn, reach=AccessLevel.READ, rules=(role_held,)),
)  # fmt: skip
