"""The facts that rules ask for, each gathered in one place, before the rules are tried.

Uniqueness rests on claims; everything else here may be a moment old, and the event keeps what was seen.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from opera_cases.application.access.authority import Authorities
from opera_cases.application.indicators import reporting
from opera_cases.application.integrity.stored_claims import identifier_key
from opera_cases.application.loader import Loader
from opera_cases.application.records import Records
from opera_cases.domain.access import UNRESTRICTED, WITH_THEIR_PEOPLE, AccessLevel, Principal
from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.entry_data import age_group
from opera_cases.domain.cases.states import BUSINESS, CLOSED, MERGED
from opera_cases.domain.desks.desk import Desk
from opera_cases.domain.documents.document import Document
from opera_cases.domain.duplicates.duplicate import Duplicate
from opera_cases.domain.kernel import calendar
from opera_cases.domain.kernel.aggregate import A, Aggregate
from opera_cases.domain.kernel.errors import KeyDestroyed
from opera_cases.domain.kernel.vocabulary import Country, Place
from opera_cases.domain.operators.operator import ENROLLED, Operator
from opera_cases.domain.people.person import KNOWN, Person
from opera_cases.domain.ventures.states import CONSOLIDATED, LIVING
from opera_cases.domain.ventures.venture import Venture
from opera_cases.log.keys.sealing import unseal
from opera_cases.projections.models import deadlines, desks
from opera_cases.projections.queries import counts

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
    """What is known for one decision. `typed` is what was asked for
    before it was sealed: codes, days and ids of it lead to other records, and go no further."""

    def __init__(
        self, records: Records, loader: Loader, subject: Aggregate, asked: Any, by: Principal, on: date, number: Callable[[], str],
        alike: Callable[[], int], new: Callable[[], UUID], authorities: Authorities, reached: Callable[[Aggregate], bool],
        today: date, tried: bool, typed: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self._typed = typed
        self._records, self._loader, self._subject, self._asked, self._by, self._on = (
            records,
            loader,
            subject,
            asked,
            by,
            on,
        )
        self._number, self._alike, self._new, self._authorities, self._reached = (
            number,
            alike,
            new,
            authorities,
            reached,
        )
        self._today, self.tried = today, tried
        self._reaches: dict[UUID, bool] = {}

    @cached_property
    def _arguments(self) -> frozenset[UUID]:
        """The ids that the request names and the record in hand does not tell already."""
        return frozenset() if self._by.role in UNRESTRICTED else ids_in(self._asked) - self._subject.people

    def gather(self, names: Iterable[str], facts: "Mapping[str, Callable[[FactLoader], Any]]") -> dict[str, Any]:
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
        return self.load(Desk, getattr(self._asked, "desk", None) or self._subject.desk)

    @property
    def case(self) -> Case:
        """The case that is asked about."""
        return self._subject if isinstance(self._subject, Case) else self.load(Case, getattr(self._asked, "case", None))

    @property
    def person(self) -> Person:
        return self.load(Person, getattr(self._asked, "person", None) or self.case.person)

    @property
    def venture(self) -> Venture:
        return self.load(Venture, getattr(self._asked, "venture", None) or self.case.venture)

    def place(self) -> Any:
        if isinstance(self._subject, Duplicate):
            return self.of_pair("first").place
        if hasattr(self._asked, "until") and hasattr(self._asked, "region"):
            return self._of_region()
        if hasattr(self._asked, "file_number"):
            return NOWHERE if self.tried else self.numbered.place
        desk = self.desk
        return desk.place if desk.place else self.case.place

    def owed_on(self) -> date | None:
        """The day on which a record owes what a reminder is about; None when it does no longer."""
        record = getattr(self._subject, "record", None) or self._asked.record
        key = getattr(self._subject, "key", "") or self._asked.key
        return deadlines.owed_on(self._records.database, record, key)

    def _of_region(self) -> Any:
        """Where a region keeps its clock: at the first of its desks. A coordinator reports on the own region only."""
        if self._by.region not in ("", self._asked.region):
            return None
        first = desks.first_desk(self._records.database, self._asked.region)
        return self.load(Desk, first).place if first else None

    def last_frozen_until(self) -> date | None:
        known = reporting.submissions_of_region(self._records, self._asked.region)
        return known[-1].occurred_until if known else None

    def report(self) -> dict[str, Any] | None:
        """What a submission of the period would freeze now."""
        if self._of_region() is None:
            return None
        asked = self._asked
        return reporting.compute_report(
            self._records, asked.region, asked.since, asked.until, self._records.recorder.head()
        )

    @property
    def numbered(self) -> Case:
        """The case with the file number asked for, within reach or not."""
        return self.load(Case, self._records.holder("file_number", self._asked.file_number))

    @property
    def root(self) -> Person:
        """The record under which the person's work goes on."""
        person = self.person
        return self.load(Person, person.survivor) if person.survivor else person

    def other_open_case(self) -> bool:
        return bool(self._records.open_cases(self.root.identities).keys() - {self._subject.id})

    @property
    def receiving_desk(self) -> Desk:
        return self.load(Desk, getattr(self._asked, "to_desk", None) or getattr(self._subject, "transfer_to", None))

    def followed_case_closed(self) -> bool:
        return self.load(Case, getattr(self._asked, "follows", None)).state == CLOSED

    def document_of_case(self) -> bool:
        document = self.load(Document, self._asked.document)
        return document.case == self._subject.id

    # -- two records that may be of one person ------------------------------------------------------------------------

    def of_pair(self, which: str) -> Person:
        """One of two records."""
        pair = self._subject if isinstance(self._subject, Duplicate) and self._subject.version else self._asked
        return self.load(Person, getattr(pair, which))

    def age(self) -> int | None:
        sealed = self.person.birth_date
        if sealed is None:
            return None
        try:
            born = date.fromisoformat(unseal(sealed, self._records.keyring))
        except KeyDestroyed:
            return None
        return calendar.years_between(born, self._on)

    def identifier_digest(self) -> str:
        assert isinstance(self._subject, Person)
        declared = self._subject.identifiers.get(self._asked.declaration)
        return "" if declared is None else identifier_key(self._records.keyring, declared)

    def posted(self, operator: UUID) -> bool:
        return bool(self.load(Desk, self._subject.desk).working(operator, self._on))

    def consultant_posted(self) -> bool:
        """Whether somebody works at some desk today to help with cases to which they are assigned."""
        return any(
            self._authorities.posting(self._asked.consultant, role, self._today) for role in sorted(WITH_THEIR_PEOPLE)
        )

    def case_at_desk(self) -> bool:
        case = self.case
        return bool(case.version) and case.desk == self._asked.desk and case.state not in (CLOSED, MERGED)

    def posting(self) -> UUID | None:
        """The event by which the operator works at a desk today in the role asked for."""
        return self._authorities.posting(self._subject.id, self._asked.role, self._on)

    def enrolled(self) -> bool:
        return self.load(Operator, self._asked.operator).state == ENROLLED


