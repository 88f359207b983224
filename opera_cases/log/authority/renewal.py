"""What an office of before 0.8 kept of who may act, and the one write that puts rows with the office's mark in its place."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from opera_cases.log.authority.rows import Authority
from opera_cases.log.store import tables
from opera_cases.log.store.database import Database

BEFORE = ("token", "calendar_feed")
"""The tables of 0.7.0."""
_LOCK = 0x0FE2B


class Token(NamedTuple):
    """A token of 0.7.0 that was not withdrawn."""

    digest: bytes
    operator: UUID
    role: str
    desks: str
    region: str
    expires_on: str


class Missing(NamedTuple):
    """What has to be made, for an office of before or for one restored: for which tokens rows are wanted, how many calendars there were, which events have a row already, which
    claims have no mark."""

    of_before: bool
    tokens: list[Token]
    calendars: int
    there: set[UUID]
    claims: list[tuple[str, str, UUID]]


def missing(database: Database) -> Missing | None:
    """None where nothing has to be made: the tables of before are gone, and what was given has its rows."""
    try:
        return _missing(database)
    # Another process put everything in place meanwhile: look again.
    except (sa.exc.ProgrammingError, sa.exc.OperationalError):
        return _missing(database)


def _missing(database: Database) -> Missing | None:
    before = _tables_of_before(database)
    claim, authority = tables.claim.c, tables.authority.c
    with database.reading() as connection:
        if not before and (_any(connection, tables.authority) or not _any(connection, tables.event)):
            return None
        tokens, calendars = [], 0
        if "token" in before:
            columns = "digest, operator, role, desks, region, expires_on"
            found = connection.execute(sa.text(f"SELECT {columns} FROM {before['token']} WHERE revoked_at IS NULL"))
            tokens = [Token(bytes(row[0]), UUID(str(row[1])), *row[2:]) for row in found]
        if "calendar_feed" in before:
            counted = f"SELECT count(*) FROM {before['calendar_feed']} WHERE revoked_at IS NULL"
            calendars = int(connection.execute(sa.text(counted)).scalar_one())
        there = {row[0] for row in connection.execute(sa.select(authority.event_id))}
        unmarked = sa.select(claim.kind, claim.key, claim.holder).where(claim.mac.is_(None))
        return Missing(
            bool(before), tokens, calendars, there, [(row[0], row[1], row[2]) for row in connection.execute(unmarked)]
        )


def put_in_place(
    database: Database, rows: Sequence[tuple[Authority, bytes]], claims: Sequence[tuple[str, str, bytes]]
) -> None:
    """Write the rows and the marks of claims, and remove the tables of before: all of it or nothing, once however many try."""
    insert = f"INSERT INTO {{}}authority ({', '.join(Authority._fields)}, mac) VALUES ({', '.join(f':{name}' for name in Authority._fields)}, :mac)"
    with database.engine.begin() as connection:
        schema = "" if database.is_sqlite else "log."
        if not database.is_sqlite:
            connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        ids = [sa.bindparam(name, type_=sa.Uuid) for name in ("operator", "event_id", "record")]
        statement = sa.text(f"{insert.format(schema)} ON CONFLICT (digest) DO NOTHING").bindparams(*ids)
        for row, mac in rows:
            connection.execute(statement, {**row._asdict(), "mac": mac})
        for kind, key, mac in claims:
            marked = sa.update(tables.claim).where(
                tables.claim.c.kind == kind, tables.claim.c.key == key, tables.claim.c.mac.is_(None)
            )
            connection.execute(marked.values(mac=mac))
        for name in BEFORE:
            connection.execute(sa.text(f"DROP TABLE IF EXISTS {schema}{name}"))


def _tables_of_before(database: Database) -> dict[str, str]:
    schema = None if database.is_sqlite else "log"
    with database.reading() as connection:
        there = set(sa.inspect(connection).get_table_names(schema))
    return {name: name if schema is None else f"{schema}.{name}" for name in BEFORE if name in there}


def _any(connection: sa.Connection, table: sa.Table) -> bool:
    return connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None
