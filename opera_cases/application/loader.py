"""The records that one command looks at, each read once."""

from typing import TypeVar
from uuid import UUID

from opera_cases.application.records import Records
from opera_cases.domain.kernel.aggregate import Aggregate

A = TypeVar("A", bound=Aggregate)


class Loader:
    """Reads each record once, however many facts are taken from it, and finds those that the command changed as they are now."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._loaded: dict[tuple[type[Aggregate], UUID], Aggregate] = {}

    def load(self, aggregate: type[A], stream: UUID) -> A:
        """A record by its id; empty when there is none."""
        found = self._loaded.get((aggregate, stream))
        if found is None:
            found = self._loaded[aggregate, stream] = self._records.load(aggregate, stream)
        assert isinstance(found, aggregate)
        return found

    def keep(self, record: Aggregate) -> None:
        """From now on this is what is found of the record."""
        self._loaded[type(record), record.id] = record
