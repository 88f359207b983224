"""Tasks that are over: their keys are destroyed, so that what was asked and what came of it opens no more."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from opera_cases.domain.personal import DataClass
from opera_cases.log import tasks as rows
from opera_cases.log.keys import TASK, Owner

if TYPE_CHECKING:
    from opera_cases.office.premises import Premises


def forget(where: "Premises", tasks: Iterable[UUID]) -> None:
    """Destroy the keys of some tasks, then take the tasks away; safe to run again when it was stopped half-way."""
    for task in tasks:
        where.office.keyring.destroy(task, [TASK], "task over", Owner.TASK)
        rows.remove(where.log, task)


def end_unmarked(where: "Premises") -> int:
    """At the upgrade to 0.8: take away the tasks of before, which have no mark of the office. Returns how many there were.

    Whoever asked for them chose their ids, and their files lie under the class of documents: where a record has the id, the key
    may be the record's, and stays.
    """
    unmarked = rows.unmarked(where.log)
    for task in unmarked:
        if not where.office.records.history(task):
            where.office.keyring.destroy(task, [DataClass.DOCUMENT.value], "task over")
    forget(where, unmarked)
    return len(unmarked)
