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

from opera_cases.application import ids
from opera_cases.application.runtime import Runtime
from opera_cases.application.tasks import expiry
from opera_cases.application.tasks.kinds import DOSSIER, HAND_OUT, check_case, check_role
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.errors import AccessLost, NotFound, SameKeyOtherBody, Unavailable
from opera_cases.domain.kernel.given import GivenKind
from opera_cases.log.keys.keyring import TASK
from opera_cases.log.progress import Progress
from opera_cases.log.work import tasks as rows
from opera_cases.log.work.tasks import TaskRow

QUEUED, RUNNING, DONE, FAILED = "QUEUED", "RUNNING", "DONE", "FAILED"
LEASE = timedelta(seconds=60)
KEPT_FOR = timedelta(days=7)
MOST_ATTEMPTS = 3
"""How often a task is taken up whose worker did not come back."""


class StoredBlob(Struct, frozen=True):
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
    asked: StoredBlob
    result: StoredBlob | None = None


_lies = msgspec.json.Decoder(StoredBlob)


def _put(runtime: Runtime, task: UUID, content: bytes, media: str) -> bytes:
    stored = runtime.files.put(content, task, TASK)
    return msgspec.json.encode(StoredBlob(stored.digest, stored.key, media))


def _get(runtime: Runtime, task: UUID, lies: bytes | str) -> bytes:
    found = _lies.decode(lies)
    return runtime.files.get(found.digest, task, found.key)


def ask(runtime: Runtime, kind: str, request: dict[str, Any], who: Principal, key: UUID, total: int = 0) -> UUID:
    """Put a task into the queue, once for whoever asks and their key, and tell its id.

    Raises `NotYourRole`, and `SameKeyOtherBody` when the key belongs to another request of theirs.
    """
    check_role(runtime.application, kind, who, request.get("kind", ""), request.get("step", ""))
    task, body = ids.of_request(runtime.application.keyring, f"task.{kind}", who.id, key), msgspec.json.encode(request)
    known = rows.asked(runtime.log, task)
    if known is not None:
        if _get(runtime, task, known) != body:
            raise SameKeyOtherBody
        return task
    content, authority = _put(runtime, task, body, "application/json"), next(iter(who.rests_on), b"")
    said = TaskRow(task, kind, who.id, who.role.value, " ".join(sorted(map(str, who.desks))), who.region, runtime.clock().isoformat(),
                content.decode(), authority.hex())  # fmt: skip
    rows.queue(runtime.log, runtime.application.keyring, said, total)
    return task


def read_task(runtime: Runtime, task: UUID, who: Principal) -> Task:
    """A task of one's own. Raises `NotFound`."""
    found = rows.task_of_operator(runtime.log, task, who.id)
    if found is None or not found.marked.holds(runtime.application.keyring):
        raise NotFound
    said = found.marked.said
    return Task(id=said.task, kind=said.kind, by=said.operator, state=found.state, asked_at=said.asked_at, done=found.done, total=found.total,
                role=said.role, desks=frozenset(map(UUID, said.desks.split())), region=said.region, asked=_lies.decode(said.asked),
                result=_lies.decode(found.result) if found.result else None)  # fmt: skip


def result(runtime: Runtime, task: Task, who: Principal) -> bytes:
    """What came of a task; what hands out records, for whoever still reaches as far as when they asked.

    Raises `AccessLost` for whoever does not act in that role and region or work at those desks any more, `NotFound` when
    the case of a dossier is beyond reach, and before the task is done; `KeyDestroyed` when it is too old.
    """
    if task.result is None:
        raise NotFound("The task has no result yet.")
    if task.kind in HAND_OUT and ((task.role, task.region) != (who.role, who.region) or not task.desks <= who.desks):
        raise AccessLost
    if task.kind == DOSSIER:
        asked = msgspec.json.decode(runtime.files.get(task.asked.digest, task.id, task.asked.key))
        check_case(runtime.application, UUID(asked["case"]), who)
    return runtime.files.get(task.result.digest, task.id, task.result.key)


