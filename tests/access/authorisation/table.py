"""The matrix as it is read from `matrix.md`: what each cell promises, and what of the office has no row in it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from opera_cases.api.schemas.request_bodies import APART
from opera_cases.application.paths import COLLECTIONS
from opera_cases.domain.access import PEOPLE, AccessLevel
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.procedures import PROCEDURES

PAGE = Path(__file__).parent / "matrix.md"
NOBODY = frozenset(Role) - PEOPLE
"""Roles in which nobody acts yet: there is no token for them."""
ROLES = tuple(role for role in Role if role not in NOBODY)
OWN, FOREIGN, ABSENT, COVERED = "own", "foreign", "absent", "covered"
WITHDRAWN = ("no longer given", "left", "tokens withdrawn")
ANSWERED, NOT_THERE, NOT_THEIR_ROLE, NOT_THEIRS, UNKNOWN = (
    "answered",
    "not there",
    "not their role",
    "not theirs",
    "unknown",
)
LEVELS = {"-": AccessLevel.NONE, "reads": AccessLevel.READ, "works": AccessLevel.WRITE}
OPEN, SECRET, NOTHING, THEIRS, EVENT, BEGINS, STEPS = (
    "open",
    "a secret",
    "nothing",
    "theirs",
    "an event",
    "begins",
    "steps",
)
CASE = "case"
PART_OF = {"event": CASE, "first": "person", "second": "person", "group": "venture"}
"""What is not a record of its own is as far away as the record that it is of."""

Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API: where it is, what it is about (`of`: a kind of record, or one of the words above), and
    which roles it is for; some on their own record only."""

    name: str
    method: str
    path: str
    of: str
    kind: str
    roles: frozenset[Role]
    self_only: frozenset[Role] = frozenset()


class Matrix:
    """The tables of a page."""

    def __init__(self, text: str) -> None:
        tables = {
            name.lower(): dict(_rows(body))
            for name, body in re.findall(r"^## (\w+)$(.*?)(?=^## |\Z)", text, re.S | re.M)
        }
        self.reach = {each: _levels(tables[each]) for each in (OWN, FOREIGN, COVERED)}
        self.begins, self.steps = _roles(tables["begins"]), _roles(tables["steps"])
        self.rows, self.at_the_machine = tables["operations"], tables.pop("machine").keys()
        self.columns = {
            name: {column for row in rows.values() for column in row if column.isupper()}
            for name, rows in tables.items()
            if rows
        }

    def operations(self, app: FastAPI) -> dict[str, Operation]:
        """Every operation of an application that has a row."""
        patterns = self._spelt_out()
        return {
            name: Operation(name, method, path, *patterns[name]) for name, method, path in routes(app) if name in patterns
        }  # fmt: skip

    def gaps(self, app: FastAPI) -> set[str]:
        """What of the office has no row, and which rows are of nothing."""
        names, known = [name for name, _, _ in routes(app)], self._spelt_out()
        there = set(names)
        gaps = {f"route {name}" for name in there - known.keys()} | {
            f"two routes {name}" for name in there if names.count(name) > 1
        }
        gaps |= {f"row {row}" for row in self.rows if not there & {name for name in known if _fits(row, name)}}
        gaps |= {f"role {role} in {name}" for name, columns in self.columns.items() for role in columns ^ set(ROLES)}
        for told, rows in (
            (OWN, self.reach[OWN]),
            (FOREIGN, self.reach[FOREIGN]),
            (BEGINS, self.begins),
            (STEPS, self.steps),
        ):
            gaps |= {f"{told} {kind}" for kind in (PROCEDURES.keys() - self.at_the_machine) ^ rows.keys()}
        gaps |= {
            f"a way to {kind}"
            for kind in self.at_the_machine
            if kind in COLLECTIONS or any(kind in name for name in there)
        }
        return gaps | {f"step {each}" for each in self._unforeseen()}

    def _unforeseen(self) -> Iterator[str]:
        """Rows of procedures that let a role act which the matrix does not know there, and the reverse."""
        for kind, procedure in PROCEDURES.items():
            if kind in self.at_the_machine:
                continue
            for told, begins in ((self.begins, True), (self.steps, False)):
                rows = (
                    step
                    for step in procedure.steps
                    if ("" in step.source) is begins and (begins or step.name not in APART)
                )
                known = {role for step in rows for role in step.by} - NOBODY
                yield from (
                    f"{kind} {'begins' if begins else 'goes on'} {role}" for role in known ^ told.get(kind, set())
                )

    def _spelt_out(self) -> dict[str, tuple[str, str, frozenset[Role], frozenset[Role]]]:
        found: dict[str, tuple[str, str, frozenset[Role], frozenset[Role]]] = {}
        for pattern, row in self.rows.items():
            named = "{kind}" in pattern or "{collection}" in pattern
            for kind in COLLECTIONS if named else ("",):
                name = pattern.replace("{kind}", kind).replace("{collection}", COLLECTIONS.get(kind, ""))
                of = row["of"].replace("{kind}", kind)
                about = kind or (of if of in COLLECTIONS else "")
                roles = (
                    self.begins.get(kind, set())
                    if of == BEGINS
                    else self.steps.get(kind, set())
                    if of == STEPS
                    else _those(row, "yes")
                )
                alone = _those(row, "self")
                found[name] = (of, about, frozenset(roles | alone), frozenset(alone))
        return found

    def promised(self, asked: Operation, role: Role, relation: str, step: str = "") -> frozenset[str]:
        """What may be answered when somebody in a role asks for an operation on a record that stands in a relation to them."""
        if asked.of == OPEN:
            return frozenset({ANSWERED})
        if asked.of == SECRET:
            return frozenset({NOT_THERE, UNKNOWN})
        if relation in WITHDRAWN:
            return frozenset({UNKNOWN})
        may = role in asked.roles
        if asked.of in (NOTHING, BEGINS):
            return frozenset({ANSWERED} if may else {NOT_THEIR_ROLE, NOT_THERE})
        if asked.of == THEIRS:
            return frozenset({ANSWERED} if may and relation == OWN else {NOT_THERE})
        needed, takers = _of_step(asked, step)
        may = role in takers
        level = (
            AccessLevel.NONE
            if relation == ABSENT
            else self.reach[relation][CASE if asked.of == EVENT else asked.kind][role]
        )
        if level is AccessLevel.NONE:
            return frozenset({NOT_THERE} if may else {NOT_THERE, NOT_THEIR_ROLE})
        if level < needed:
            return frozenset({NOT_THEIRS} if may else {NOT_THEIRS, NOT_THEIR_ROLE})
        if role in asked.self_only:
            return frozenset({NOT_THEIRS})
        return frozenset({ANSWERED} if may else {NOT_THEIR_ROLE, NOT_THERE})

    def hidden(self, role: Role, relation: str, kind: str) -> bool:
        """Whether the records of a kind in some relation are not there for a role."""
        levels = self.reach[relation].get(PART_OF.get(kind, kind))
        return levels is not None and levels[role] is AccessLevel.NONE


