"""Tasks: what is asked for many records at once, or takes longer than a request. Asked now, carried out by a worker.

What was asked and what came of it are sealed files under the task's own key; a week later the key is destroyed. The id of a
task is the office's own: whoever asks chooses only by which key a repeat is known.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from opera_cases.domain.access import Principal
from opera_cases.domain.errors import CannotNow, NoLongerYours, NotFound, SameKeyOtherBody
from opera_cases.domain.given import Kind
from opera_cases.log.authority import mark
from opera_cases.log.keys import TASK
from opera_cases.office import forgetting, ids
from opera_cases.office.premises import Premises
from opera_cases.office.task_kinds import DOSSIER, HAND_OUT, check_case, check_role
from opera_cases.office.task_marks import MARKED, Said, marked

QUEUED, RUNNING, DONE, FAILED = "QUEUED", "RUNNING", "DONE", "FAILED"
LEASE = timedelta(seconds=60)
KEPT = timedelta(days=7)
MOST_ATTEMPTS = 3
"""How often a task is taken up whose worker did not come back."""


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


def _put(where: Premises, task: UUID, content: bytes, media: str) -> bytes:
    stored = where.files.put(content, task, TASK)
    return msgspec.json.encode(Lies(stored.digest, stored.key, media))


def _get(where: Premises, task: UUID, lies: bytes | str) -> bytes:
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
    content, authority = _put(where, task, body, "application/json"), next(iter(who.rests_on), b"")
    said = Said(task, kind, who.id, who.role.value, " ".join(sorted(map(str, who.desks))), who.region, where.clock().isoformat(),
                content.decode(), authority.hex())  # fmt: skip
    where.log.rows(
        f"INSERT INTO log.task ({MARKED}, mac, state, lease_until, done, total, result)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', 0, $12, $13)",
        *said[:7], content, authority, mark(where.office.keyring, "task", said._asdict()), QUEUED, total, b"",
    )  # fmt: skip
    return task


def read(where: Premises, task: UUID, who: Principal) -> Task:
    """A task of one's own. Raises `NotFound`."""
    sql = f"SELECT {MARKED}, mac, state, done, total, result FROM log.task WHERE task_id = $1 AND operator = $2"
    rows = where.log.rows(sql, task, who.id)
    if not rows:
        raise NotFound
    said, mac = marked(rows[0])
    if not said.holds(where, mac):
        raise NotFound
    state, done, total, result = rows[0][10:]
    return Task(id=said.task, kind=said.kind, by=said.operator, state=state, asked_at=said.asked_at, done=done, total=total, role=said.role,
                desks=frozenset(map(UUID, said.desks.split())), region=said.region, asked=_lies.decode(said.asked),
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


class AccessEnded(CannotCarryOut):
    """Your access ended after you asked for this. What was recorded until then stays; ask again when you have access."""


def _still(where: Premises, said: Said) -> Principal:
    """Whoever asked, as they may act at this moment, at the desks for which they asked; files opened beyond reach are not among
    what a task reaches. Raises `AccessEnded`."""
    found = where.office.authorities.lookup(bytes.fromhex(said.authority), where.office.today(), Kind.TOKEN)
    if found is None or (found[0].id, found[0].role.value, found[0].region) != (said.operator, said.role, said.region):
        raise AccessEnded
    return replace(found[0], desks=found[0].desks & frozenset(map(UUID, said.desks.split())), opened=False)


class GivenUp(CannotCarryOut):
    """This was begun three times, and each time whoever carried it out was cut off. Ask for less at once, or tell your administrator
    the number of this task."""


Progress = Callable[[int, int], None]
Work = Callable[[Premises, UUID, dict[str, Any], Principal, Progress], tuple[bytes, str]]


def carry_out(where: Premises, work: dict[str, Work]) -> int:
    """Carry out what waits, and what another worker began and left. Returns how many tasks were finished."""
    finished = 0
    while claimed := _claim(where):
        said, attempts = claimed
        task, kind = said.task, said.kind

        def progress(done: int, total: int, said: Said = said, task: UUID = task) -> None:
            _still(where, said)
            until = (where.clock() + LEASE).isoformat()
            sql = "UPDATE log.task SET done = $1, total = $2, lease_until = $3 WHERE task_id = $4"
            where.log.rows(sql, done, total, until, task)

        try:
            if attempts > MOST_ATTEMPTS:
                raise GivenUp
            asked = msgspec.json.decode(_get(where, task, said.asked))
            content, media = work[kind](where, task, asked, _still(where, said), progress)
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


_NEXT = (
    "SELECT t.task_id FROM log.task t WHERE (t.state = 'QUEUED' OR (t.state = 'RUNNING' AND t.lease_until < $2))"
    " AND NOT EXISTS (SELECT 1 FROM log.task other WHERE other.operator = t.operator AND other.state = 'RUNNING'"
    " AND other.lease_until >= $2) ORDER BY t.asked_at LIMIT 1"
)
"""Of nobody two at once: several workers carry out the tasks of several people, however much one of them asks for."""


def _claim(where: Premises) -> tuple[Said, int] | None:
    """Take the next task, alone, and tell how often it was taken up: a lease that is not renewed for a minute passes to the next
    worker. What the office did not write is carried out for nobody."""
    now = where.clock()
    skip = "" if where.log.is_sqlite else " FOR UPDATE OF t SKIP LOCKED"
    while rows := where.log.rows(
        f"UPDATE log.task SET state = 'RUNNING', attempts = attempts + 1, lease_until = $1 WHERE task_id = ({_NEXT}{skip})"
        f" RETURNING {MARKED}, mac, attempts",
        (now + LEASE).isoformat(), now.isoformat(),
    ):  # fmt: skip
        said, mac = marked(rows[0])
        if said.holds(where, mac):
            return said, int(rows[0][-1])
        where.log.rows("UPDATE log.task SET state = 'FAILED', lease_until = '' WHERE task_id = $1", said.task)
    return None


def forget(where: Premises) -> int:
    """Let go of tasks older than a week. Returns how many there were. One without the office's mark stays, for `verify` to name."""
    before = (where.clock() - KEPT).isoformat()
    sql = f"SELECT {MARKED}, mac FROM log.task WHERE asked_at < $1 AND state IN ('DONE', 'FAILED')"
    over = [said.task for said, mac in map(marked, where.log.rows(sql, before)) if said.holds(where, mac)]
    forgetting.forget(where.office, over)
    return len(over)


def forged(where: Premises) -> Iterator[tuple[str, str]]:
    """The tasks that the office did not write as they stand: which, and what is wrong."""
    for said, mac in map(marked, where.log.rows(f"SELECT {MARKED}, mac FROM log.task ORDER BY asked_at, task_id")):
        if not said.holds(where, mac):
            yield f"task {said.task}", "it is not as the office wrote it: nobody asked for this, or it was changed since"
