"""The events, one by one and stream by stream: readable, in order, accepted by their tables, with their keys and documents."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from uuid import UUID

from opera_cases.application.integrity import rows as stored
from opera_cases.application.integrity.findings import Finding
from opera_cases.application.integrity.rows import Unreadable
from opera_cases.application.runtime import Runtime
from opera_cases.application.seal import sealed_values
from opera_cases.domain.corrections.events import CorrectionProposed, FactCorrected
from opera_cases.domain.documents.document import DocumentAdded, VersionAdded
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.kernel.workflow import Procedure
from opera_cases.domain.messages.events import MessageComposed
from opera_cases.domain.reminders.events import ReminderExpired, ReminderRaised
from opera_cases.domain.resources.events import FileAttached
from opera_cases.log.events.codec import PROCEDURE_OF_TOPIC
from opera_cases.log.events.queries import count_events, in_order
from opera_cases.log.progress import Progress
from opera_cases.log.store.database import Row
from opera_cases.log.store.snapshot import as_of_now


def check_events(runtime: Runtime, progress: Progress) -> Iterator[Finding]:
    """Check every event of the log, and that nothing stands out of order or twice."""
    look = _Pass(runtime)
    with as_of_now(runtime.log) as log:
        total, done = count_events(log), 0
        for rows in in_order(log):
            done += len(rows)
            for row in rows:
                yield from look.at(row)
            progress(done, total)
    yield from look.at_the_end()


class _Pass:
    """One pass over the log, and what has to be remembered on the way."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._streams: dict[UUID | None, list[tuple[Any, Any]]] = {}
        self._states: dict[UUID, str] = {}
        self._ids: Counter[UUID] = Counter()
        self._used: dict[UUID, str] = {}
        self._proposers: dict[UUID, UUID] = {}
        self._told: Counter[tuple[Any, ...]] = Counter()
        self._erased = {each.key_id for each in runtime.application.keyring.erasures()}

    def at(self, row: Row) -> Iterator[Finding]:
        self._streams.setdefault(stored.uuid_of(row[2]), []).append((row[3], row[0]))
        event = stored.event_of(row)
        if isinstance(event, Unreadable):
            yield Finding(
                "I17", f"event {event.position}, {stored.uuid_of(row[1]) or row[1]}", f"cannot be read: {event.why}"
            )
            return
        self._ids[event.event_id] += 1
        yield from _accepted(event, self._states.get(event.stream, ""))
        self._states[event.stream] = event.body.left.state
        for field, sealed in sealed_values(event.facts):
            self._used[sealed.key] = f"{event.event_id}/{field}"
            if (sealed.event, sealed.field) != (event.event_id, field):
                yield Finding("I12", f"{event.event_id}/{field}", "holds a value sealed for elsewhere")
        if isinstance(event.facts, DocumentAdded | VersionAdded | FileAttached):
            self._used[event.facts.key] = f"{event.event_id}/content"
            if event.facts.key not in self._erased:
                yield from _on_file(self._runtime, event)
        yield from _told_in_time(event, self._told)
        if isinstance(event.facts, CorrectionProposed):
            self._proposers[event.event_id] = event.meta.actor.id
        if (
            isinstance(event.facts, FactCorrected)
            and self._proposers.get(event.facts.proposal or event.stream) == event.meta.actor.id
        ):
            yield Finding("I11", str(event.event_id), "was confirmed by whoever proposed it")

    def at_the_end(self) -> Iterator[Finding]:
        yield from (Finding("I2", str(each), "is in the log twice") for each, count in self._ids.items() if count > 1)
        for stream, known in self._streams.items():
            yield from _in_order(stream, known)
        keys = self._runtime.application.keyring.known()
        yield from (
            Finding("I12", at, "has neither key nor tombstone") for key, at in self._used.items() if key not in keys
        )


def _on_file(runtime: Runtime, event: Event[Any]) -> Iterator[Finding]:
    """The sealed content lies in the store, and its hash is its name."""
    path = runtime.files.path(event.facts.digest)
    if not path.exists():
        yield Finding("I13", str(event.event_id), "names a document that is not in the store")
    elif hashlib.sha256(path.read_bytes()).hexdigest() != event.facts.digest:
        yield Finding("I13", str(event.event_id), "names a document whose content was changed")


def _accepted(event: Event[Any], before: str) -> Iterator[Finding]:
    """The step of this event is a row of its table, from the state before to the state after."""
    procedure: Procedure[Aggregate] = PROCEDURE_OF_TOPIC[event.topic]
    after = event.body.left.state
    for row in procedure.steps:
        leads = row.name == event.body.step and before in row.source and (row.target or before) == after
        if leads or (row.also and row.name == event.body.step and before == after == row.target):
            return
    yield Finding("I10", str(event.event_id), f"{event.body.step} does not lead from {before!r} to {after!r}")


def _told_in_time(event: Event[Any], told: "Counter[tuple[Any, ...]]") -> Iterator[Finding]:
    """A rung is told on its day or later, and once; to one person in one message."""
    facts = event.facts
    if isinstance(facts, ReminderRaised | ReminderExpired):
        told[event.stream, facts.rung] += 1
        if told[event.stream, facts.rung] > 1:
            yield Finding("I7", str(event.event_id), f"settles {facts.rung} for the second time")
        if event.on < facts.planned_on:
            yield Finding("I7", str(event.event_id), f"settles {facts.rung} before its day")
    elif isinstance(facts, MessageComposed):
        for item in facts.items:
            told[facts.recipient, item.reminder, item.rung] += 1
            if told[facts.recipient, item.reminder, item.rung] > 1:
                yield Finding("I8", str(event.event_id), f"tells {item.rung} to the same person again")


def _in_order(stream: UUID | None, known: list[tuple[Any, Any]]) -> Iterator[Finding]:
    versions = [version if isinstance(version, int) else 0 for version, _ in known]
    if sorted(versions) != list(range(1, len(versions) + 1)):
        yield Finding("I3", str(stream), f"has versions {sorted(versions)[:20]}, not 1 to {len(versions)}")
    elif any(later <= earlier for earlier, later in pairwise(versions)):
        yield Finding("I4", str(stream), "has events whose positions are not in the order of their versions")
