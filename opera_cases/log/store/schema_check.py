"""Whether what is stored has the types that the tables say."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from opera_cases.log.store.snapshot import Snapshot

_MOST = 100
_POSTGRES = {
    sa.LargeBinary: "bytea", sa.Text: "text", sa.Uuid: "uuid", sa.Integer: "integer", sa.BigInteger: "bigint", sa.Double: "double precision",
    sa.Boolean: "boolean",
}  # fmt: skip
_SQLITE = {
    sa.LargeBinary: ("blob",), sa.Text: ("text",), sa.Uuid: ("text",), sa.Integer: ("integer",), sa.BigInteger: ("integer",),
    sa.Double: ("real", "integer"), sa.Boolean: ("integer",),
}  # fmt: skip


class OtherType(NamedTuple):
    """A column that holds what it should not: where, and what."""

    where: str
    says: str


def other_types(log: Snapshot, table: sa.Table) -> Iterator[OtherType]:
    """The columns of a table, and the rows in it, that are not of their type."""
    if log.database.is_sqlite:
        for column in table.columns:
            yield from _of_column(log, table, column)
    else:
        yield from _altered(log, table)


def _of_column(log: Snapshot, table: sa.Table, column: sa.Column[Any]) -> Iterator[OtherType]:
    kinds = ", ".join(f"'{each}'" for each in (*_kind(_SQLITE, column), *(("null",) if column.nullable else ())))
    wrong = f"typeof({column.name}) NOT IN ({kinds})"
    if isinstance(column.type, sa.Uuid):
        wrong += (
            f" OR typeof({column.name}) = 'text' AND (length({column.name}) != 32 OR {column.name} GLOB '*[^0-9a-f]*')"
        )
    keys = [each.name for each in table.primary_key.columns]
    for *key, kind in log.rows(
        f"SELECT {', '.join(keys)}, typeof({column.name}) FROM {table.fullname} WHERE {wrong} LIMIT {_MOST}"
    ):
        says = (
            f"holds {kind} in {column.name}" if kind not in _kind(_SQLITE, column) else f"holds no id in {column.name}"
        )
        yield OtherType(f"{table.name} {', '.join(map(_readable, key))}", says)


def _altered(log: Snapshot, table: sa.Table) -> Iterator[OtherType]:
    """PostgreSQL keeps to the types of the table; what they are, its owner can change."""
    sql = "SELECT column_name::text, data_type::text, is_nullable::text FROM information_schema.columns WHERE table_schema = 'log' AND table_name = $1"
    there = {name: (kind, nullable == "YES") for name, kind, nullable in log.rows(sql, table.name)}
    for column in table.columns:
        kind, nullable = there.get(column.name, ("nothing", False))
        if kind != _kind(_POSTGRES, column):
            yield OtherType(f"{table.name}.{column.name}", f"was altered: it holds {kind}")
        elif nullable and not column.nullable:
            yield OtherType(f"{table.name}.{column.name}", "was altered: it may be left empty")
            keys = ", ".join(each.name for each in table.primary_key.columns)
            for key in log.rows(f"SELECT {keys} FROM {table.fullname} WHERE {column.name} IS NULL LIMIT {_MOST}"):
                yield OtherType(f"{table.name} {', '.join(map(_readable, key))}", f"holds null in {column.name}")


def _kind(kinds: dict[Any, Any], column: sa.Column[Any]) -> Any:
    return next(kinds[each] for each in type(column.type).__mro__ if each in kinds)


def _readable(key: Any) -> str:
    """A value of a key as somebody can look for it."""
    if isinstance(key, bytes):
        return key.hex()
    try:
        return str(UUID(str(key)))
    except ValueError:
        return str(key)
