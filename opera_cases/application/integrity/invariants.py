"""Verification: one look over everything stored, which says what is wrong, or that nothing is. `integrity` has the checks."""

from collections.abc import Iterator
from functools import partial

from opera_cases.application.integrity import authority, columns
from opera_cases.application.integrity.claims import check_claims
from opera_cases.application.integrity.commands import check_commands, check_log_end
from opera_cases.application.integrity.findings import Finding, IntegrityCheck, run_checks
from opera_cases.application.integrity.history import check_events
from opera_cases.application.integrity.readings import check_readings
from opera_cases.application.integrity.rows import histories
from opera_cases.application.runtime import Runtime
from opera_cases.application.tasks import queue as tasks
from opera_cases.log.progress import Progress
from opera_cases.log.store.snapshot import as_of_now
from opera_cases.projections import compare
from opera_cases.projections.followed.rebuild import replayed


def verify_everything(runtime: Runtime, progress: Progress = lambda done, total: None) -> list[Finding]:
    """Check everything stored against itself, each thing as it is at one moment, while the office works."""
    return run_checks(all_checks(runtime, progress), runtime)


def all_checks(runtime: Runtime, progress: Progress) -> list[IntegrityCheck]:
    """What there is to look at, in the order in which it is told."""
    return [
        *columns.column_checks(),
        IntegrityCheck("I3", "the events", partial(check_events, progress=progress)),
        IntegrityCheck("I1", "the commands", check_commands),
        IntegrityCheck("I1", "the end of the log", check_log_end),
        IntegrityCheck("I14", "who may act", _authority),
        IntegrityCheck("I15", "the claims", check_claims),
        IntegrityCheck("I16", "the readings", check_readings),
        IntegrityCheck("I18", "the tasks", _tasks),
        IntegrityCheck("I5", "the rows kept with each command", _inline),
        *(IntegrityCheck("I6", f"the read model {model.name}", partial(_followed, number=number)) for number, model in enumerate(runtime.models)),
    ]  # fmt: skip


def _authority(runtime: Runtime) -> Iterator[Finding]:
    return (Finding("I14", *each) for each in authority.check_authority(runtime))


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