class CannotCarryOut(Exception):
    """A task that could not be carried out, and why, in words for whoever asked."""

    def __str__(self) -> str:
        return " ".join((self.__doc__ or "").split())


class AccessEnded(CannotCarryOut):
    """Your access ended after you asked for this. What was recorded until then stays; ask again when you have access."""


def _still(runtime: Runtime, said: TaskRow) -> Principal:
    """Whoever asked, as they may act at this moment, at the desks for which they asked; files opened beyond reach are not among
    what a task reaches. Raises `AccessEnded`."""
    found = runtime.application.authorities.lookup(
        bytes.fromhex(said.authority), runtime.application.today(), GivenKind.TOKEN
    )
    if found is None or (found[0].id, found[0].role.value, found[0].region) != (said.operator, said.role, said.region):
        raise AccessEnded
    return replace(found[0], desks=found[0].desks & frozenset(map(UUID, said.desks.split())), opened=False)


class GivenUp(CannotCarryOut):
    """This was begun three times, and each time whoever carried it out was cut off. Ask for less at once, or tell your administrator
    the number of this task."""


TaskWork = Callable[[Runtime, UUID, dict[str, Any], Principal, Progress], tuple[bytes, str]]


def carry_out(runtime: Runtime, work: dict[str, TaskWork]) -> int:
    """Carry out what waits, and what another worker began and left. Returns how many tasks were finished."""
    finished = 0
    while claimed := _claim(runtime):
        said, attempts = claimed
        task, kind = said.task, said.kind

        def progress(done: int, total: int, said: TaskRow = said, task: UUID = task) -> None:
            _still(runtime, said)
            rows.progress(runtime.log, task, done, total, (runtime.clock() + LEASE).isoformat())

        try:
            if attempts > MOST_ATTEMPTS:
                raise GivenUp
            asked = msgspec.json.decode(_get(runtime, task, said.asked))
            content, media = work[kind](runtime, task, asked, _still(runtime, said), progress)
            state = DONE
        except Unavailable:
            raise  # its lease runs out, and the task is taken up again
        except Exception as wrong:  # whatever a task meets, it is told and the next one goes on
            told = {
                "title": "The task could not be carried out",
                "detail": str(wrong) if isinstance(wrong, CannotCarryOut) else type(wrong).__name__,
            }
            content, media, state = msgspec.json.encode(told), "application/json", FAILED
        rows.end_task(runtime.log, task, state, _put(runtime, task, content, media))
        finished += 1
    return finished


def _claim(runtime: Runtime) -> tuple[TaskRow, int] | None:
    """Take the next task, alone, and tell how often it was taken up: a lease that is not renewed for a minute passes to the next
    worker. What the office did not write is carried out for nobody."""
    now = runtime.clock()
    while claimed := rows.claim_next(runtime.log, now.isoformat(), (now + LEASE).isoformat()):
        marked, attempts = claimed
        if marked.holds(runtime.application.keyring):
            return marked.said, attempts
        rows.fail(runtime.log, marked.said.task)
    return None


def forget_old_tasks(runtime: Runtime) -> int:
    """Let go of tasks older than a week. Returns how many there were. One without the office's mark stays, for `verify` to name."""
    before = (runtime.clock() - KEPT_FOR).isoformat()
    over = [
        each.said.task for each in rows.finished_before(runtime.log, before) if each.holds(runtime.application.keyring)
    ]
    expiry.destroy_tasks(runtime.application, over)
    return len(over)


def forged(runtime: Runtime) -> Iterator[tuple[str, str]]:
    """The tasks that the office did not write as they stand: which, and what is wrong."""
    for each in rows.all_tasks(runtime.log):
        if not each.holds(runtime.application.keyring):
            yield (
                f"task {each.said.task}",
                "it is not as the office wrote it: nobody asked for this, or it was changed since",
            )
