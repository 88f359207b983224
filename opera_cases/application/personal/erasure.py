"""Erasing what is known of somebody, class by class: the keys go, and with them what read models had made of the values.

The events stay as they are. What stands in them in the clear (states, sex, age group, the figures' coarse facts) goes on
counting; everything sealed in the class reads `[erased]`.
"""

from collections.abc import Collection
from uuid import UUID

from opera_cases.application.runtime import Premises
from opera_cases.domain.kernel.personal import DataClass
from opera_cases.projections import inline


def erase(where: Premises, person: UUID, classes: Collection[DataClass], basis: str) -> int:
    """Destroy the keys of some classes of a person under one record. Returns how many went; `basis` is kept in the ledger.

    Another process may remember a key for a minute: what it writes meanwhile is found by `verify` and put right by a rebuild.
    """
    gone = where.office.keyring.destroy(person, [each.value for each in classes], basis)
    for case in where.office.records.cases_of([person]):
        inline.rewrite(where.log, case, where.office.keyring)
    return gone
