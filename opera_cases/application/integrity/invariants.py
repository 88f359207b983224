"""Verification: one look over everything stored, which says what is wrong, or that nothing is. `integrity` has the checks."""

from collections.abc import Iterator
from functools import partial

from opera_cases.application.integrity import authority, columns
from opera_cases.application.integrity.claims import claims
from opera_cases.application.integrity.commands import commands, end
from opera_cases.application.integrity.findings import Check, Finding, Progress, carried_out
from opera_cases.application.integrity.history import events
from opera_cases.application.integrity.readings import readings
from opera_cases.application.integrity.rows import histories
from opera_cases.application.runtime import Runtime
from opera_cases.application.tasks import queue as tasks
from opera_cases.log.store.snapshot import as_of_now
from opera_cases.projections import compare
from opera_cases.projections.followed.rebuild import replayed

__all__ = ["Finding", "Progress", "checks", "verify"]


def verify(runtime: Runtime, progress: Progress = lambda done, total: None) -> list[Finding]:
    """Check everything stored against itself, each thing as it is at one moment, while the office works."""
    return carried_out(checks(runtime, progress), runtime)


def checks(runtime: Runtime, progress: Progress) -> list[Check]:
    """What there is to look at, in the order in which it is told."""
    return [
        *columns.checks(),
        Check("I3", "the events", partial(events, progress=progress)),
        Check("I1", "the commands", commands),
        Check("I1", "the end of the log", end),
        Check("I14", "who may act", _authority),
        Check("I15", "the claims", claims),
        Check("I16", "the readings", readings),
        Check("I18", "the tasks", _tasks),
        Check("I5", "the rows kept with each command", _inline),
        *(Check("I6", f"the read model {model.name}", partial(_followed, number=number)) for number, model in enumerate(runtime.models)),
    ]  # fmt: skip


def _authority(runtime: Runtime) -> Iterator[Finding]:
    return (Finding("I14", *each) for each in authority.findings(runtime))


def _tasks(runtime: Runtime) -> Iterator[Finding]:
    return (Finding("I18", *each) for each in tasks.forged(runtime))


def _inline(runtime: Runtime) -> list[Finding]:
    with as_of_now(runtime.log) as log:
        return [
            Finding("I5", *each)
            for each in compare.inline_rows(log, map(replayed, histories(log)), runtime.application.keyring)
        ]


def _followed(runtime: Runtime, number: int) -> list[Finding]:
    return [
        Finding("I6", *each)
        for each in compare.followed_rows(runtime.application.recorder, runtime.read, list(runtime.models)[number])
    ]
