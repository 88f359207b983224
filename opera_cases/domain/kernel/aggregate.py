"""An aggregate is what its events made of it: `evolve` copies what an event says, and never refuses."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any, ClassVar, NamedTuple, Self, TypeVar
from uuid import UUID

import msgspec

from opera_cases.domain.corrections.events import (
    CorrectionProposed,
    DoubtSettled,
    DoubtsLifted,
    FactCorrected,
    StepsDoubted,
    as_corrected,
    correction_of,
)  # fmt: skip
from opera_cases.domain.kernel.events import Deadline, Event, F, Facts, RemindersPaused, RemindersResumed, RuleOverruled
from opera_cases.domain.kernel.rulebook import ANYTHING, Of
from opera_cases.domain.kernel.vocabulary import Place

A = TypeVar("A", bound="Aggregate")
_ENVELOPE = {
    "id", "version", "state", "overlays", "deadlines", "opened_on", "moved_on", "last_on", "position", "known", "overrules",
    "paused_until", "set_by", "doubts",
}  # fmt: skip
"""What the procedure made of a record: no correction of a fact changes it."""


class DeadlineOrigin(NamedTuple):
    """Which event promised a deadline, and its number in the record."""

    event: UUID
    version: int


class Doubt(NamedTuple):
    """A step in doubt: the rules that would have refused it, and what somebody said of it; nothing while it is open."""

    rules: tuple[str, ...]
    verdict: str = ""


class Aggregate:
    """The state in hand of one stream.

    `state` and `overlays` say where it stands, `deadlines` what it still owes, `moved_on` when it came to its
    state, `opened_on` when it began, `last_on` when anything last happened to it. `known` holds every event by its
    id, its facts as they read after the corrections made since. `set_by` says which event first promised each open deadline on its day;
    before `paused_until` nobody is reminded. `doubts` are the steps that a correction put in doubt.
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
        self.known: dict[UUID, Event[Any]] = {}
        self.overrules: dict[str, int] = {}
        self.set_by: dict[str, DeadlineOrigin] = {}
        self.paused_until: date | None = None
        self.doubts: dict[UUID, Doubt] = {}

    @property
    def people(self) -> frozenset[UUID]:
        """The people of whom a record of many tells something."""
        return frozenset()

    @property
    def subject(self) -> UUID:
        """Whose personal values this record holds."""
        return self.id

    @property
    def variant(self) -> str:
        """Which rows of its table apply, where they differ by the kind of record."""
        return ""

    @property
    def of(self) -> Of:
        """By what the parameters of the rulebook differ for this record, beside day and place."""
        return ANYTHING

    @classmethod
    def on(cls, facts: type[F]) -> Callable[[Callable[[Self, Event[F]], None]], Callable[[Self, Event[F]], None]]:
        """Register what this aggregate remembers of one kind of event."""

        def register(remember: Callable[[Self, Event[F]], None]) -> Callable[[Self, Event[F]], None]:
            cls._memory[facts] = remember
            return remember

        return register

    def evolve(self, event: Event[Any]) -> Self:
        body, on = event.body, event.on
        if body.left.state != self.state:
            self.state, self.moved_on = body.left.state, on
        self.overlays = frozenset(body.left.overlays)
        self.opened_on = self.opened_on or on
        self.last_on = max(self.last_on or on, on)
        self.version, self.position = event.version, event.position
        for key in body.ends:
            self.deadlines.pop(key, None)
            self.set_by.pop(key, None)
        for deadline in body.sets:
            if self.deadlines.get(deadline.key) != deadline:
                self.set_by[deadline.key] = DeadlineOrigin(event.event_id, event.version)
            self.deadlines[deadline.key] = deadline
        self.known[event.event_id] = event
        kind: type[Facts] = type(body.facts)
        if general := _general(kind):
            getattr(self, general)(body.facts)
        elif remember := self._memory.get(kind):
            remember(self, event)
        return self

    def _overrule(self, facts: RuleOverruled) -> None:
        if facts.value is not None:
            self.overrules = {**self.overrules, facts.parameter: facts.value}

    def _pause(self, facts: RemindersPaused | RemindersResumed) -> None:
        self.paused_until = facts.until if isinstance(facts, RemindersPaused) else None

    def _doubt(self, facts: StepsDoubted | DoubtsLifted | DoubtSettled) -> None:
        if isinstance(facts, StepsDoubted):
            self.doubts = {**self.doubts, **{each.step: Doubt(each.rules) for each in facts.steps}}
        elif isinstance(facts, DoubtsLifted):
            self.doubts = {step: doubt for step, doubt in self.doubts.items() if step not in facts.steps}
        elif facts.doubted in self.doubts:
            self.doubts = {
                **self.doubts,
                facts.doubted: self.doubts[facts.doubted]._replace(verdict=facts.verdict.value),
            }

    @property
    def open_doubts(self) -> dict[UUID, Doubt]:
        """The steps in doubt that nobody has settled."""
        return {step: doubt for step, doubt in self.doubts.items() if not doubt.verdict}

    @property
    def proposals(self) -> dict[UUID, CorrectionProposed]:
        return {key: each.facts for key, each in self.known.items() if isinstance(each.facts, CorrectionProposed)}

    def _correct(self, correction: FactCorrected) -> None:
        """Remember everything again, in order, with the fact as it should have been."""
        original = self.known.get(correction.fact)
        if original is None:
            return
        try:
            said = correction_of(correction, self.proposals)
            facts = as_corrected(original.facts, correction.field, *said, correction.derived)
        except (msgspec.ValidationError, KeyError):
            return
        self.known[correction.fact] = msgspec.structs.replace(
            original, body=msgspec.structs.replace(original.body, facts=facts)
        )
        again = type(self)(self.id)
        for event in self.known.values():
            if remember := self._memory.get(type(event.facts)):
                remember(again, event)
        vars(self).update({name: value for name, value in vars(again).items() if name not in _ENVELOPE})

    @classmethod
    def replay(cls, stream: UUID, events: Iterable[Event[Any]]) -> Self:
        aggregate = cls(stream)
        for event in events:
            aggregate.evolve(event)
        return aggregate


_GENERAL: tuple[tuple[type[Facts], str], ...] = (
    (FactCorrected, "_correct"), (RuleOverruled, "_overrule"), (RemindersPaused, "_pause"), (RemindersResumed, "_pause"),
    (StepsDoubted, "_doubt"), (DoubtsLifted, "_doubt"), (DoubtSettled, "_doubt"),
)  # fmt: skip
"""What every kind of record remembers in the same way."""


@cache
def _general(facts: type[Facts]) -> str:
    return next((remember for kind, remember in _GENERAL if issubclass(facts, kind)), "")
