"""The tool that breaks the domain on purpose breaks what it says, one thing at a time, and always the same sample."""

import ast

import pytest

from tests.quality.mutants import mutants, sample
from tests.quality.mutations import changes

RULE = '''
@rules.of_record(source="handbook")
def known(it):
    """Somebody is known.

    Ask.
    """
    return it.person is not None and it.count < 3
'''


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("a < 3", ["a <= 3"]), ("a >= b", ["a > b"]), ("a in b", ["a not in b"]), ("a is None", ["a is not None"]), ("a and b", ["a or b"]),
        ("not a", ["not not a"]), ("{A, B}", ["{B}", "{A}"]), ("Step(rules=(a, b))", ["Step(rules=(b,))", "Step(rules=(a,))"]),
        ("def f():\n    return 3", ["def f():\n    return 4"]), ("x = 3", []),
    ],
)  # fmt: skip
def test_each_change_is_made_by_itself(source: str, reads: list[str]) -> None:
    found = []
    for number in range(len(changes(ast.parse(source)))):
        tree = ast.parse(source)
        changes(tree)[number].make()
        found.append(ast.unparse(ast.fix_missing_locations(tree)))
    assert found == reads


def test_a_rule_that_always_holds_keeps_its_words() -> None:
    told = {each.says: each for each in changes(ast.parse(RULE))}
    assert {
        "known is always True",
        "known is always False",
        "and reads or",
        "IsNot reads Is",
        "Lt reads LtE",
    } <= told.keys()
    tree = ast.parse(RULE)
    next(each for each in changes(tree) if each.says == "known is always True").make()
    assert ast.unparse(ast.fix_missing_locations(tree)).endswith("return True")
    assert "Somebody is known." in ast.unparse(tree)


def test_the_sample_is_the_same_every_time_and_each_of_it_has_tests() -> None:
    drawn = sample(40, 1)
    assert [each.key for each in drawn] == [each.key for each in sample(40, 1)] != [each.key for each in sample(40, 2)]
    assert all(each.tests for each in drawn)
    assert len(mutants()) > 400
