"""The paper on which letters are written: two templates, one for plain text, one for HTML."""

from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


class Line(NamedTuple):
    """One line of a letter: what, a note beside it, why it is there, where to look."""

    text: str
    note: str = ""
    why: str = ""
    link: str = ""


class Section(NamedTuple):
    """Lines under a title; of `total` lines, `more` says how many were left out."""

    lines: tuple[Line, ...]
    title: str = ""
    total: int = 0
    more: str = ""


class Letter(NamedTuple):
    """A letter ready to be sent."""

    to: str
    subject: str
    text: str
    html: str
    language: str
    calendar: bytes | None = None


@lru_cache
def _paper() -> Environment:
    return Environment(
        loader=PackageLoader("opera_cases.application.reminders", "mail"), undefined=StrictUndefined, keep_trailing_newline=True,
        trim_blocks=True, lstrip_blocks=True,
        autoescape=select_autoescape(("html.j2",), default=False),
    )  # fmt: skip


def render_letter(**words: Any) -> tuple[str, str]:
    """The letter as plain text and as HTML."""
    paper = _paper()
    return paper.get_template("letter.txt.j2").render(**words), paper.get_template("letter.html.j2").render(**words)
