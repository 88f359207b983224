"""Writing what commands decided: alone, or together with those that come at the same moment.

Commands that come at one moment share a commit (decision 0012). What stands in the way of one of them is its own
affair: then each is written alone.
"""

from collections.abc import Hashable
from functools import partial

from opera_cases.domain.kernel.errors import Unavailable
from opera_cases.log.events.postgres_write import statement
from opera_cases.log.events.sqlite_write import write_to_sqlite
from opera_cases.log.events.unit_of_work import Unit
from opera_cases.log.store.batching import Pending
from opera_cases.log.store.database import Database


def write(database: Database, unit: Unit) -> list[int]:
    """Write everything or nothing, and return the positions of the events.

    Raises `Conflict` naming the table that refused: `command` (known already), `claim` (taken), `event` (moved on);
    `Withdrawn` when what lets the asker act was withdrawn before. A withdrawal is written by itself: it waits for whatever rests
    on what it ends, and nothing that comes later stands before it.
    """
    if database.on_a_loop() and not unit.withdrawals:
        positions: list[int] = database.in_lane("write", unit, partial(_together, database), _touched)
        return positions
    if database.is_sqlite:
        return write_to_sqlite(database, [unit])[0]
    sql, values = statement(unit)
    return [row[0] for row in database.rows(sql, *values)]


def _touched(unit: Unit) -> set[Hashable]:
    """Two writes that touch one record, one claim or one command id never go together."""
    claims = {each[:2] for each in (*unit.claims, *unit.releases)}
    command = {(unit.command.principal, unit.command.command_id)} if unit.command else set()
    return {*(event.stream for event in unit.events), *claims, *command}


async def _together(database: Database, together: list[Pending[Unit]]) -> None:
    together = sorted(together, key=lambda each: each.key.events[0].stream)  # all wait for each other in one order
    try:
        await _write(database, together)
    except Unavailable:  # nothing was written, or nobody knows: none of them would fare better alone
        raise
    except Exception as wrong:
        if len(together) == 1:
            together[0].fail(wrong)
            return
        for each in together:
            await _together(database, [each])


async def _write(database: Database, together: list[Pending[Unit]]) -> None:
    units = [each.key for each in together]
    if database.is_sqlite:  # on the loop itself: a thread would wait for the interpreter at every statement
        for each, positions in zip(together, write_to_sqlite(database, units), strict=True):
            each.tell(positions)
        return
    sql, values = statement(*units)
    found = iter([row[0] for row in await database.rows_on_loop(sql, values)])
    for each in together:
        each.tell([next(found) for _ in each.key.events])
