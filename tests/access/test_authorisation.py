"""Every role asks for every operation, on what is theirs, what is foreign, what is not there, what they cover for, and after
their withdrawal: nothing is answered that the matrix does not give (tests/access/authorisation/matrix.md)."""

import copy
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID
from zlib import crc32

import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import create_app
from opera_cases.api.routes import records
from opera_cases.application.audit import trail as audit
from opera_cases.application.integrity.proofs import checkpoint
from opera_cases.application.paths import MOUNT
from opera_cases.application.records import Records
from opera_cases.application.runtime import Runtime
from opera_cases.application.tasks.bulk import steps
from opera_cases.application.tasks.queue import carry_out
from opera_cases.domain.access import AccessLevel
from opera_cases.domain.kernel.errors import NotFound, NotYourRole
from opera_cases.domain.kernel.vocabulary import Role
from tests.access.authorisation.asking import NAMES, Request, outcome
from tests.access.authorisation.office import NAMED, programme
from tests.access.authorisation.table import (
    ABSENT,
    ANSWERED,
    COVERED,
    FOREIGN,
    MATRIX,
    NOBODY,
    NOT_THERE,
    OPEN,
    OWN,
    PAGE,
    ROLES,
    SECRET,
    UNKNOWN,
    Matrix,
)
from tests.access.authorisation.walk import Cell, Walk, told_in_batch
from tests.conftest import fresh_postgres, fresh_sqlite
from tests.support.world import SetClock, World


def _walk(engine: str, request: pytest.FixtureRequest, factory: pytest.TempPathFactory) -> Iterator[Walk]:
    templates = request.getfixturevalue("templates")
    addresses = (
        fresh_sqlite(templates, factory)
        if engine == "sqlite"
        else fresh_postgres(templates, factory, request.getfixturevalue("postgres"))
    )
    folder = factory.mktemp("witness")
    own = replace(
        addresses, proofs=folder / "proofs", master_key=Path(shutil.copy(addresses.master_key, folder / "master.key"))
    )
    clock = SetClock()
    runtime = Runtime(own, clock=clock)
    made = programme(World(runtime, clock))
    checkpoint(runtime)
    app = create_app(runtime, metrics_token="the meters")
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Walk(made, client, app)
    runtime.close()


ENGINES = [
    pytest.param(each, marks=pytest.mark.xdist_group(f"authorisation on {each}")) for each in ("sqlite", "postgresql")
]
"""One process walks one office: to build it takes as long as many requests."""
ON_SQLITE = pytest.mark.parametrize("walk", ENGINES[:1], indirect=True)
"""For what no database can change."""


@pytest.fixture(scope="module", params=ENGINES)
def walk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """One office for all cells of an engine: requests that would change it are tried only."""
    yield from _walk(request.param, request, tmp_path_factory)


def some(walk: Walk, cells: Iterator[Any], *, of_hundred: int) -> Iterator[Any]:
    """The same cells each time, and whatever else is added to the office; fewer on PostgreSQL, where every request takes longer."""
    least = of_hundred if walk.made.home.runtime.log.is_sqlite else of_hundred // 8
    return (each for each in cells if crc32(str(each).encode()) % 100 < least)


def routes_of(cells: Iterator[Cell]) -> Iterator[Cell]:
    return (cell for cell in cells if not cell.step)


def steps_of(cells: Iterator[Cell]) -> Iterator[Cell]:
    return (cell for cell in cells if cell.step)


@ON_SQLITE
def test_every_route_role_kind_and_step_has_its_row(walk: Walk) -> None:
    assert MATRIX.gaps(walk.app) == set()


def test_everybody_is_answered_what_the_matrix_gives(walk: Walk) -> None:
    assert walk.wrong(some(walk, routes_of(walk.cells(OWN)), of_hundred=56)) == []
    assert walk.wrong(some(walk, steps_of(walk.cells(OWN)), of_hundred=12)) == []
    assert walk.wrong(some(walk, walk.cells(COVERED), of_hundred=8)) == []


