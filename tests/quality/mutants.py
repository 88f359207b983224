"""Mutants of the domain: small changes of what decides, each of which some test must notice.

A seeded sample is drawn of all changes that can be made; each runs, in a process of its own, the tests that tell the story of the
changed file, until one fails. What survives is a sentence that is missing. `python -m tests.quality.mutants --help` tells the rest.
"""

import argparse
import ast
import hashlib
import importlib.abc
import importlib.machinery
import random
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NamedTuple

from tests.quality.mutations import Change, changes

ROOT = Path(__file__).parents[2]
DOMAIN = ROOT / "opera_cases" / "domain"
SEED, SAMPLE, FLOOR = 17, 400, 80
"""Of how many mutants at most so many percent may survive is 100 - FLOOR: raised as sentences are written, never lowered."""
SECONDS = 240
"""Of processor time for the tests of one mutant: a loop that never ends is noticed by that."""
DECLARES = {
    "commands",
    "events",
    "codes",
    "vocabulary",
    "scalars",
    "entry_codes",
    "journey_codes",
    "personal",
    "sealed_fields",
    "procedures",
    "errors",
    "states",
}
"""Modules that only say what there is: nothing in them decides."""
ALWAYS = ("boundaries", "refusals_of_other_rows")
TOLD = {
    "access": (
        "roles",
        "people_and_desks",
        "documents_of_a_case",
        "closed_to_others",
        "breaking_the_glass",
        "owner_and_role",
    ),
    "appointments": ("refusals_of_records", "people_and_desks", "case_life", "refusals_of_corrections", "agenda"),
    "break_glass": ("refusals_of_the_office", "breaking_the_glass"),
    "calendar": ("boundaries", "case_life", "calendar", "time"),
    "cases": (
        "refusals_of_cases",
        "case_life",
        "refusals_of_records",
        "story_correction",
        "money",
        "time",
        "people_and_desks",
        "story_empty_desk",
    ),
    "companies": ("refusals_of_records", "refusals_of_groups", "out_of_a_firm"),
    "corrections": ("refusals_of_corrections", "story_correction", "doubts", "two_times"),
    "desks": ("refusals_of_the_office", "people_and_desks", "roles"),
    "documents": ("refusals_of_records", "documents_of_a_case"),
    "duplicates": ("refusals_of_records", "story_duplicate", "merging"),
    "funding": ("refusals_of_ventures", "money"),
    "operators": ("refusals_of_the_office", "roles", "tokens", "owner_and_role"),
    "messages": ("mail", "notices"),
    "people": ("refusals_of_records", "people_and_desks", "story_correction", "story_duplicate", "searching"),
    "reminders": ("mail", "time", "notices", "agenda"),
    "resources": ("refusals_of_records", "resource_database"),
    "restorations": ("refusals_of_the_office",),
    "sessions": ("refusals_of_records", "agenda", "money"),
    "submissions": ("refusals_of_the_office", "reports"),
    "vacancies": ("refusals_of_records", "money", "out_of_a_firm"),
    "ventures": (
        "refusals_of_ventures",
        "refusals_of_groups",
        "venture_life",
        "groups",
        "out_of_a_firm",
        "money",
        "story_buy_out",
        "time",
    ),
    "": (
        "refusals_of_cases",
        "refusals_of_the_office",
        "refusals_of_ventures",
        "refusals_of_records",
        "case_life",
        "venture_life",
        "time",
        "reports",
        "groups",
    ),
}
"""By package or module, the tests that tell what it decides, the quick ones first."""


class Mutant(NamedTuple):
    """One change of one file, by its number among all that can be made there."""

    file: str
    number: int
    change: Change

    @property
    def key(self) -> str:
        """Its name for as long as the file is as it is."""
        return f"{self.file}#{self.number}@{hashlib.sha256((ROOT / self.file).read_bytes()).hexdigest()[:8]}"

    @property
    def tests(self) -> list[str]:
        parts = (ROOT / self.file).relative_to(DOMAIN).with_suffix("").parts
        names = (*TOLD.get(parts[0], TOLD.get(parts[-1], TOLD[""])), *ALWAYS)
        return [str(found.relative_to(ROOT)) for each in names for found in (ROOT / "tests").rglob(f"test_{each}.py")]


