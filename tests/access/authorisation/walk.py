"""Walking the matrix: every cell is a request that somebody sends, and an answer that is held against what is promised."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import httpx2
from fastapi import FastAPI
from starlette.testclient import TestClient

from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.procedures import PROCEDURES
from tests.access.authorisation.asking import NAMES, Asking, Request, outcome, told
from tests.access.authorisation.office import NAMED, NAMES_OF, Ids, Programme
from tests.access.authorisation.table import (
    ABSENT,
    ANSWERED,
    BEGINS,
    COVERED,
    FOREIGN,
    MATRIX,
    NOTHING,
    OPEN,
    OWN,
    ROLES,
    SECRET,
    STEPS,
    THEIRS,
    WITHDRAWN,
    Operation,
)


class Cell(NamedTuple):
    """One question to the matrix."""

    asked: Operation
    role: Role
    relation: str
    step: str = ""

    def __str__(self) -> str:
        return f"{self.role} asks for {self.asked.name}{' ' if self.step else ''}{self.step}, {self.relation}"


class Naming(NamedTuple):
    """A request about one's own records with a field that may name another one."""

    cell: Cell
    field: str

    def __str__(self) -> str:
        return f"{self.cell}, naming {self.field}"


class Walk:
    """The office of one engine, and a matrix to hold it against."""

    def __init__(self, made: Programme, client: TestClient, app: FastAPI) -> None:
        self.made, self.app, self.matrix = made, app, MATRIX
        self.asking = Asking(made, client, app.openapi())
        self.operations = MATRIX.operations(app)

    def cells(self, *relations: str) -> Iterator[Cell]:
        for asked in self.operations.values():
            for step in self.steps(asked):
                for role in ROLES:
                    yield from (
                        Cell(asked, role, relation, step) for relation in relations if self._stands(asked, relation)
                    )

    def of(self, name: str, *relations: str) -> Iterator[Cell]:
        return (cell for cell in self.cells(*relations) if cell.asked.name == name)

    def withdrawn(self) -> Iterator[Cell]:
        """What those ask whose access has ended in some way: about the records that were theirs."""
        return (cell._replace(relation=way) for cell in self.cells(OWN) for way in WITHDRAWN)

    def naming(self) -> Iterator[Naming]:
        """The fields that hold ids of what may be beyond reach, each with everybody who may ask."""
        for cell in self.cells(OWN):
            if self.matrix.promised(*cell) == {ANSWERED} and cell.asked.of != THEIRS:
                for field in self.asking.fields(cell.asked, cell.step):
                    if self.matrix.hidden(cell.role, FOREIGN, NAMES[field]):
                        yield Naming(cell, field)

    def steps(self, asked: Operation) -> Iterable[str]:
        return self.asking.steps(asked) if asked.of == STEPS else ("",)

    def _stands(self, asked: Operation, relation: str) -> bool:
        """Whether a record can stand in some relation to an operation at all."""
        if asked.of in (NOTHING, BEGINS, OPEN, SECRET):
            return relation == OWN
        if asked.of == THEIRS:
            return relation in (OWN, ABSENT)
        return relation != COVERED or (asked.kind or "case") in self.made.ids[COVERED]

    def request(self, cell: Cell) -> Request:
        return self.asking.request(cell.asked, self._about(cell), self.made.ids[OWN], cell.step)

    def _about(self, cell: Cell) -> Ids:
        about = self.made.ids[OWN if cell.relation in WITHDRAWN else cell.relation]
        mine = self.asking.made_by(self.token(cell), cell.asked) if cell.relation == OWN else None
        return {**about, "theirs": mine or self.made.ids[ABSENT]["case"]}

    def token(self, cell: Cell) -> str:
        return self.made.tokens[self.made.who[cell.relation][cell.role].id]

    def answer(self, cell: Cell) -> tuple[Request, httpx2.Response]:
        request = self.request(cell)
        return request, self.asking.send(request, self.token(cell))

    def wrong(self, cells: Iterable[Cell]) -> list[str]:
        """Where an answer is not what the matrix promises, or tells of what is not there for whoever asks."""
        found = []
        for cell in cells:
            request, answer = self.answer(cell)
            promised = self.matrix.promised(*cell)
            if outcome(answer) not in promised:
                found.append(f"{cell}: {outcome(answer)} instead of {' or '.join(sorted(promised))}")
            if leaks := self.leaks(cell, request, answer.text):
                found.append(f"{cell}: names {', '.join(leaks)}")
        return found

    def leaks(self, cell: Cell, request: Request, text: str) -> list[str]:
        """Ids and names in an answer that are of records which are not there for whoever asks, but for those that were sent."""
        sent, leaked = f"{request.path} {request.query} {request.body}", []
        for relation in NAMED:
            gone = {
                kind: str(ident) for kind, ident in self.made.ids[relation].items()
                if cell.relation in WITHDRAWN or self.matrix.hidden(cell.role, relation, kind)
            }  # fmt: skip
            leaked += [f"{relation} {kind}" for kind, ident in gone.items() if ident in text and ident not in sent]
            leaked += [name for name in NAMES_OF[relation] if "person" in gone and name in text and name not in sent]
        return leaked

    def told_apart(self, cells: Iterable[Cell]) -> list[str]:
        """Where what is foreign is answered otherwise than what is absent."""
        found = []
        for cell in cells:
            if self.matrix.hidden(cell.role, FOREIGN, cell.asked.kind or "event"):
                foreign, absent = (told(self.answer(cell._replace(relation=each))[1]) for each in (FOREIGN, ABSENT))
                found += [f"{cell}: {foreign} and {absent}"] * (foreign != absent)
        return found

    def told_apart_by_name(self, fields: Iterable[Naming]) -> list[str]:
        """Where a foreign id inside a request is answered otherwise than one that nobody ever had."""
        found = []
        for each in fields:
            foreign, absent = (told(self._naming(each, self.made.ids[relation])) for relation in (FOREIGN, ABSENT))
            found += [f"{each}: {foreign} and {absent}"] * (foreign != absent or foreign[0] >= 500)
        return found

    def _naming(self, each: Naming, ids: Ids) -> httpx2.Response:
        cell, mine = each.cell, self.made.ids[OWN]
        if cell.asked.kind == "venture" and cell.step and not _for_one(cell.step):
            mine = {**mine, "venture": mine["group"]}
        request = self.asking.naming(cell.asked, mine, each.field, ids[NAMES[each.field]], cell.step)
        return self.asking.send(request, self.token(cell))


def _for_one(step: str) -> bool:
    """Whether a step is known to the venture of one person: all others are asked of a group."""
    return any(row.name == step and row.stands_for("MICRO_ENTERPRISE") for row in PROCEDURES["venture"].steps)


def told_in_batch(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a batch tells of each record, without its id."""
    return [{name: value for name, value in each.items() if name != "id"} for each in items]
