"""What a rule is: a fact that must hold, in words that the person who is refused can use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Generic

from opera_cases.domain.aggregate import A
from opera_cases.domain.errors import Refusal
from opera_cases.domain.rulebook import Parameter, Rulebook
from opera_cases.domain.vocabulary import Actor, Place, Role


@dataclass(frozen=True, slots=True)
class Asking(Generic[A]):
    """What a rule may look at: the record, what is asked of it, by whom, from which day, and the facts gathered.

    `asked` is None while only the rules of the record are tried, to say which steps are open.
    """

    subject: A
    asked: Any
    by: Actor
    on: date
    today: date
    seen: Mapping[str, Any]
    rulebook: Rulebook

    @property
    def place(self) -> Place:
        place = self.subject.place or self.seen.get("place")
        assert isinstance(place, Place), "a record begins at a desk"
        return place

    def find(self, parameter: str) -> Parameter:
        """What the rulebook says on the day, at the place, for the kind of record in hand."""
        return self.rulebook.find(parameter, self.on, self.subject.place or self.seen.get("place"), self.subject.of)

    def seek(self, parameter: str) -> Parameter | None:
        """The same, None where the rulebook is silent there."""
        return self.rulebook.seek(parameter, self.on, self.subject.place or self.seen.get("place"), self.subject.of)

    def limit(self, parameter: str) -> int:
        """The number that holds: the rulebook's, unless it was overruled for this record."""
        overruled = self.subject.overrules.get(parameter)
        return self.find(parameter).number if overruled is None else overruled


Check = Callable[[Asking[Any]], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named check. Its docstring says what must hold, then, after an empty line, what to do when it does not."""

    name: str
    check: Check
    of_request: bool
    needs: tuple[str, ...]
    source: str
    tells: Callable[[Asking[Any]], Mapping[str, Any]] | None = None

    @property
    def says(self) -> str:
        return _paragraphs(self.check)[0]

    @property
    def todo(self) -> str:
        return _paragraphs(self.check)[1]

    def refusal(self, it: Asking[Any] | None = None) -> Refusal:
        """What is told when the rule does not hold; of a request also the edition, and what stands in the way."""
        told = tuple((name, str(value)) for name, value in self.tells(it).items()) if it and self.tells else ()
        return Refusal(self.name, self.says, self.todo, self.source_of(it), self.needs or (self.name,), told)

    def source_of(self, it: Asking[Any] | None) -> str:
        """Where the rule comes from: a rule of the rulebook names the edition and the source that hold for the request."""
        _, rulebook, name = self.source.partition("rulebook: ")
        found = it.seek(name) if it and rulebook else None
        return self.source if found is None else f"rulebook {found.edition}: {name} ({found.source})"


@cache
def _paragraphs(check: Check) -> tuple[str, str]:
    says, _, todo = (check.__doc__ or "").partition("\n\n")
    return " ".join(says.split()), " ".join(todo.split())


def of_case(*needs: str, source: str) -> Callable[[Check], Rule]:
    """A rule of the record: it can be tried before anything is asked, so allowed steps show it."""
    return lambda check: Rule(check.__name__, check, False, needs, source)


def of_request(
    *needs: str, source: str, tells: Callable[[Asking[Any]], Mapping[str, Any]] | None = None
) -> Callable[[Check], Rule]:
    """A rule of what is asked: it can only be tried on submission. `tells` gives the facts that stand in the way."""
    return lambda check: Rule(check.__name__, check, True, needs, source, tells)


@of_request(source="handbook 6.8")
def not_in_the_future(it: Asking[Any]) -> bool:
    """What is recorded has happened already.

    Record it on the day it happens, or correct the date.
    """
    return it.on <= it.today


@of_request(source="handbook 6.8")
def not_before_the_last_step(it: Asking[Any]) -> bool:
    """A step cannot have occurred before the one it follows.

    Check the date: the record came to its present state later than that.
    """
    return it.subject.moved_on is None or it.on >= it.subject.moved_on


@of_request(source="handbook 6.8")
def not_before_the_beginning(it: Asking[Any]) -> bool:
    """Nothing can be recorded on a day before the record began.

    Check the date.
    """
    return it.subject.opened_on is None or it.on >= it.subject.opened_on


@of_request(source="rulebook: backdating")
def late_entry_has_a_reason(it: Asking[Any]) -> bool:
    """What happened more than thirty days ago is recorded with the reason why so late.

    Add the reason in late_reason.
    """
    if it.asked.late_reason is not None or it.by.role in (Role.POLICY, Role.CLOCK):
        return True
    return it.on >= it.today - timedelta(days=it.limit("backdating"))


TIMELY = (not_in_the_future, late_entry_has_a_reason)
