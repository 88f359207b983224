"""What a check finds, and how checks are made: one that cannot be made has failed, and hides none of the others."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from opera_cases.application.runtime import Runtime

FINDINGS_PER_CHECK = 1000
"""How many findings of one check are named: whoever has more begins with the first."""
SHOWN_PER_INVARIANT = 40


class Finding(NamedTuple):
    """One thing that is wrong: which invariant, where, and what."""

    invariant: str
    where: str
    says: str


class IntegrityCheck(NamedTuple):
    """One thing to look at: which invariant it is first of all about, its name in words, and what looks."""

    invariant: str
    name: str
    look: Callable[[Runtime], Iterable[Finding]]


def run_checks(checks: Sequence[IntegrityCheck], runtime: Runtime) -> list[Finding]:
    """What the checks find, one after the other."""
    findings: list[Finding] = []
    for check in checks:
        mine: list[Finding] = []
        try:
            for each in check.look(runtime):
                mine.append(each)
                if len(mine) == FINDINGS_PER_CHECK:
                    mine.append(Finding(check.invariant, check.name, f"goes on beyond {FINDINGS_PER_CHECK} findings"))
                    break
        except Exception as wrong:  # whatever it is, nobody may take it for "nothing was found"
            mine.append(Finding(check.invariant, check.name, f"could not be checked: {reason(wrong)}"))
        findings += mine
    return findings


def findings_in_words(findings: Sequence[Finding]) -> Iterator[str]:
    """The findings in words, some of each invariant, so that many of one kind hide none of another."""
    kinds = list(dict.fromkeys(each.invariant for each in findings))
    for kind in kinds:
        mine = [each for each in findings if each.invariant == kind]
        yield from (f"{each.invariant} {each.where}: {each.says}" for each in mine[:SHOWN_PER_INVARIANT])
        if len(mine) > SHOWN_PER_INVARIANT:
            yield f"{kind}: {len(mine) - SHOWN_PER_INVARIANT} more of the kind"


def reason(wrong: Exception) -> str:
    """Why something could not be done, on one line."""
    return " ".join(f"{type(wrong).__name__}: {wrong}".split())[:300]
