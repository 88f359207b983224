"""What SQLite needs beside PostgreSQL: its own form of statements and values, and how a connection begins."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa


@lru_cache(maxsize=4096)
def in_sqlite(sql: str) -> str:
    """A statement of ours as SQLite takes it: numbered placeholders without types, tables without schemas, lists as
    JSON."""
    sql = re.sub(r"= ANY\(\$(\d+)::uuid\[\]\)", r"IN (SELECT value FROM json_each(?\1))", sql)
    return re.sub(r"\$(\d+)(::[a-z]+(\[\])?)?", r"?\1", sql).replace("log.", "").replace("read.", "")


_TO_SQLITE: dict[type, Callable[[Any], Any]] = {
    UUID: lambda value: value.hex, list: lambda value: json.dumps([each.hex for each in value]),
    datetime: lambda value: value.isoformat(" "), date: date.isoformat,
}  # fmt: skip
"""How a value is kept where it is not kept as it is."""


def values_for_sqlite(values: Sequence[Any]) -> list[Any]:
    """The values of a statement as SQLite keeps them: ids and days as text, lists as JSON."""
    return [keep(value) if (keep := _TO_SQLITE.get(type(value))) else value for value in values]


def begin_statement(connection: sa.Connection) -> str:
    """How a transaction begins: one that may write takes the lock at once, and does not fail half-way."""
    return "BEGIN" if connection.get_execution_options().get("reads") else "BEGIN IMMEDIATE"


def prepare_sqlite(connection: Any, _: Any) -> None:
    """Set a fresh connection up: write-ahead log, durable commits, ten seconds of patience, deleted content
    overwritten."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
