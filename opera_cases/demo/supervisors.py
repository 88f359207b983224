"""Whoever looks after the whole programme in the demo: their roles are given as in a real office, the first two at the machine, the
others by two people."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from opera_cases.application.access.tokens import TokenRequest, issue_to
from opera_cases.application.requests import CommandRequest, CommandResult
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import CONSOLE, Principal
from opera_cases.domain.kernel.vocabulary import Role

DAYS = 30


def supervisors(runtime: Runtime, region: str) -> dict[str, Principal]:
    """One person for each role of the programme, enrolled and given their role now."""

    def take(step: str, operator: UUID | None, by: Principal = CONSOLE, **values: Any) -> CommandResult:
        return runtime.application.execute(
            CommandRequest(kind="operator", step=step, stream=operator, values=values, by=by, channel="DEMO")
        )

    def enrolled(name: str) -> UUID:
        return take("enrol_operator", None, name=name).id

    def founder(name: str, role: Role) -> Principal:
        operator = enrolled(name)
        take("grant_role", operator, role=role.value)
        return Principal(operator, role)

    administrator, officer = founder("Amina Ministrini", Role.ADMINISTRATOR), founder("Dorotea Riservatini", Role.DPO)

    def confirmed(name: str, role: Role, of: str = "") -> Principal:
        operator = enrolled(name)
        proposal = take("propose_role", operator, administrator, role=role.value, region=of or None).event_ids[0]
        take("confirm_role", operator, officer, proposal=str(proposal))
        return Principal(operator, role, region=of)

    return {
        "regional coordinator": confirmed("Reginaldo Coordinetti", Role.REGIONAL_COORDINATOR, region),
        "monitor": founder("Monica Contatutti", Role.MONITOR), "auditor": confirmed("Auro Controlletti", Role.AUDITOR),
        "data protection officer": officer, "administrator": administrator,
    }  # fmt: skip


def demo_token(runtime: Runtime, who: Principal) -> str:
    """A token for thirty days, as `opera-cases token issue` issues it."""
    wanted = TokenRequest(
        who.id, who.role.value, who.desks, who.region, runtime.application.today() + timedelta(days=DAYS)
    )
    return issue_to(runtime.application, wanted, CONSOLE, key=uuid4(), correlation=uuid4(), channel="DEMO")
