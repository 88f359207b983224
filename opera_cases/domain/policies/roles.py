"""What follows when who may act as what has changed: those whom it concerns are told."""

from uuid import uuid5

from opera_cases.domain.access import CONSOLE, GUARDIANS
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.messages.events import Form
from opera_cases.domain.operators.credentials import OperatorTokenIssued
from opera_cases.domain.operators.operator import Operator
from opera_cases.domain.operators.role_proposals import RoleProposed, RoleRejected
from opera_cases.domain.operators.roles import RoleGranted, RoleWithdrawn
from opera_cases.domain.policies.consequence import Consequence, Lookups


def tells_of_roles(
    event: Event[RoleProposed | RoleGranted | RoleRejected | RoleWithdrawn | OperatorTokenIssued], operator: Operator, around: Lookups
) -> tuple[Consequence, ...]:  # fmt: skip
    """Who may act as what changed: those who guard are told where it concerns one of them, or was done at the machine; and whoever it
    is about is told what others did. A token goes to its owner this way."""
    desk, by = around.first_desk(), event.meta.actor.id
    guarded = getattr(event.facts, "role", Role.AUDITOR) in GUARDIANS or by == CONSOLE.id
    told = dict(around.told_of_roles()) if guarded else {}
    if (language := around.language_of(operator.id)) is not None:
        told[operator.id] = language
    return tuple(
        Consequence("message", None, "compose_message", {
            "recipient": str(each), "form": Form.NOTICE.value, "day": event.on.isoformat(), "desk": str(desk), "language": language.value,
            "event": str(event.event_id), "record": str(operator.id)}, event.on, event.event_id, uuid5(event.event_id, f"told/{each}"))
        for each, language in sorted(told.items()) if each != by and desk is not None
    )  # fmt: skip
