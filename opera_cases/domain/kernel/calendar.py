"""Civil days: working days follow the holidays of the desk's country and province."""

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

from opera_cases.domain.kernel.vocabulary import Place


@lru_cache(maxsize=512)
def _holidays(country: str, province: str, year: int) -> frozenset[date]:
    import holidays  # when the first one is asked for: an office starts sooner

    known = holidays.country_holidays("IT", years=2019).subdivisions if country == "IT" else ()
    subdivision = province if province in known else None
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year, expand=False))


def is_working_day(day: date, place: Place) -> bool:
    return day.weekday() < 5 and day not in _holidays(place.country, place.province, day.year)


def add_working_days(day: date, count: int, place: Place) -> date:
    """The `count`-th working day after `day`, at that place."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day, place)
    return day


def add_months(day: date, months: int) -> date:
    """The same day `months` later; the last day of the month where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_between(earlier: date, later: date) -> int:
    """Whole years, as an age is counted."""
    return later.year - earlier.year - ((later.month, later.day) < (earlier.month, earlier.day))
