"""What a rule is: a fact that must hold, in words that the person who is refused can use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Generic

from opera_cases.domain.access.roles import AUTOMATIC
from opera_cases.domain.kernel.aggregate import A
from opera_cases.domain.kernel.errors import Refusal
from opera_cases.domain.kernel.rulebook import Of, Parameter, Rulebook
from opera_cases.domain.kernel.vocabulary import Actor, Language, Place
from opera_cases.domain.labels.filling import filled, named

LONGEST = 40
"""Characters of a code: it stands in columns and in saved questions."""
SHARED = "record"
"""The kind of the rules that any kind of record may have."""


@dataclass(frozen=True, slots=True)
class DecisionContext(Generic[A]):
    """What a rule may look at: the record, what is asked of it, by whom, from which day, and the facts gathered.

    `asked` is None while only the rules of the record are tried, to say which steps are open. `read`, where there is one,
    notes what was looked up in the rulebook, in its order.
    """

    subject: A
    asked: Any
    by: Actor
    on: date
    today: date
    seen: Mapping[str, Any]
    rulebook: Rulebook
    read: list[Parameter] | None = None

    @property
    def place(self) -> Place:
        place = self.subject.place or self.seen.get("place")
        assert isinstance(place, Place), "a record begins at a desk"
        return place

    def find(self, parameter: str) -> Parameter:
        """What the rulebook says on the day, at the place, for the kind of record in hand."""
        found = self.rulebook.find(parameter, self.on, self.subject.place or self.seen.get("place"), self.subject.of)
        if self.read is not None:
            self.read.append(found)
        return found

    def seek(self, parameter: str, of: Of | None = None) -> Parameter | None:
        """The same, None where the rulebook is silent there; `of` where what is asked is of another kind than the record is."""
        found = self.rulebook.seek(
            parameter, self.on, self.subject.place or self.seen.get("place"), of or self.subject.of
        )
        if self.read is not None and found is not None:
            self.read.append(found)
        return found

    def limit(self, parameter: str) -> int:
        """The number that holds: the rulebook's, unless it was overruled for this record."""
        overruled = self.subject.overrules.get(parameter)
        if overruled is None:
            return self.find(parameter).number
        if self.read is not None:
            self.seek(parameter)
        return overruled


