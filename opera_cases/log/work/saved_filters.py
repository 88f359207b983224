"""Saved filters: a list and its filters, somebody's own or shared with a desk. The name is a sealed value, as JSON."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from opera_cases.log.store.database import Database, Row


class SavedFilter(NamedTuple):
    """A filter as it is kept: its id, whose it is, the desk that shares it, its sealed name, its list, its query."""

    filter_id: UUID
    owner: UUID
    desk: UUID | None
    name: bytes
    list: str
    query: str


_COLUMNS = ", ".join(SavedFilter._fields)


def count_filters(log: Database, owner: UUID) -> int:
    """How many filters somebody has."""
    return int(log.rows("SELECT count(*) FROM log.saved_filter WHERE owner = $1", owner)[0][0])


def add_filter(log: Database, saved: SavedFilter) -> None:
    """Keep a filter, once for its id."""
    log.rows(
        f"INSERT INTO log.saved_filter ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (filter_id) DO NOTHING",
        *saved,
    )


def of_owner(log: Database, owner: UUID) -> list[SavedFilter]:
    """Somebody's own filters."""
    return [
        _saved(row)
        for row in log.rows(f"SELECT {_COLUMNS} FROM log.saved_filter WHERE owner = $1 ORDER BY filter_id", owner)
    ]


def shared_with(log: Database, desks: Sequence[UUID], owner: UUID, most: int) -> list[SavedFilter]:
    """What others share with some desks, `most` at most: of each the first ones before anybody's many."""
    rows = log.rows(
        f"SELECT {_COLUMNS} FROM (SELECT {_COLUMNS}, row_number() OVER (PARTITION BY owner ORDER BY filter_id) AS nth"
        " FROM log.saved_filter WHERE desk = ANY($1::uuid[]) AND owner <> $2) shared ORDER BY nth, filter_id LIMIT $3",
        list(desks), owner, most,
    )  # fmt: skip
    return [_saved(row) for row in rows]


def delete_filter(log: Database, filter_id: UUID, owner: UUID) -> bool:
    """Remove a filter of somebody's own; whether there was one."""
    return bool(
        log.rows("DELETE FROM log.saved_filter WHERE filter_id = $1 AND owner = $2 RETURNING 1", filter_id, owner)
    )


def filter_names(log: Database) -> list[bytes]:
    """The sealed name of every filter."""
    return [bytes(row[0]) for row in log.rows("SELECT name FROM log.saved_filter")]


def _saved(row: Row) -> SavedFilter:
    filter_id, owner, desk, name, of_list, query = row
    return SavedFilter(
        UUID(str(filter_id)), UUID(str(owner)), UUID(str(desk)) if desk else None, bytes(name), of_list, query
    )
