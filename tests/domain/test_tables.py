"""The tables as tables: every state reachable, every command a row, every rule told, every deadline in the rulebook."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from opera_cases.application.facts.groups import FACTS_OF_ALL
from opera_cases.application.runtime import edition
from opera_cases.domain import timed_steps
from opera_cases.domain.cases import procedure as table_of_cases
from opera_cases.domain.cases import states as states_of_cases
from opera_cases.domain.kernel.rulebook import BadRulebook, Rulebook
from opera_cases.domain.kernel.rules import TIMELY, Rule
from opera_cases.domain.kernel.steps import Command, StateNotes, Step
from opera_cases.domain.kernel.vocabulary import Country, Place, Role
from opera_cases.domain.kernel.workflow import Procedure
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.domain.ventures import procedure as table_of_ventures
from opera_cases.domain.ventures import states as states_of_ventures

ALL = list(PROCEDURES.values())
SAVONA = Place(country=Country.IT, region="ITC3", province="SV", zone="Europe/Rome")
BASTIA = Place(country=Country.FR, region="FRM0", province="2B", zone="Europe/Paris")


def _rules() -> Iterator[Rule]:
    for procedure in ALL:
        for step in procedure.steps:
            yield from step.rules
            if step.when:
                yield step.when
    yield from TIMELY


@pytest.mark.parametrize("procedure", ALL, ids=lambda p: p.name)
def test_every_state_is_reached_from_the_beginning(procedure: Procedure[Any]) -> None:
    reached, before = {""}, set()
    while reached != before:
        before = set(reached)
        reached |= {step.target for step in procedure.steps if step.target and step.source & reached}
    assert reached == {"", *procedure.states}


@pytest.mark.parametrize("procedure", ALL, ids=lambda p: p.name)
def test_a_final_state_leads_nowhere_and_every_other_leads_on(procedure: Procedure[Any]) -> None:
    leaving = {source for step in procedure.steps for source in step.source if step.moves(source)}
    assert not leaving & procedure.final
    if procedure.final:
        assert leaving >= set(procedure.states) - procedure.final


@pytest.mark.parametrize("procedure", ALL, ids=lambda p: p.name)
def test_every_state_that_is_not_final_owes_something_or_says_why_not(procedure: Procedure[Any]) -> None:
    line = procedure.lifeline
    for state in set(procedure.states) - procedure.final:
        owed = {term.rule for step in procedure.steps if step.target == state for term in step.sets}
        owed |= {
            term.rule for step in procedure.steps if step.target is None and state in step.source for term in step.sets
        }
        carried = {term.rule for step in procedure.steps for term in step.sets if term.series}
        assert owed or carried or state in line.standing_in or line.without_deadline.get(state), state


def _told(page: str, states: ModuleType) -> Iterator[tuple[str, str, str]]:
    """The moves that a page tells, a line for those from some states to some: each from one state, by one step, to one other."""

    def named(words: str) -> Iterator[str]:
        for word in words.split(", "):
            group = getattr(states, word, word)
            yield from group if isinstance(group, frozenset) else ("",) if word == "(beginning)" else (word,)

    for line in re.findall(r"^    (\S.*?) {2,}(\S.*?) {2,}(\S.*)$", page, re.MULTILINE)[1:]:
        yield from (
            (source, step, to)
            for source in named(line[0])
            for step in named(line[1])
            for to in named(line[2])
            if source != to
        )


@pytest.mark.parametrize(
    ("name", "page", "states"),
    [("case", table_of_cases.__doc__, states_of_cases), ("venture", table_of_ventures.__doc__, states_of_ventures)],
    ids=["case", "venture"],
)
def test_the_first_page_of_a_table_tells_every_step_that_moves_and_no_other(
    name: str, page: str, states: ModuleType
) -> None:
    moves = {
        (source, step.name, step.target)
        for step in PROCEDURES[name].steps
        for source in step.source
        if step.moves(source)
    }
    assert set(_told(page, states)) == moves


@pytest.mark.parametrize("procedure", ALL, ids=lambda p: p.name)
def test_every_command_of_a_package_is_a_row_and_every_row_records_its_own_kind(procedure: Procedure[Any]) -> None:
    package = procedure.steps[0].asks.__module__.rpartition(".")[0]
    home = procedure.steps[0].asks.__module__ if package == "opera_cases.domain" else package
    defined = {each for each in Command.__subclasses__() if f"{each.__module__}.".startswith(f"{home}.")}
    shared = (
        "opera_cases.domain.corrections.commands",
        "opera_cases.domain.corrections.doubts",
        "opera_cases.domain.corrections.overruling",
        "opera_cases.domain.corrections.pausing",
    )
    general = {step.asks for step in procedure.steps if step.asks.__module__ in shared}
    assert {step.asks for step in procedure.steps} == defined | general
    assert all(step.records.topic.startswith(procedure.name + ".") for step in procedure.steps)


def test_every_step_says_what_it_is() -> None:
    assert all((step.asks.__doc__ or "").strip().endswith(".") for p in ALL for step in p.steps)


def test_every_rule_says_what_must_hold_what_to_do_and_where_it_comes_from() -> None:
    for rule in _rules():
        assert rule.says.endswith("."), rule.name
        assert rule.todo.endswith("."), rule.name
        assert rule.source, rule.name


def test_every_fact_that_a_rule_needs_can_be_gathered() -> None:
    assert {need for rule in _rules() for need in rule.needs} <= FACTS_OF_ALL.keys()


def test_a_rule_of_the_record_needs_nothing_of_the_request(small: Any) -> None:
    """Each is tried without a request, on a record in each state that it guards."""
    for state in ("INTAKE", "ASSESSMENT", "PLAN", "IDEA", "BUSINESS_PLAN", "FUNDING", "START_UP", "MENTORING"):
        person = small.person(f"Prova{state.title().replace('_', '')}")
        case = small.case(state, person=person)
        offered = small.runtime.application.allowed("case", case.now, small.irene)
        assert {each.step.name for each in offered} >= {"add_note", "close"}
        if case.venture.int:
            assert small.runtime.application.allowed("venture", case.venture_now, small.irene)


def test_every_deadline_of_a_table_is_in_the_rulebook() -> None:
    rulebook = edition()
    for procedure in ALL:
        for term in (*(t for step in procedure.steps for t in step.sets), *procedure.lifeline.standing):
            assert (
                rulebook.seek(term.rule, date(2026, 2, 2), SAVONA) or rulebook.find(term.rule, date(2026, 2, 2), BASTIA)
            ).source
    everywhere = Path(timed_steps.__file__).parent.rglob("*.py")
    set_somewhere = {name for path in everywhere for name in re.findall(r'DeadlineSpec\("(\w+)"', path.read_text())}
    assert set(timed_steps.CLOCKWORK) <= set_somewhere
    assert all(rulebook.source_of(rule) for rule in set_somewhere)
    told = {ladder.rule for ladder in rulebook.ladders()}
    assert told == set_somewhere | {"correction_answer"}, "every deadline has its ladder, and every ladder a deadline"


def test_every_role_meets_every_state_with_steps_of_the_table_only() -> None:
    for procedure in ALL:
        for state in ("", *procedure.states):
            for role in Role:
                names = {s.name for s in procedure.steps if state in s.source and role in s.by}
                assert procedure.needs_in(state, role) <= procedure.needs()
                assert names <= set(procedure.commands)


def test_a_table_that_leads_to_a_state_it_does_not_know_is_refused() -> None:
    case = PROCEDURES["case"]
    wrong = Step(asks=case.steps[0].asks, by=frozenset(Role), source=frozenset({"", "NOWHERE"}), target="CONTACT",
                 records=case.steps[0].records)  # fmt: skip
    with pytest.raises(ValueError, match="NOWHERE"):
        Procedure(name="case", version=9, aggregate=case.aggregate, steps=(wrong,), states=("CONTACT",),
                  final=frozenset(), lifeline=StateNotes(without_deadline={}))  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[parameter]]\nid = 3", "Expected `str`"),
        ("nonsense", "Expected"),
        ('[[parameter]]\nid="a"\nvalue=1\nunit="moons"\nsays="x"\nsource="y"\nvalid_from=2020-01-01', "moons"),
        ('[[parameter]]\nid="a"\nvalue=1\nunit="days"\nsays="x"\nsource="y"\nvalid_from=2020-01-01\nvalid_to=2019-01-01',
         "ends before"),
    ],
)  # fmt: skip
def test_a_rulebook_that_cannot_be_used_says_which_file_and_why(text: str, words: str) -> None:
    with pytest.raises(BadRulebook, match=words):
        Rulebook.parse("try", {"a.toml": text})


def test_the_narrower_scope_and_the_date_decide_which_parameter_holds() -> None:
    def row(value: int, since: str, extra: str = "") -> str:
        return f'[[parameter]]\nid="a"\nvalue={value}\nunit="days"\nsays="x"\nsource="y"\nvalid_from={since}\n{extra}\n'

    rulebook = Rulebook.parse(
        "try", {"a.toml": row(1, "2020-01-01") + row(2, "2026-01-01") + row(3, "2020-01-01", 'region="ITC3"')}
    )
    corsica = Place(country=Country.FR, region="FRM0", province="2B", zone="Europe/Paris")
    assert rulebook.find("a", date(2025, 12, 31), corsica).value == 1
    assert rulebook.find("a", date(2026, 1, 1), corsica).value == 2
    assert rulebook.find("a", date(2026, 1, 1), SAVONA).value == 3
    with pytest.raises(BadRulebook):
        rulebook.find("a", date(2019, 1, 1), SAVONA)


def test_every_parameter_of_the_rulebook_is_asked_for_somewhere() -> None:
    code = "".join(path.read_text() for path in (Path(__file__).parents[2] / "opera_cases").rglob("*.py"))
    unused = {
        each.id for each in edition().all() if f'"{each.id}"' not in code and "contributions_floor" not in each.id
    }
    assert unused == set()
