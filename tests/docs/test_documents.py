"""Documents say what the code does: diagrams, tables, commands, links."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from opera_cases import __version__
from opera_cases.cli.app import app
from opera_cases.domain.kernel.rules import Rule
from tests.docs.documents import DECISIONS, DESIGN, MADE, README, ROOT
from tests.docs.import_graph import drawing, reduced
from tests.domain.test_tables import _rules

PAGES = [
    README,
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    ROOT / "SECURITY.md",
]
SOURCES = sorted((ROOT / "opera_cases").rglob("*.py"))
PARTS = ("Context", "Decision", "Alternatives", "Consequence", "Enforced by")
FORMS = {"chains", "consistency", "dossier", "head", "key", "ledger"}
"""Stored names of forms ("opera-cases head 1"), which are no commands."""


def test_the_diagram_of_the_case_stands_among_the_pages_made_from_the_code() -> None:
    assert "stateDiagram-v2" in DESIGN.read_text()


@pytest.mark.parametrize("page", MADE, ids=lambda p: p.name)
def test_what_is_made_from_the_code_says_what_the_code_does(page: Path) -> None:
    """Otherwise `python -m tests.docs.documents` was forgotten."""
    assert page.read_text() == MADE[page]()


def test_an_arrow_that_follows_from_others_is_left_out() -> None:
    graph = {"top": {"middle", "bottom"}, "middle": {"bottom"}, "bottom": set[str]()}
    assert reduced(graph) == {"top": {"middle"}, "middle": {"bottom"}, "bottom": set()}
    assert "top --> bottom" not in drawing([["top"], ["middle"], ["bottom"]], graph)


def test_the_version_is_the_same_wherever_it_is_said() -> None:
    """`opera_cases.__version__` is the one place: the package is built with it, the API and the command line tell it."""
    public = dict(
        re.findall(
            r'^(softwareVersion|releaseDate): "(.+)"$', (ROOT / "publiccode.yml").read_text(), flags=re.MULTILINE
        )
    )
    assert public["softwareVersion"] == __version__
    assert f"\n## {__version__} ({public['releaseDate']})\n" in (ROOT / "CHANGELOG.md").read_text()


def test_the_readme_is_short() -> None:
    assert len(README.read_text().splitlines()) <= 200


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target


def misnamed(text: str) -> Iterator[str]:
    """Commands and options that a text names and the program does not have."""
    for said in re.findall(r"opera-cases ([a-z][^`\n;|&#\x22]*)", text):
        found: Any = get_command(app)
        for word in re.findall(r"(?<!\S)[a-z-]+", said):
            if not hasattr(found, "commands"):
                break
            if word not in found.commands:
                if word not in FORMS:
                    yield said
                break
            found = found.commands[word]
        options = {option for each in found.params for option in (*each.opts, *each.secondary_opts)} | {"--help"}
        yield from (
            f"{said}: {option}" for option in re.findall(r"(?<!\S)--[a-z0-9.-]+\b", said) if option not in options
        )


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_command_named_exists(page: Path) -> None:
    assert list(misnamed(page.read_text())) == []


def test_every_command_named_in_the_program_exists() -> None:
    assert {path.name: found for path in SOURCES if (found := list(misnamed(path.read_text())))} == {}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("`opera-cases keys rotate` and `opera-cases token`; opera-cases serve --port 80", []),
        ("run opera-cases fly", ["fly"]),
        ("opera-cases keys fly", ["keys fly"]),
        ("opera-cases verify --softly", ["verify --softly: --softly"]),
    ],
)
def test_a_command_that_does_not_exist_is_found(text: str, wrong: list[str]) -> None:
    assert list(misnamed(text)) == wrong


@pytest.mark.parametrize("record", sorted(DECISIONS.glob("0*.md")), ids=lambda p: p.name)
def test_a_decision_says_why_what_else_what_follows_and_by_what_it_is_enforced(record: Path) -> None:
    text = record.read_text()
    assert [each for each in PARTS if not re.search(rf"^\*\*{each}s?\.?\*\*", text, flags=re.MULTILINE)] == []
    named = re.findall(r"`(tests/[\w./]+)`", text.partition("**Enforced by")[2])
    assert all((ROOT / each).exists() for each in named), named


def test_the_handbook_has_every_section_that_a_rule_cites() -> None:
    text = (ROOT / "docs" / "handbook.md").read_text()

    def cited(rule: Rule) -> list[str]:
        return re.findall(r"handbook (\d\.\d+)(?: and (\d\.\d+))?", rule.source)  # type: ignore[return-value]

    for rule in _rules():
        for pair in cited(rule):
            assert all(f"## {number} " in text for number in pair if number), rule.source


def test_the_package_names_no_registry_and_nothing_outside_itself() -> None:
    for path in ROOT.rglob("*"):
        if (
            path.is_file()
            and not {".venv", ".git"} & set(path.relative_to(ROOT).parts)
            and path.suffix in (".py", ".md", ".toml", ".txt", ".yml")
        ):
            text = path.read_text(errors="replace")
            for word in (
                "pythonhosted" + ".org",
                "pypi" + ".org",
                "registry.npm" + "js",
                "/wor" + "k/main",
                "../sha" + "red",
            ):
                assert word not in text, f"{path.name} names {word}"
