"""I17: every column of every row of the log holds what its type says. SQLite takes anything, and an owner can alter a table."""

from collections.abc import Iterator
from functools import partial

from opera_cases.application.integrity.findings import Finding, IntegrityCheck
from opera_cases.application.runtime import Runtime
from opera_cases.log.store import schema_check
from opera_cases.log.store.epoch import epochs
from opera_cases.log.store.snapshot import as_of_now
from opera_cases.log.store.tables import LOG


def column_checks() -> list[IntegrityCheck]:
    """One check a table: one that cannot be read hides no other."""
    tables = (IntegrityCheck("I17", f"the table {name}", partial(_of_table, name=name)) for name in sorted(LOG.tables))
    return [IntegrityCheck("I17", "the epoch of the log", _epoch), *tables]


def _epoch(runtime: Runtime) -> Iterator[Finding]:
    count = epochs(runtime.log)
    if count != 1:
        yield Finding("I17", "epoch", f"has {count} rows, not one: which log this is, nobody knows")


def _of_table(runtime: Runtime, name: str) -> Iterator[Finding]:
    with as_of_now(runtime.log) as log:
        for found in schema_check.other_types(log, LOG.tables[name]):
            yield Finding("I17", found.where, found.says)
