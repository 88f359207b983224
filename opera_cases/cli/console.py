"""What an administrator does at the machine itself: desks, operators and tokens, through the same door as everyone."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID, uuid4

import typer
from rich.console import Console

from opera_cases.application.access import tokens as issued
from opera_cases.application.access.staff import staff
from opera_cases.application.requests import CommandRequest
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import CONSOLE, GUARDIANS, Principal
from opera_cases.domain.kernel.given import GivenKind
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.operators.operator import Operator
from opera_cases.domain.operators.roles import FOUNDERS
from opera_cases.log.store.errors import LostContact
from opera_cases.log.store.private_files import shut
from opera_cases.projections.models import desks
from opera_cases.runtime.settings import Settings

AT_THE_TRAIL = Principal(CONSOLE.id, Role.AUDITOR)
"""Whoever sits at the machine itself, when they ask the audit trail: about everything, with personal values left sealed."""

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)
desk = typer.Typer(no_args_is_help=True, help="Desks: open, close, list, and who works there.")
operator = typer.Typer(no_args_is_help=True, help="Operators: enrol, let go.")
token = typer.Typer(no_args_is_help=True, help="Tokens: issue, revoke.")

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="On which day; today when left out.")]


def opened(settings: Settings) -> Runtime:
    """The office as set, which its owner has prepared: nothing but `migrate` and `demo` makes or upgrades one."""
    addresses = settings.addresses()
    runtime = Runtime.enter(addresses)
    databases = (addresses.log, addresses.read, addresses.keys)
    for path in shut(databases, (addresses.master_key, addresses.proof_key, addresses.files, addresses.witness)):
        err.print(
            f"Others on this machine may use {path}, which belongs to somebody else: chmod go= {path}", markup=False
        )
    return runtime


def opened_patiently(settings: Settings, patience: float = 30.0) -> Runtime:
    """The same for what goes on for long: a database that is just starting, or recovers, is asked again for some seconds.

    Raises `LostContact` when it does not answer even then.
    """
    until = time.monotonic() + patience
    while True:
        try:
            return opened(settings)
        except LostContact:
            if time.monotonic() >= until:
                raise
            time.sleep(0.5)


@contextmanager
def premises(*, patiently: bool = False) -> Iterator[Runtime]:
    """The office as set, closed at the end."""
    runtime = opened_patiently(Settings()) if patiently else opened(Settings())
    try:
        yield runtime
    finally:
        runtime.close()


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _late(runtime: Runtime, on: date | None) -> dict[str, str]:
    """What an administrator records long after the day is explained by its being a set-up."""
    long_ago = on is not None and on < runtime.clock().date() - timedelta(days=30)
    return {"late_reason": "Recorded when the office was set up."} if long_ago else {}


@desk.command("open")
def open_desk(
    code: Annotated[str, typer.Option(help="Short and unique, as in SV-BIC.")],
    name: Annotated[str, typer.Option()],
    region: Annotated[str, typer.Option(help="NUTS 2: ITC3, ITI1, ITG2 or FRM0.")],
    province: Annotated[str, typer.Option(help="SV, CA, 2B …: its calendar follows from this.")],
    host: Annotated[str, typer.Option(help="In whose rooms.")],
    kind: Annotated[str, typer.Option("--type", help="PILOT or ANIMATION.")] = "PILOT",
    country: Annotated[str, typer.Option()] = "IT",
    on: Day = None,
) -> None:
    """A desk opens to the public. Prints its id."""
    zone = "Europe/Paris" if country == "FR" else "Europe/Rome"
    day = _day(on)
    with premises() as runtime:
        values = {"code": code, "name": name, "type": kind, "host": host, "country": country, "region": region,
                  "province": province, "zone": zone, **_late(runtime, day)}  # fmt: skip
        answer = runtime.application.execute(
            CommandRequest(kind="desk", step="open_desk", by=CONSOLE, values=values, on=day, channel="CLI")
        )
    out.print(str(answer.id))


@desk.command("close")
def close_desk(desk_id: UUID, on: Day = None) -> None:
    """A desk closes after that day; its cases stay."""
    with premises() as runtime:
        runtime.application.execute(
            CommandRequest(
                kind="desk", step="close_desk", by=CONSOLE, stream=desk_id, values={}, on=_day(on), channel="CLI"
            )
        )
    out.print("Closed.")


@desk.command("post")
def post_operator(
    desk_id: UUID, operator_id: UUID,
    role: Annotated[str, typer.Option(help="CASEWORKER, COORDINATOR, CONSULTANT or MENTOR.")] = "CASEWORKER",
    since: Day = None,
) -> None:  # fmt: skip
    """Someone works at a desk from that day on."""
    with premises() as runtime:
        day = _day(since) or runtime.clock().date()
        values = {"operator": str(operator_id), "role": role, "since": day.isoformat()}
        runtime.application.execute(
            CommandRequest(kind="desk", step="post_operator", by=CONSOLE, stream=desk_id, values=values, channel="CLI")
        )
    out.print("Posted.")


@desk.command("withdraw")
def withdraw_operator(
    desk_id: UUID, operator_id: UUID,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Their last day; today when left out, yesterday to end it at once.")] = None,
) -> None:  # fmt: skip
    """Someone works at a desk until that day, and no longer."""
    with premises() as runtime:
        day = _day(on)
        values = {"operator": str(operator_id), **_late(runtime, day)}
        runtime.application.execute(
            CommandRequest(
                kind="desk", step="withdraw_operator", by=CONSOLE, stream=desk_id, values=values, on=day, channel="CLI"
            )
        )
    out.print("Withdrawn.")


@desk.command("list")
def list_desks() -> None:
    """The desks, with their ids."""
    with premises() as runtime:
        for each in desks.all_desks(runtime.log):
            out.print(f"{each.id}  {each.code:12} {each.state:5} {each.name}", markup=False, highlight=False)


@operator.command("enrol")
def enrol_operator(
    name: str,
    email: Annotated[str, typer.Option()] = "",
    language: Annotated[str, typer.Option(help="it, fr or en")] = "it",
) -> None:
    """Someone begins to work for the programme. Prints their id."""
    values = {"name": name, "language": language, **({"email": email} if email else {})}
    with premises() as runtime:
        answer = runtime.application.execute(
            CommandRequest(kind="operator", step="enrol_operator", by=CONSOLE, values=values, channel="CLI")
        )
    out.print(str(answer.id))


@operator.command("list")
def list_operators() -> None:
    """Who works for the programme, and who did, with their ids. That their names were read is on record."""
    with premises() as runtime:
        for each, state, name in staff(runtime, CONSOLE):
            out.print(f"{each}  {state:8}  {name}", markup=False, highlight=False)


@operator.command("leave")
def leave_operator(operator_id: UUID) -> None:
    """Someone no longer works for the programme; their tokens end at once."""
    with premises() as runtime:
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
    with premises() as runtime:
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
    with premises() as runtime:
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
    with premises() as runtime:
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
    with premises() as runtime:
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


@token.command("issue")
def issue_token(
    operator_id: UUID,
    role: Annotated[Role, typer.Option(help="In which role the token acts.")],
    desk_id: Annotated[list[UUID] | None, typer.Option("--desk", help="At which desk; may be repeated.")] = None,
    region: Annotated[str, typer.Option(help="For a regional coordinator: NUTS 2.")] = "",
    days: Annotated[int, typer.Option(help="Days until it expires.", min=1, max=366)] = 90,
) -> None:
    """Issue a token. It is shown once."""
    with premises() as runtime:
        wanted = issued.TokenRequest(
            operator_id,
            role.value,
            frozenset(desk_id or ()),
            region,
            runtime.application.today() + timedelta(days=days),
        )
        out.print(
            issued.issue_to(runtime.application, wanted, CONSOLE, key=uuid4(), correlation=uuid4(), channel="CLI"),
            highlight=False,
        )


@token.command("revoke")
def revoke_tokens(operator_id: UUID) -> None:
    """Withdraw every token of someone, at once."""
    with premises() as runtime:
        count = issued.withdraw_from(
            runtime.application, operator_id, CONSOLE, key=uuid4(), correlation=uuid4(), channel="CLI"
        )
    out.print(f"{count} tokens revoked.")
