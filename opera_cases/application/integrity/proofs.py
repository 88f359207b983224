"""Proofs: checkpoints of the ledgers, what differs from them, and the proof that one event stands in the log."""

import base64
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from opera_cases.application.integrity.chain_heads import open_witness, remember, sign_chains
from opera_cases.application.runtime import Runtime
from opera_cases.domain.kernel.errors import NotFound
from opera_cases.log.events.queries import by_ids
from opera_cases.log.progress import Progress
from opera_cases.log.proof.ledgers import EPOCH, EVENTS, LEDGERS, Ledger, LedgerRow
from opera_cases.log.proof.merkle import consistency_proof, inclusions
from opera_cases.log.proof.witness import SignedHead, Witness
from opera_cases.log.store.epoch import log_id

SETTLED = timedelta(minutes=10)
"""A reading is recorded under the moment at which it began: after ten minutes every earlier one is there."""
END = "9999"
MOST = 100


class Difference(NamedTuple):
    """A row that is not as it was at a checkpoint: in which ledger, where, which row, and what happened to it."""

    ledger: str
    place: int
    id: UUID
    kind: str
    says: str


SAYS = {
    "CHANGED": "is not what it was: at least one byte was changed",
    "REMOVED": "was there and is gone",
    "INSERTED": "was not there and has been put between older rows",
    "MOVED": "stands at another place than it did",
}


def checkpoint(runtime: Runtime, settled: timedelta = SETTLED) -> list[SignedHead]:
    """Sign a head over each ledger that has grown, and publish it. Returns the new heads.

    Events are covered as far as every reader may go, readings and refusals until ten minutes ago; how far the chains of
    readings have come is signed as well. The first head of an office is signed even over no event.
    """
    seen, made = open_witness(runtime), []
    with seen.alone():
        at = runtime.clock()
        for ledger in LEDGERS:
            known = seen.heads(ledger.name)
            after = _after(runtime, seen, ledger, known[-1].size if known else 0)
            fresh = ledger.read(runtime.log, (at - settled).isoformat(), after)
            first = ledger is EVENTS and not seen.heads()
            head = seen.publish(log_id(runtime.log), ledger.name, fresh, at.isoformat(), even_over_nothing=first)
            if head is not None:
                made.append(head)
                remember(runtime, head.ledger, head.size)
    sign_chains(runtime)
    return made


def _after(runtime: Runtime, seen: Witness, ledger: Ledger, count: int) -> tuple[Any, ...] | None:
    """The mark in the database behind which row number `count` begins, as the witness has it."""
    if not count:
        return None
    last = next(seen.entries(ledger.name, count - 1))
    if ledger is EVENTS:
        return (last.place,)
    return ((EPOCH + timedelta(microseconds=last.place)).isoformat(), last.id)


# -- what differs ------------------------------------------------------------------------------------------------------


def ledger_differences(
    runtime: Runtime, ledger: Ledger, start: int = 0, progress: Progress = lambda done, total: None,
    tell: Callable[[int], None] = lambda done: None,
) -> Iterator[Difference]:  # fmt: skip
    """Compare the rows of a ledger with those published, one by one, from number `start` on: what differs, in order.

    Rows younger than the last head are not looked at: nobody vouched for them yet. `tell` is given from time to time
    how many rows agreed, so that a later run can begin there.
    """
    seen = open_witness(runtime)
    heads = seen.heads(ledger.name)
    if not heads:
        return
    total = heads[-1].size
    published = islice(seen.entries(ledger.name, start), total - start)
    stored = ledger.read(runtime.log, END, _after(runtime, seen, ledger, start))
    yield from _compared(runtime, ledger, seen, published, stored, start, total, progress, tell)


def _compared(
    runtime: Runtime, ledger: Ledger, seen: Witness, published: Iterator[LedgerRow], stored: Iterator[LedgerRow], start: int,
    total: int, progress: Progress, tell: Callable[[int], None],
) -> Iterator[Difference]:  # fmt: skip
    done, found = start, 0
    known: set[UUID] | None = None
    named: set[UUID] = set()
    was, now = next(published, None), next(stored, None)
    while was is not None and found < MOST:
        if now is not None and now == was:
            was, now, done = next(published, None), next(stored, None), done + 1
            if done % 2000 == 0:
                progress(done, total)
                if not found:
                    tell(done)
        elif was.id in named:
            was = next(published, None)
        elif now is not None and now.id in named:
            now = next(stored, None)
        else:
            known = {each.id for each in seen.entries(ledger.name)} if known is None else known
            named_row, kind, goes_on = _judged(ledger, runtime, was, now, known)
            found += 1
            named.add(named_row.id)
            yield Difference(ledger.name, named_row.place, named_row.id, kind, SAYS[kind])
            was = next(published, None) if "published" in goes_on else was
            now = next(stored, None) if "stored" in goes_on else now
    progress(done, total)
    if not found:
        tell(done)


