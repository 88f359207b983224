"""Roles that guard the others are given by two people: one proposes, another confirms or rejects (handbook 6.8)."""

from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.access import GUARDIANS, AccessLevel
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import Reason
from opera_cases.domain.kernel.rules import DecisionContext
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.steps import Command, Step, filling
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.operators.operator import Operator
from opera_cases.domain.operators.roles import (
    HERE,
    SOURCE,
    WHOLE,
    RoleFacts,
    RoleGranted,
    from_today,
    given_by_role,
    rules,
)

PROPOSAL_DAYS = 30


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


class RoleProposed(RoleFacts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "operator.role_proposed"


class RoleRejected(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "operator.role_rejected"
    proposal: UUID
    reason: Reason


@Operator.on(RoleProposed)
def _(operator: Operator, event: Event[RoleProposed]) -> None:
    operator.proposed = {
        **operator.proposed,
        event.event_id: (given_by_role(operator, event.facts), event.meta.actor.id),
    }


@Operator.on(RoleRejected)
def _(operator: Operator, event: Event[RoleRejected]) -> None:
    operator.proposed = {each: what for each, what in operator.proposed.items() if each != event.facts.proposal}


@rules.of_request(source=SOURCE)
def role_that_guards(it: DecisionContext[Operator]) -> bool:
    """Only roles that two people grant together are proposed.

    One person is enough to grant this role, so it is not proposed.

    Grant the role directly.
    """
    return it.asked.role in GUARDIANS


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


@filling("role", "region", "desks", "since", "until", "proposed_by", "confirmed_by")
def _confirmed(it: DecisionContext[Operator]) -> dict[str, Any]:
    given, proposed_by = it.subject.proposed[it.asked.proposal]
    return {"role": Role(given.role), "region": given.region or None, "desks": given.desks, "since": given.since, "until": given.until,
            "proposed_by": proposed_by, "confirmed_by": it.by.id}  # fmt: skip


PROPOSAL_ROWS = (
    Step(asks=ProposeRole, by=GUARDIANS, source=HERE, target=None, records=RoleProposed, reach=AccessLevel.READ, rules=(*WHOLE, role_that_guards),
         fills=from_today),
    Step(asks=ConfirmRole, by=GUARDIANS, source=HERE, target=None, records=RoleGranted, reach=AccessLevel.READ, rules=(proposal_open, second_person),
         fills=_confirmed),
    Step(asks=RejectRole, by=GUARDIANS, source=HERE, target=None, records=RoleRejected, reach=AccessLevel.READ, rules=(proposal_open,)),
)  # fmt: skip