Predicate = Callable[[DecisionContext[Any]], bool]
Tells = Callable[[DecisionContext[Any]], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named check. Its docstring says, in paragraphs, what must hold, what stands in the way when it does not (left out
    where the first says it well enough to whoever is refused), and what to do then.

    `tells` gives the values that decided; only what stands in the way may name them, as `{days:day|days}` or `{until}`.
    """

    kind: str
    name: str
    check: Predicate
    of_request: bool
    needs: tuple[str, ...]
    source: str
    tells: Tells | None = None

    @property
    def code(self) -> str:
        """How the rule is known everywhere outside its module: `case.not_suspended_yet`."""
        return f"{self.kind}.{self.name}"

    @property
    def must(self) -> str:
        """What must hold."""
        return _paragraphs(self.check)[0]

    @property
    def says(self) -> str:
        """What stands in the way, with places for the values that decided."""
        return _paragraphs(self.check)[-2]

    @property
    def todo(self) -> str:
        return _paragraphs(self.check)[-1]

    @property
    def depends(self) -> bool:
        """Whether what it tells depends on the record, the day or the place."""
        return self.tells is not None or self.source.startswith(_BY_RULEBOOK)

    def refusal(self, it: DecisionContext[Any] | None = None) -> Refusal:
        """What is told when the rule does not hold: of a record or request in hand with the values, the parameter and the
        edition that decided, otherwise what must hold in general."""
        missing = self.needs or (self.name,)
        if it is None:
            says = self.must if named(self.says) else self.says
            return Refusal(self.code, says, self.todo, self.source, missing)
        told = (
            tuple((name, str(value)) for name, value in self.tells(it).items() if value is not None)
            if self.tells
            else ()
        )
        found = self._decided_by(it)
        source, parameter, edition = self.source, found.id if found else "", found.edition if found else ""
        if found is not None and source.startswith(_BY_RULEBOOK):
            overruled = ", overruled for this record" if found.id in it.subject.overrules else ""
            source = f"rulebook {edition}: {parameter}{overruled} ({found.source})"
        says = filled(self.says, told, Language.EN) or self.must
        return Refusal(self.code, says, self.todo, source, missing, told, parameter, edition)

    def _decided_by(self, it: DecisionContext[Any]) -> Parameter | None:
        """The parameter that the check looked up last before it said no; else the one that the source names."""
        read: list[Parameter] = []
        self.check(replace(it, read=read))
        _, _, name = self.source.partition(_BY_RULEBOOK)
        return read[-1] if read else it.seek(name) if name else None


def due_day(it: DecisionContext[Any], deadline: str) -> Mapping[str, object]:
    """The day of a deadline that the record owes."""
    due = it.subject.deadlines.get(deadline)
    return {"due_on": due.due_on if due else None}


def days_from_today(it: DecisionContext[Any], parameter: str) -> Mapping[str, object]:
    """A limit in days, and the last day that it leaves from today."""
    days = it.limit(parameter)
    return {"days": days, "until": it.today + timedelta(days=days)}


def amount(money: Decimal) -> str:
    """An amount in euro, to the cent."""
    return f"{money:.2f}"


_BY_RULEBOOK = "rulebook: "


@cache
def _paragraphs(check: Predicate) -> tuple[str, ...]:
    return tuple(" ".join(each.split()) for each in (check.__doc__ or "\n\n").split("\n\n"))


class Rules:
    """The rules of one kind of record, or those that records of any kind share.

    rules = Rules("case")

    @rules.of_record(source="handbook 6.4")
    def suspended(it): ...
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def of_record(self, *needs: str, source: str, tells: Tells | None = None) -> Callable[[Predicate], Rule]:
        """A rule of the record: it can be tried before anything is asked, so allowed steps show it."""
        return lambda check: Rule(self._kind, check.__name__, check, False, needs, source, tells)

    def of_request(self, *needs: str, source: str, tells: Tells | None = None) -> Callable[[Predicate], Rule]:
        """A rule of what is asked: it can only be tried on submission."""
        return lambda check: Rule(self._kind, check.__name__, check, True, needs, source, tells)


rules = Rules(SHARED)


@rules.of_request(source="handbook 6.8")
def not_in_the_future(it: DecisionContext[Any]) -> bool:
    """Only what has already happened is recorded.

    The date is in the future, and only what has already happened is recorded.

    Record it on the day it happens, or correct the date.
    """
    return it.on <= it.today


@rules.of_request(source="handbook 6.8", tells=lambda it: {"since": it.subject.moved_on})
def not_before_the_last_step(it: DecisionContext[Any]) -> bool:
    """A step cannot have taken place before the one it follows.

    The date is before {since}, the day the file reached its current state.

    Check the date: a step cannot have taken place before the one it follows.
    """
    return it.subject.moved_on is None or it.on >= it.subject.moved_on


@rules.of_request(source="handbook 6.8", tells=lambda it: {"since": it.subject.opened_on})
def not_before_the_beginning(it: DecisionContext[Any]) -> bool:
    """Nothing can be recorded for a day before the file was opened.

    The date is before {since}, the day the file was opened.

    Check the date.
    """
    return it.subject.opened_on is None or it.on >= it.subject.opened_on


@rules.of_request(source="rulebook: backdating", tells=lambda it: {"days": it.limit("backdating")})
def late_entry_has_a_reason(it: DecisionContext[Any]) -> bool:
    """What happened longer ago than the rulebook allows is recorded with a reason for the delay.

    This happened more than {days:day|days} ago, and the reason for recording it late is missing.

    Give the reason for recording it late.
    """
    if it.asked.late_reason is not None or it.by.role in AUTOMATIC:
        return True
    return it.on >= it.today - timedelta(days=it.limit("backdating"))


TIMELY = (not_in_the_future, late_entry_has_a_reason)
