"""Verification: one pass over everything stored, which says what is wrong, or that nothing is.

I1 every command has its events, I2 no id twice, I3 versions without holes, I4 positions in the order of versions,
I5 read models equal to a fold from scratch, I6 nothing folded twice or left out below a checkpoint, I7 no rung of a reminder
told before its day or twice, I8 no rung in two messages to one person, I10 every stream
accepted by its table, I11 nobody confirms what they proposed, I12 every ciphertext with a key or a tombstone, I13 every
document in the store under its hash.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from opera_cases.domain.aggregate import Aggregate
from opera_cases.domain.corrections.events import CorrectionProposed, FactCorrected
from opera_cases.domain.documents.document import DocumentAdded, VersionAdded
from opera_cases.domain.events import Event
from opera_cases.domain.messages.events import MessageComposed
from opera_cases.domain.reminders.events import ReminderExpired, ReminderRaised
from opera_cases.domain.resources.events import FileAttached
from opera_cases.domain.workflow import Procedure
from opera_cases.log.codec import KINDS, decode
from opera_cases.office.ask import Answer
from opera_cases.office.premises import Premises
from opera_cases.office.sealing import sealed_values
from opera_cases.projections import compare

_CHUNK = 2000
_answer = msgspec.json.Decoder(Answer)
Progress = Callable[[int, int], None]


class Finding(NamedTuple):
    """One thing that is wrong: which invariant, where, and what."""

    invariant: str
    where: str
    says: str


def verify(where: Premises, progress: Progress = lambda done, total: None) -> list[Finding]:
    """Check every invariant over the log, the commands and the read models, as far as the barrier."""
    findings: list[Finding] = []
    streams: dict[UUID, list[tuple[int, int]]] = {}
    states: dict[UUID, str] = {}
    ids: Counter[UUID] = Counter()
    used: dict[UUID, str] = {}
    proposers: dict[UUID, UUID] = {}
    told: Counter[tuple[Any, ...]] = Counter()
    recorder = where.office.recorder
    erased = {each.key_id for each in where.office.keyring.erasures()}
    total = int(where.log.rows("SELECT count(*) FROM log.event")[0][0])
    position = done = 0
    while rows := recorder.after(position, _CHUNK):
        position = int(rows[-1][0])
        done += len(rows)
        for row in rows:
            event = decode(row)
            ids[event.event_id] += 1
            streams.setdefault(event.stream, []).append((event.version, event.position))
            findings += _accepted(event, states.get(event.stream, ""))
            states[event.stream] = event.body.left.state
            for field, sealed in sealed_values(event.facts):
                used[sealed.key] = f"{event.event_id}/{field}"
                if (sealed.event, sealed.field) != (event.event_id, field):
                    findings.append(Finding("I12", f"{event.event_id}/{field}", "holds a value sealed for elsewhere"))
            if isinstance(event.facts, DocumentAdded | VersionAdded | FileAttached):
                used[event.facts.key] = f"{event.event_id}/content"
                if event.facts.key not in erased:
                    findings += _on_file(where, event)
            findings += _told(event, told)
            if isinstance(event.facts, CorrectionProposed):
                proposers[event.event_id] = event.meta.actor.id
            if isinstance(event.facts, FactCorrected) and proposers.get(event.facts.proposal or event.stream) == event.meta.actor.id:
                findings.append(Finding("I11", str(event.event_id), "was confirmed by whoever proposed it"))
        progress(done, total)
    findings += [Finding("I2", str(each), "is in the log twice") for each, count in ids.items() if count > 1]
    for stream, known in streams.items():
        findings += _in_order(stream, known)
    known_keys = where.office.keyring.known()
    findings += [Finding("I12", at, "has neither key nor tombstone") for key, at in used.items() if key not in known_keys]
    findings += _commands(where, ids)
    findings += [Finding("I5", *each) for each in compare.inline_rows(where.log)]
    findings += [Finding("I6", *each) for each in compare.followed_rows(recorder, where.read, where.models)]
    return findings


def _on_file(where: Premises, event: Event[Any]) -> Iterator[Finding]:
    """The sealed content lies in the store, and its hash is its name."""
    path = where.files.path(event.facts.digest)
    if not path.exists():
        yield Finding("I13", str(event.event_id), "names a document that is not in the store")
    elif hashlib.sha256(path.read_bytes()).hexdigest() != event.facts.digest:
        yield Finding("I13", str(event.event_id), "names a document whose content was changed")


def _accepted(event: Event[Any], before: str) -> Iterator[Finding]:
    """The step of this event is a row of its table, from the state before to the state after."""
    procedure: Procedure[Aggregate] = KINDS[event.topic]
    after = event.body.left.state
    for row in procedure.steps:
        leads = row.name == event.body.step and before in row.source and (row.target or before) == after
        if leads or (row.also and row.name == event.body.step and before == after == row.target):
            return
    yield Finding("I10", str(event.event_id), f"{event.body.step} does not lead from {before!r} to {after!r}")


def _told(event: Event[Any], told: "Counter[tuple[Any, ...]]") -> Iterator[Finding]:
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


def _in_order(stream: UUID, known: list[tuple[int, int]]) -> Iterator[Finding]:
    versions = [version for version, _ in known]
    if sorted(versions) != list(range(1, len(versions) + 1)):
        yield Finding("I3", str(stream), f"has versions {sorted(versions)[:20]}, not 1 to {len(versions)}")
    elif any(later <= earlier for earlier, later in pairwise(versions)):
        yield Finding("I4", str(stream), "has events whose positions are not in the order of their versions")


def _commands(where: Premises, ids: Counter[UUID]) -> Iterator[Finding]:
    """Every command that was answered has its events, and every event belongs to one command."""
    owned: Counter[UUID] = Counter()
    for (answer,) in where.log.rows("SELECT answer FROM log.command"):
        told = _answer.decode(answer)
        owned.update(told.event_ids)
        for each in told.event_ids:
            if each not in ids:
                yield Finding("I1", str(each), "was acknowledged and is not in the log")
    for each, count in owned.items():
        if count > 1:
            yield Finding("I2", str(each), "belongs to two commands")
    for each in ids.keys() - owned.keys():
        yield Finding("I1", str(each), "belongs to no command")
