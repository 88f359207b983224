"""Values put into words: a number with its noun, a day as people write it."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from opera_cases.domain.vocabulary import Language

_PLACE = re.compile(r"\{(\w+)(?::([^|}]*)\|([^}]*))?\}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def named(text: str) -> frozenset[str]:
    """The values that a text has places for."""
    return frozenset(found[1] for found in _PLACE.finditer(text))


def filled(text: str, values: Iterable[tuple[str, str]], language: Language) -> str:
    """The text with its values: `{days:day|days}` becomes "1 day" or "2 days", `{until}` a day as it is written there.

    Empty when a value is not known: half a sentence says less than none.
    """
    known = dict(values)
    return "" if named(text) - known.keys() else _PLACE.sub(lambda place: _put(place, known, language), text)


def _put(place: re.Match[str], values: Mapping[str, str], language: Language) -> str:
    value, one, many = values[place[1]], place[2], place[3]
    if one is None:
        return written(date.fromisoformat(value), language) if _DAY.fullmatch(value) else value
    return f"{value} {one if _is_one(value, language) else many}"


def _is_one(number: str, language: Language) -> bool:
    """Whether a noun stands in the singular after the number: in French after nought too."""
    return number == "1" or (language is Language.FR and number == "0")


def written(day: date, language: Language) -> str:
    """A day as people of that language write it."""
    return day.isoformat() if language is Language.EN else day.strftime("%d/%m/%Y")