def _of_step(asked: Operation, step: str) -> tuple[AccessLevel, frozenset[Role]]:
    """From which reach on an operation is open, and for whom: a step by the table of its procedure."""
    rows = [each for each in PROCEDURES[asked.kind].steps if each.name == (step or asked.name)] if asked.kind else []
    if not rows:
        return AccessLevel.READ, asked.roles
    return min(each.reach for each in rows), frozenset(
        role for each in rows for role in each.by
    ) if step else asked.roles


def routes(app: FastAPI) -> Iterator[tuple[str, str, str]]:
    """Every route of an application, described or not: name, method, path."""
    for each in iter_route_contexts(app.routes):
        for method in sorted((each.methods or set()) - {"HEAD"}):
            yield str(each.name), method, str(each.path)


def _fits(row: str, name: str) -> bool:
    return any(row.replace("{kind}", kind).replace("{collection}", path) == name for kind, path in COLLECTIONS.items())


def _rows(body: str) -> Iterator[tuple[str, Cells]]:
    lines = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in body.splitlines()
        if line.startswith("|")
    ]
    for cells in lines[2:]:
        yield cells[0], dict(zip(lines[0][1:], cells[1:], strict=True))


def _levels(rows: Mapping[str, Cells]) -> dict[str, dict[Role, AccessLevel]]:
    return {kind: {Role(name): LEVELS[cell] for name, cell in row.items()} for kind, row in rows.items()}


def _those(row: Cells, word: str) -> set[Role]:
    return {Role(name) for name, cell in row.items() if cell == word}


def _roles(rows: Mapping[str, Cells]) -> dict[str, set[Role]]:
    return {kind: _those(row, "yes") for kind, row in rows.items()}


MATRIX = Matrix(PAGE.read_text())
