"""Long lists, some rows at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Rows in lists of at most so many."""
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some
