"""I16: readings stand in their chains, each written by this office, none missing between two, none where the witness knows of more."""

from collections.abc import Iterator
from uuid import UUID

from opera_cases.application.integrity.chain_heads import signed_chain_ends
from opera_cases.application.integrity.findings import Finding
from opera_cases.application.integrity.rows import uuid_of
from opera_cases.application.runtime import Runtime
from opera_cases.log.access_log.readings import chained, out_of_chain
from opera_cases.log.proof.chain_ends import End
from opera_cases.log.proof.hash_chain import NO_LINK, ChainedReading, chained_since, key_of, link_holds, parse_linked
from opera_cases.log.store.database import Row
from opera_cases.log.store.snapshot import Snapshot, as_of_now


def check_readings(runtime: Runtime) -> Iterator[Finding]:
    """Check every chain from its first reading to its last, and against the ends that the witness has signed."""
    since = chained_since(runtime.application.keyring)
    key = b"" if since is None else key_of(runtime.application.keyring)
    known = signed_chain_ends(runtime)
    ends = dict(known.ends) if known else {}
    with as_of_now(runtime.log) as log:
        yield from _without_chain(log, since)
        last: ChainedReading | None = None
        for row in chained(log):
            reading = parse_linked(row)
            if reading is None or not link_holds(key, reading):
                yield Finding("I16", _named(row), "was not written by this office: its link does not hold")
                continue
            if last is not None and last.chain != reading.chain:
                yield from _too_short(last, ends.pop(last.chain.hex, None))
                last = None
            number, link = (last.number, last.link) if last else (0, NO_LINK)
            if reading.number != number + 1:
                yield _missing(reading.chain, number + 1, reading.number - 1)
            elif reading.before != link:
                yield Finding(
                    "I16", _named(row), "does not follow the reading before it: that one is another than it was"
                )
            end = ends.get(reading.chain.hex)
            if end is not None and end.number == reading.number and end.link != reading.link.hex():
                yield Finding("I16", _named(row), "is another than the witness signed")
            last = reading
        if last is not None:
            yield from _too_short(last, ends.pop(last.chain.hex, None))
    for chain, end in ends.items():
        yield _missing(UUID(chain), 1, end.number)


def _without_chain(log: Snapshot, since: str | None) -> Iterator[Finding]:
    """Readings without a chain are older than chains."""
    if since is None:
        return
    for ident, at in out_of_chain(log, since):
        yield Finding(
            "I16", f"reading {uuid_of(ident) or ident}", f"of {at} is in no chain: it was not written by this office"
        )


def _too_short(last: ChainedReading, end: End | None) -> Iterator[Finding]:
    """A chain is at least as long as the witness knows it."""
    if end is not None and last.number < end.number:
        yield _missing(last.chain, last.number + 1, end.number)


def _missing(chain: UUID, first: int, last: int) -> Finding:
    which = f"number {first} is" if first == last else f"numbers {first} to {last} are"
    return Finding("I16", f"chain {chain}", f"{which} missing: what was read there was recorded, and removed")


def _named(row: Row) -> str:
    return f"reading {uuid_of(row[0]) or row[0]}, number {row[11]} of chain {uuid_of(row[10]) or row[10]}"
