"""I9: the ledgers are as they were when their heads were signed, and the witness itself is sound."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from opera_cases.application.integrity.chain_heads import open_witness, signed_chain_ends
from opera_cases.application.integrity.findings import Finding, reason, run_checks
from opera_cases.application.integrity.witness import NEVER_SIGNED, witness_checks
from opera_cases.application.runtime import Runtime
from opera_cases.log.progress import Progress
from opera_cases.log.proof.chain_ends import ends_in
from opera_cases.log.proof.ledgers import LEDGERS, Ledger
from opera_cases.log.proof.witness import SignedHead

FEW = 12


def verify_ledgers(
    runtime: Runtime, progress: Progress = lambda done, total: None, resume: Path | None = None, *, first_key: str = "",
    kept: Sequence[SignedHead] = (),
) -> list[Finding]:  # fmt: skip
    """What is wrong with the witness, and what differs from its heads, each row by its place and its id, the first one first.

    `first_key` is the id of the key that signed the first head, and `kept` are heads, as somebody kept them elsewhere. With
    `resume` the comparison begins where an earlier one, that was cut off, had come without finding anything.
    """

    def resumed(ledger: Ledger) -> tuple[int, Callable[[int], None]]:
        return _resumed(resume, ledger)

    findings = run_checks(witness_checks(progress, first_key, kept, resumed), runtime)
    if resume is not None and not findings:
        resume.unlink(missing_ok=True)
    return findings


def _resumed(resume: Path | None, ledger: Ledger) -> tuple[int, Callable[[int], None]]:
    """From which row on to compare, and how to keep how far it came."""
    if resume is None:
        return 0, lambda done: None
    kept: dict[str, int] = json.loads(resume.read_text()) if resume.exists() else {}

    def tell(done: int) -> None:
        resume.write_text(
            json.dumps({**(json.loads(resume.read_text()) if resume.exists() else {}), ledger.name: done})
        )

    return kept.get(ledger.name, 0), tell


def head_coverage(runtime: Runtime) -> str:
    """What the last heads cover and what they do not cover yet, in words, a line each."""
    try:
        seen = open_witness(runtime)
        if not seen.heads():
            return NEVER_SIGNED
        lines = [_of_ledger(runtime, ledger, seen.heads(ledger.name)) for ledger in LEDGERS]
        return "\n".join([*lines, *_of_chains(runtime)])
    except Exception as wrong:  # what is wrong with the witness is a finding of `verify`
        return f"What the witness covers cannot be told: {reason(wrong)}"


def _of_ledger(runtime: Runtime, ledger: Ledger, heads: list[SignedHead]) -> str:
    """Of one ledger how many rows are covered, and how many came since."""
    size = heads[-1].size if heads else 0
    younger = ledger.count(runtime.log) - size
    told = f"The witness covers {size} {ledger.name}" + (f" (signed {heads[-1].made_at[:19]})" if heads else "")
    return f"{told}; {younger} not yet." if younger > 0 else f"{told}."


def _of_chains(runtime: Runtime) -> list[str]:
    """Of the chains of readings how far each is signed, and which numbers came since."""
    last = signed_chain_ends(runtime)
    ends = last.ends if last else {}
    there = ends_in(runtime.log)
    since = f" (signed {last.made_at[:19]})" if last else ""
    lines = (
        [f"It covers {sum(each.number for each in ends.values())} chained readings in {len(ends)} chains{since}."]
        if ends
        else []
    )
    open_ends = [(chain, ends[chain].number if chain in ends else 0, number) for chain, number in sorted(there.items())]
    younger = [each for each in open_ends if each[2] > each[1]]
    lines += [
        f"Not yet: {_numbers(covered + 1, number)} of chain {UUID(chain)}." for chain, covered, number in younger[:FEW]
    ]
    if len(younger) > FEW:
        rest = sum(number - covered for _, covered, number in younger[FEW:])
        lines.append(f"Not yet: {rest} readings of {len(younger) - FEW} more chains.")
    return lines


def _numbers(first: int, last: int) -> str:
    return f"number {first}" if first == last else f"numbers {first} to {last}"
