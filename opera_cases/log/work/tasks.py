"""Tasks: what was asked for many records at once, in a queue of which workers take the next. What was asked and what came of it
stand elsewhere, sealed; a row says where. Moments are text, ISO 8601 in UTC.

Each row has a mark of the office over what does not change while it is carried out, so that nobody else writes one.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.log.authority.rows import mark, mark_holds
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.store.database import Database, Row


class TaskRow(NamedTuple):
    """What the mark of a task covers: everything that does not change while it is carried out. For ever: the mark is computed
    from the names and values as they stand here."""

    task: UUID
    kind: str
    operator: UUID
    role: str
    desks: str
    region: str
    asked_at: str
    asked: str
    authority: str

    def mark(self, keyring: Keyring) -> bytes:
        """The mark of the office over all that the row says."""
        return mark(keyring, "task", self._asdict())


class MarkedTask(NamedTuple):
    """What a stored row says, and the mark that it shows."""

    said: TaskRow
    mac: bytes | None

    def holds(self, keyring: Keyring) -> bool:
        """Whether the office wrote it."""
        return mark_holds(keyring, "task", self.said._asdict(), self.mac)


class TaskProgress(NamedTuple):
    """A task as it stands: its state, how many of how many records are done, where the result lies (empty before)."""

    marked: MarkedTask
    state: str
    done: int
    total: int
    result: bytes


_SAID = "task_id, kind, operator, role, desks, region, asked_at, asked, authority"
_NEXT = (
    "SELECT t.task_id FROM log.task t WHERE (t.state = 'QUEUED' OR (t.state = 'RUNNING' AND t.lease_until < $2))"
    " AND NOT EXISTS (SELECT 1 FROM log.task other WHERE other.operator = t.operator AND other.state = 'RUNNING'"
    " AND other.lease_until >= $2) ORDER BY t.asked_at LIMIT 1"
)
"""Of nobody two at once: several workers carry out the tasks of several people, however much one of them asks for."""


def asked(log: Database, task: UUID) -> bytes | None:
    """Where lies what a task was asked with; None when there is no such task."""
    rows = log.rows("SELECT asked FROM log.task WHERE task_id = $1", task)
    return _text(rows[0][0]).encode() if rows else None


def queue(log: Database, keyring: Keyring, task: TaskRow, total: int) -> None:
    """Put a task with its mark at the end of the queue. Raises `Conflict` for one that is there."""
    log.rows(
        f"INSERT INTO log.task ({_SAID}, mac, state, lease_until, done, total, result)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'QUEUED', '', 0, $11, $12)",
        *task[:7], task.asked.encode(), bytes.fromhex(task.authority), task.mark(keyring), total, b"",
    )  # fmt: skip


def task_of_operator(log: Database, task: UUID, operator: UUID) -> TaskProgress | None:
    """A task of somebody; None when they have no such task."""
    rows = log.rows(
        f"SELECT {_SAID}, mac, state, done, total, result FROM log.task WHERE task_id = $1 AND operator = $2",
        task,
        operator,
    )
    if not rows:
        return None
    state, done, total, result = rows[0][10:]
    return TaskProgress(_marked(rows[0]), state, done, total, _text(result).encode() if result else b"")


def claim_next(log: Database, now: str, until: str) -> tuple[MarkedTask, int] | None:
    """Take the next task, alone and until a moment, and tell how often it was taken up; None when none waits, and none was left by
    a worker whose time is over."""
    skip = "" if log.is_sqlite else " FOR UPDATE OF t SKIP LOCKED"
    rows = log.rows(
        f"UPDATE log.task SET state = 'RUNNING', attempts = attempts + 1, lease_until = $1 WHERE task_id = ({_NEXT}{skip})"
        f" RETURNING {_SAID}, mac, attempts",
        until, now,
    )  # fmt: skip
    return (_marked(rows[0]), int(rows[0][-1])) if rows else None


def progress(log: Database, task: UUID, done: int, total: int, until: str) -> None:
    """Whoever carries out a task has come so far, and keeps it until a moment."""
    log.rows("UPDATE log.task SET done = $1, total = $2, lease_until = $3 WHERE task_id = $4", done, total, until, task)


def end_task(log: Database, task: UUID, state: str, result: bytes) -> None:
    """A task is over, `DONE` or `FAILED`, and what came of it lies there."""
    log.rows("UPDATE log.task SET state = $1, result = $2, lease_until = '' WHERE task_id = $3", state, result, task)


def fail(log: Database, task: UUID) -> None:
    """A task is over that nobody carries out; nothing comes of it."""
    log.rows("UPDATE log.task SET state = 'FAILED', lease_until = '' WHERE task_id = $1", task)


def finished_before(log: Database, before: str) -> list[MarkedTask]:
    """The tasks that are over and were asked for before a moment."""
    return [
        _marked(row)
        for row in log.rows(
            f"SELECT {_SAID}, mac FROM log.task WHERE asked_at < $1 AND state IN ('DONE', 'FAILED')", before
        )
    ]


def all_tasks(log: Database) -> Iterator[MarkedTask]:
    """Every task, in the order in which they were asked for."""
    return map(_marked, log.rows(f"SELECT {_SAID}, mac FROM log.task ORDER BY asked_at, task_id"))


def unmarked(log: Database) -> list[UUID]:
    """The tasks of before 0.8, which have no mark."""
    return [UUID(str(row[0])) for row in log.rows("SELECT task_id FROM log.task WHERE mac IS NULL")]


def delete_task(log: Database, task: UUID) -> None:
    """Take a task away."""
    log.rows("DELETE FROM log.task WHERE task_id = $1", task)


def count_waiting(log: Database) -> int:
    """How many tasks wait for a worker."""
    return int(log.rows("SELECT count(*) FROM log.task WHERE state = 'QUEUED'")[0][0])


def contents(log: Database) -> list[bytes]:
    """Where everything lies that tasks were asked with, and what came of them."""
    return [bytes(each) for row in log.rows("SELECT asked, result FROM log.task") for each in row if each]


def _marked(row: Sequence[Any] | Row) -> MarkedTask:
    task, kind, operator, role, desks, region, asked_at, asked, authority, mac = row[:10]
    said = TaskRow(
        UUID(str(task)),
        kind,
        UUID(str(operator)),
        role,
        desks,
        region,
        asked_at,
        _text(asked),
        bytes(authority or b"").hex(),
    )
    return MarkedTask(said, mac)


def _text(asked: Any) -> str:
    return bytes(asked).decode("utf-8", "replace") if isinstance(asked, bytes | memoryview) else str(asked)
