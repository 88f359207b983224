"""A dossier on paper: laid out as a page, printed as PDF/UA by a program of its own."""

import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from time import monotonic
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from opera_cases.office.dossier.words import Words
from opera_cases.office.tasks import CannotCarryOut

PATIENCE, LOOK_EVERY = 300, 15
"""Seconds: how long printing may take, and how often it says that it goes on."""


class CannotPrint(CannotCarryOut):
    """This machine cannot make a PDF: it lacks the libraries Pango and HarfBuzz. Ask for the dossier as JSON, and ask whoever
    keeps the machine to install libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0 and a font."""


class TookTooLong(CannotCarryOut):
    """The dossier is too long to be printed in five minutes. Ask for it as JSON."""


@lru_cache
def _paper() -> Environment:
    return Environment(
        loader=PackageLoader("opera_cases.office", "dossier"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=True
    )


def laid_out(told: dict[str, Any], words: Words) -> str:
    """The dossier as a page of HTML: first each record as it stands, then what happened, in the order of the log."""
    happened = sorted(
        ((record, event) for record in told["records"] for event in record["events"]), key=lambda each: int(each[1]["position"])
    )  # fmt: skip
    by_id = {event["event_id"]: event for _, event in happened}
    return _paper().get_template("dossier.html.j2").render(told=told, words=words, happened=happened, by_id=by_id)


def printed(page: str, going_on: Callable[[], object] = lambda: None) -> bytes:
    """The page as PDF/UA. It goes through pipes, never through a file; `going_on` is called while it takes its time.

    Raises `CannotPrint` where the libraries are missing, `TookTooLong`, and `RuntimeError` with what the printer said.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "opera_cases.printer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as printer:  # fmt: skip
        begun, page_left = monotonic(), page.encode()
        while True:
            try:
                made, said = printer.communicate(page_left, timeout=LOOK_EVERY)
                break
            except subprocess.TimeoutExpired:
                if monotonic() - begun > PATIENCE:
                    printer.kill()
                    raise TookTooLong from None
                going_on()
    if printer.returncode == 3:
        raise CannotPrint
    if printer.returncode:
        raise RuntimeError(said.decode(errors="replace")[-2000:])
    return made
