"""What an administrator asks of the clock and the mail at the machine."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from opera_cases.cli.console import err, office, out
from opera_cases.jobs.smtp import Mail
from opera_cases.runtime.settings import Settings

mails = typer.Typer(no_args_is_help=True, help="Mail: what came back.")
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"])]
LONGEST = 3 * 366


def mail(settings: Settings, public_url: str) -> Mail | None:
    """How mail is sent, as set; None when it is not. Raises `ValueError` when only half of it is set."""
    if not settings.smtp_url and not settings.mail_from:
        return None
    if not settings.smtp_url or "@" not in settings.mail_from:
        raise ValueError("Mail needs both OPERA_SMTP_URL and OPERA_MAIL_FROM, an address.")
    return Mail(settings.smtp_url, settings.mail_from, public_url, settings.heads_to)


def clock(
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")],
    until: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day.")],
    rule: Annotated[str, typer.Option(help="Only this rule, as in check_in.")] = "",
) -> None:
    """Rehearse the calendar over the real records: which reminders would go to whom, which steps time would take.

    Nothing is sent and nothing is recorded.
    """
    from opera_cases.jobs.simulation import rehearse

    first, last = since.date(), until.date()
    _check(first, last)
    with office() as runtime:
        for line in rehearse(runtime, first, last):
            if rule in ("", line.rule):
                out.print(str(line), markup=False, highlight=False, soft_wrap=True)
    err.print("A rehearsal: nothing was sent and nothing recorded.")


def _check(first: date, last: date) -> None:
    if last < first:
        raise typer.BadParameter("The last day comes after the first.")
    if (last - first).days > LONGEST:
        raise typer.BadParameter("At most three years can be rehearsed at once.")


@mails.command("bounce")
def bounce(
    report: Annotated[
        Path | None, typer.Argument(help="The report of the other mail server; standard input when left out.")
    ] = None,
) -> None:
    """Note that a message came back. Let the mail server pipe what returns to OPERA_MAIL_FROM into this command."""
    from opera_cases.jobs import bounces

    with report.open("rb") if report else sys.stdin.buffer as source:
        content = source.read(bounces.LARGEST + 1)
    with office() as runtime:
        noted = bounces.record_bounce(runtime, content)
    out.print("Noted: the message came back." if noted else "Nothing to note: a delay, or noted already.")
