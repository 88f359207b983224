"""What comes from elsewhere: what runs needs nothing that only developing needs, and every release is pinned by its hash."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.quality.advisories import judge, report

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-build.txt", "requirements-dev.txt", "requirements-docs.txt")
KNOWN, CLEAN, BAD = {"jinja2 3.1.2": ["CVE-2024-22195"]}, {"anyio 4.9": []}, {"anyio 4.9": ["PYSEC-0"]}


def locked(text: str) -> dict[str, str]:
    """The version of each release that a lock pins."""
    found = (re.match(r"([A-Za-z0-9._-]+)==([^\s;]+)", line) for line in text.splitlines())
    return {canonicalize_name(each[1]): each[2] for each in found if each}


def imported(source: str) -> Iterator[str]:
    """The first names of what a module imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def not_running(sources: Iterator[str], running: set[str]) -> set[str]:
    """What is imported and comes neither with Python, nor from us, nor from the running lock."""
    names = {name for source in sources for name in imported(source)} - sys.stdlib_module_names - {"opera_cases"}
    comes_from = packages_distributions()
    return {name for name in names if not running & {canonicalize_name(each) for each in comes_from.get(name, ())}}


LOCK = {name: locked((ROOT / name).read_text()) for name in LOCKS}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_what_runs_imports_nothing_that_only_developing_needs() -> None:
    running = set(LOCK["requirements.txt"])
    assert not_running((path.read_text() for path in (ROOT / "opera_cases").rglob("*.py")), running) == set()
    assert not_running(
        iter(["def later():\n    from hypothesis.strategies import text", "import fastapi"]), running
    ) == {"hypothesis"}


def test_the_running_lock_holds_no_tool_of_development() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    tools = {canonicalize_name(Requirement(each).name) for extra in ("dev", "docs") for each in extras[extra]}
    built = {canonicalize_name(Requirement(each).name) for each in PROJECT["dependency-groups"]["build"]}
    assert not (tools | built) & set(LOCK["requirements.txt"])


@pytest.mark.parametrize("name", LOCKS)
def test_the_locks_agree_on_every_version(name: str) -> None:
    everything = {each: version for lock in LOCK.values() for each, version in lock.items()}
    assert {each: everything[each] for each in LOCK[name]} == LOCK[name]
    for each in ("requirements-dev.txt", "requirements-docs.txt"):
        assert set(LOCK["requirements.txt"]) <= set(LOCK[each]), "developing and describing install what runs, too"


@pytest.mark.parametrize(
    ("lock", "asked"),
    [
        ("requirements.txt", PROJECT["project"]["dependencies"]),
        ("requirements-dev.txt", PROJECT["project"]["optional-dependencies"]["dev"]),
        ("requirements-docs.txt", PROJECT["project"]["optional-dependencies"]["docs"]),
        ("requirements-build.txt", PROJECT["dependency-groups"]["build"]),
    ],
)
def test_the_locks_hold_what_the_project_asks_for(lock: str, asked: list[str]) -> None:
    """Otherwise `make requirements` was forgotten."""
    for each in map(Requirement, asked):
        assert each.specifier.contains(LOCK[lock][canonicalize_name(each.name)]), f"{each} is not what {lock} holds"


@pytest.mark.parametrize("name", LOCKS)
def test_every_release_is_pinned_by_its_hash_wherever_it_comes_from(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    for each in re.split(r"\n(?=[a-z])", text.strip()):
        assert "--hash=sha256:" in each, each


@pytest.mark.parametrize(
    ("probe", "lock", "vulnerable", "says"),
    [
        (KNOWN, CLEAN, [], "audited: of 1 releases that run none"),
        (KNOWN, BAD, ["anyio 4.9: PYSEC-0"], "1 of 1 releases"),
        (KNOWN, None, [], "not audited"),
        (KNOWN, {}, [], "not audited"),
        ({"jinja2 3.1.2": []}, CLEAN, [], "not audited"),
        (None, CLEAN, [], "not audited"),
    ],
)
def test_nothing_found_is_believed_only_of_whoever_knew_what_is_known(
    probe: dict[str, list[str]] | None, lock: dict[str, list[str]] | None, vulnerable: list[str], says: str
) -> None:
    told = judge(probe, lock)
    assert (told.vulnerable, told.says[: len(says)]) == (vulnerable, says)


@pytest.mark.heavy
def test_a_service_that_cannot_be_reached_has_audited_nothing(tmp_path: Path) -> None:
    (tmp_path / "lock.txt").write_text("no-such-release-anywhere-at-all==0.0.0\n")
    assert report(tmp_path / "lock.txt", "pypi") is None


@pytest.mark.heavy
def test_the_bill_of_materials_names_every_release_that_runs_and_only_those() -> None:
    subprocess.run(["make", "sbom", f"BIN={Path(sys.executable).parent}", "-o", ".venv/.develops"], cwd=ROOT, check=True,
                   capture_output=True)  # fmt: skip
    bill = json.loads((ROOT / "sbom.json").read_text())
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "opera_cases")
    named = {canonicalize_name(each["name"]): each["version"] for each in bill["components"]}
    assert named == LOCK["requirements.txt"]
    assert all(
        each["purl"].startswith("pkg:pypi/") and each["externalReferences"][0]["hashes"] for each in bill["components"]
    )


def test_every_attack_that_the_threat_model_names_is_carried_out() -> None:
    text = (ROOT / "docs" / "threat-model.md").read_text()
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)\(", path.read_text())
    }
    named = set(re.findall(r"`(test_\w+)`", text))
    assert len(named) > 20
    assert named <= there
    assert all((ROOT / each).exists() for each in re.findall(r"`(tests/[\w./]+)`", text))
