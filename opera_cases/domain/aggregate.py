"""An aggregate is what its events made of it: `evolve` copies what an event says, and never refuses."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID

from opera_cases.domain.events import Deadline, Event, F, Facts
from opera_cases.domain.vocabulary import Place

A = TypeVar("A", bound="Aggregate")


class Aggregate:
    """The state in hand of one stream.

    `state` and `overlays` say where it stands, `deadlines` what it still owes, `moved_on` when it came to its
    state, `opened_on` when it began, `last_on` when anything last happened to it.
    """

    kind: ClassVar[str]
    _memory: ClassVar[dict[type[Facts], Callable[[Any, Any], None]]]

    def __init_subclass__(cls) -> None:
        cls._memory = {}

    def __init__(self, stream: UUID) -> None:
        self.id = stream
        self.version = 0
        self.state = ""
        self.overlays: frozenset[str] = frozenset()
        self.deadlines: dict[str, Deadline] = {}
        self.opened_on: date | None = None
        self.moved_on: date | None = None
        self.last_on: date | None = None
        self.position = 0
        self.desk: UUID | None = None
        self.place: Place | None = None

    @property
    def subject(self) -> UUID:
        """Whose personal values this record holds."""
        return self.id

    @classmethod
    def on(cls, facts: type[F]) -> Callable[[Callable[[Self, Event[F]], None]], Callable[[Self, Event[F]], None]]:
        """Register what this aggregate remembers of one kind of event."""

        def register(remember: Callable[[Self, Event[F]], None]) -> Callable[[Self, Event[F]], None]:
            cls._memory[facts] = remember
            return remember

        return register

    def evolve(self, event: Event[Any]) -> Self:
        body = event.body
        if body.left.state != self.state:
            self.state, self.moved_on = body.left.state, event.on
        self.overlays = frozenset(body.left.overlays)
        self.opened_on = self.opened_on or event.on
        self.last_on = max(self.last_on or event.on, event.on)
        self.version, self.position = event.version, event.position
        for key in body.ends:
            self.deadlines.pop(key, None)
        for deadline in body.sets:
            self.deadlines[deadline.key] = deadline
        if remember := self._memory.get(type(body.facts)):
            remember(self, event)
        return self

    @classmethod
    def replay(cls, stream: UUID, events: Iterable[Event[Any]]) -> Self:
        aggregate = cls(stream)
        for event in events:
            aggregate.evolve(event)
        return aggregate
