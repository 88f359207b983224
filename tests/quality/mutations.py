"""The changes that can be made to what decides: a boundary moved, a condition turned round, a rule that always holds, a role left out."""

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn,
    ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
RULES = {"of_record", "of_request"}
LISTS = {"rules", "ends", "sets"}
"""What a row of a table lists, of which each element matters by itself."""


class Change(NamedTuple):
    """A change in words, at a line, and what makes it in the tree."""

    line: int
    says: str
    make: Callable[[], None]


def changes(tree: ast.Module) -> list[Change]:
    """Every change that can be made to a module, always in the same order."""
    return [each for node in ast.walk(tree) for each in _of(node)]


def _of(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in TURNED:
            to = TURNED[type(operator)]
            yield Change(
                node.lineno, f"{type(operator).__name__} reads {to.__name__}", lambda: setattr(node, "ops", [to()])
            )
        case ast.BoolOp(op=ast.And()):
            yield Change(node.lineno, "and reads or", lambda: setattr(node, "op", ast.Or()))
        case ast.BoolOp(op=ast.Or()):
            yield Change(node.lineno, "or reads and", lambda: setattr(node, "op", ast.And()))
        case ast.UnaryOp(op=ast.Not()):
            yield Change(
                node.lineno, "not is dropped", lambda: setattr(node, "operand", ast.UnaryOp(ast.Not(), node.operand))
            )
        case ast.FunctionDef(decorator_list=[ast.Call(func=ast.Attribute(attr=name)), *_]) if name in RULES:
            for always in (True, False):
                yield Change(node.lineno, f"{node.name} is always {always}", _always(node, always))
        case ast.FunctionDef():
            for inner in ast.walk(node):
                if isinstance(inner, ast.Constant) and type(inner.value) is int:
                    yield Change(inner.lineno, f"{inner.value} reads {inner.value + 1}", _one_more(inner))
        case ast.Set(elts=several) if len(several) > 1:
            yield from (
                Change(each.lineno, f"{ast.unparse(each)} is left out", _without(several, each)) for each in several
            )
        case ast.keyword(arg=str(name), value=ast.Tuple(elts=several)) if name in LISTS:
            yield from (
                Change(each.lineno, f"{ast.unparse(each)[:60]} is left out of {name}", _without(several, each))
                for each in several
            )


def _always(rule: ast.FunctionDef, always: bool) -> Callable[[], None]:
    return lambda: setattr(rule, "body", [*rule.body[:1], ast.Return(ast.Constant(always))])


def _one_more(number: ast.Constant) -> Callable[[], None]:
    return lambda: setattr(number, "value", int(str(number.value)) + 1)


def _without(several: list[ast.expr], one: ast.expr) -> Callable[[], None]:
    return lambda: several.remove(one)
