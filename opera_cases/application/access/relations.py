"""Relations that lead through other records, as the policy of access asks for them: answered from rows and histories."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from opera_cases.domain.access import AccessLevel, Principal
from opera_cases.domain.access.conditions import SAME_PERSON, Related, Through, Without
from opera_cases.domain.access.policy import column_value, reach
from opera_cases.domain.cases.case import Case
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.log.store.database import Database
from opera_cases.projections import access

Load = Callable[[type[Any], UUID], Any]
LoadAll = Callable[[type[Any], Collection[UUID]], dict[UUID, Any]]


class Relations:
    """What one office knows of other records. A record that is absent is looked for as long as one that is there."""

    def __init__(self, database: Database, load: Load, load_all: LoadAll) -> None:
        self._database, self._load, self._load_all = database, load, load_all

    def related(self, record: Aggregate, how: Related, who: Principal, today: date) -> bool:
        """Whether a record of another kind relates somebody to this one on a day (`Related`), by the rows of its read
        model."""
        here = column_value(record, how.here)
        if here is None:
            return False
        with self._database.reading() as connection:
            return connection.execute(access.related(how, here, who, today)).first() is not None

    def through(self, record: Aggregate, how: Through, who: Principal, today: date) -> Iterable[AccessLevel]:
        """How far somebody reaches to each case that this record leads to (`Through`); that counts as the reach to the
        record itself."""
        if how.there == "case_id":
            case = column_value(record, how.here) or (None if record.version else record.id)
            return () if case is None else (reach(who, self._load(Case, case), today, self),)
        ids = self._cases(record, how.here, how.there) or ([] if record.version else [record.id])
        if how.here == SAME_PERSON:
            return (reach(who, each, today, self) for each in self._load_all(Case, ids).values())
        with self._database.reading() as connection:
            return (AccessLevel.READ,) if ids and access.reached(connection, how.kind, ids, who, today) else ()

    def about(self, record: Aggregate, who: Principal, today: date) -> AccessLevel:
        """How far somebody reaches to the record that this one is about; not at all where it is about none."""
        about: UUID | None = getattr(record, "record", None)
        if about is None:
            return AccessLevel.NONE
        return reach(who, self._load(PROCEDURES[record.record_kind].aggregate, about), today, self)  # type: ignore[attr-defined]

    def there_is(self, record: Aggregate, how: Without) -> bool:
        """Whether there is a case of the sort that a grant has to do without (`Without`)."""
        return bool(self._cases(record, how.here, how.there))

    def _cases(self, record: Any, here: str, there: str) -> list[UUID]:
        same = (
            [*record.identities, *([record.survivor] if record.survivor else [])]
            if here == SAME_PERSON
            else [column_value(record, here)]
        )
        with self._database.reading() as connection:
            return list(connection.scalars(access.pointing("case", there, same)))
