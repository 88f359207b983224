"""Every role asks for every operation, on what is theirs, what is foreign, what is not there, what they cover for, and after
their withdrawal: nothing is answered that the matrix does not give (tests/authorisation/matrix.md)."""

import copy
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import httpx2
import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import create_app
from opera_cases.domain.errors import NotYourRole
from opera_cases.domain.scope import Reach
from opera_cases.domain.vocabulary import Role
from opera_cases.office import audit
from opera_cases.office.door import Office
from opera_cases.office.paths import COLLECTIONS
from opera_cases.office.premises import Premises
from opera_cases.office.proofs import checkpoint
from opera_cases.office.records import Records
from tests.authorisation.asking import NAMES, ROLES, Asking, Request, outcome, told
from tests.authorisation.office import NAMES_OF, Programme, programme
from tests.authorisation.table import (
    ABSENT,
    ANSWERED,
    BEGINS,
    COVERED,
    FOREIGN,
    MATRIX,
    NOBODY,
    NOT_THERE,
    NOTHING,
    OPEN,
    OWN,
    PAGE,
    SECRET,
    STEPS,
    THEIRS,
    UNKNOWN,
    WITHDRAWN,
    Matrix,
    Operation,
)
from tests.conftest import fresh_postgres, fresh_sqlite
from tests.world import SetClock, World

KNOWN = (OWN, FOREIGN, COVERED)


class Cell(NamedTuple):
    """One question to the matrix."""

    asked: Operation
    role: Role
    relation: str
    step: str = ""

    def __str__(self) -> str:
        return f"{self.role} asks for {self.asked.name}{' ' if self.step else ''}{self.step}, {self.relation}"


class Walk:
    """The office of one engine, with whoever asks."""

    def __init__(self, made: Programme, client: TestClient, app: Any) -> None:
        self.made = made
        self.asking = Asking(made, client, app.openapi())
        self.app, self.matrix = app, MATRIX
        self.operations = MATRIX.operations(app)

    def cells(self, *relations: str) -> Iterator[Cell]:
        for asked in self.operations.values():
            for step in self.steps(asked):
                for role in ROLES:
                    yield from (Cell(asked, role, relation, step) for relation in relations if self._stands(asked, relation))

    def steps(self, asked: Operation) -> Iterable[str]:
        return self.asking.steps(asked) if asked.of == STEPS else ("",)

    def _stands(self, asked: Operation, relation: str) -> bool:
        if asked.of in (NOTHING, BEGINS, OPEN, SECRET):
            return relation == OWN
        if asked.of == THEIRS:
            return relation in (OWN, ABSENT)
        return relation != COVERED or (asked.kind or "case") in self.made.ids[COVERED]

    def request(self, cell: Cell) -> Request:
        ids = self.made.ids
        about: dict[str, Any] = ids[OWN if cell.relation == WITHDRAWN else cell.relation]
        if cell.asked.of == THEIRS and cell.relation == OWN:
            about = {"theirs": self.asking.theirs(cell.asked, self.token(cell)) or ids[ABSENT]["case"]}
        return self.asking.request(cell.asked, {**about, "theirs": about.get("theirs", ids[ABSENT]["case"])}, ids[OWN], cell.step)

    def token(self, cell: Cell) -> str:
        return self.made.tokens[self.made.who[cell.relation][cell.role].id]

    def answer(self, cell: Cell) -> tuple[Request, httpx2.Response]:
        request = self.request(cell)
        return request, self.asking.send(request, self.token(cell))

    def withdrawn(self) -> Iterator[Cell]:
        """What those ask who are no longer posted, or have left: about the records that were theirs."""
        for cell in self.cells(OWN):
            yield cell._replace(relation=WITHDRAWN)

    def naming(self) -> Iterator[tuple[Cell, str]]:
        """The fields that hold ids of what may be beyond reach, each with somebody who may ask."""
        for cell in self.cells(OWN):
            if self.matrix.promised(*cell) == {ANSWERED} and cell.asked.of != THEIRS:
                for name in self.asking.fields(cell.asked, cell.step):
                    if self.matrix.hidden(cell.role, FOREIGN, NAMES[name]):
                        yield cell, name

    def wrong(self, cells: Iterator[Cell]) -> list[str]:
        """Where an answer is not what the matrix promises, or tells of what is not there for whoever asks."""
        found = []
        for cell in cells:
            request, answer = self.answer(cell)
            promised = self.matrix.promised(cell.asked, cell.role, cell.relation, cell.step)
            if outcome(answer) not in promised:
                found.append(f"{cell}: {outcome(answer)} instead of {' or '.join(sorted(promised))}")
            found += [f"{cell}: names {each}" for each in self.leaks(cell.role, request, answer.text, withdrawn=cell.relation == WITHDRAWN)]
        return found

    def leaks(self, role: Role, request: Request, text: str, *, withdrawn: bool = False) -> list[str]:
        """Ids and names in an answer that are of records which are not there for a role, but for the ids that were asked for."""
        sent = f"{request.path} {request.query} {request.body}"
        leaked = []
        for relation in KNOWN:
            gone = {kind: str(ident) for kind, ident in self.made.ids[relation].items() if withdrawn or self.matrix.hidden(role, relation, kind)}
            leaked += [f"a {relation} {kind}" for kind, ident in gone.items() if ident in text and ident not in sent]
            if "person" in gone:
                leaked += [name for name in NAMES_OF[relation] if name in text and name not in sent]
        return leaked

    def told_apart(self, cells: Iterator[Cell]) -> list[str]:
        """Where what is foreign is answered otherwise than what is absent."""
        found = []
        for cell in cells:
            if self.matrix.hidden(cell.role, FOREIGN, cell.asked.kind or "case"):
                asked = {each: told(self.answer(cell._replace(relation=each))[1]) for each in (FOREIGN, ABSENT)}
                if asked[FOREIGN] != asked[ABSENT]:
                    found.append(f"{cell}: {asked}")
        return found

    def told_apart_by_name(self, fields: Iterator[tuple[Cell, str]]) -> list[str]:
        """Where a foreign id inside a request is answered otherwise than one that nobody ever had."""
        found = []
        for cell, name in fields:
            ids = {each: self.made.ids[each][NAMES[name]] for each in (FOREIGN, ABSENT)}
            answers = {}
            for relation, ident in ids.items():
                request = self.asking.naming(cell.asked, self.made.ids[OWN], name, ident, cell.step)
                answer = self.asking.send(request, self.token(cell))
                answers[relation] = told(answer)
                found += [f"{cell} naming a {relation} {name}: {outcome(answer)}"] * (answer.status_code >= 500)
            if answers[FOREIGN] != answers[ABSENT]:
                found.append(f"{cell} naming {name}: {answers}")
        return found


