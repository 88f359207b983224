"""Tasks that are over: their keys are destroyed, so that what was asked and what came of it opens no more."""

from collections.abc import Iterable
from uuid import UUID

from opera_cases.application.context import Context
from opera_cases.domain.kernel.personal import DataClass
from opera_cases.log.keys.keyring import TASK, Owner
from opera_cases.log.work import tasks as rows


def destroy_tasks(context: Context, tasks: Iterable[UUID]) -> None:
    """Destroy the keys of some tasks, then take the tasks away; safe to run again when it was stopped half-way."""
    for task in tasks:
        context.keyring.destroy(task, [TASK], "task over", Owner.TASK)
        rows.delete_task(context.database, task)


def end_unmarked(context: Context) -> int:
    """At the upgrade to 0.8: take away the tasks of before, which have no mark of the office. Returns how many there were.

    Whoever asked for them chose their ids, and their files lie under the class of documents: where a record has the id, the key
    may be the record's, and stays.
    """
    unmarked = rows.unmarked(context.database)
    for task in unmarked:
        if not context.records.history(task):
            context.keyring.destroy(task, [DataClass.DOCUMENT.value], "task over")
    destroy_tasks(context, unmarked)
    return len(unmarked)
