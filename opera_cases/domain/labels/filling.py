"""Values put into words: a number with its noun, a day and an amount as people write them."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from opera_cases.domain.kernel.vocabulary import Language

_PLACE = re.compile(r"\{(\w+)(?::([^|}]*)\|([^}]*))?\}")
_DAY, _AMOUNT = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"\d+\.\d{2}")


def named(text: str) -> frozenset[str]:
    """The values that a text has places for."""
    return frozenset(found[1] for found in _PLACE.finditer(text))


def filled(text: str, values: Iterable[tuple[str, str]], language: Language) -> str:
    """The text with its values: `{days:day|days}` becomes "1 day" or "2 days", `{until}` days and amounts as they are written there.

    Empty when a value is not known: half a sentence says less than none.
    """
    known = dict(values)
    return "" if named(text) - known.keys() else _PLACE.sub(lambda place: _put(place, known, language), text)


def _put(place: re.Match[str], values: Mapping[str, str], language: Language) -> str:
    value, one, many = values[place[1]], place[2], place[3]
    if one is None:
        if _DAY.fullmatch(value):
            return written(date.fromisoformat(value), language)
        return in_euro(value, language) if _AMOUNT.fullmatch(value) else value
    return f"{value} {one if _is_one(value, language) else many}"


def _is_one(number: str, language: Language) -> bool:
    """Whether a noun stands in the singular after the number: in French after nought too."""
    return number == "1" or (language is Language.FR and number == "0")


def written(day: date, language: Language) -> str:
    """A day as people of that language write it."""
    return day.isoformat() if language is Language.EN else day.strftime("%d/%m/%Y")


def in_euro(amount: str, language: Language) -> str:
    """An amount to the cent as people of that language write it."""
    grouped = f"{Decimal(amount):,.2f}"
    if language is Language.EN:
        return f"€{grouped}"
    thousands = "." if language is Language.IT else "\u202f"
    return f"{grouped.translate({ord(','): thousands, ord('.'): ','})}\u00a0€"