FACTS: dict[str, Callable[[FactLoader], Any]] = {
    "desk_open": lambda g: g.desk.open_on(g._on),
    "place": FactLoader.place,
    "last_frozen_until": FactLoader.last_frozen_until,
    "_report": FactLoader.report,
    "owed_on": FactLoader.owed_on,
    "desk": lambda g: g.case.desk,
    "file_number": lambda g: g._number(),
    "person_known": lambda g: g.person.state == KNOWN,
    "identities": lambda g: g.root.identities,
    "consents": lambda g: sorted(g.person.consents),
    "to_desk_open": lambda g: g.receiving_desk.open_on(g._on),
    "receiving_place": lambda g: g.receiving_desk.place,
    "asker_at_receiving_desk": lambda g: g.receiving_desk.id in g._by.desks,
    "caseworker_at_receiving_desk": lambda g: bool(g.receiving_desk.working(g._asked.caseworker, g._on)),
    "followed_case_closed": FactLoader.followed_case_closed,
    "works_on_case": lambda g: g._records.reach(g._by, g.case, g._on) is AccessLevel.WRITE,
    "case_subject": lambda g: g.case.subject,
    "case_desk": lambda g: g.case.desk,
    "documents_of_case": lambda g: counts.documents_filed(g._records.database, g.case.id),
    "document_of_case": FactLoader.document_of_case,
    "alike": lambda g: g._alike(),
    "notice_version": lambda g: g.person.notice_version,
    "other_open_case": FactLoader.other_open_case,
    "age_group": lambda g: age_group(g.age()),
    "meetings_held": lambda g: counts.meetings_held(g._records.database, g.case.id),
    "_age": FactLoader.age,
    "plan_validated": lambda g: g.venture.plan is not None and g.venture.plan.valid,
    "plan_version": lambda g: g.venture.plan.version if g.venture.plan else 0,
    "funds_cover": lambda g: g.venture.funds_cover,
    "venture_trading": lambda g: g.venture.state in LIVING | {CONSOLIDATED},
    "venture_consolidated": lambda g: g.venture.state == CONSOLIDATED,
    "trading_since": lambda g: g.venture.trading_since,
    "check_ins_open": lambda g: len(g.venture.check_ins_open),
    "caseworker_active": lambda g: g.posted(g._asked.caseworker),
    "mentor_active": lambda g: g.posted(g._asked.mentor),
    "consultant_posted": FactLoader.consultant_posted,
    "operator_posted": lambda g: bool(g.desk.working(g._asked.operator, g._asked.day)),
    "case_in_business": lambda g: g.case.state in BUSINESS and g.case.person is not None,
    "case_pathway": lambda g: g.case.pathway,
    "case_has_venture": lambda g: g.case.venture is not None,
    "promoter": lambda g: g.case.person,
    "concerns": lambda g: g.case.subject if g.case.version else None,
    "case_at_desk": FactLoader.case_at_desk,
    "operator_enrolled": FactLoader.enrolled,
    "posting": FactLoader.posting,
    "guardians": lambda g: g._authorities.guardians_known(),
    "_identifier_digest": FactLoader.identifier_digest,
}
