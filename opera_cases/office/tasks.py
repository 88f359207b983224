"""Tasks: what is asked for many records at once, or takes longer than a request. Asked now, carried out by a worker.

What was asked and what came of it are sealed files under the task's own key; a week later the key is destroyed. The id of a
task is the office's own: whoever asks chooses only by which key a repeat is known.
"""

from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from opera_cases.domain.errors import CannotNow, NoLongerYours, NotFound, SameKeyOtherBody
from opera_cases.domain.personal import DataClass
from opera_cases.domain.scope import Principal
from opera_cases.domain.vocabulary import Role
from opera_cases.log.keys import TASK, Owner
from opera_cases.office import ids, tokens
from opera_cases.office.premises import Premises
from opera_cases.office.task_kinds import DOSSIER, HAND_OUT, check_case, check_role

QUEUED, RUNNING, DONE, FAILED = "QUEUED", "RUNNING", "DONE", "FAILED"
LEASE = timedelta(seconds=60)
KEPT = timedelta(days=7)


class Lies(Struct, frozen=True):
    """Where a sealed content lies."""

    digest: str
    key: UUID
    media: str


class Task(Struct, frozen=True, kw_only=True):
    """One task as it stands."""

    id: UUID
    kind: str
    by: UUID
    state: str
    asked_at: str
    done: int
    total: int
    role: str
    desks: frozenset[UUID]
    region: str
    asked: Lies
    result: Lies | None = None


_lies = msgspec.json.Decoder(Lies)
_COLUMNS = "task_id, kind, operator, state, asked_at, done, total, role, desks, region, asked, result"


def _put(where: Premises, task: UUID, content: bytes, media: str) -> bytes:
    stored = where.files.put(content, task, TASK)
    return msgspec.json.encode(Lies(stored.digest, stored.key, media))


def _get(where: Premises, task: UUID, lies: bytes) -> bytes:
    found = _lies.decode(lies)
    return where.files.get(found.digest, task, found.key)


def ask(where: Premises, kind: str, asked: dict[str, Any], who: Principal, key: UUID, total: int = 0) -> UUID:
    """Put a task into the queue, once for whoever asks and their key, and tell its id.

    Raises `NotYourRole`, and `SameKeyOtherBody` when the key belongs to another request of theirs.
    """
    check_role(where.office, kind, who, asked.get("kind", ""), asked.get("step", ""))
    task, body = ids.of_request(where.office.keyring, f"task.{kind}", who.id, key), msgspec.json.encode(asked)
    known = where.log.rows("SELECT asked FROM log.task WHERE task_id = $1", task)
    if known:
        if _get(where, task, known[0][0]) != body:
            raise SameKeyOtherBody
        return task
    content = _put(where, task, body, "application/json")
    where.log.rows(
        "INSERT INTO log.task (task_id, kind, operator, role, desks, region, asked_at, asked, state, lease_until, done,"
        " total, result) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12)",
        task, kind, who.id, who.role.value, " ".join(sorted(map(str, who.desks))), who.region,
        where.clock().isoformat(), content, QUEUED, "", total, b"",
    )  # fmt: skip
    return task


def read(where: Premises, task: UUID, who: Principal) -> Task:
    """A task of one's own. Raises `NotFound`."""
    rows = where.log.rows(f"SELECT {_COLUMNS} FROM log.task WHERE task_id = $1 AND operator = $2", task, who.id)
    if not rows:
        raise NotFound
    task_id, kind, by, state, asked_at, done, total, role, desks, region, asked, result = rows[0]
    return Task(id=UUID(str(task_id)), kind=kind, by=UUID(str(by)), state=state, asked_at=asked_at, done=done, total=total,
                role=role, desks=frozenset(map(UUID, desks.split())), region=region, asked=_lies.decode(asked),
                result=_lies.decode(result) if result else None)  # fmt: skip


