"""What follows from an event: a step that another record is asked for, and what a policy may look up to know which record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID, uuid5

from opera_cases.domain.kernel.aggregate import Aggregate, Doubt
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.kernel.vocabulary import Language


class Lookups(Protocol):
    """What a policy may look up: who else is concerned. It may be a moment old; each record decides for itself."""

    def following(self, venture: UUID) -> list[tuple[UUID, UUID]]:
        """The cases that follow a venture, each with its person."""

    def open_case(self, person: UUID) -> UUID | None:
        """The open case of a person, under any of their records."""

    def held_by(self, venture: UUID) -> list[UUID]:
        """The resources that a venture has reserved or has in use."""

    def reserved_by(self, venture: UUID) -> list[UUID]:
        """The resources that a venture has reserved."""

    def published(self, person: UUID) -> list[UUID]:
        """The cases with a published profile of a person."""

    def told_of_roles(self) -> list[tuple[UUID, Language]]:
        """Who holds a role that guards the others and can be written to, with their language."""

    def language_of(self, operator: UUID) -> Language | None:
        """The language of an operator who can be written to; None for whoever cannot."""

    def first_desk(self) -> UUID | None:
        """A desk in whose name the programme writes to those who work for it."""

    def in_doubt(self, record: Aggregate) -> tuple[dict[UUID, tuple[str, ...]], Mapping[UUID, Doubt]]:
        """The steps of a record that are in doubt now, with the rules that would refuse them, and those flagged before."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """A step to be asked of a record, because of an event or a deadline. Without `stream` it begins a new record.

    Where `refused_to` names a case, a refusal is noted there, so that somebody looks at it.
    """

    kind: str
    stream: UUID | None
    step: str
    values: dict[str, Any]
    on: date
    cause: UUID
    key: UUID
    refused_to: UUID | None = None


def because(
    event: Event[Any], kind: str, stream: UUID | None, step: str, refused_to: UUID | None = None, **values: Any
) -> Consequence:  # fmt: skip
    key = uuid5(event.event_id, f"{kind}.{step}.{stream}")
    return Consequence(kind, stream, step, values, event.on, event.event_id, key, refused_to)
