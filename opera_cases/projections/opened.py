"""Columns made from what is sealed: the picture of a record names the value, and it is opened when the row is written.

Taking a picture stays a matter of the record alone; a row whose key was destroyed is written as if nothing had been said.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from opera_cases.domain.kernel.errors import KeyDestroyed
from opera_cases.domain.kernel.personal import Sealed, untyped
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.keys.sealing import digest, unseal


class OpenedColumn(NamedTuple):
    """A column made from a fact, sealed or clear; `put` is given what it says in plain JSON, None where it says nothing."""

    said: Any
    put: Callable[[Any, Keyring], Any]


def keyed_digest(plain: Any, keyring: Keyring) -> bytes | None:
    """A keyed digest: enough to find what is equal, and nothing to read."""
    return None if plain is None else digest(keyring, "MARK", str(plain).encode())[:16]


def fetch_keys(rows: Iterable[dict[str, Any]], keyring: Keyring) -> None:
    """Fetch at once the keys that many rows will need."""
    keyring.prefetch(
        value.said.key
        for row in rows
        for value in row.values()
        if isinstance(value, OpenedColumn) and isinstance(value.said, Sealed)
    )


def open_columns(row: dict[str, Any], keyring: Keyring) -> dict[str, Any]:
    """A row as it is stored."""
    if OpenedColumn not in map(type, row.values()):
        return row
    return {
        name: value.put(_plain(value.said, keyring), keyring) if isinstance(value, OpenedColumn) else value
        for name, value in row.items()
    }


def _plain(said: Any, keyring: Keyring) -> Any:
    if not isinstance(said, Sealed):
        return said
    try:
        return untyped(unseal(said, keyring))
    except KeyDestroyed:
        return None
