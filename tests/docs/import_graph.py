"""Who imports whom, drawn from the code as it is: the layers of the import contracts, and every import between their members."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grimp

ROOT = Path(__file__).parents[2]
ABOUT = """# Who imports whom

Made from the code; `python -m tests.docs.documents` writes this page. Whatever stands higher may import what stands lower, members of one layer do not
know each other; `lint-imports` refuses anything else. Of the drawing an arrow that follows from others is left out; the table has every direct import.
"""
Imports = dict[str, set[str]]


def contracts() -> Iterator[tuple[str, str, list[list[str]]]]:
    """Each package whose layers a contract fixes: the contract's name, the package, its layers from the top, each with its members."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    for contract in told["contracts"]:
        for container in contract.get("containers", ()) if contract["type"] == "layers" else ():
            yield contract["name"], container, [_members(layer) for layer in contract["layers"]]


def _members(layer: Any) -> list[str]:
    names = layer["modules"] if isinstance(layer, dict) else str(layer).replace(":", "|").split("|")
    return [each.strip(" ()") for each in names]


def imports(package: str, members: list[str]) -> Imports:
    """Which member of a package imports which directly, with everything below it."""
    graph = grimp.build_graph(package.partition(".")[0], cache_dir=None)
    there = [each for each in members if f"{package}.{each}" in graph.modules]
    for each in there:
        graph.squash_module(f"{package}.{each}")
    found = {each: graph.find_modules_directly_imported_by(f"{package}.{each}") for each in there}
    return {each: {name for name in there if f"{package}.{name}" in found[each]} for each in there}


def reduced(graph: Imports) -> Imports:
    """The same without what follows from the rest: whoever imports a package that imports another one knows both."""

    def beyond(node: str) -> set[str]:
        return {further for each in graph[node] for further in (graph[each] | beyond(each))}

    return {node: targets - beyond(node) for node, targets in graph.items()}


def drawing(layers: list[list[str]], graph: Imports) -> str:
    """A Mermaid flow chart: a box for each layer, an arrow from who imports to what is imported."""
    lines = ["flowchart TD"]
    for number, layer in enumerate(layers):
        lines += [
            f'  subgraph layer{number} [" "]',
            "    direction LR",
            *(f"    {each}" for each in layer if each in graph),
            "  end",
        ]
    lines += [f"  {one} --> {other}" for one, others in reduced(graph).items() for other in sorted(others)]
    return "\n".join(lines)


def page() -> str:
    """The import graph as it is, for people: a drawing and a table for each package whose layers are fixed."""
    parts = [ABOUT]
    for name, package, layers in contracts():
        graph = imports(package, [each for layer in layers for each in layer])
        rows = [
            f"| `{each}` | {', '.join(f'`{other}`' for other in sorted(others)) or 'nothing of ours'} |"
            for each, others in graph.items()
        ]
        parts.append(f"## {package}\n\nContract: {name}.\n\n```mermaid\n{drawing(layers, graph)}\n```\n")
        parts.append("\n".join(("| package or module | imports |", "| --- | --- |", *rows)) + "\n")
    return "\n".join(parts)
