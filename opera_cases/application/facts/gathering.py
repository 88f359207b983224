"""The facts that rules ask for, each gathered in one place, before the rules are tried.

Uniqueness rests on claims; everything else here may be a moment old, and the event keeps what was seen.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from opera_cases.application.access.authority import Authorities
from opera_cases.application.loader import Loader
from opera_cases.application.records import Records
from opera_cases.domain.access import UNRESTRICTED, Principal
from opera_cases.domain.cases.case import Case
from opera_cases.domain.desks.desk import Desk
from opera_cases.domain.duplicates.duplicate import Duplicate
from opera_cases.domain.kernel.aggregate import A, Aggregate
from opera_cases.domain.kernel.vocabulary import Country, Place
from opera_cases.domain.people.person import Person
from opera_cases.domain.ventures.venture import Venture

NOWHERE = Place(country=Country.IT, region="-", province="-", zone="Europe/Rome")
"""Where a file is of which nothing is told; its clock is that of the programme."""


def ids_in(asked: Any) -> frozenset[UUID]:
    """Every id that a request names, in whatever field."""
    named: set[UUID] = set()
    for name in getattr(asked, "__struct_fields__", ()):
        value = getattr(asked, name)
        if isinstance(value, UUID):
            named.add(value)
        elif isinstance(value, tuple):
            named.update(each for each in value if isinstance(each, UUID))
    return frozenset(named)


class FactLoader:
    """What is known for one decision: the record in hand (`subject`), what is asked of it, by whom, from which day, and the records
    and the authority of the office.

    `typed` is what was asked for before it was sealed: codes, days and ids of it lead to other records, and go no further. `tried`
    says that the step is only tried, not taken. `number` draws a file number, `new` an id, `alike` counts the records like the person
    asked about; `reached` says whether the asker reaches a record.
    """

    def __init__(
        self, records: Records, loader: Loader, subject: Aggregate, asked: Any, by: Principal, on: date, number: Callable[[], str],
        alike: Callable[[], int], new: Callable[[], UUID], authorities: Authorities, reached: Callable[[Aggregate], bool],
        today: date, tried: bool, typed: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self.records, self.authorities, self._loader, self._reached = records, authorities, loader, reached
        self.subject, self.asked, self.typed, self.by, self.on = subject, asked, typed, by, on
        self.number, self.alike, self.new, self.today, self.tried = number, alike, new, today, tried
        self._reaches: dict[UUID, bool] = {}

    @cached_property
    def _arguments(self) -> frozenset[UUID]:
        """The ids that the request names and the record in hand does not tell already."""
        return frozenset() if self.by.role in UNRESTRICTED else ids_in(self.asked) - self.subject.people

    def gather(self, names: Iterable[str], facts: "Mapping[str, Callable[[FactLoader], Any]]") -> dict[str, Any]:
        """The facts of these names, each by what gathers it. Raises `KeyError` for a name that nothing gathers."""
        return {name: facts[name](self) for name in sorted(names)}

    def load(self, aggregate: type[A], stream: UUID | None) -> A:
        """A record by its id, empty when there is none, or when the request names one that is beyond the asker's reach: no rule
        can tell the two apart. Of whom the record in hand tells already, that record may ask."""
        if stream is None:
            return aggregate(UUID(int=0))
        found = self._loader.load(aggregate, stream)
        if stream in self._arguments and not self._within_reach(found):
            return aggregate(UUID(int=0))
        return found

    def _within_reach(self, record: Aggregate) -> bool:
        """Whether the asker reaches a record that the request names; asked once, for a look beyond reach is on record."""
        known = self._reaches.get(record.id)
        return self._reaches.setdefault(record.id, self._reached(record)) if known is None else known

    @property
    def desk(self) -> Desk:
        """The desk that is asked about, or that of the record in hand."""
        return self.load(Desk, getattr(self.asked, "desk", None) or self.subject.desk)

    @property
    def case(self) -> Case:
        """The case that is asked about."""
        return self.subject if isinstance(self.subject, Case) else self.load(Case, getattr(self.asked, "case", None))

    @property
    def person(self) -> Person:
        """The person that is asked about, or that of the case."""
        return self.load(Person, getattr(self.asked, "person", None) or self.case.person)

    @property
    def venture(self) -> Venture:
        """The venture that is asked about, or that of the case."""
        return self.load(Venture, getattr(self.asked, "venture", None) or self.case.venture)

    @property
    def numbered(self) -> Case:
        """The case with the file number asked for, within reach or not."""
        return self.load(Case, self.records.holder("file_number", self.asked.file_number))

    @property
    def root(self) -> Person:
        """The record under which the person's work goes on."""
        person = self.person
        return self.load(Person, person.survivor) if person.survivor else person

    @property
    def receiving_desk(self) -> Desk:
        """The desk to which a case goes, or is about to go."""
        return self.load(Desk, getattr(self.asked, "to_desk", None) or getattr(self.subject, "transfer_to", None))

    def of_pair(self, which: str) -> Person:
        """One of two records."""
        pair = self.subject if isinstance(self.subject, Duplicate) and self.subject.version else self.asked
        return self.load(Person, getattr(pair, which))

    def posted(self, operator: UUID) -> bool:
        """Whether somebody works at the desk of the record in hand on the day asked about."""
        return bool(self.load(Desk, self.subject.desk).working(operator, self.on))
