"""Documents say what the code does: diagrams, tables, commands, links."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from opera_cases.cli.app import app
from opera_cases.domain.kernel.rules import Rule
from tests.docs.documents import (
    CLASSES,
    PROCEDURE_PAGES,
    README,
    ROOT,
    RULEBOOK,
    data_classes,
    procedures,
    readme,
    rulebook,
)
from tests.domain.test_tables import _rules

PAGES = [README, *sorted((ROOT / "docs").rglob("*.md")), ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]


def test_the_diagram_in_the_readme_is_the_diagram_of_the_table() -> None:
    text = README.read_text()
    assert "stateDiagram-v2" in text
    assert readme(text) == text


def test_the_procedures_are_documented_as_they_are() -> None:
    assert PROCEDURE_PAGES.read_text() == procedures()


def test_the_data_class_of_every_field_is_documented() -> None:
    assert CLASSES.read_text() == data_classes()


def test_the_rulebook_is_documented_as_it_is() -> None:
    assert RULEBOOK.read_text() == rulebook()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_command_named_exists(page: Path) -> None:
    commands = get_command(app)
    for line in re.findall(r"opera-cases ((?:[a-z-]+ ?)+)", page.read_text()):
        group = commands
        for word in line.split():
            if not hasattr(group, "commands") or word not in group.commands:
                break
            group = group.commands[word]
        assert group is not commands, line


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
