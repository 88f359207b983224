"""What a read model of records is, and of what its tables are made. A new shape is a new name: read models are folded again, never
migrated."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from opera_cases.domain.kernel.aggregate import Aggregate

RETIRED = (
    "caseload_v1",
    "person_v1",
    "timeline_v1",
    "timeline_link_v1",
    "venture_v1",
    "timeline_v2",
    "timeline_link_v2",
    "caseload_v2",
    "deadline_v1",
    "caseload_v3",
)
"""Read models of earlier releases: removed when an office is prepared, so that no forgotten copy stays."""

READ = sa.MetaData(schema="read")
TableRow = tuple[sa.Table, dict[str, Any], dict[str, Any]]
"""A row of a table: its key, and its other columns."""

sealed = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Model:
    """One read model, kept in the write of a command: its table, and what it keeps of a record of a kind.

    `rows` is pure and cannot fail; `beside` are further tables of the same records. A list shows the table: `filters` and `sorts` name
    its columns, the text `text` stands for words in it, and `marked` filters by what is kept as a keyed digest only: the column of
    the digest, and that of the record.
    """

    kind: str
    aggregate: type[Aggregate]
    table: sa.Table
    rows: Callable[[Any], Iterator[TableRow]]
    beside: tuple[sa.Table, ...] = ()
    filters: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    marked: Mapping[str, tuple[sa.Column[Any], sa.Column[Any]]] = field(default_factory=dict)


def table(name: str, *columns: sa.Column[Any] | sa.Index) -> sa.Table:
    """A table of the read models; its name ends in the number of its shape."""
    return sa.Table(name, READ, *columns)


def id(name: str, *, key: bool = False, null: bool = False) -> sa.Column[UUID]:  # noqa: A001 (read as `s.id`)
    """A column of ids."""
    return sa.Column(name, sa.Uuid, primary_key=key, nullable=null)


def text(name: str, *, key: bool = False) -> sa.Column[str]:
    """A column of text, empty where there is none."""
    return sa.Column(name, sa.Text, primary_key=key, nullable=False)


def day(name: str, *, null: bool = True) -> sa.Column[Any]:
    """A column of civil days."""
    return sa.Column(name, sa.Date, nullable=null)


def count(name: str) -> sa.Column[int]:
    """A column of whole numbers."""
    return sa.Column(name, sa.Integer, nullable=False)


def region(record: Aggregate) -> str:
    """The region (NUTS 2) where a record is at home; empty where it is nowhere."""
    return record.place.region if record.place else ""


def next_due(record: Aggregate) -> date | None:
    """The first day on which a record owes something; None when it owes nothing."""
    return min((each.due_on for each in record.deadlines.values()), default=None)


def joined(codes: tuple[str, ...]) -> str:
    """Codes in one text, each between bars, so that one is found whole."""
    return f"|{'|'.join(codes)}|" if codes else ""
