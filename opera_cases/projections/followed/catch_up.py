"""How followed read models keep up: read on from a position, fold, and store rows and position in one transaction.

A model that cannot fold an event stops alone, at that event, and says so; the others go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa

from opera_cases.domain.kernel.events import Event
from opera_cases.log.events.codec import UnknownTopic, check_known, decode
from opera_cases.log.events.recorder import Recorder
from opera_cases.log.store.database import Database
from opera_cases.projections.schema import READ, RETIRED

read_model = sa.Table(
    "read_model", READ,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("trouble", sa.Text, nullable=False, server_default=""),
)  # fmt: skip

BATCH = 500


class Followed(Protocol):
    """A read model kept by following the log. `reads` says how the topics begin that it makes anything of."""

    @property
    def name(self) -> str:
        """Under which its position is kept; another shape is another name."""

    @property
    def tables(self) -> tuple[sa.Table, ...]:
        """The tables that it fills."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The topics of the events that it folds."""

    def again(self, suffix: str, metadata: sa.MetaData) -> "Followed":
        """The same model with other tables, named with a suffix, to be filled beside the old ones."""

    def fold(self, connection: sa.Connection, events: Sequence[Event[Any]]) -> None:
        """Put what some events say into the tables, in the order of the log, within the transaction that moves the
        position on."""


@dataclass(frozen=True, slots=True)
class ModelStanding:
    """Where a followed model is: its position, and what stopped it, if anything did."""

    name: str
    position: int
    trouble: str = ""


def create_model(read: Database, model: Followed) -> None:
    """Make the tables of a model that are not there yet; it starts at the beginning of the log."""
    with read.engine.begin() as connection:
        if not read.is_sqlite:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(1041706)"))
        READ.create_all(connection, tables=[read_model])
        for table in model.tables:
            table.create(connection, checkfirst=True)
        known = connection.execute(sa.select(read_model.c.name).where(read_model.c.name == model.name)).first()
        if known is None:
            connection.execute(sa.insert(read_model).values(name=model.name, position=0))


def retire(read: Database) -> None:
    """Remove what earlier releases folded and this one no longer reads."""
    prefix = "" if read.is_sqlite else "read."
    with read.engine.begin() as connection:
        for name in RETIRED:
            connection.execute(sa.text(f"DROP TABLE IF EXISTS {prefix}{name}"))
        if sa.inspect(connection).has_table("read_model", schema=None if read.is_sqlite else "read"):
            connection.execute(sa.delete(read_model).where(read_model.c.name.in_(RETIRED)))


def standing(read: Database, model: Followed) -> ModelStanding:
    """How far a model has come; at 0 where it has not begun."""
    with read.reading() as connection:
        return standing_in(connection, model)


def standing_in(connection: sa.Connection, model: Followed) -> ModelStanding:
    """The same, as one connection sees it."""
    return ModelStanding(*connection.execute(sa.select(read_model).where(read_model.c.name == model.name)).one())


CANNOT_FOLD = (sa.exc.SQLAlchemyError, UnknownTopic, ValueError, LookupError, TypeError, AttributeError)


def catch_up(recorder: Recorder, read: Database, model: Followed, *, batch: int = BATCH) -> ModelStanding:
    """Fold everything up to the barrier. Returns where the model stands: at the head, unless it has trouble."""
    while True:
        try:
            if fold_next(recorder, read, model, batch) == 0:
                return standing(read, model)
        except CANNOT_FOLD as wrong:
            if batch == 1:
                return _stop(read, model, wrong)
            stopped = catch_up(recorder, read, model, batch=1)
            if stopped.trouble:
                return stopped


def fold_next(recorder: Recorder, read: Database, model: Followed, batch: int) -> int:
    """Fold the next events of the log, all of them or none, once. Returns how many there were."""
    now = standing(read, model)
    rows = recorder.after(now.position, batch)
    if rows:
        check_known(row[4] for row in rows)
        _fold(read, model, now, rows[-1][0], [decode(row) for row in rows if row[4].startswith(model.reads)])
    return len(rows)


def _fold(read: Database, model: Followed, now: ModelStanding, position: int, events: list[Event[Any]]) -> bool:
    mine = (read_model.c.name == model.name) & (read_model.c.position == now.position)
    with read.engine.connect() as connection, connection.begin() as transaction:
        guard = sa.update(read_model).where(mine).values(position=position, trouble="")
        if connection.execute(guard).rowcount != 1:
            transaction.rollback()
            return False
        model.fold(connection, events)
        return True


def _stop(read: Database, model: Followed, wrong: Exception) -> ModelStanding:
    now = standing(read, model)
    trouble = f"stopped after position {now.position}: {type(wrong).__name__}"
    with read.engine.begin() as connection:
        connection.execute(sa.update(read_model).where(read_model.c.name == model.name).values(trouble=trouble))
    return ModelStanding(now.name, now.position, trouble)
