"""Whom an event concerns beside its own record, as the read models say: what policies look up."""

from uuid import UUID

from opera_cases.application.application import Application
from opera_cases.application.audit.doubts import doubts
from opera_cases.application.refusals import code_of
from opera_cases.domain.kernel.aggregate import Aggregate, Doubt
from opera_cases.domain.kernel.vocabulary import Language
from opera_cases.domain.operators.operator import ENROLLED, Operator
from opera_cases.domain.people.person import Person
from opera_cases.projections.models import cases, desks, resources


class PolicyLookups:
    """Answers the questions of policies (see `Lookups`)."""

    def __init__(self, application: Application) -> None:
        self._application, self._log = application, application.database

    def following(self, venture: UUID) -> list[tuple[UUID, UUID]]:
        """The cases that follow a venture, each with its person."""
        return [(each.case, each.person) for each in cases.followers(self._log, venture)]

    def open_case(self, person: UUID) -> UUID | None:
        """The open case of a person, under any of their records; None where there is none."""
        return self._application.records.holder("open_case", str(person))

    def held_by(self, venture: UUID) -> list[UUID]:
        """The resources that a venture has reserved or has in use."""
        return resources.held_by(self._log, venture)

    def reserved_by(self, venture: UUID) -> list[UUID]:
        """The resources that a venture has reserved."""
        return resources.held_by(self._log, venture, reserved_only=True)

    def published(self, person: UUID) -> list[UUID]:
        """The cases with a published profile of a person, under any of their records."""
        record = self._application.records.load(Person, person)
        people = [person, *record.identities, *([record.survivor] if record.survivor else [])]
        return cases.with_profile(self._log, people)

    def in_doubt(self, record: Aggregate) -> tuple[dict[UUID, tuple[str, ...]], dict[UUID, Doubt]]:
        """By everything that is known now, not only until the correction: what was flagged meanwhile is not flagged again."""
        history = self._application.records.history(record.id)
        found: dict[UUID, tuple[str, ...]] = {}
        for doubt in doubts(record.kind, history):
            found[doubt.event.event_id] = (*found.get(doubt.event.event_id, ()), doubt.rule.code)
        flagged = type(record).replay(record.id, history).doubts
        return found, {
            step: doubt._replace(rules=tuple(code_of(rule, record.kind) for rule in doubt.rules))
            for step, doubt in flagged.items()
        }

    def told_of_roles(self) -> list[tuple[UUID, Language]]:
        """Who holds a role that guards the others and can be written to, with their language."""
        holders = {each.id for each in self._application.authorities.holders(self._application.today())}
        return [(each, language) for each in sorted(holders) if (language := self.language_of(each)) is not None]

    def language_of(self, operator: UUID) -> Language | None:
        """The language of an operator who can be written to; None for whoever left or has no address."""
        found = self._application.records.load(Operator, operator)
        return found.language if found.state == ENROLLED and found.email is not None else None

    def first_desk(self) -> UUID | None:
        """The desk with the first code: in its name the programme writes to those who work for it. None where there is
        no desk."""
        return desks.first_desk(self._log)
