"""Operators at the machine: enrol, let go, list, and the roles of the programme they hold."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from opera_cases.application.access.staff import staff
from opera_cases.application.requests import CommandRequest
from opera_cases.cli.console import Day, office, out
from opera_cases.domain.access import CONSOLE, GUARDIANS
from opera_cases.domain.kernel.given import GivenKind
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.operators.operator import Operator
from opera_cases.domain.operators.roles import FOUNDERS

operator = typer.Typer(no_args_is_help=True, help="Operators: enrol, let go.")


@operator.command("enrol")
def enrol_operator(
    name: str,
    email: Annotated[str, typer.Option()] = "",
    language: Annotated[str, typer.Option(help="it, fr or en")] = "it",
) -> None:
    """Someone begins to work for the programme. Prints their id."""
    values = {"name": name, "language": language, **({"email": email} if email else {})}
    with office() as runtime:
        answer = runtime.application.execute(
            CommandRequest(kind="operator", step="enrol_operator", by=CONSOLE, values=values, channel="CLI")
        )
    out.print(str(answer.id))


@operator.command("list")
def list_operators() -> None:
    """Who works for the programme, and who did, with their ids. That their names were read is on record."""
    with office() as runtime:
        for each in staff(runtime, CONSOLE):
            out.print(f"{each.id}  {each.state:8}  {each.name}", markup=False, highlight=False)


@operator.command("leave")
def leave_operator(operator_id: UUID) -> None:
    """Someone no longer works for the programme; their tokens end at once."""
    with office() as runtime:
        runtime.application.execute(
            CommandRequest(
                kind="operator", step="leave_operator", by=CONSOLE, stream=operator_id, values={}, channel="CLI"
            )
        )
    out.print("Gone; their roles, tokens and calendars ended.")


@operator.command("grant")
def grant_role(
    operator_id: UUID,
    role: Annotated[Role, typer.Option(help="A role of the programme; work at a desk is given with `desk post`.")],
    region: Annotated[str, typer.Option(help="For a regional coordinator: NUTS 2.")] = "",
    since: Day = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day; without an end when left out.")
    ] = None,
) -> None:
    """Give somebody a role of the programme. Roles that guard the others are proposed here, and confirmed by one who holds such a
    role; in an office where nobody does, the first two are given here."""
    days = {"since": since, "until": until}
    values = {
        "role": role.value,
        "region": region or None,
        **{name: day.date().isoformat() for name, day in days.items() if day},
    }
    with office() as runtime:
        founding = runtime.application.authorities.guardians_known() < FOUNDERS
        step = "propose_role" if role in GUARDIANS and not founding else "grant_role"
        answer = runtime.application.execute(
            CommandRequest(kind="operator", step=step, by=CONSOLE, stream=operator_id, values=values, channel="CLI")
        )
    out.print(
        "Granted."
        if step == "grant_role"
        else f"Proposed as {answer.event_ids[0]}: somebody who holds such a role confirms it."
    )


@operator.command("confirm")
def confirm_role(operator_id: UUID, role: Annotated[Role, typer.Option(help="The role that was proposed.")]) -> None:
    """Confirm, as the second person, a role that somebody else proposed."""
    with office() as runtime:
        proposed = runtime.application.records.load(Operator, operator_id).proposed
        found = next(
            (each for each, (what, by) in proposed.items() if what.role == role and by != CONSOLE.id),
            next(iter(proposed), None),
        )
        values = {"proposal": str(found or UUID(int=0))}
        runtime.application.execute(
            CommandRequest(
                kind="operator", step="confirm_role", by=CONSOLE, stream=operator_id, values=values, channel="CLI"
            )
        )
    out.print("Granted.")


@operator.command("withdraw")
def withdraw_role(operator_id: UUID, role: Annotated[Role, typer.Option(help="The role that is taken back.")]) -> None:
    """Take a role of the programme back, at once, with every token that was issued for it."""
    with office() as runtime:
        given = runtime.application.records.load(Operator, operator_id).given
        held = [event for event, what in given.items() if what.kind is GivenKind.GRANT and what.role == role]
        for event in held or [UUID(int=0)]:
            runtime.application.execute(
                CommandRequest(
                    kind="operator",
                    step="withdraw_role",
                    by=CONSOLE,
                    stream=operator_id,
                    values={"grant": str(event)},
                    channel="CLI",
                )
            )
    out.print("Withdrawn, with every token and calendar of that role.")


@operator.command("roles")
def list_roles(operator_id: UUID) -> None:
    """The roles of the programme that somebody holds, and those that wait for a second person."""
    with office() as runtime:
        found = runtime.application.records.load(Operator, operator_id)
    for event, what in found.given.items():
        if what.kind is GivenKind.GRANT:
            out.print(
                f"{event}  {what.role} {what.region} since {what.since} until {what.until or 'taken back'}",
                markup=False,
                highlight=False,
            )
    for event, (what, by) in found.proposed.items():
        out.print(f"{event}  {what.role} {what.region} proposed by {by}", markup=False, highlight=False)
