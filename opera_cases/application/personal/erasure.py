"""Erasing what is known of somebody, class by class: the keys go, and with them what read models had made of the values.

The events stay as they are. What stands in them in the clear (states, sex, age group, the figures' coarse facts) goes on
counting; everything sealed in the class reads `[erased]`.
"""

from collections.abc import Collection
from uuid import UUID

from opera_cases.application.runtime import Runtime
from opera_cases.domain.kernel.personal import DataClass
from opera_cases.projections import inline


def erase(runtime: Runtime, person: UUID, classes: Collection[DataClass], basis: str) -> int:
    """Destroy the keys of some classes of a person under one record. Returns how many went; `basis` is kept in the ledger.

    Another process may remember a key for a minute: what it writes meanwhile is found by `verify` and put right by a rebuild.
    """
    gone = runtime.application.keyring.destroy(person, [each.value for each in classes], basis)
    for case in runtime.application.records.cases_of([person]):
        inline.rewrite(runtime.log, case, runtime.application.keyring)
    return gone