def test_what_is_foreign_is_not_there(walk: Walk) -> None:
    assert walk.wrong(some(walk, routes_of(walk.cells(FOREIGN, ABSENT)), of_hundred=20)) == []
    assert walk.wrong(some(walk, steps_of(walk.cells(FOREIGN, ABSENT)), of_hundred=6)) == []


def test_what_is_foreign_is_answered_like_what_nobody_ever_had(walk: Walk) -> None:
    assert walk.told_apart(some(walk, walk.cells(FOREIGN), of_hundred=8)) == []


def test_a_foreign_id_inside_a_request_is_answered_like_one_that_nobody_ever_had(walk: Walk) -> None:
    assert walk.told_apart_by_name(some(walk, walk.naming(), of_hundred=24)) == []


def test_whoever_was_withdrawn_is_given_nothing(walk: Walk) -> None:
    assert walk.wrong(some(walk, routes_of(walk.withdrawn()), of_hundred=16)) == []
    assert walk.wrong(some(walk, steps_of(walk.withdrawn()), of_hundred=2)) == []


@pytest.mark.heavy
def test_every_cell_of_the_matrix(walk: Walk) -> None:
    assert walk.wrong(walk.cells(OWN, COVERED, FOREIGN, ABSENT)) == []
    assert walk.told_apart(walk.cells(FOREIGN)) == []
    assert walk.told_apart_by_name(walk.naming()) == []
    assert walk.wrong(walk.withdrawn()) == []


@ON_SQLITE
def test_without_a_token_only_what_is_open_is_answered(walk: Walk) -> None:
    for asked in walk.operations.values():
        answer = walk.asking.send(
            replace(walk.request(Cell(asked, Role.CASEWORKER, ABSENT, next(iter(walk.steps(asked))))), headers={}), ""
        )
        assert outcome(answer) in (
            {ANSWERED} if asked.of == OPEN else {UNKNOWN, NOT_THERE} if asked.of == SECRET else {UNKNOWN}
        ), asked.name


def test_lists_hold_what_is_theirs_and_nothing_else(walk: Walk) -> None:
    for cell in some(
        walk,
        (cell for cell in walk.cells(OWN) if cell.asked.name.startswith("list_") and cell.asked.kind),
        of_hundred=100,
    ):
        kind = cell.asked.kind
        page = walk.asking.send(replace(walk.request(cell), query={"limit": 200}), walk.token(cell)).json()["items"]
        listed = {value for item in page for name, value in item.items() if name in (f"{kind}_id", "id")}
        for relation in NAMED:
            if kind in walk.made.ids[relation]:
                assert (str(walk.made.ids[relation][kind]) in listed) is not MATRIX.hidden(cell.role, relation, kind), (
                    cell,
                    relation,
                )


@ON_SQLITE
def test_every_field_that_holds_an_id_says_of_what(walk: Walk) -> None:
    asked = [(each, step) for each in walk.operations.values() for step in walk.steps(each)]
    assert {name for each, step in asked for name in walk.asking.fields(each, step)} <= NAMES.keys()


def test_a_batch_tells_nothing_of_what_is_foreign(walk: Walk) -> None:
    cell = Cell(walk.operations["begin_batch"], Role.CASEWORKER, OWN)
    request = walk.request(cell)
    request.body["ids"] = [str(walk.made.ids[each]["case"]) for each in (OWN, FOREIGN, ABSENT)]
    task = walk.asking.send(request, walk.token(cell)).json()["id"]
    carry_out(walk.made.home.runtime, {"steps": steps})
    result = walk.asking.send(Request("GET", f"{MOUNT}/tasks/{task}/result"), walk.token(cell)).json()
    own, foreign, absent = told_in_batch(result["items"])
    assert own["outcome"] == "Would"
    assert foreign == absent


