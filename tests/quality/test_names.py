"""One word, one meaning: what a public name means does not depend on the module; and no module is longer than can be read at once."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import opera_cases

HOME = Path(opera_cases.__file__).parent
KNOWN_BY_MORE_THAN_THEIR_NAME = ("rules.of_record", "rules.of_request", "command", "router.")
"""Decorators. A rule is known by its kind and name; commands and operations by what is typed or called from outside."""
SHAPES = "api.schemas."
"""What an answer looks like has the name of what it shows: a `Version` of a document is shown as `Version`."""
FACTS = "application.facts."
"""A fact has the name by which rules ask for it, whatever else is called so."""
IN_SEVERAL_MODULES = {
    "main": "what a program does that is run by itself: the command line, the checker, what works apart",
    "root_of": "the checker of proofs stands alone, and works out a root by itself",
}
"""The list may only shrink."""
LONGEST = 250
REASON = "One module although long: "


def public(source: str) -> Iterator[tuple[str, bool]]:
    """Public functions and classes of a module, and whether each is a class. Those known by more than their name are left out."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            outside = [ast.unparse(each).partition("(")[0] for each in node.decorator_list]
            if not any(each.startswith(KNOWN_BY_MORE_THAN_THEIR_NAME) or each.endswith(".command") for each in outside):
                yield node.name, isinstance(node, ast.ClassDef)


def _modules() -> Iterator[tuple[str, str]]:
    for path in sorted(HOME.rglob("*.py")):
        if "versions" not in path.parts:
            yield ".".join(path.relative_to(HOME).with_suffix("").parts), path.read_text("utf-8")


def repeated(modules: Iterator[tuple[str, str]]) -> dict[str, set[str]]:
    """The names that more than one module defines, each with these modules."""
    found: dict[str, set[str]] = defaultdict(set)
    shapes: dict[str, set[str]] = defaultdict(set)
    for module, source in modules:
        for name, is_class in public(source):
            if not module.startswith(FACTS):
                (shapes if is_class and module.startswith(SHAPES) else found)[name].add(module)
    return {name: where for names in (found, shapes) for name, where in names.items() if len(where) > 1}


def test_a_public_name_means_one_thing() -> None:
    assert repeated(_modules()).keys() == IN_SEVERAL_MODULES.keys()


def test_a_name_that_means_two_things_is_found() -> None:
    shape, other = "class Page: ...", "class Page: ...\nclass _Own: ...\n\n@rules.of_record()\ndef held(it): ..."
    assert repeated(iter([("api.schemas.page", shape), ("log.a", other)])) == {}
    assert repeated(iter([("log.a", other), ("log.b", other)])) == {"Page": {"log.a", "log.b"}}
    assert repeated(iter([("api.schemas.a", shape), ("api.schemas.b", shape)])).keys() == {"Page"}


def test_a_module_is_short_or_says_why_not() -> None:
    long = {name for name, source in _modules() if source.count("\n") > LONGEST}
    assert {name for name, source in _modules() if REASON in (ast.get_docstring(ast.parse(source)) or "")} == long
