"""Whom a rung tells today: looked up when it is told, from who is responsible, who is away, and who may see it."""

from datetime import date
from uuid import UUID

from opera_cases.application.application import Application
from opera_cases.domain.access import AccessLevel, Principal
from opera_cases.domain.cases.case import Case
from opera_cases.domain.duplicates.duplicate import Duplicate
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.people.events import Purpose
from opera_cases.domain.people.person import Person
from opera_cases.domain.reminders.events import Recipient
from opera_cases.domain.reminders.ladder import PEOPLE_OF_RECORD, Audience
from opera_cases.domain.resources.resource import Resource
from opera_cases.domain.ventures.venture import Venture
from opera_cases.projections.models import desks

FALLS_TO: dict[Audience, Audience] = {
    Audience.MENTOR: Audience.CASEWORKER, Audience.CASEWORKER: Audience.COORDINATOR,
    Audience.OPERATOR: Audience.COORDINATOR, Audience.DESK: Audience.COORDINATOR,
    Audience.RECEIVING: Audience.REGIONAL, Audience.COORDINATOR: Audience.REGIONAL,
}  # fmt: skip
"""Where nobody is there to be told, the next in the chain is: a reminder that reaches nobody is a gap to be seen."""


PROGRAMME = frozenset({Audience.REGIONAL, Audience.DPO})
"""Who acts for the whole programme or a region, known by the roles given to them."""


class Recipients:
    """Answers for one day; what it looked up it keeps, so make a new one for each look at the clock."""

    def __init__(self, application: Application, today: date) -> None:
        self._application, self._today = application, today
        self._posted: dict[tuple[UUID, str], tuple[UUID, ...]] = {}

    def of(self, record: Aggregate, to: Audience) -> tuple[Recipient, ...]:
        """Whom a rung of a record tells, in the end nobody; covers for who is away, the next in the chain for who is
        not there."""
        if to in PEOPLE_OF_RECORD:
            return tuple(Recipient(who=each, person=True) for each in self._people(record, to))
        asked: Audience | None = to
        while asked is not None:
            found = self._operators(record, asked)
            if found:
                instead = None if asked is to else to
                return tuple(Recipient(who=who, covers=covers, instead_of=instead) for who, covers in found)
            asked = FALLS_TO.get(asked)
        return ()

    # -- operators ----------------------------------------------------------------------------------------------------

    def _operators(self, record: Aggregate, to: Audience) -> list[tuple[UUID, UUID | None]]:
        """Operators, each with whom they cover for; only those who may read the record."""
        here: dict[UUID, UUID | None] = {}
        for who in self._asked_for(record, to):
            stands_in = self._cover(who)
            if to in PROGRAMME or self.may_read(record, stands_in or who):
                here.setdefault(stands_in or who, who if stands_in else None)
        return sorted(here.items())

    def _asked_for(self, record: Aggregate, to: Audience) -> tuple[UUID, ...]:
        if to is Audience.REGIONAL:
            return self._holding(Role.REGIONAL_COORDINATOR, self._region(record))
        if to is Audience.DPO:
            return self._holding(Role.DPO, "")
        if to is Audience.RECEIVING:
            desk = getattr(record, "transfer_to", None)
            return self._at(desk, Role.COORDINATOR) or self._at(desk, Role.CASEWORKER)
        if to is Audience.COORDINATOR:
            if isinstance(record, Duplicate):
                first, second = (set(self._at(desk, Role.COORDINATOR)) for desk in record.desks)
                return tuple(sorted(first & second))
            return self._at(record.desk, Role.COORDINATOR)
        if to is Audience.DESK:
            return self._at(record.desk, Role.CASEWORKER)
        named = self._named(record, to)
        return (named,) if named is not None and self._enrolled(named) else ()

    def _named(self, record: Aggregate, to: Audience) -> UUID | None:
        if to is Audience.MENTOR:
            return getattr(record, "mentor", None)
        if to is Audience.OPERATOR:
            return getattr(record, "operator", None)
        case = self._case(record)
        return case.caseworker if case is not None else None

    def _case(self, record: Aggregate) -> Case | None:
        if isinstance(record, Case):
            return record
        if isinstance(record, Resource):
            holder = self._application.records.load(Venture, record.holder) if record.holder else None
            return self._case(holder) if holder else None
        case = getattr(record, "case", None)
        return self._application.records.load(Case, case) if case is not None else None

    def _region(self, record: Aggregate) -> str:
        place = record.places[0] if isinstance(record, Duplicate) else record.place
        return place.region if place else ""

    def _at(self, desk: UUID | None, role: Role) -> tuple[UUID, ...]:
        """Who works at a desk in a role today."""
        if desk is None:
            return ()
        if (desk, role) not in self._posted:
            self._posted[desk, role] = desks.working_at(self._application.database, desk, role, self._today)
        return self._posted[desk, role]

    def _holding(self, role: Role, region: str) -> tuple[UUID, ...]:
        """Who acts for the programme in a role: whoever holds it today."""
        found = self._application.authorities.holders(self._today, {role})
        return tuple(sorted({each.id for each in found if each.region == region}))

    def _cover(self, operator: UUID) -> UUID | None:
        """Who stands in for somebody today."""
        return desks.cover_of(self._application.database, operator, self._today)

    def _enrolled(self, operator: UUID) -> bool:
        return desks.is_enrolled(self._application.database, operator)

    def may_read(self, record: Aggregate, operator: UUID) -> bool:
        """Whether somebody may read a record today, in any of their roles."""
        reach = self._application.records.reach
        return any(
            reach(each, record, self._today) >= AccessLevel.READ
            for each in self.principals(operator, of_programme=True)
        )

    def principals(self, operator: UUID, *, of_programme: bool = False) -> list[Principal]:
        """Someone in each role in which they work today, with the desks of that role; `of_programme` also in the roles of
        the programme that they hold."""
        posted: dict[Role, set[UUID]] = {}
        for role, desk in desks.posts_of(self._application.database, operator, self._today):
            posted.setdefault(role, set()).add(desk)
        found = [Principal(operator, role, frozenset(at)) for role, at in sorted(posted.items())]
        if of_programme:
            held = self._application.authorities.holders(self._today, {Role.REGIONAL_COORDINATOR, Role.DPO})
            found += [each for each in held if each.id == operator]
        return found

    # -- people -------------------------------------------------------------------------------------------------------

    def _people(self, record: Aggregate, to: Audience) -> list[UUID]:
        """The people concerned who agreed to be reminded and have an address."""
        if to is Audience.MEMBERS:
            concerned = [each.person for each in record.present] if isinstance(record, Venture) else []
        else:
            case = self._case(record)
            concerned = [case.person] if case is not None and case.person is not None else []
        return sorted({each.id for each in map(self._root, concerned) if agreed_to_mail(each)})

    def _root(self, person: UUID) -> Person:
        found = self._application.records.load(Person, person)
        return self._application.records.load(Person, found.survivor) if found.survivor else found


def agreed_to_mail(person: Person) -> bool:
    """Whether somebody wants to be reminded by mail and can be."""
    return Purpose.REMINDERS in person.consents and person.email is not None
