"""Rows of authority made from the log: for an office of before 0.8, and for one that was restored from a backup.

What gives a role or work at a desk stands in the log, and gets its row again. What is shown does not come back from a backup: it is
issued anew. Tokens of 0.7.0 that have an event go on; of the others nobody knows who issued them, and they end.
"""

from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from opera_cases.domain.desks.desk import Desk
from opera_cases.domain.given import Given, Kind
from opera_cases.domain.operators.operator import Operator
from opera_cases.log import tables
from opera_cases.log.authority import Authority, claim_said, mark
from opera_cases.log.keys import Keyring
from opera_cases.office.authority import row_of
from opera_cases.office.forgetting import end_unmarked

if TYPE_CHECKING:
    from opera_cases.office.premises import Premises

BEFORE = ("token", "calendar_feed")
"""The tables of 0.7.0."""


class Renewed(NamedTuple):
    """How many tokens of before go on, how many ended, and how many calendar addresses did."""

    kept: int = 0
    ended: int = 0
    calendars: int = 0


def renew(where: "Premises") -> Renewed | None:
    """Make what is missing. None when nothing was to be done; safe to run again, and stopped half-way it has done nothing."""
    before = _tables_of_before(where)
    if not before and (_any(where, tables.authority) or not _any(where, tables.event)):
        return None
    if before:
        end_unmarked(where)
    given = list(_given(where))
    with where.log.engine.begin() as connection:
        old = _good(connection, before, "token", "digest, operator, role, desks, region, expires_on")
        feeds = _good(connection, before, "calendar_feed", "digest")
        there = {UUID(str(row[0])) for row in connection.execute(sa.select(tables.authority.c.event_id))}
        rows = [row_of(where.office.keyring, event, what, record) for record, event, what in given
                if what.kind in (Kind.GRANT, Kind.POSTING) and event not in there]  # fmt: skip
        kept = [row for row in (_bound(where.office.keyring, each, given) for each in old) if row is not None]
        for row in (*rows, *kept):
            mac = mark(where.office.keyring, "authority", row.said)
            connection.execute(sa.insert(tables.authority).values(**row._asdict(), mac=mac))
        _mark_claims(where, connection)
        for name in before.values():
            connection.execute(sa.text(f"DROP TABLE {name}"))
    return Renewed(len(kept), len(old) - len(kept), len(feeds))


def _tables_of_before(where: "Premises") -> dict[str, str]:
    schema = None if where.log.is_sqlite else "log"
    with where.log.reading() as connection:
        there = set(sa.inspect(connection).get_table_names(schema))
    return {name: name if schema is None else f"{schema}.{name}" for name in BEFORE if name in there}


def _any(where: "Premises", table: sa.Table) -> bool:
    with where.log.reading() as connection:
        return connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None


def _given(where: "Premises") -> list[tuple[UUID, UUID, Given]]:
    """What the operators and desks of the log give: the record, the event, what it gave."""
    found = []
    for aggregate in (Operator, Desk):
        begun = "operator.enrolled" if aggregate is Operator else "desk.opened"
        streams = [UUID(str(row[0])) for row in where.log.rows("SELECT originator_id FROM log.event WHERE topic = $1", begun)]
        for stream in streams:
            record: Any = where.office.records.load(aggregate, stream)
            found += [(stream, event, what) for event, what in record.given.items()]
    return found


def _bound(keyring: Keyring, old: Any, given: list[tuple[UUID, UUID, Given]]) -> Authority | None:
    """The row of a token of 0.7.0 that an event names, and that says what the event says."""
    digest, operator, role, desks, region, expires_on = old
    for record, event, what in given:
        if what.kind is Kind.TOKEN and what.name == bytes(digest).hex()[:16] and what.operator == UUID(str(operator)):
            row = row_of(keyring, event, what, record, bytes(digest))
            if (row.role, row.desks, row.region, row.until) == (role, desks, region, expires_on):
                return row
    return None


def _mark_claims(where: "Premises", connection: sa.Connection) -> None:
    claim = tables.claim
    for kind, key, holder in connection.execute(sa.select(claim.c.kind, claim.c.key, claim.c.holder).where(claim.c.mac.is_(None))).all():
        mac = mark(where.office.keyring, "claim", claim_said(kind, key, holder))
        connection.execute(sa.update(claim).where(claim.c.kind == kind, claim.c.key == key).values(mac=mac))


def _good(connection: sa.Connection, before: dict[str, str], name: str, columns: str) -> list[Any]:
    """What was not withdrawn, of a table of before."""
    if name not in before:
        return []
    return list(connection.execute(sa.text(f"SELECT {columns} FROM {before[name]} WHERE revoked_at IS NULL")))
