"""How followed read models keep up: read on from a position, fold, and store rows and position in one transaction.

A model that cannot fold an event stops alone, at that event, and says so; the others go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa

from opera_cases.domain.events import Event
from opera_cases.log.codec import UnknownTopic, decode
from opera_cases.log.database import Database
from opera_cases.log.recorder import Recorder
from opera_cases.projections.inline import READ

read_model = sa.Table(
    "read_model", READ,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("trouble", sa.Text, nullable=False, server_default=""),
)  # fmt: skip

BATCH = 500


class Followed(Protocol):
    """A read model kept by following the log."""

    name: str
    tables: tuple[sa.Table, ...]

    def fold(self, connection: sa.Connection, events: Sequence[Event[Any]]) -> None: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a followed model is: its position, and what stopped it, if anything did."""

    name: str
    position: int
    trouble: str = ""


def create(read: Database, model: Followed) -> None:
    """Make the tables of a model that are not there yet; it starts at the beginning of the log."""
    with read.engine.begin() as connection:
        if not read.is_sqlite:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(1041706)"))
        model_tables = (read_model, *model.tables)
        READ.create_all(connection, tables=[table for table in model_tables if table.metadata is READ])
        for table in model.tables:
            table.create(connection, checkfirst=True)
        known = connection.execute(sa.select(read_model.c.name).where(read_model.c.name == model.name)).first()
        if known is None:
            connection.execute(sa.insert(read_model).values(name=model.name, position=0))


def standing(read: Database, model: Followed) -> Standing:
    with read.engine.connect().execution_options(reads=True) as connection:
        row = connection.execute(sa.select(read_model).where(read_model.c.name == model.name)).one()
    return Standing(*row)


def catch_up(recorder: Recorder, read: Database, model: Followed, *, batch: int = BATCH) -> Standing:
    """Fold everything up to the barrier. Returns where the model stands; it is at the head unless it has trouble."""
    while True:
        now = standing(read, model)
        rows = recorder.after(now.position, batch)
        if not rows:
            return now
        try:
            events = [decode(row) for row in rows]
            moved = _fold(read, model, now, events)
        except (sa.exc.SQLAlchemyError, UnknownTopic, ValueError, LookupError, TypeError) as wrong:
            if batch > 1:
                now = catch_up_one_by_one(recorder, read, model, len(rows))
                if now.trouble:
                    return now
                continue
            return _stop(read, model, now, int(rows[0][0]), wrong)
        if not moved:
            continue


def catch_up_one_by_one(recorder: Recorder, read: Database, model: Followed, count: int) -> Standing:
    """Isolate the event that a model cannot fold: everything before it is kept."""
    now = standing(read, model)
    for _ in range(count):
        rows = recorder.after(now.position, 1)
        if not rows:
            return now
        try:
            _fold(read, model, now, [decode(rows[0])])
        except (sa.exc.SQLAlchemyError, UnknownTopic, ValueError, LookupError, TypeError) as wrong:
            return _stop(read, model, now, int(rows[0][0]), wrong)
        now = standing(read, model)
    return now


def _fold(read: Database, model: Followed, now: Standing, events: list[Event[Any]]) -> bool:
    mine = (read_model.c.name == model.name) & (read_model.c.position == now.position)
    with read.engine.connect() as connection, connection.begin() as transaction:
        guard = sa.update(read_model).where(mine).values(position=events[-1].position, trouble="")
        if connection.execute(guard).rowcount != 1:
            transaction.rollback()
            return False
        model.fold(connection, events)
        return True


def _stop(read: Database, model: Followed, now: Standing, at: int, wrong: Exception) -> Standing:
    trouble = f"stopped before position {at}: {type(wrong).__name__}"
    with read.engine.begin() as connection:
        connection.execute(sa.update(read_model).where(read_model.c.name == model.name).values(trouble=trouble))
    return Standing(now.name, now.position, trouble)
