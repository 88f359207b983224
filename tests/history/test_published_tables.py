"""A table that was published is kept: other rows are another version, and a row says where everything in its event comes from."""

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from opera_cases.domain.cases.procedure import CASE
from opera_cases.domain.kernel.events import TOPICS, Facts
from opera_cases.domain.kernel.steps import Command, Step, facts_seen, fill
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.kernel.workflow import Procedure
from opera_cases.domain.procedures import PROCEDURES
from tests.history.published import digest, kept


class Visit(Command, frozen=True, kw_only=True):
    """Somebody was visited at home."""

    minutes: int
    told: str = ""


class Visited(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "invented.visited"
    minutes: int
    travelled_km: int


TOPICS.pop(Visited.topic, None)  # it is no event of the product


def _table(**row: Any) -> Procedure[Any]:
    step = Step(
        **{
            "asks": Visit,
            "by": frozenset({Role.CASEWORKER}),
            "source": frozenset({""}),
            "target": "DONE",
            "records": Visited,
            **row,
        }
    )
    return Procedure(
        name="invented",
        version=1,
        aggregate=CASE.aggregate,
        states=("DONE",),
        final=frozenset(),
        steps=(step,),
        lifeline=CASE.lifeline,
    )


def test_the_rows_of_a_published_version_never_change() -> None:
    changed = [each.label for each in PROCEDURES.values() if kept().get(each.label) != digest(each)]
    assert not changed, (
        f"The rows of {', '.join(changed)} are not those that were published: raise the version, then run python -m tests.history.published"
    )


@pytest.mark.parametrize(
    "change",
    [{"by": frozenset({Role.MENTOR})}, {"target": "CLOSED"}, {"rules": ()}, {"sets": ()}, {"despite": frozenset({"SUSPENDED"})}, {"source": frozenset({"PLAN"})}],
)  # fmt: skip
def test_whatever_a_row_promises_is_in_the_digest(change: dict[str, Any]) -> None:
    number, row = next((n, each) for n, each in enumerate(CASE.steps) if each.name == "confirm_eligibility")
    steps = (*CASE.steps[:number], replace(row, **change), *CASE.steps[number + 1 :])
    other = Procedure(name="case", version=CASE.version, aggregate=CASE.aggregate, steps=steps, states=CASE.states, final=CASE.final,
                      lifeline=CASE.lifeline, blocking=CASE.blocking)  # fmt: skip
    assert digest(other) != digest(CASE)


def test_an_event_that_nobody_gives_one_of_its_fields_stops_the_program_from_starting() -> None:
    with pytest.raises(ValueError, match="nothing gives Visited its travelled_km"):
        _table()


def test_a_field_that_is_asked_for_and_not_kept_stops_it_too() -> None:
    with pytest.raises(ValueError, match="does not keep told of Visit"):
        _table(fills=fill(travelled_km=lambda it: 3))


def test_so_does_a_field_that_the_event_does_not_have() -> None:
    with pytest.raises(ValueError, match="has no place to fill in"):
        _table(fills=fill(travelled_km=lambda it: 3) | facts_seen("place"))


def test_and_a_field_that_is_kept_though_it_is_said_not_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Visit, "unrecorded", frozenset({"told", "minutes"}))
    with pytest.raises(ValueError, match="minutes of Visit is kept"):
        _table(fills=fill(travelled_km=lambda it: 3))
    monkeypatch.setattr(Visit, "unrecorded", frozenset({"told"}))
    assert _table(fills=fill(travelled_km=lambda it: 3)).label == "invented/1"
