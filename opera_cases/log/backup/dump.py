"""Tables as lines of JSON and back, the same for both databases: the form of backups and of moves between engines.

Everything is read in one snapshot. Positions, ids and bytes are kept as they are, so hashes and order stay true. What is
written is for its owner's eyes only.
"""

import gzip
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from opera_cases.log.store.batches import batched
from opera_cases.log.store.database import Database

_CHUNK = 1000
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[Any]).decode


class Written(NamedTuple):
    """One table of a dump: how many rows, the hash of its file, and the columns in their order; in format 1 they were not told."""

    rows: int
    sha256: str
    columns: tuple[str, ...] = ()


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
    with privately(path) as raw, gzip.open(raw, "wb", compresslevel=6) as file:
        ordered = sa.select(table).order_by(*table.primary_key.columns)
        for row in connection.execution_options(yield_per=_CHUNK).execute(ordered):
            file.write(_encode(list(row)) + b"\n")
            count += 1
    return Written(count, hashed(path), tuple(f"{column.name}" for column in table.columns))


def privately(path: Path) -> BinaryIO:
    """A new file that only its owner may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def copy_privately(source: Path, to: Path) -> str:
    """Copy a file into a new one that only its owner may read, durably; returns the hash of what was copied."""
    digest = hashlib.sha256()
    with source.open("rb") as old, privately(to) as new:
        while block := old.read(1 << 20):
            digest.update(block)
            new.write(block)
        new.flush()
        os.fsync(new.fileno())
    return digest.hexdigest()


def hashed(path: Path) -> str:
    """The SHA-256 hash of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_empty(database: Database, table: sa.Table) -> bool:
    """Whether a table has no rows."""
    with database.reading() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0


def read_table(database: Database, table: sa.Table, path: Path, columns: Sequence[str] = ()) -> int:
    """Load a table from its file, in short transactions: a long one would hold back every reader of the cluster.

    Rows that are there already stay, so that a load that was cut off is gone through again. Returns how many rows the file has.
    """
    count = 0
    adding = (sqlite if database.is_sqlite else postgresql).insert(table).on_conflict_do_nothing()
    for rows in batched(read_rows(table, path, columns), _CHUNK):
        with database.engine.begin() as connection:
            connection.execute(adding, rows)
        count += len(rows)
    return count


def read_rows(table: sa.Table, path: Path, columns: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """The rows of a file, by the names of their columns. Without names the file has the first columns of the table: later
    releases only add some at the end."""
    names = columns or table.columns.keys()
    with gzip.open(path, "rb") as file:
        for line in file:
            values = _decode(line)
            yield {name: _value(table.columns[name], value) for name, value in zip(names, values, strict=bool(columns))}


def _value(column: sa.Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, sa.Uuid):
        return UUID(value)
    return msgspec.convert(value, bytes) if isinstance(column.type, sa.LargeBinary) else value
