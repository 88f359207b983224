"""Documents made from the code: `python -m tests.docs.documents` writes them, a test compares."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer
from typer.cli import get_docs_for_click

from opera_cases.application.render_text import VENTURE_KINDS, procedure_text
from opera_cases.application.runtime import edition
from opera_cases.application.seal import private_fields
from opera_cases.cli.app import app
from opera_cases.domain.kernel.events import TOPICS, Facts
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.kernel.workflow import Procedure
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.runtime.settings import PREFIX, Settings, masked
from tests.docs import import_graph
from tests.docs.why_clear import clear_fields

ROOT = Path(__file__).parents[2]
RULEBOOK = ROOT / "docs" / "rulebook.md"
README, PROCEDURE_PAGES, CLASSES = (
    ROOT / "README.md",
    ROOT / "docs" / "procedures.md",
    ROOT / "docs" / "data-classes.md",
)
DESIGN, DECISIONS = ROOT / "docs" / "explanation" / "design.md", ROOT / "docs" / "decisions"
COMMANDS, SETTINGS, GRAPH = (
    ROOT / "docs" / each
    for each in ("reference/command-line.md", "reference/settings.md", "architecture/import-graph.md")
)
ABOUT = {
    "case": "One journey of one person.", "person": "The only home of who somebody is.",
    "venture": "A project, then a firm, of one person or of many. Rows with a kind stand for that kind only.",
    "company": "A firm in difficulty: source of people, resources and buy-outs.",
    "funding": "Money asked for, with its dates.", "resource": "What a crisis leaves behind, for whoever starts something.",
    "vacancy": "Whom a firm looks for.", "session": "A meeting for many, with places and attendance.", "appointment": "Once held, a service record.",
    "document": "A sealed file of a case, in versions.",
    "duplicate": "Two records that may be of one person.",
    "reminder": "The ladder of one deadline of one record for one day.",
    "submission": "The figures of a region for a period, frozen as they were reported.",
    "restoration": "The office put back from its backups, at the machine.",
    "access": "A file opened beyond one's reach, for a reason that others read.",
    "message": "What the office wrote to whom, and what became of it.",
    "desk": "Where people are met, and who works there.", "operator": "Who works for the programme.",
}  # fmt: skip


def grid(procedure: Procedure[Any]) -> str:
    """States down, roles across: how many different steps a role may ask for in a state."""
    roles = [role for role in Role if any(role in step.by for step in procedure.steps)]
    lines = ["| state | " + " | ".join(role.lower() for role in roles) + " |", "| --- " * (len(roles) + 1) + "|"]
    for state in ("", *procedure.states):
        counts = [len({s.name for s in procedure.steps if state in s.source and role in s.by}) for role in roles]
        lines.append(f"| {state or '(beginning)'} | " + " | ".join(str(count or "") for count in counts) + " |")
    return "\n".join(lines)


def procedures() -> str:
    parts = ["# Procedures\n\nMade from the tables; `python -m tests.docs.documents` writes this page.\n"]
    for name, procedure in PROCEDURES.items():
        drawing = f"```mermaid\n{procedure.diagram()}\n```"
        aloud = f"```text\n{procedure_text(procedure)}\n```"
        if name == "venture":
            drawing = "\n\n".join(
                f"{kind.capitalize()}:\n\n```mermaid\n{procedure.diagram(of)}\n```"
                for kind, of in VENTURE_KINDS.items()
            )
        parts.append(
            f"## {name.title()}\n\n{ABOUT[name]}\n\n{drawing}\n\nSteps open by state and role:\n\n{grid(procedure)}\n\n{aloud}\n"
        )
    return "\n".join(parts)


def _classes_of(facts: type[Facts]) -> Iterator[tuple[str, str, str]]:
    private, why = private_fields(facts), dict(clear_fields(facts))
    for name in facts.__struct_fields__:
        if name != "late_reason":
            yield (name, f"sealed, {private[name].data_class}", "") if name in private else (name, "clear", why[name])


def data_classes() -> str:
    lines = [
        "# Data classes", "",
        "Of every field of every event: whether it stands in the clear and why, or sealed and under which key. Made from the",
        "events; `python -m tests.docs.documents` writes this page. Every event may also hold `late_reason` (sealed, NARRATIVE).",
        "", "A sealed value opens with one key for each person and class. Destroying the key erases the class; what stands in the",
        "clear stays, so that counts and funnels survive. What describes somebody closely (where they live, their trade and",
        "employers, days of their life, the reasons they give) is sealed since 0.8 in a class of its own, STATISTICAL, in a field",
        "whose name ends in `_sealed`; events of earlier releases hold it in the clear, in the field without that ending. Wherever",
        "events are shown, searched or corrected both are one fact under one name. The answers to the optional questions",
        "(SPECIAL) do not survive an erasure: counts by them say so.", "", "| event | field | | why in the clear |", "| --- | --- | --- | --- |",
    ]  # fmt: skip
    for topic in sorted(TOPICS):
        lines += [f"| {topic} | {name} | {how} | {why} |" for name, how, why in _classes_of(TOPICS[topic])]
    return "\n".join(lines) + "\n"


def rulebook() -> str:
    """The edition in force for people who read no code: every value, where it holds, since when, and its source."""
    read = edition()
    lines = [
        "# The rulebook", "",
        f"Edition {read.edition}, as it came with this release; `python -m tests.docs.documents` writes this page. At the command",
        "line: `opera-cases rulebook show --on 2026-09-01 --region FRM0`, `opera-cases rulebook diff 2026-6 2026-7`.", "",
        "| rule | value | holds for | from | to | what it says | source |", "| --- | --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for each in sorted(read.all(), key=lambda each: (each.id, str(each.scope), each.valid_from)):
        value = ", ".join(map(str, each.value)) if isinstance(each.value, tuple) else str(each.value)
        scope = " ".join(str(part) for part in each.scope if part is not None) or "all"
        lines.append(
            f"| {each.id} | {value} {each.unit} | {scope} | {each.valid_from} | {each.valid_to or ''} | {each.says} | {each.source} |"
        )
    lines += [
        "", "## Reminders", "", "Of each deadline the rungs: in days before (negative) or after it, whom each tells. A rung is useful until the next",
        "for the same people is due, or for the days in brackets. `!` waits for no working day and no digest.", "",
        "| deadline | rungs | holds for | what it says | source |", "| --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for ladder in sorted(read.ladders(), key=lambda each: (each.rule, str(each.scope))):
        rungs = "; ".join(f"{r.rung} {r.days:+d} {r.to} ({r.useful}){'!' if r.urgent else ''}" for r in ladder.rungs)
        scope = " ".join(str(part) for part in ladder.scope if part is not None) or "all"
        lines.append(f"| {ladder.rule} | {rungs} | {scope} | {ladder.says} | {ladder.source} |")
    return "\n".join(lines) + "\n"


def design(text: str) -> str:
    """The page of the design with the diagram of the case put between its marks."""
    drawing = f"<!-- diagram of the case -->\n```mermaid\n{PROCEDURES['case'].diagram()}\n```\n<!-- end -->"
    return re.sub(r"<!-- diagram of the case -->.*?<!-- end -->", lambda _: drawing, text, flags=re.DOTALL)


def command_line() -> str:
    """Every command with its options, as the program itself explains them."""
    command = typer.main.get_command(app)
    context = command.make_context("opera-cases", [], resilient_parsing=True)
    told = get_docs_for_click(obj=command, ctx=context, name="opera-cases", title="The command line")
    return (
        told.replace(
            "\n\n", "\n\nMade from the program; `python -m tests.docs.documents` writes this page.\n\n", 1
        ).rstrip()
        + "\n"
    )


def settings() -> str:
    """Every setting with its meaning and what holds when it is left out."""
    lines = [
        "# Settings", "",
        "Each is an environment variable, or a line of the file `.env` where the program is started. `opera-cases settings` prints what is in force.",
        "Made from the program; `python -m tests.docs.documents` writes this page.", "", "| variable | when left out | meaning |", "| --- | --- | --- |",
    ]  # fmt: skip
    for name, field in Settings.model_fields.items():
        left_out = masked(name, field.default)
        lines.append(f"| `{PREFIX}{name.upper()}` | {f'`{left_out}`' if left_out else ''} | {field.description} |")
    return "\n".join(lines) + "\n"


def decisions() -> str:
    """The list of decisions, by their titles."""
    titles = {
        path.name: path.read_text().splitlines()[0].removeprefix("# ") for path in sorted(DECISIONS.glob("0*.md"))
    }
    lines = [
        "# Decisions",
        "",
        "Why things are as they are. Made from the records; `python -m tests.docs.documents` writes this page.",
        "",
    ]
    return "\n".join((*lines, *(f"- [{title}]({name})" for name, title in titles.items()))) + "\n"


MADE: dict[Path, Callable[[], str]] = {
    PROCEDURE_PAGES: procedures, CLASSES: data_classes, RULEBOOK: rulebook, DESIGN: lambda: design(DESIGN.read_text()), COMMANDS: command_line,
    SETTINGS: settings, DECISIONS / "index.md": decisions, GRAPH: import_graph.page,
}  # fmt: skip
"""Pages, and what they are made by."""

if __name__ == "__main__":
    for path, made in MADE.items():
        path.write_text(made())
