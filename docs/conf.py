"""How the pages become a site: `make docs`. The root is the folder of the project, so that every link leads where it does in the repository."""

import hashlib
import re
from pathlib import Path

import mmdr
from sphinx.application import Sphinx

from opera_cases import __version__

project, author, release = "opera_cases", "The O.P.E.R.A. desks", __version__
copyright = author  # noqa: A001 (the name that Sphinx reads)
extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/**",
    "tests/access/authorisation/matrix.md",
]
exclude_patterns = [".venv*", "site", "demo", "office"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]
html_theme = "furo"
html_title = f"opera_cases {__version__}"
html_copy_source, html_show_sourcelink = False, False


def contents(app: Sphinx, name: str, source: list[str]) -> None:
    """The pages listed on the first page, under their headings, are the contents of the site; decisions are those of their list."""
    if name == root_doc:
        source[0] += "".join(
            tree(heading, part)
            for heading, part in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", source[0], re.DOTALL | re.MULTILINE)
        )
    elif name == "docs/decisions/index":
        source[0] += tree("", source[0])


def tree(caption: str, text: str) -> str:
    """A hidden table of contents of the pages to which a text links, as it calls them."""
    pages = "\n".join(f"{called} <{page}>" for called, page in re.findall(r"\[([^\]]+)\]\(([^)#]+)\.md\)", text))
    return f"\n```{{toctree}}\n:hidden:\n{f':caption: {caption}' if caption else ''}\n\n{pages}\n```\n"


def diagrams(app: Sphinx, name: str, source: list[str]) -> None:
    """What is written as Mermaid is drawn now: whoever reads the site loads no program to draw it. A click shows it in its own size."""
    folder = Path(app.outdir) / "_static" / "diagrams"

    def drawn(block: re.Match[str]) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{hashlib.sha256(block[1].encode()).hexdigest()[:16]}.svg"
        file.write_text(mmdr.render(block[1]).svg())
        address = f"{'../' * name.count('/')}_static/diagrams/{file.name}"
        return f'```{{raw}} html\n<p><a href="{address}"><img src="{address}" alt="Diagram; the text below says the same."></a></p>\n```\n'

    source[0] = re.sub(r"^```mermaid\n(.*?)^```\n", drawn, source[0], flags=re.DOTALL | re.MULTILINE)


def setup(app: Sphinx) -> None:
    app.connect("source-read", contents)
    app.connect("source-read", diagrams)
