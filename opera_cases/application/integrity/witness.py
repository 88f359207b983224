"""I9: the witness is there, is the one of this office, is not an older copy, and is not left behind; and the ledgers are as it says."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import msgspec

from opera_cases.application.integrity.chain_heads import open_witness, signed_chain_ends
from opera_cases.application.integrity.findings import Finding, IntegrityCheck
from opera_cases.application.integrity.proofs import END, Difference, _after, ledger_differences, of_another_log
from opera_cases.application.runtime import Runtime
from opera_cases.domain.kernel.events import Meta
from opera_cases.log.access_log import readings
from opera_cases.log.progress import Progress
from opera_cases.log.proof.chain_ends import ends_in, signed_ends, trouble_with_ends
from opera_cases.log.proof.hash_chain import key_of, link_holds, parse_linked
from opera_cases.log.proof.ledgers import EVENTS, LEDGERS, READINGS, Ledger
from opera_cases.log.proof.witness import SignedHead, heads_in
from opera_cases.log.store.database import Row
from opera_cases.log.store.epoch import log_id
from opera_cases.log.work import followers

OLDEST, OLDEST_OF_CHAINS = timedelta(hours=24), timedelta(hours=1)
"""How old the last head may be while there is something that it does not cover: heads are signed every hour, ends of chains
twice a minute, and a worker may have been away for the night."""
_meta = msgspec.json.Decoder(Meta)
NEVER_SIGNED = (
    "No head was ever signed here: sign one with opera-cases proof head, and keep the id of its key elsewhere."
)


def witness_checks(
    progress: Progress, first_key: str, kept: Sequence[SignedHead], resumed: Callable[[Ledger], tuple[int, Callable[[int], None]]]
) -> list[IntegrityCheck]:  # fmt: skip
    """What there is to look at. `first_key` is the id of the key that signed first, as somebody kept it elsewhere; `kept` are
    heads that somebody kept elsewhere; `resumed` says from which row of a ledger on to compare, and takes how far it came."""
    return [
        IntegrityCheck("I9", "the witness", partial(_there, first_key=first_key)),
        IntegrityCheck("I9", "the log of the witness", _of_this_log),
        IntegrityCheck("I9", "the heads of the witness", lambda runtime: (Finding("I9", *each) for each in open_witness(runtime).trouble())),
        IntegrityCheck("I9", "the ends of chains of the witness", lambda runtime: (Finding("I9", *each) for each in trouble_with_ends(open_witness(runtime)))),
        IntegrityCheck("I9", "the heads kept elsewhere", partial(_kept, kept=kept)),
        IntegrityCheck("I9", "the age of the last heads", _age),
        *(IntegrityCheck("I9", f"the {each.name}", partial(_compared, ledger=each, progress=progress, resumed=resumed)) for each in LEDGERS),
    ]  # fmt: skip


def _there(runtime: Runtime, first_key: str) -> Iterator[Finding]:
    seen = open_witness(runtime)
    keys, heads = seen.public_keys(), seen.heads()
    if seen.secret.exists() and not keys:
        yield Finding(
            "I9",
            str(seen.folder),
            f"holds no public keys, and {seen.secret} has signed: the folder of heads was removed or emptied",
        )
    elif keys and not heads:
        yield Finding("I9", str(seen.folder), "holds keys and no heads: they were removed")
    elif not heads:
        yield Finding("I9", str(seen.folder), NEVER_SIGNED)
    if first_key and keys and keys[0].key != first_key:
        yield Finding(
            "I9",
            str(seen.folder),
            f"begins with the key {keys[0].key}, not with {first_key}: another witness was put in its place",
        )
    ends = signed_ends(seen)
    sizes = {
        ledger.name: max((each.size for each in heads if each.ledger == ledger.name), default=0) for ledger in LEDGERS
    }
    sizes["chains"] = sum(each.number for each in ends.ends.values()) if ends else 0
    for what, size in followers.signed_sizes(runtime.log):
        if size > sizes.get(what, 0):
            yield Finding(
                "I9",
                str(seen.folder),
                f"covers {sizes.get(what, 0)} {what}, and {size} were signed: it is an older copy, or was cut",
            )


def _of_this_log(runtime: Runtime) -> Iterator[Finding]:
    ends = signed_ends(open_witness(runtime))
    if of_another_log(runtime) or (ends is not None and ends.log != log_id(runtime.log)):
        yield Finding(
            "I9", "the log", "is not the one whose heads were published: another database was put in its place"
        )


def _kept(runtime: Runtime, kept: Sequence[SignedHead]) -> Iterator[Finding]:
    """A head that somebody kept elsewhere is among those published, word for word."""
    seen = open_witness(runtime)
    published = {each.hash for each in seen.heads()}
    for head in kept:
        name = f"the kept head over {head.size} {head.ledger} of {head.made_at[:19]}"
        if not seen.signed(head.key, head.signature, head.said):
            yield Finding(
                "I9", name, f"is signed by {head.key}, which is no key of this witness: keys and heads were made anew"
            )
        elif head.hash not in published:
            yield Finding("I9", name, "is not among those published: heads were cut off or replaced")


def _age(runtime: Runtime) -> Iterator[Finding]:
    """What is there and not covered is young, or nobody signs any more."""
    now, seen = runtime.clock(), open_witness(runtime)
    for ledger in LEDGERS:
        heads = seen.heads(ledger.name)
        rows = ledger.rows(runtime.log, _after(runtime, seen, ledger, heads[-1].size if heads else 0), END)
        if rows and (age := now - _recorded(ledger, rows[0])) > OLDEST:
            yield Finding(
                "I9", f"the {ledger.name}", f"are covered by no head since {_hours(age)}: nobody signs any more"
            )
    ends = signed_chain_ends(runtime)
    known = ends.ends if ends else {}
    for chain, number in ends_in(runtime.log).items():
        covered = known[chain].number if chain in known else 0
        first = readings.first_after(runtime.log, UUID(chain), covered) if number > covered else None
        # A reading that took long began long ago.
        since = max(first, ends.made_at if ends else "") if first is not None else ""
        if since and (age := now - datetime.fromisoformat(since)) > OLDEST_OF_CHAINS:
            yield Finding(
                "I9",
                f"chain {UUID(chain)}",
                f"was signed to number {covered}, and goes on since {_hours(age)}: nobody signs any more",
            )


def _recorded(ledger: Ledger, row: Row) -> datetime:
    return _meta.decode(row[6]).recorded_at if ledger is EVENTS else datetime.fromisoformat(row[0])


def _hours(age: timedelta) -> str:
    hours = age // timedelta(hours=1)
    return "an hour" if hours == 1 else f"{hours} hours"


def _compared(
    runtime: Runtime, ledger: Ledger, progress: Progress, resumed: Callable[[Ledger], tuple[int, Callable[[int], None]]]
) -> Iterator[Finding]:  # fmt: skip
    start, tell = resumed(ledger)
    for each in ledger_differences(runtime, ledger, start, progress, tell):
        if not (ledger is READINGS and each.kind == "INSERTED" and _late(runtime, each)):
            yield Finding("I9", f"{each.ledger} {each.place}, {each.id}", each.says)


def _late(runtime: Runtime, found: Difference) -> bool:
    """A reading is recorded under the moment at which it began, and one that took long comes between older ones: its link says
    that the office wrote it."""
    row = readings.of_id(runtime.log, found.id)
    return row is not None and link_holds(key_of(runtime.application.keyring), parse_linked(row))


def kept_heads(file: Path) -> list[SignedHead]:
    """The heads in a file that somebody kept: as they were mailed, or lines of `heads.jsonl`. Raises `ValueError` when there is none."""
    found = heads_in(file.read_text("utf-8"))
    if not found:
        raise ValueError(f"{file} holds no signed head: give the text of a mail with heads, or lines of heads.jsonl.")
    return found