BOTH, PUBLISHED, STORED = ("published", "stored"), ("published",), ("stored",)


def _judged(
    ledger: Ledger, runtime: Runtime, was: LedgerRow, now: LedgerRow | None, known: set[UUID]
) -> tuple[LedgerRow, str, tuple[str, ...]]:
    """Of a published row and a stored one that differ: which row is not as it was, what happened to it, who goes on."""
    if now is not None and now.id == was.id:
        return was, "MOVED" if now.leaf == was.leaf else "CHANGED", BOTH
    stands = ledger.place_of(runtime.log, was.id)
    if stands is None:
        changed = now is not None and now.place == was.place and now.id not in known
        return (was, "CHANGED", BOTH) if changed else (was, "REMOVED", PUBLISHED)
    if now is not None and now.id not in known:
        return now, "INSERTED", STORED
    if stands != was.place or now is None:
        return was, "MOVED", PUBLISHED
    return now, "MOVED", STORED


def of_another_log(runtime: Runtime) -> bool:
    """Whether the witness speaks of another log than this one: another office, or a database put in its place."""
    mine = log_id(runtime.log)
    return any(head.log != mine for head in open_witness(runtime).heads())


# -- one event, for somebody outside ------------------------------------------------------------------------------------


def proof_of(runtime: Runtime, event_id: UUID) -> dict[str, Any]:
    """What shows an outsider that one event stands in the log, without any other event: `event` by its columns, its
    `index` and `path` (hashes in hexadecimal, RFC 9162) to the `head`, and the `keys` that sign. `opera-cases proof
    check` reads it. Raises `NotFound` for an event that no head covers yet."""
    proved = proofs_of(runtime, {event_id})
    if not proved["items"]:
        raise NotFound("No signed head covers this event yet. Make a checkpoint first.")
    return {"format": "opera-cases proof 1", **proved["items"][0], "head": proved["head"], "keys": proved["keys"]}


def proofs_of(runtime: Runtime, wanted: Collection[UUID]) -> dict[str, Any]:
    """The same for several events under one head, in log order: `items` with index, event and path, the `head` (None
    where nothing was signed), the `keys`. Events that no head covers yet are not among them."""
    seen = open_witness(runtime)
    head = next(reversed(seen.heads(EVENTS.name)), None)
    leaves, found = seen.leaves(EVENTS.name, head.size if head else 0, wanted)
    paths = inclusions(leaves, found.values())
    stored = by_ids(runtime.log, found)
    return {
        "items": [{"index": index, "event": _plain(stored[event]), "path": [each.hex() for each in paths[index]]}
                  for event, index in found.items() if event in stored],
        "head": msgspec.to_builtins(head) if head else None, "keys": [msgspec.to_builtins(each) for each in seen.public_keys()],
    }  # fmt: skip


def _plain(row: Sequence[Any]) -> dict[str, Any]:
    """A stored event as JSON: what is hashed, nothing else."""
    _, event_id, stream, version, topic, state, metadata = row
    return {
        "event_id": str(UUID(str(event_id))), "stream": str(UUID(str(stream))), "version": int(version), "topic": str(topic),
        "state": base64.b64encode(bytes(state)).decode(), "metadata": base64.b64encode(bytes(metadata)).decode(),
    }  # fmt: skip


def consistency_of(runtime: Runtime, earlier: int, later: int) -> dict[str, Any]:
    """What shows that the log of a later head begins with the log of an earlier one: both heads, the `path` (hashes in
    hexadecimal, RFC 9162) and the `keys`. Heads are named by their number, from one. Raises `NotFound` when there is
    no such head of the events."""
    seen = open_witness(runtime)
    heads = seen.heads(EVENTS.name)
    if not 1 <= earlier <= later <= len(heads):
        raise NotFound(f"There are {len(heads)} heads of the events.")
    first, second = heads[earlier - 1], heads[later - 1]
    leaves, _ = seen.leaves(EVENTS.name, second.size)
    return {
        "format": "opera-cases consistency 1", "earlier": msgspec.to_builtins(first), "later": msgspec.to_builtins(second),
        "path": [each.hex() for each in consistency_proof(leaves, first.size)],
        "keys": [msgspec.to_builtins(each) for each in seen.public_keys()],
    }  # fmt: skip
