"""The rows of a procedure's table: what may be asked, by whom, from where to where, under which rules, with what effect."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from msgspec import Struct

from opera_cases.domain.access import AccessLevel
from opera_cases.domain.kernel.errors import Refusal
from opera_cases.domain.kernel.events import Deadline, Facts, StateAfter
from opera_cases.domain.kernel.personal import Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rule
from opera_cases.domain.kernel.vocabulary import Role


class Fingerprint(str):
    """Derived words of which a rule needs to know only whether they were said before: the office puts a keyed digest in their
    place."""


class Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be asked. `derives` computes clear facts from what was typed and from `occurred_on`, before it is sealed;
    `by_office` names other fields that the office fills; `about` names the field with the person whom the words are about,
    where that is another than the subject of the record; `watched` says that even to try the step, without taking it, is on
    record; `unrecorded` names the fields that only rules and the office look at, and no event keeps."""

    derives: ClassVar[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {}
    by_office: ClassVar[frozenset[str]] = frozenset()
    about: ClassVar[str] = ""
    watched: ClassVar[bool] = False
    unrecorded: ClassVar[frozenset[str]] = frozenset()
    late_reason: Reason | None = None


def at(*states: str) -> frozenset[str]:
    """The states in which a row may be asked for: `source=at(DRAFTED, FILED)`."""
    return frozenset(states)


@cache
def step_name(command: type[Command]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", command.__name__).lower()


@dataclass(frozen=True, slots=True)
class DeadlineSpec:
    """A deadline that a step sets: by the rulebook, from the day of the step, unless a field of the request says else.

    `on` names the field holding the very day, `after` the one with the day from which the rule counts, `days` tells the number of days agreed, `series` makes one deadline for
    each month of the rulebook's list, `number` tells several of one rule apart, `when` says whether it is set at all.
    """

    rule: str
    on: str = ""
    after: str = ""
    days: Callable[[DecisionContext[Any]], int | None] | None = None
    number: Callable[[DecisionContext[Any]], int] | None = None
    series: bool = False
    when: Callable[[DecisionContext[Any]], bool] | None = None

    def deadlines(self, it: DecisionContext[Any]) -> tuple[Deadline, ...]:
        if self.when is not None and not self.when(it):
            return ()
        of = it.subject.of
        if self.series:
            months = it.rulebook.find(self.rule, it.on, it.place, of).numbers
            return tuple(it.rulebook.due(self.rule, it.on, it.place, cycle=month, of=of) for month in months)
        if self.on:
            day = getattr(it.asked, self.on)
            return (it.rulebook.fixed(self.rule, day, self.number(it) if self.number else None),) if day else ()
        days = self.days(it) if self.days else it.subject.overrules.get(self.rule)
        if self.number:
            return (it.rulebook.due(self.rule, it.on, it.place, it.limit(self.rule), self.number(it), of),)
        start = getattr(it.asked, self.after) if self.after else it.on
        return (it.rulebook.due(self.rule, start, it.place, days, of=of),)


Also = Callable[[DecisionContext[Any]], tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]]
Claims = Callable[[DecisionContext[Any]], tuple[tuple[str, UUID | str], ...]]
Together = Callable[[DecisionContext[Any]], "tuple[CompanionStep, ...]"]


@dataclass(frozen=True, slots=True)
class Fills:
    """What the table fills in of an event: which fields, and what gives them."""

    fields: frozenset[str]
    give: Callable[[DecisionContext[Any]], Mapping[str, Any]]

    def __call__(self, it: DecisionContext[Any]) -> Mapping[str, Any]:
        return self.give(it)

    def __or__(self, other: "Fills") -> "Fills":
        return Fills(self.fields | other.fields, lambda it: {**self.give(it), **other.give(it)})


def filling(*fields: str) -> Callable[[Callable[[DecisionContext[Any]], Mapping[str, Any]]], Fills]:
    """A function that gives several fields at once; it gives all that it names, and no other."""
    return lambda give: Fills(frozenset(fields), give)


def fill(**fields: Callable[[DecisionContext[Any]], Any]) -> Fills:
    """Fields that the table fills in, each with what gives it."""
    return Fills(frozenset(fields), lambda it: {name: give(it) for name, give in fields.items()})


def facts_seen(*facts: str) -> Fills:
    """Facts that the rules saw, under their own names."""
    return Fills(frozenset(facts), lambda it: {name: it.seen[name] for name in facts})


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed in a field of the step: the office seals it once more for the other record."""

    field: str


@dataclass(frozen=True, slots=True)
class CompanionStep:
    """A step that another record takes in the same write: what spans two records happens to both or to neither.

    It is decided by the other record's own table, as a consequence (role POLICY) on behalf of whoever asked.
    """

    kind: str
    stream: UUID
    step: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """One row: who may ask for what, in which state, what is recorded, where it leads, under which rules."""

    asks: type[Command]
    by: frozenset[Role]
    source: frozenset[str]
    target: str | None
    records: type[Facts]
    rules: tuple[Rule, ...] = ()
    when: Rule | None = None
    fills: Fills | None = None
    sets: tuple[DeadlineSpec, ...] = ()
    resets: Callable[[DecisionContext[Any]], tuple[Deadline, ...]] | None = None
    ends: tuple[str, ...] | Callable[[DecisionContext[Any]], tuple[str, ...]] = ()
    also: Also | None = None
    claims: Claims | None = None
    releases: Claims | None = None
    together: Together | None = None
    adds: str | None = None
    drops: frozenset[str] = frozenset()
    despite: frozenset[str] = frozenset()
    reach: AccessLevel = AccessLevel.WRITE
    kinds: frozenset[str] = frozenset()
    """For which kinds of record the row stands in the table; for all when none is named."""

    def stands_for(self, variant: str) -> bool:
        return not self.kinds or not variant or variant in self.kinds

    @property
    def name(self) -> str:
        return step_name(self.asks)

    @property
    def needs(self) -> frozenset[str]:
        """The facts that the office gathers before this row is tried."""
        return frozenset(need for rule in (*self.rules, *([self.when] if self.when else [])) for need in rule.needs)

    def moves(self, state: str) -> bool:
        return self.target is not None and self.target != state


class Decided(Struct, frozen=True):
    """One event to be recorded: its facts, where it leaves the record, the deadlines it sets and ends."""

    facts: Facts
    left: StateAfter
    sets: tuple[Deadline, ...] = ()
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Allowed:
    """One step as offered to a person: open, or blocked by every rule that does not hold."""

    step: Step
    blocked_by: tuple[Refusal, ...]

    @property
    def open(self) -> bool:
        return not self.blocked_by


@dataclass(frozen=True, slots=True, kw_only=True)
class StateNotes:
    """What the table says of a state beside its steps: why nothing is due in it, or that silence is watched."""

    without_deadline: Mapping[str, str]
    standing: tuple[DeadlineSpec, ...] = ()
    standing_in: frozenset[str] = frozenset()