@ON_SQLITE
def test_everybody_renews_their_own_token_in_their_own_role_only(walk: Walk) -> None:
    for cell in walk.of("issue_token", OWN):
        who = walk.made.who[OWN][cell.role]
        for role in ROLES:
            request = walk.request(cell)
            request = replace(
                request,
                path=f"{MOUNT}/operators/{who.id}/tokens",
                body={**request.body, "role": role.value, "region": who.region},
            )
            answer = walk.asking.send(request, walk.token(cell))
            assert (answer.status_code == 201) is (role is cell.role), (cell, role, answer.text)


@ON_SQLITE
def test_nobody_acts_as_time_or_as_a_policy(walk: Walk) -> None:
    asked = walk.operations["issue_token"]
    for role in sorted(NOBODY):
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


@ON_SQLITE
def test_an_answer_that_the_matrix_does_not_give_is_found(walk: Walk) -> None:
    other = _doctored(walk, "| read_timeline | case | yes | yes |", "| read_timeline | case | - | yes |")
    assert other.wrong(other.of("read_timeline", OWN)) == [
        "CASEWORKER asks for read_timeline, own: answered instead of not their role or not there"
    ]
    other = _doctored(walk, "| reminder | works | works | works |", "| reminder | - | works | works |")
    assert other.wrong(other.of("list_reminders", OWN)) == [
        "CASEWORKER asks for list_reminders, own: names own reminder"
    ]
    assert "CASEWORKER asks for read_why, own: answered instead of not there" in other.wrong(other.of("read_why", OWN))


@ON_SQLITE
def test_a_promise_that_is_not_kept_is_found(walk: Walk) -> None:
    other = _doctored(walk, "| read_refusals | nothing | - |", "| read_refusals | nothing | yes |")
    assert other.wrong(other.of("read_refusals", OWN)) == [
        "CASEWORKER asks for read_refusals, own: not their role instead of answered"
    ]


@ON_SQLITE
def test_a_check_that_is_missing_is_found(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without:
        without.setattr(audit, "check_may_read_trail", lambda _: None)
        assert len(walk.wrong(walk.of("read_trail", OWN))) >= 5
    with monkeypatch.context() as without:
        without.setattr(Records, "reach", lambda *_: AccessLevel.READ)
        assert len(walk.wrong(walk.of("read_case", FOREIGN))) >= 7
    with monkeypatch.context() as without:
        without.setattr(records, "_read", _telling_apart)
        assert len(walk.told_apart(walk.of("read_venture", FOREIGN))) == 7


def _telling_apart(kind: str, runtime: Runtime, record_id: UUID, *_: Any) -> None:
    raise NotYourRole if runtime.application.records.history(record_id) else NotFound


@ON_SQLITE
def test_a_route_a_role_a_kind_or_a_step_without_a_row_is_found(walk: Walk) -> None:
    other = create_app(walk.made.home.runtime, metrics_token="the meters")

    @other.get(f"{MOUNT}/secrets")
    def read_secrets() -> dict[str, str]:
        return {}

    assert MATRIX.gaps(other) == {"route read_secrets"}
    text = PAGE.read_text()
    renamed = text.replace("MONITOR", "CLOCK").replace("CLOCK", "MONITOR", 1)
    assert Matrix(renamed).gaps(walk.app) >= {"role MONITOR in begins", "role CLOCK in operations"}
    assert "role MONITOR in own" not in Matrix(renamed).gaps(walk.app)
    assert Matrix(re.sub("^\\| vacancy .*\n", "", text, flags=re.M)).gaps(walk.app) >= {
        "own vacancy",
        "step vacancy begins CASEWORKER",
    }
    assert Matrix(text.replace("| read_heads |", "| read_tails |")).gaps(walk.app) == {
        "route read_heads",
        "row read_tails",
    }
    assert Matrix(text.replace("| restoration |", "| vacancy |")).gaps(walk.app) >= {
        "own restoration",
        "a way to vacancy",
    }
    assert "step message goes on ADMINISTRATOR" in Matrix(
        re.sub("^(\\| message .*) yes \\|$", r"\1 - |", text, flags=re.M)
    ).gaps(walk.app)
