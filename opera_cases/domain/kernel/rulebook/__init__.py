"""What changes by date, country or region is not code: it stands in an edition, with its validity and its source.

An edition is published once, under an id and a hash, and never changed. `find` answers which parameter holds on a
day at a place; the narrower scope wins.
"""

import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

import msgspec
from msgspec import Struct

from opera_cases.domain.kernel import calendar
from opera_cases.domain.kernel.events import Deadline
from opera_cases.domain.kernel.journey_codes import LegalForm, Pathway
from opera_cases.domain.kernel.vocabulary import Country, Place
from opera_cases.domain.reminders.ladder import Rung

UNITS = ("days", "working_days", "months", "hour", "count", "euro", "percent", "codes", "list")


class Of(NamedTuple):
    """What is asked about, where a parameter differs by it: the pathway of a venture, its legal form."""

    pathway: str = ""
    legal_form: str = ""


ANYTHING = Of()


class Dated(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds from a day on, for some place or some kind of venture, and where it comes from."""

    says: str
    source: str
    valid_from: date
    valid_to: date | None = None
    country: Country | None = None
    region: str | None = None
    pathway: Pathway | None = None
    legal_form: LegalForm | None = None
    edition: str = ""

    def holds(self, on: date, place: Place | None, of: Of = ANYTHING) -> bool:
        in_time = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        in_country = self.country is None or (place is not None and self.country == place.country)
        in_region = self.region is None or (place is not None and self.region == place.region)
        of_pathway = self.pathway is None or self.pathway == of.pathway
        of_form = self.legal_form is None or self.legal_form == of.legal_form
        return in_time and in_country and in_region and of_pathway and of_form

    @property
    def scope(self) -> tuple[LegalForm | None, Pathway | None, str | None, Country | None]:
        return (self.legal_form, self.pathway, self.region, self.country)

    @property
    def precedence(self) -> tuple[bool, bool, bool, bool, date]:
        """The narrower scope wins: legal form before pathway, region before country; then the later beginning."""
        form, pathway, region, country = (each is not None for each in self.scope)
        return (form, pathway, region, country, self.valid_from)


class Parameter(Dated, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One dated value."""

    id: str
    value: int | str | tuple[int | str, ...]
    unit: str

    @property
    def number(self) -> int:
        assert isinstance(self.value, int)
        return self.value

    @property
    def numbers(self) -> tuple[int, ...]:
        assert isinstance(self.value, tuple)
        return tuple(int(each) for each in self.value)

    @property
    def codes(self) -> tuple[str, ...]:
        assert isinstance(self.value, tuple)
        return tuple(str(each) for each in self.value)


class Ladder(Dated, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a deadline is announced and to whom: the rungs of one rule."""

    rule: str
    rungs: tuple[Rung, ...]

    @property
    def id(self) -> str:
        return f"ladder {self.rule}"


class _File(Struct, forbid_unknown_fields=True):
    parameter: list[Parameter] = msgspec.field(default_factory=list)
    ladder: list[Ladder] = msgspec.field(default_factory=list)


class BadRulebook(ValueError):
    """An edition of the rulebook cannot be used."""


class Rulebook:
    """One edition, in hand."""

    def __init__(self, edition: str, parameters: list[Parameter], digest: str, ladders: Sequence[Ladder] = ()) -> None:
        self.edition, self.digest = edition, digest
        self._by_id = _by_precedence(parameters, edition)
        self._ladders = _by_precedence(ladders, edition)

    @classmethod
    def parse(cls, edition: str, files: Mapping[str, str]) -> "Rulebook":
        """Read an edition from its files. Raises `BadRulebook` naming the file and what is wrong in it."""
        parameters: list[Parameter] = []
        ladders: list[Ladder] = []
        for name in sorted(files):
            try:
                file = msgspec.convert(tomllib.loads(files[name]), _File)
            except (tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
                raise BadRulebook(f"{edition}/{name}: {wrong}") from wrong
            for parameter in file.parameter:
                if parameter.unit not in UNITS:
                    raise BadRulebook(
                        f"{edition}/{name}: {parameter.id} has the unit {parameter.unit}, not one of {UNITS}"
                    )
            for ladder in file.ladder:
                if len({rung.rung for rung in ladder.rungs}) < len(ladder.rungs):
                    raise BadRulebook(f"{edition}/{name}: two rungs of the {ladder.id} have one name")
            dated: list[Parameter | Ladder] = [*file.parameter, *file.ladder]
            for each in dated:
                if each.valid_to is not None and each.valid_to < each.valid_from:
                    raise BadRulebook(f"{edition}/{name}: {each.id} ends before it begins")
            parameters += file.parameter
            ladders += file.ladder
        every: list[Parameter | Ladder] = [*parameters, *ladders]
        counted = Counter((each.id, each.scope, each.valid_from) for each in every)
        for (name, _, since), count in counted.items():
            if count > 1:
                raise BadRulebook(
                    f"{edition}: {name} has {count} values from {since} on, and nothing decides between them"
                )
        digest = hashlib.sha256("".join(files[name] for name in sorted(files)).encode()).hexdigest()
        return cls(edition, parameters, digest, ladders)

    def find(self, parameter: str, on: date, place: Place | None = None, of: Of = ANYTHING) -> Parameter:
        """The parameter that holds on that day at that place. Raises `BadRulebook` when there is none."""
        found = self.seek(parameter, on, place, of)
        if found is None:
            raise BadRulebook(f"The rulebook {self.edition} says nothing on {parameter} for {on} at {place}")
        return found

    def seek(self, parameter: str, on: date, place: Place | None = None, of: Of = ANYTHING) -> Parameter | None:
        """The same, where the rulebook may be silent: a rule of one country says nothing in the other."""
        return next((each for each in self._by_id.get(parameter, ()) if each.holds(on, place, of)), None)

    def ladder(self, rule: str, on: date, place: Place | None = None, of: Of = ANYTHING) -> Ladder | None:
        """How a deadline is announced on that day at that place; None where nothing is."""
        return next((each for each in self._ladders.get(f"ladder {rule}", ()) if each.holds(on, place, of)), None)

    def ladders(self) -> list[Ladder]:
        return [version for versions in self._ladders.values() for version in versions]

    def source_of(self, parameter: str) -> str:
        """Where a parameter comes from, as its latest version says."""
        return self._by_id[parameter][0].source if parameter in self._by_id else ""

    def all(self) -> list[Parameter]:
        return [version for versions in self._by_id.values() for version in versions]

    def due(
        self, rule: str, after: date, place: Place, days: int | None = None, cycle: int | None = None, of: Of = ANYTHING
    ) -> Deadline:
        """The deadline that `rule` sets after a day; `days`, where agreed with the person, replaces the rule's own."""
        parameter = self.find(rule, after, place, of)
        count = days if days is not None else cycle if cycle is not None else parameter.number
        return Deadline(
            rule=rule, due_on=_later(after, count, parameter.unit, place), edition=self.edition, cycle=cycle
        )

    def fixed(self, rule: str, due_on: date, cycle: int | None = None) -> Deadline:
        """A deadline whose day a person chose within what the rule allows."""
        return Deadline(rule=rule, due_on=due_on, edition=self.edition, cycle=cycle)


D = TypeVar("D", Parameter, Ladder)


def _by_precedence(dated: Iterable[D], edition: str) -> dict[str, list[D]]:
    found: dict[str, list[D]] = {}
    for each in dated:
        found.setdefault(each.id, []).append(msgspec.structs.replace(each, edition=edition))
    for versions in found.values():
        versions.sort(key=lambda version: version.precedence, reverse=True)
    return found


def _later(after: date, count: int, unit: str, place: Place) -> date:
    if unit == "working_days":
        return calendar.add_working_days(after, count, place)
    if unit in ("months", "list"):
        return calendar.add_months(after, count)
    return after + timedelta(days=count)


__all__ = ["ANYTHING", "BadRulebook", "Ladder", "Of", "Parameter", "Rulebook"]
