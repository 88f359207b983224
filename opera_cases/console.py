"""What an administrator does at the machine itself: desks, operators and tokens, through the same door as everyone."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID, uuid4

import typer
from rich.console import Console

from opera_cases.domain.scope import Principal
from opera_cases.domain.vocabulary import Role
from opera_cases.log.contact import LostContact
from opera_cases.office import tokens as issued
from opera_cases.office.ask import Ask
from opera_cases.office.premises import Premises
from opera_cases.settings import Settings

CONSOLE = Principal(UUID(int=3), Role.ADMINISTRATOR)
"""Who acts when an administrator sits at the machine itself."""
AT_THE_TRAIL = Principal(UUID(int=3), Role.AUDITOR)
"""The same when they ask the audit trail: about everything, with personal values left sealed."""

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)
desk = typer.Typer(no_args_is_help=True, help="Desks: open, close, list, and who works there.")
operator = typer.Typer(no_args_is_help=True, help="Operators: enrol, let go.")
token = typer.Typer(no_args_is_help=True, help="Tokens: issue, revoke.")

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="On which day; today when left out.")]


def opened(settings: Settings, *, owner: bool = False) -> Premises:
    """The office as set. In production only its owner prepares it; everyone else finds it prepared."""
    addresses = settings.addresses()
    return Premises.enter(addresses) if settings.production and not owner else Premises.prepare(addresses)


def opened_patiently(settings: Settings, patience: float = 30.0) -> Premises:
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
def premises(*, owner: bool = False, patiently: bool = False) -> Iterator[Premises]:
    """The office as set, closed at the end."""
    where = opened_patiently(Settings()) if patiently else opened(Settings(), owner=owner)
    try:
        yield where
    finally:
        where.close()


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _late(where: Premises, on: date | None) -> dict[str, str]:
    """What an administrator records long after the day is explained by its being a set-up."""
    long_ago = on is not None and on < where.clock().date() - timedelta(days=30)
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
    with premises() as where:
        values = {"code": code, "name": name, "type": kind, "host": host, "country": country, "region": region,
                  "province": province, "zone": zone, **_late(where, day)}  # fmt: skip
        answer = where.office.do(Ask(kind="desk", step="open_desk", by=CONSOLE, values=values, on=day, channel="CLI"))
    out.print(str(answer.id))


@desk.command("close")
def close_desk(desk_id: UUID, on: Day = None) -> None:
    """A desk closes after that day; its cases stay."""
    with premises() as where:
        where.office.do(Ask(kind="desk", step="close_desk", by=CONSOLE, stream=desk_id, values={}, on=_day(on), channel="CLI"))
    out.print("Closed.")


@desk.command("post")
def post_operator(
    desk_id: UUID, operator_id: UUID,
    role: Annotated[str, typer.Option(help="CASEWORKER, COORDINATOR, CONSULTANT or MENTOR.")] = "CASEWORKER",
    since: Day = None,
) -> None:  # fmt: skip
    """Someone works at a desk from that day on."""
    with premises() as where:
        day = _day(since) or where.clock().date()
        values = {"operator": str(operator_id), "role": role, "since": day.isoformat()}
        where.office.do(Ask(kind="desk", step="post_operator", by=CONSOLE, stream=desk_id, values=values, channel="CLI"))
    out.print("Posted.")


@desk.command("list")
def list_desks() -> None:
    """The desks, with their ids."""
    with premises() as where:
        sql = "SELECT desk_id, code, name, state FROM read.desk_v1 ORDER BY code"
        for desk_id, code, name, state in where.log.rows(sql):
            out.print(f"{UUID(str(desk_id))}  {code:12} {state:5} {name}", markup=False, highlight=False)


@operator.command("enrol")
def enrol_operator(
    name: str,
    email: Annotated[str, typer.Option()] = "",
    language: Annotated[str, typer.Option(help="it, fr or en")] = "it",
) -> None:
    """Someone begins to work for the programme. Prints their id."""
    values = {"name": name, "language": language, **({"email": email} if email else {})}
    with premises() as where:
        answer = where.office.do(Ask(kind="operator", step="enrol_operator", by=CONSOLE, values=values, channel="CLI"))
    out.print(str(answer.id))


@operator.command("leave")
def leave_operator(operator_id: UUID) -> None:
    """Someone no longer works for the programme; their tokens end at once."""
    with premises() as where:
        where.office.do(Ask(kind="operator", step="leave_operator", by=CONSOLE, stream=operator_id, values={}, channel="CLI"))
        issued.revoke(where.log, operator_id, where.clock().isoformat())
    out.print("Gone; every token revoked.")


@token.command("issue")
def issue_token(
    operator_id: UUID,
    role: Annotated[Role, typer.Option(help="In which role the token acts.")],
    desk_id: Annotated[list[UUID] | None, typer.Option("--desk", help="At which desk; may be repeated.")] = None,
    region: Annotated[str, typer.Option(help="For a regional coordinator: NUTS 2.")] = "",
    days: Annotated[int, typer.Option(help="Days until it expires.", min=1, max=366)] = 90,
) -> None:
    """Issue a token. It is shown once."""
    with premises() as where:
        wanted = issued.Wanted(operator_id, role.value, frozenset(desk_id or ()), region, where.office.today() + timedelta(days=days))
        out.print(issued.issue_to(where, wanted, CONSOLE, key=uuid4(), correlation=uuid4(), channel="CLI"), highlight=False)


@token.command("revoke")
def revoke_tokens(operator_id: UUID) -> None:
    """Withdraw every token of someone, at once."""
    with premises() as where:
        count = issued.withdraw_from(where, operator_id, CONSOLE, key=uuid4(), correlation=uuid4(), channel="CLI")
    out.print(f"{count} tokens revoked.")