def _walk(engine: str, request: pytest.FixtureRequest, factory: pytest.TempPathFactory) -> Iterator[Walk]:
    templates = request.getfixturevalue("templates")
    addresses = fresh_sqlite(templates, factory) if engine == "sqlite" else fresh_postgres(templates, factory, request.getfixturevalue("postgres"))
    folder = factory.mktemp("witness")
    own = replace(addresses, proofs=folder / "proofs", master_key=Path(shutil.copy(addresses.master_key, folder / "master.key")))
    clock = SetClock()
    where = Premises(own, clock=clock)
    made = programme(World(where, clock))
    checkpoint(where)
    app = create_app(where, metrics_token="the meters")
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Walk(made, client, app)
    where.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def walk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """One office for all cells of an engine: requests that would change it are tried only."""
    yield from _walk(request.param, request, tmp_path_factory)


def some(walk: Walk, cells: Iterator[Any], *, of_hundred: int) -> Iterator[Any]:
    """The same cells each time, and whatever else is added to the office; fewer on PostgreSQL, where every request takes longer."""
    least = of_hundred if walk.made.home.where.log.is_sqlite else of_hundred // 8
    return (each for each in cells if crc32(str(each).encode()) % 100 < least)


def routes_of(cells: Iterator[Cell]) -> Iterator[Cell]:
    return (cell for cell in cells if not cell.step)


def steps_of(cells: Iterator[Cell]) -> Iterator[Cell]:
    return (cell for cell in cells if cell.step)


def test_every_route_role_kind_and_step_has_its_row(walk: Walk) -> None:
    assert MATRIX.gaps(walk.app) == set()


def test_everybody_is_answered_what_the_matrix_gives(walk: Walk) -> None:
    assert walk.wrong(some(walk, routes_of(walk.cells(OWN)), of_hundred=100)) == []
    assert walk.wrong(some(walk, steps_of(walk.cells(OWN)), of_hundred=16)) == []
    assert walk.wrong(some(walk, walk.cells(COVERED), of_hundred=8)) == []


def test_what_is_foreign_is_not_there(walk: Walk) -> None:
    assert walk.wrong(some(walk, routes_of(walk.cells(FOREIGN, ABSENT)), of_hundred=24)) == []
    assert walk.wrong(some(walk, steps_of(walk.cells(FOREIGN, ABSENT)), of_hundred=6)) == []


def test_what_is_foreign_is_answered_like_what_nobody_ever_had(walk: Walk) -> None:
    assert walk.told_apart(some(walk, walk.cells(FOREIGN), of_hundred=8)) == []


def test_a_foreign_id_inside_a_request_is_answered_like_one_that_nobody_ever_had(walk: Walk) -> None:
    assert walk.told_apart_by_name(some(walk, walk.naming(), of_hundred=24)) == []


def test_whoever_was_withdrawn_is_given_nothing(walk: Walk) -> None:
    assert walk.wrong(some(walk, routes_of(walk.withdrawn()), of_hundred=40)) == []
    assert walk.wrong(some(walk, steps_of(walk.withdrawn()), of_hundred=6)) == []


@pytest.mark.heavy
def test_every_cell_of_the_matrix(walk: Walk) -> None:
    found = {
        "given": walk.wrong(walk.cells(OWN, COVERED, FOREIGN, ABSENT)), "told apart": walk.told_apart(walk.cells(FOREIGN)),
        "told apart by name": walk.told_apart_by_name(walk.naming()), "withdrawn": walk.wrong(walk.withdrawn()),
    }  # fmt: skip
    assert found == dict.fromkeys(found, [])


