"""What is remembered: an event holds facts true from one date, and the circumstances in which they were recorded.

Published for ever: a topic is never renamed, a field never changes its meaning, a new field has a default.
"""

from datetime import date, datetime
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from msgspec import Struct

from opera_cases.domain.kernel.personal import Reason
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.vocabulary import Actor

TOPICS: dict[str, "type[Facts]"] = {}


class Facts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The part of an event that differs from kind to kind. `topic` is its name in the log, for ever.

    `required` names facts that stand in one of two fields, clear or sealed, and cannot be left out.
    """

    topic: ClassVar[str] = ""
    required: ClassVar[frozenset[str]] = frozenset()
    late_reason: Reason | None = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.topic and TOPICS.setdefault(cls.topic, cls).__qualname__ != cls.__qualname__:
            raise TypeError(f"{cls.topic} is the topic of {TOPICS[cls.topic].__qualname__} already")
        if cls.topic:
            TOPICS[cls.topic] = cls


class RuleOverruled(Facts, frozen=True, kw_only=True):
    """For this record a parameter of the rulebook has another value, or a deadline another day, from then on."""

    parameter: Code
    value: int | None = None
    due_on: date | None = None
    reason: Reason


class RemindersPaused(Facts, frozen=True, kw_only=True):
    """Nobody is reminded of anything about this record before that day."""

    until: date
    reason: Reason


class RemindersResumed(Facts, frozen=True, kw_only=True):
    """Reminders of this record go out again."""

    reason: Reason


F = TypeVar("F", bound=Facts, covariant=True)


class StateAfter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the step left the record: replay copies this and asks no table."""

    state: Code
    overlays: tuple[Code, ...] = ()


class Deadline(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A day promised: which rule set it, in which edition. `cycle` numbers the members of a series."""

    rule: Code
    due_on: date
    edition: Code
    cycle: int | None = None

    @property
    def key(self) -> str:
        return self.rule if self.cycle is None else f"{self.rule}:{self.cycle}"


class Meta(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who, when, on whose behalf, by which door, under which rules.

    `authority` is the event that let them: what they showed was issued by it. Nobody shows anything at the machine itself, and neither
    do time and policies.
    """

    schema: int = 1
    command: UUID
    correlation: UUID
    causation: UUID | None = None
    recorded_at: datetime
    occurred_on: date
    zone: Code
    actor: Actor
    on_behalf_of: UUID | None = None
    channel: Code
    rulebook: Code
    procedure: Code
    authority: UUID | None = None


class Body(Struct, Generic[F], frozen=True, kw_only=True, omit_defaults=True):
    """What the column `state` holds: the facts, and what the procedure made of them."""

    facts: F
    step: Code
    left: StateAfter
    saw: dict[str, Any] = {}
    sets: tuple[Deadline, ...] = ()
    ends: tuple[Code, ...] = ()


class Event(Struct, Generic[F], frozen=True):
    """One event of one stream. `position` is its place in the whole log, known once it is stored."""

    event_id: UUID
    stream: UUID
    version: int
    body: Body[F]
    meta: Meta
    position: int = 0

    @property
    def facts(self) -> F:
        return self.body.facts

    @property
    def topic(self) -> str:
        return self.body.facts.topic

    @property
    def on(self) -> date:
        return self.meta.occurred_on
