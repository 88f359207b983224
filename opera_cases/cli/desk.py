"""Desks at the machine: open, close, post, withdraw, list; through the same door as everyone."""

from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer

from opera_cases.application.requests import CommandRequest
from opera_cases.application.runtime import Runtime
from opera_cases.cli.console import Day, office, out
from opera_cases.domain.access import CONSOLE
from opera_cases.projections.models import desks

desk = typer.Typer(no_args_is_help=True, help="Desks: open, close, list, and who works there.")


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
    with office() as runtime:
        values = {"code": code, "name": name, "type": kind, "host": host, "country": country, "region": region,
                  "province": province, "zone": zone, **_late(runtime, day)}  # fmt: skip
        answer = runtime.application.execute(
            CommandRequest(kind="desk", step="open_desk", by=CONSOLE, values=values, on=day, channel="CLI")
        )
    out.print(str(answer.id))


@desk.command("close")
def close_desk(desk_id: UUID, on: Day = None) -> None:
    """A desk closes after that day; its cases stay."""
    with office() as runtime:
        runtime.application.execute(
            CommandRequest(
                kind="desk",
                step="close_desk",
                by=CONSOLE,
                stream=desk_id,
                values={},
                on=_day(on),
                channel="CLI",
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
    with office() as runtime:
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
    with office() as runtime:
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
    with office() as runtime:
        for each in desks.all_desks(runtime.log):
            out.print(f"{each.id}  {each.code:12} {each.state:5} {each.name}", markup=False, highlight=False)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _late(runtime: Runtime, on: date | None) -> dict[str, str]:
    """What an administrator records long after the day is explained by its being a set-up."""
    long_ago = on is not None and on < runtime.clock().date() - timedelta(days=30)
    return {"late_reason": "Recorded when the office was set up."} if long_ago else {}