def test_without_a_token_only_what_is_open_is_answered(walk: Walk) -> None:
    for asked in walk.operations.values():
        answer = walk.asking.send(replace(walk.request(Cell(asked, Role.CASEWORKER, ABSENT, next(iter(walk.steps(asked))))), headers={}), "")
        assert outcome(answer) in ({ANSWERED} if asked.of == OPEN else {UNKNOWN, NOT_THERE} if asked.of == SECRET else {UNKNOWN}), asked.name


def test_lists_hold_what_is_theirs_and_nothing_else(walk: Walk) -> None:
    for kind, collection in COLLECTIONS.items():
        for role in ROLES:
            cell = Cell(walk.operations[f"list_{collection}"], role, OWN)
            page = walk.asking.send(replace(walk.request(cell), query={"limit": 200}), walk.token(cell)).json()["items"]
            listed = {value for item in page for name, value in item.items() if name in (f"{kind}_id", "id")}
            for relation in KNOWN:
                if kind in walk.made.ids[relation]:
                    there = str(walk.made.ids[relation][kind]) in listed
                    assert there is not MATRIX.hidden(role, relation, kind), (role, relation, kind)


def test_nobody_acts_as_time_or_as_a_policy(walk: Walk) -> None:
    asked = walk.operations["issue_token"]
    for role in NOBODY:
        request = walk.request(Cell(asked, Role.ADMINISTRATOR, OWN))
        request.body["role"] = role.value
        assert walk.asking.send(request, walk.token(Cell(asked, Role.ADMINISTRATOR, OWN))).status_code in (409, 422)


# -- that this can fail -----------------------------------------------------------------------------------------------


def _doctored(walk: Walk, row: str, instead: str) -> Walk:
    """The same office, held against a matrix with another row."""
    text = PAGE.read_text()
    assert row in text
    other = copy.copy(walk)
    other.matrix = Matrix(text.replace(row, instead))
    other.operations = other.matrix.operations(walk.app)
    return other


def _of(walk: Walk, name: str, *relations: str) -> Iterator[Cell]:
    return (cell for cell in walk.cells(*relations) if cell.asked.name == name)


def test_an_answer_that_the_matrix_does_not_give_is_found(walk: Walk) -> None:
    other = _doctored(walk, "| read_timeline | case | yes | yes |", "| read_timeline | case | - | yes |")
    assert other.wrong(_of(other, "read_timeline", OWN)) == ["CASEWORKER asks for read_timeline, own: answered instead of not their role or not there"]
    other = _doctored(walk, "| reminder | works | works | works |", "| reminder | - | works | works |")
    assert {each.partition(", own: ")[2] for each in other.wrong(_of(other, "list_reminders", OWN))} == {"names a own reminder"}
    assert "CASEWORKER asks for read_why, own: answered instead of not there" in other.wrong(_of(other, "read_why", OWN))


def test_a_promise_that_is_not_kept_is_found(walk: Walk) -> None:
    other = _doctored(walk, "| read_refusals | nothing | - |", "| read_refusals | nothing | yes |")
    assert other.wrong(_of(other, "read_refusals", OWN)) == ["CASEWORKER asks for read_refusals, own: not their role instead of answered"]


def test_a_check_that_is_missing_is_found(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without:
        without.setattr(audit, "may_ask", lambda _: None)
        assert len(walk.wrong(_of(walk, "read_trail", OWN))) >= 5
    with monkeypatch.context() as without:
        without.setattr(Records, "reach", lambda *_: Reach.READS)
        assert len(walk.wrong(_of(walk, "read_case", FOREIGN))) >= 7
    with monkeypatch.context() as without:
        without.setattr(Office, "denied", lambda *_: (_ for _ in ()).throw(NotYourRole))
        assert len(walk.told_apart(_of(walk, "read_venture", FOREIGN))) == 7


def test_a_route_a_role_a_kind_or_a_step_without_a_row_is_found(walk: Walk) -> None:
    other = create_app(walk.made.home.where, metrics_token="the meters")
    other.add_api_route("/rest/opera/v1/secrets", lambda: {}, name="read_secrets")
    assert MATRIX.gaps(other) == {"route read_secrets"}
    text = PAGE.read_text()
    assert Matrix(text.replace("MONITOR", "CLOCK")).gaps(walk.app) >= {"role MONITOR", "role CLOCK"}
    assert Matrix(re.sub("^\\| vacancy .*\n", "", text, flags=re.M)).gaps(walk.app) >= {"own vacancy", "step vacancy begins CASEWORKER"}
    assert Matrix(text.replace("| read_heads |", "| read_tails |")).gaps(walk.app) == {"route read_heads", "row read_tails"}
    assert "step message goes on ADMINISTRATOR" in Matrix(re.sub("^(\\| message .*) yes \\|$", r"\1 - |", text, flags=re.M)).gaps(walk.app)
