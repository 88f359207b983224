"""Where things may be said: which imports are written inside functions, and why; no import is hidden from whoever runs the program."""

import ast
from collections.abc import Iterator
from pathlib import Path

import opera_cases

HOME = Path(opera_cases.__file__).parent
STARTS_SOONER = ("__main__", "cli.")
"""Modules of the command line: a command imports what it needs when it is run, so that the others start sooner."""
MOST_IN_A_ROOM = 25
"""Modules, beside that which says what the room is for."""
INSIDE_FUNCTIONS = {
    ("api.app", "opera_cases.http.metrics"): "the library of the meters is not loaded where nobody measures",
    ("jobs.schedule", "opera_cases.jobs.message_builder"): "an office without mail starts sooner",
    ("jobs.schedule", "opera_cases.jobs.mail_sender"): "an office without mail starts sooner",
    ("log.store.database", "opera_cases.log.store"): "an office on SQLite does not load the driver of PostgreSQL",
}


def hidden(source: str) -> Iterator[str]:
    """Modules of our own that are imported for the type checker only."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            yield from (each.module for each in ast.walk(node) if isinstance(each, ast.ImportFrom) and _ours(each))  # type: ignore[misc]


def late(source: str) -> Iterator[str]:
    """Modules of our own that are imported inside a function."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (each.module for each in ast.walk(node) if isinstance(each, ast.ImportFrom) and _ours(each))  # type: ignore[misc]


def _ours(node: ast.ImportFrom) -> bool:
    return (node.module or "").partition(".")[0] == "opera_cases"


def _modules() -> Iterator[tuple[str, str]]:
    for path in sorted(HOME.rglob("*.py")):
        yield ".".join(path.relative_to(HOME).with_suffix("").parts), path.read_text("utf-8")


def test_no_module_of_ours_is_imported_for_the_type_checker_only() -> None:
    assert {(name, each) for name, source in _modules() for each in hidden(source)} == set()
    assert list(
        hidden(
            "if TYPE_CHECKING:\n    from opera_cases.application.application import Application\n    from rich import text"
        )
    ) == ["opera_cases.application.application"]


def test_imports_inside_functions_have_a_reason() -> None:
    found = {(name, each) for name, source in _modules() if not name.startswith(STARTS_SOONER) for each in late(source)}
    assert found == INSIDE_FUNCTIONS.keys()
    assert list(late("def ask():\n    from opera_cases.application import decide\n    import json")) == [
        "opera_cases.application"
    ]


def test_no_room_holds_more_than_somebody_can_look_over() -> None:
    """At most twenty-five modules in a room, and at most four at the top, of the program and of its tests."""
    for home, top in ((HOME, 4), (HOME.parent / "tests", 4)):
        assert len(list(home.glob("*.py"))) <= top
        rooms = {path.parent for path in home.rglob("*.py")}
        assert {str(room): n for room in rooms if (n := len(list(room.glob("*.py")))) > MOST_IN_A_ROOM + 1} == {}
