"""A rule is known by the kind of record and its name, for ever; what was put on record under its name alone is still found."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import create_app
from opera_cases.application.refusals import CLAIMED, NOT_YOURS, code_of, kinds_of, rules_by_code
from opera_cases.application.runtime import labels
from opera_cases.domain.kernel.rules import LONGEST, SHARED, Rule
from opera_cases.domain.kernel.vocabulary import Language
from opera_cases.domain.kernel.workflow import Procedure
from opera_cases.domain.procedures import PROCEDURES
from tests.support.over_http import Desk
from tests.support.world import World


def _rules(procedure: Procedure[Any]) -> Iterator[Rule]:
    for step in procedure.steps:
        yield from (*step.rules, *([step.when] if step.when else []))


@pytest.mark.parametrize("procedure", PROCEDURES.values(), ids=lambda each: each.name)
def test_the_rules_of_a_procedure_are_its_own_or_shared_by_all_records(procedure: Procedure[Any]) -> None:
    assert {rule.kind for rule in _rules(procedure)} <= {procedure.name, SHARED}


def test_a_rule_that_several_kinds_have_is_shared() -> None:
    kinds: dict[str, set[str]] = {}
    for procedure in PROCEDURES.values():
        for rule in _rules(procedure):
            kinds.setdefault(rule.code, set()).add(procedure.name)
    assert {code for code, those in kinds.items() if len(those) > 1 and not code.startswith(f"{SHARED}.")} == set()


def test_one_code_has_one_text_and_fits_where_it_is_kept() -> None:
    texts: dict[str, set[tuple[str, ...]]] = {}
    for procedure in PROCEDURES.values():
        for rule in _rules(procedure):
            texts.setdefault(rule.code, set()).add((rule.must, rule.says, rule.todo, rule.source))
    assert {code: said for code, said in texts.items() if len(said) > 1} == {}
    claimed = {each.rule: (each.says, each.todo) for each in (*CLAIMED.values(), NOT_YOURS)}
    assert all(
        claimed[code] == (rules_by_code()[code].refusal().says, rules_by_code()[code].todo)
        for code in claimed.keys() & rules_by_code().keys()
    )
    assert [code for code in (*texts, *claimed) if len(code) > LONGEST] == []


@pytest.mark.parametrize("language", [Language.IT, Language.FR])
@pytest.mark.parametrize("name", ["desk_open", "verdict_go", "case_known", "day_has_come"])
def test_what_is_called_alike_of_several_kinds_is_told_apart(name: str, language: Language) -> None:
    codes = [code for code in rules_by_code() if code.endswith(f".{name}")]
    assert len(codes) > 1
    english = {code: (rules_by_code()[code].says, rules_by_code()[code].todo) for code in codes}
    told = {code: labels(language).rule(code) for code in codes}
    assert len(set(english.values())) == len(set(told.values())) == len(codes)


@pytest.mark.parametrize(
    ("name", "operation", "code"),
    [
        ("verdict_go", "case.pass_idea", "case.verdict_go"), ("verdict_go", "venture.find_feasible", "venture.verdict_go"),
        ("desk_open", "company.report_company", "record.desk_open"), ("desk_open", "case.record_contact", "case.desk_open"),
        ("desk_code_free", "desk.open_desk", "desk.desk_code_free"), ("not_your_role", "search_people", "record.not_your_role"),
        ("a_rule_of_the_past", "case.resume", "record.a_rule_of_the_past"), ("case.suspended", "venture.leave", "case.suspended"),
    ],
)  # fmt: skip
def test_a_bare_name_takes_its_kind_from_the_operation(name: str, operation: str, code: str) -> None:
    assert code_of(name, operation) == code


def _as_before(world: World, operation: str, rules: str) -> None:
    """A refusal as 0.7.0 put it on record."""
    world.runtime.log.rows(
        "INSERT INTO log.refusal (refusal_id, recorded_at, principal, role, operation, stream, version, rules, rulebook, correlation)"
        " VALUES ($1, $2, $3, 'CASEWORKER', $4, $5, 3, $6, '2026-5', $7)",
        uuid4(), world.clock().isoformat(), world.irene.id, operation, UUID(int=0), rules, uuid4(),
    )  # fmt: skip


def test_the_audit_explains_the_very_rule_that_refused_then_and_now(world: World) -> None:
    """A case that may not pass on is told in the words of cases, not in those of ventures (handbook 6.4)."""
    case = world.case("IDEA")
    case.refused("pass_idea", verdict="STOP")
    _as_before(world, "case.pass_idea", "idea_ripe,verdict_go")
    _as_before(world, "venture.find_feasible", "verdict_go")
    _as_before(world, "company.report_company", "desk_open")
    with TestClient(create_app(world.runtime)) as client:
        auditor = Desk(client, world.token(world.auditor))

        def told(rule: str) -> list[tuple[str, str]]:
            items = auditor.raw("audit/refusals", rule=rule).json()["items"]
            return sorted(
                (line["operation"], each["says"])
                for line in items
                for each in line["rules"]
                if each["rule"].endswith("verdict_go")
            )

        case_says, venture_says = (
            labels(Language.IT).rule(code)[1] for code in ("case.verdict_go", "venture.verdict_go")
        )  # type: ignore[index]
        assert told("case.verdict_go") == [("case.pass_idea", case_says)] * 2
        assert told("venture.verdict_go") == [("venture.find_feasible", venture_says)]
        assert told("verdict_go") == sorted([*told("case.verdict_go"), *told("venture.verdict_go")])
        [shared] = auditor.raw("audit/refusals", rule="record.desk_open").json()["items"]
        assert [each["rule"] for each in shared["rules"]] == ["record.desk_open"]
        assert auditor.raw("audit/refusals", rule="case.desk_open").json()["items"] == []
    assert kinds_of("verdict_go") == {"case", "venture"}
