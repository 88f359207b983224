"""I9: the ledgers are as they were when their heads were signed, and the witness itself is sound."""

import json
from collections.abc import Callable
from pathlib import Path

from opera_cases.log.ledgers import LEDGERS, Ledger
from opera_cases.office.oracle import Finding, Progress
from opera_cases.office.premises import Premises
from opera_cases.office.proofs import differences, of_another_log, witness


def verify(where: Premises, progress: Progress = lambda done, total: None, resume: Path | None = None) -> list[Finding]:
    """What differs from the signed heads, each row by its place and its id, the first one first.

    With `resume` the comparison begins where an earlier one, that was cut off, had come without finding anything.
    """
    findings = [Finding("I9", each.where, each.says) for each in witness(where).trouble()]
    if of_another_log(where):
        findings.append(Finding("I9", "the log", "is not the one whose heads were published: another database was put in its place"))
    for ledger in LEDGERS:
        start, tell = _resumed(resume, ledger)
        wrong = differences(where, ledger, start, progress, tell)
        findings += [Finding("I9", f"{each.ledger} {each.place}, {each.id}", each.says) for each in wrong]
    if resume is not None and not findings:
        resume.unlink(missing_ok=True)
    return findings


def _resumed(resume: Path | None, ledger: Ledger) -> tuple[int, Callable[[int], None]]:
    """From which row on to compare, and how to keep how far it came."""
    if resume is None:
        return 0, lambda done: None
    kept: dict[str, int] = json.loads(resume.read_text()) if resume.exists() else {}

    def tell(done: int) -> None:
        resume.write_text(json.dumps({**(json.loads(resume.read_text()) if resume.exists() else {}), ledger.name: done}))

    return kept.get(ledger.name, 0), tell


def covered(where: Premises) -> str:
    """What the last heads cover, in words."""
    seen = witness(where)
    told = []
    for ledger in LEDGERS:
        heads = seen.heads(ledger.name)
        if heads:
            told.append(f"{heads[-1].size} {ledger.name} (signed {heads[-1].made_at[:19]})")
    return f"The witness covers {', '.join(told)}." if told else "No head was signed yet: opera-cases proof head."