def result(where: Premises, task: Task, who: Principal) -> bytes:
    """What came of a task; what hands out records, for whoever still reaches as far as when they asked.

    Raises `NoLongerYours` for whoever does not act in that role and region or work at those desks any more, `NotFound` when
    the case of a dossier is beyond reach, and before the task is done; `KeyDestroyed` when it is too old.
    """
    if task.result is None:
        raise NotFound("The task has no result yet.")
    if task.kind in HAND_OUT and ((task.role, task.region) != (who.role, who.region) or not task.desks <= who.desks):
        raise NoLongerYours
    if task.kind == DOSSIER:
        asked = msgspec.json.decode(where.files.get(task.asked.digest, task.id, task.asked.key))
        check_case(where.office, UUID(asked["case"]), who)
    return where.files.get(task.result.digest, task.id, task.result.key)


class CannotCarryOut(Exception):
    """A task that could not be carried out, and why, in words for whoever asked."""

    def __str__(self) -> str:
        return " ".join((self.__doc__ or "").split())


Progress = Callable[[int, int], None]
Work = Callable[[Premises, UUID, dict[str, Any], Principal, Progress], tuple[bytes, str]]


def carry_out(where: Premises, work: dict[str, Work]) -> int:
    """Carry out what waits, and what another worker began and left. Returns how many tasks were finished."""
    finished = 0
    while claimed := _claim(where):
        task, kind, who, asked = claimed

        def progress(done: int, total: int, task: UUID = task) -> None:
            until = (where.clock() + LEASE).isoformat()
            sql = "UPDATE log.task SET done = $1, total = $2, lease_until = $3 WHERE task_id = $4"
            where.log.rows(sql, done, total, until, task)

        try:
            content, media = work[kind](where, task, msgspec.json.decode(_get(where, task, asked)), who, progress)
            state = DONE
        except CannotNow:
            raise  # its lease runs out, and the task is taken up again
        except Exception as wrong:  # whatever a task meets, it is told and the next one goes on
            told = {"title": "The task could not be carried out", "detail": str(wrong) if isinstance(wrong, CannotCarryOut) else type(wrong).__name__}
            content, media, state = msgspec.json.encode(told), "application/json", FAILED
        sql = "UPDATE log.task SET state = $1, result = $2, lease_until = '' WHERE task_id = $3"
        where.log.rows(sql, state, _put(where, task, content, media), task)
        finished += 1
    return finished


def _claim(where: Premises) -> tuple[UUID, str, Principal, bytes] | None:
    """Take the next task, alone: a lease that is not renewed for a minute passes to the next worker."""
    now = where.clock()
    skip = "" if where.log.is_sqlite else " FOR UPDATE SKIP LOCKED"
    rows = where.log.rows(
        "UPDATE log.task SET state = 'RUNNING', lease_until = $1 WHERE task_id = (SELECT task_id FROM log.task"
        f" WHERE state = 'QUEUED' OR (state = 'RUNNING' AND lease_until < $2) ORDER BY asked_at LIMIT 1{skip})"
        " RETURNING task_id, kind, operator, role, desks, region, asked",
        (now + LEASE).isoformat(), now.isoformat(),
    )  # fmt: skip
    if not rows:
        return None
    task, kind, operator, role, desks, region, asked = rows[0]
    by = UUID(str(operator))
    still = tokens.posted(where.log, by, Role(role), now.astimezone(UTC).date())
    who = Principal(by, Role(role), still & frozenset(map(UUID, desks.split())), region, opened=False)
    return UUID(str(task)), kind, who, bytes(asked)


def forget(where: Premises) -> int:
    """Destroy the keys of tasks older than a week, so that their files open no more. Returns how many there were."""
    before = (where.clock() - KEPT).isoformat()
    rows = where.log.rows("SELECT task_id FROM log.task WHERE asked_at < $1 AND state IN ('DONE', 'FAILED')", before)
    for task in (UUID(str(row[0])) for row in rows):
        where.office.keyring.destroy(task, [TASK], "task over", Owner.TASK)
        if not where.office.records.history(task):  # until 0.7 whoever asked chose the id, and the key was that of documents
            where.office.keyring.destroy(task, [DataClass.DOCUMENT.value], "task over")
        where.log.rows("DELETE FROM log.task WHERE task_id = $1", task)
    return len(rows)


