"""Statements of SQL stand in the log and in the read models, and nowhere else: whoever looks for what is asked of a table finds it there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import opera_cases

HOME = Path(opera_cases.__file__).parent
ROOMS = {"log", "projections"}
STATEMENT = re.compile(r"\b(SELECT\s.+\sFROM|INSERT INTO|UPDATE\s.+\sSET|DELETE FROM|FOR UPDATE)\b|\b(read|log)\.\w+_v\d|\blog\.(event|command|claim|refusal|reading|"
                       r"authority|withdrawal|task|lease|heartbeat|epoch|follower|saved_filter|code_list)\b", re.S)  # fmt: skip
LEFT: frozenset[str] = frozenset()
"""Files that still hold statements: the list may only shrink."""


def statements(source: str) -> Iterator[str]:
    """The texts of a module, but for its docstrings, that are SQL or name a table of the office."""
    tree = ast.parse(source)
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {id(each) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for each in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(each.value) if isinstance(each, ast.Constant) else "x" for each in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told | parts:
            text = node.value
        else:
            continue
        if STATEMENT.search(text):
            yield text


def test_no_other_room_holds_a_statement() -> None:
    found = {
        str(path.relative_to(HOME)) for path in HOME.rglob("*.py")
        if path.relative_to(HOME).parts[0] not in ROOMS and any(statements(path.read_text("utf-8")))
    }  # fmt: skip
    assert found == LEFT


def test_a_statement_is_found_however_it_is_written() -> None:
    assert list(
        statements(
            'def f(log):\n    """SELECT a FROM b."""\n    log.rows("SELECT a"\n        " FROM b")\n    log.rows(f"DELETE FROM {x}")'
        )
    )
    assert (
        len(
            list(
                statements(
                    'rows("INSERT INTO log.task (a) VALUES (1)"); rows("read.case_v4"); rows(f"UPDATE {x} SET y = 1")'
                )
            )
        )
        == 3
    )
    assert not list(statements('"""Module: SELECT a FROM b."""\nsay("update the log, then select from what there is")'))