def mutants() -> list[Mutant]:
    """Every mutant that can be made, in the order of files and lines."""
    files = (
        each
        for each in sorted(DOMAIN.rglob("*.py"))
        if each.stem not in DECLARES and not {"labels", "codelists"} & set(each.parts)
    )
    found: list[Mutant] = []
    for file in files:
        path = str(file.relative_to(ROOT))
        found += [Mutant(path, number, each) for number, each in enumerate(changes(ast.parse(file.read_text())))]
    return found


def sample(count: int, seed: int) -> list[Mutant]:
    every = mutants()
    return random.Random(seed).sample(every, min(count, len(every)))


class Changed(importlib.machinery.SourceFileLoader, importlib.abc.MetaPathFinder):
    """Imports one module with one change in it, and leaves every other as it is."""

    def __init__(self, name: str, path: str, number: int) -> None:
        super().__init__(name, path)
        self.number = number

    def find_spec(
        self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self, origin=self.path) if name == self.name else None

    def get_code(self, _name: str) -> CodeType:
        tree = ast.parse(Path(self.path).read_text())
        changes(tree)[self.number].make()
        return compile(ast.fix_missing_locations(tree), self.path, "exec")


def run_one(file: str, number: int, tests: list[str]) -> int:
    """Run tests on one mutant in this process; zero when none of them noticed."""
    import pytest

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.meta_path.insert(0, Changed(file.removesuffix(".py").replace("/", "."), str(ROOT / file), number))
    return int(pytest.main(["-n", "0", "-x", "-q", "-p", "no:cacheprovider", "-k", "not postgresql", *tests]))


def verdict(mutant: Mutant) -> str:
    """Whether any test noticed; `unclear` where no test ran."""
    command = [sys.executable, "-m", "tests.quality.mutants", "--one", mutant.file, str(mutant.number), *mutant.tests]
    done = subprocess.run(command, cwd=ROOT, capture_output=True)
    return {0: "survived", 5: "unclear"}.get(done.returncode, "killed")


def tried(wanted: list[Mutant], results: Path, workers: int) -> Iterator[tuple[Mutant, str]]:
    """Each mutant and what became of it; what an earlier run found out is taken from its results."""
    results.parent.mkdir(exist_ok=True)
    known = dict(line.split("\t")[:2] for line in results.read_text().splitlines()) if results.exists() else {}
    open_still = [each for each in wanted if each.key not in known]
    yield from ((each, known[each.key]) for each in wanted if each.key in known)
    with ThreadPoolExecutor(workers) as pool, results.open("a") as file:
        running = {pool.submit(verdict, each): each for each in open_still}
        for done in as_completed(running):
            each, found = running[done], done.result()
            file.write(f"{each.key}\t{found}\t{each.change.line}: {each.change.says}\n")
            file.flush()
            yield each, found


def main(argv: list[str]) -> int:
    if argv[:1] == ["--one"]:
        return run_one(argv[1], int(argv[2]), argv[3:])
    asked: Any = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sample", type=int, default=SAMPLE, help="how many mutants to draw")
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument(
        "--results", type=Path, default=ROOT / ".mutants" / "results.tsv", help="what is in it is not tried again"
    )
    given = asked.parse_args(argv)
    counted = {"killed": 0, "survived": 0, "unclear": 0}
    for mutant, found in tried(sample(given.sample, given.seed), given.results, given.workers):
        counted[found] += 1
        if found != "killed":
            print(f"{found}: {mutant.file}:{mutant.change.line}: {mutant.change.says}", flush=True)
    score = 100 * counted["killed"] / max(1, sum(counted.values()))
    print(f"{counted['killed']} of {sum(counted.values())} mutants killed: {score:.1f} percent, {FLOOR} at least")
    return int(score < FLOOR)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
