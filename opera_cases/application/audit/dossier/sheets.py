"""A dossier on paper: laid out as a page, printed as PDF/UA by a program of its own."""

import signal
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from opera_cases.application.audit.dossier.words import DossierWords
from opera_cases.application.tasks.queue import CannotCarryOut
from opera_cases.sandbox import launcher
from opera_cases.sandbox.print_pdf import NO_LIBRARIES, NO_ROOM

PATIENCE = 300.0
"""Seconds: how long printing may take."""


class CannotPrint(CannotCarryOut):
    """This machine cannot make a PDF: it lacks the libraries Pango and HarfBuzz. Ask for the dossier as JSON, and ask whoever
    keeps the machine to install libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0 and a font."""


class TookTooLong(CannotCarryOut):
    """The dossier is too long to be printed in five minutes. Ask for it as JSON."""


@lru_cache
def _paper() -> Environment:
    return Environment(
        loader=PackageLoader("opera_cases.application.audit", "dossier"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )


def render_html(dossier: dict[str, Any], words: DossierWords) -> str:
    """The dossier as a page of HTML: first each record as it stands, then what happened, in the order of the log."""
    happened = sorted(
        ((record, event) for record in dossier["records"] for event in record["events"]), key=lambda each: int(each[1]["position"])
    )  # fmt: skip
    by_id = {event["event_id"]: event for _, event in happened}
    return _paper().get_template("dossier.html.j2").render(told=dossier, words=words, happened=happened, by_id=by_id)


def render_pdf(page: str, going_on: Callable[[], object] = lambda: None) -> bytes:
    """The page as PDF/UA. It goes through pipes, never through a file; `going_on` is called while it takes its time.

    Raises `CannotPrint` where the libraries are missing, `TookTooLong`, and `RuntimeError` with what the printer said.
    """
    try:
        return launcher.run_sandboxed("opera_cases.sandbox.print_pdf", page.encode(), PATIENCE, going_on)
    except launcher.OutOfPatience:
        raise TookTooLong from None
    except launcher.Failed as failed:
        if failed.code == NO_LIBRARIES:
            raise CannotPrint from None
        if failed.code in (NO_ROOM, -signal.SIGXCPU):
            raise TookTooLong from None
        raise RuntimeError(str(failed)) from None
