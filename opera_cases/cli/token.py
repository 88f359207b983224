"""Tokens at the machine: issue, revoke."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID, uuid4

import typer

from opera_cases.application.access import tokens as issued
from opera_cases.cli.console import office, out
from opera_cases.domain.access import CONSOLE
from opera_cases.domain.kernel.vocabulary import Role

token = typer.Typer(no_args_is_help=True, help="Tokens: issue, revoke.")


@token.command("issue")
def issue_token(
    operator_id: UUID,
    role: Annotated[Role, typer.Option(help="In which role the token acts.")],
    desk_id: Annotated[list[UUID] | None, typer.Option("--desk", help="At which desk; may be repeated.")] = None,
    region: Annotated[str, typer.Option(help="For a regional coordinator: NUTS 2.")] = "",
    days: Annotated[int, typer.Option(help="Days until it expires.", min=1, max=366)] = 90,
) -> None:
    """Issue a token. It is shown once."""
    with office() as runtime:
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
    with office() as runtime:
        count = issued.withdraw_from(
            runtime.application, operator_id, CONSOLE, key=uuid4(), correlation=uuid4(), channel="CLI"
        )
    out.print(f"{count} tokens revoked.")
