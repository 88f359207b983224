"""Tables as lines of JSON and back, the same for both databases: the form of backups and of moves between engines.

Everything is read in one snapshot. Positions, ids and bytes are kept as they are, so hashes and order stay true.
"""

import gzip
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import sqlalchemy as sa

from opera_cases.log.database import Database

_CHUNK = 1000
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[Any]).decode


class Written(NamedTuple):
    """One table of a dump: how many rows, and the hash of its file."""

    rows: int
    sha256: str


def write_tables(database: Database, tables: Iterable[sa.Table], folder: Path) -> dict[str, Written]:
    """Write each table into a file of its own, all as of one moment."""
    written = {}
    options: dict[str, Any] = {"reads": True}
    if not database.is_sqlite:
        options["isolation_level"] = "REPEATABLE READ"
    with database.engine.connect().execution_options(**options) as connection, connection.begin():
        if not database.is_sqlite:
            connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        for table in tables:
            written[table.name] = _write(connection, table, folder / f"{table.name}.jsonl.gz")
    return written


def _write(connection: sa.Connection, table: sa.Table, path: Path) -> Written:
    count = 0
    with gzip.open(path, "wb", compresslevel=6) as file:
        ordered = sa.select(table).order_by(*table.primary_key.columns)
        for row in connection.execution_options(yield_per=_CHUNK).execute(ordered):
            file.write(_encode(list(row)) + b"\n")
            count += 1
    return Written(count, hashed(path))


def hashed(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_empty(database: Database, table: sa.Table) -> bool:
    with database.reading() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0


def read_table(database: Database, table: sa.Table, path: Path) -> int:
    """Load a table from its file, in short transactions: a long one would hold back every reader of the cluster."""
    count = 0
    columns = list(table.columns)
    with gzip.open(path, "rb") as file:
        for lines in _chunks(file):
            rows = [_row(columns, _decode(line)) for line in lines]
            with database.engine.begin() as connection:
                connection.execute(sa.insert(table), rows)
            count += len(rows)
    return count


def _chunks(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    chunk: list[bytes] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _row(columns: list[sa.Column[Any]], values: list[Any]) -> dict[str, Any]:
    return {column.name: _value(column, value) for column, value in zip(columns, values, strict=True)}


def _value(column: sa.Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, sa.Uuid):
        return UUID(value)
    return msgspec.convert(value, bytes) if isinstance(column.type, sa.LargeBinary) else value
