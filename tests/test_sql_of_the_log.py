"""Statements about the tables of the log stand in the log and in the read models: whoever looks for one finds it there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import opera_cases
from opera_cases.log.tables import LOG

HOME = Path(opera_cases.__file__).parent
ROOMS = ("log", "projections")
TABLES = re.compile(rf"\b(?:log\.(?:{'|'.join(table.name for table in LOG.tables.values())})|subject_key)\b")


def statements(source: str) -> Iterator[str]:
    """The texts of a module that name a table of the log, but for those that only describe something."""
    tree = ast.parse(source)
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told and TABLES.search(node.value):
            yield node.value


def test_only_the_log_and_the_read_models_name_tables_of_the_log() -> None:
    modules = [path for path in sorted(HOME.rglob("*.py")) if path.relative_to(HOME).parts[0] not in ROOMS]
    assert {str(path.relative_to(HOME)): found for path in modules if (found := list(statements(path.read_text("utf-8"))))} == {}


def test_a_statement_elsewhere_is_named(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text('"""About log.event."""\nname = "x"\nsql = f"SELECT {name} FROM log.event WHERE topic = $1"\n')
    assert [each.strip() for each in statements(planted.read_text())] == ["FROM log.event WHERE topic = $1"]
