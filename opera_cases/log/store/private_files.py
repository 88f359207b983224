"""What an office keeps on a machine is for its own account only: everybody else is shut out."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import sqlalchemy as sa

OTHERS = 0o077
"""What the group and everybody else may do: taken from everything that the program makes, and from what it finds."""


def keep_others_out() -> None:
    """Whatever this process makes from now on is for its own account only."""
    os.umask(OTHERS)


def shut(databases: Iterable[str], others: Iterable[Path]) -> list[Path]:
    """Take from others what they may do with what is there already: databases by their URLs, keys and folders by their paths.

    Returns those that stay open, because they belong to somebody else.
    """
    left = []
    for path in (*_files_of(databases), *(each for each in others if each.exists())):
        mode = path.stat().st_mode
        if mode & OTHERS:
            try:
                path.chmod(mode & 0o7777 & ~OTHERS)
            except PermissionError:
                left.append(path)
    return left


def _files_of(databases: Iterable[str]) -> Iterator[Path]:
    """The files of SQLite: each database, and all that is kept beside it under its name."""
    for url in map(sa.engine.make_url, databases):
        if url.get_backend_name() == "sqlite" and url.database:
            file = Path(url.database)
            yield from (each for each in file.parent.glob(f"{file.stem}.*") if each.is_file())
