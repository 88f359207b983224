"""Civil days: months, working days, holidays of a province."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opera_cases.domain.kernel.calendar import add_months, add_working_days, is_working_day, years_between
from opera_cases.domain.kernel.vocabulary import Country, Place

GENOA = Place(country=Country.IT, region="ITC3", province="GE", zone="Europe/Rome")
SAVONA = Place(country=Country.IT, region="ITC3", province="SV", zone="Europe/Rome")
BASTIA = Place(country=Country.FR, region="FRM0", province="2B", zone="Europe/Paris")


@pytest.mark.parametrize(
    ("day", "place", "works"),
    [
        (date(2026, 6, 24), GENOA, False),  # San Giovanni, patron of Genoa
        (date(2026, 6, 24), SAVONA, True),
        (date(2026, 6, 2), SAVONA, False),  # Festa della Repubblica
        (date(2026, 6, 2), BASTIA, True),
        (date(2026, 7, 14), BASTIA, False),
        (date(2026, 7, 14), SAVONA, True),
        (date(2026, 2, 7), SAVONA, False),  # a Saturday
    ],
)
def test_working_days_follow_country_and_province(day: date, place: Place, works: bool) -> None:
    assert is_working_day(day, place) is works


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


@given(st.dates(date(2015, 1, 1), date(2035, 1, 1)), st.integers(1, 20))
def test_the_nth_working_day_is_reached_by_counting_them(day: date, count: int) -> None:
    end = add_working_days(day, count, SAVONA)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(is_working_day(each, SAVONA) for each in between) == count
    assert is_working_day(end, SAVONA)


def test_an_age_counts_whole_years() -> None:
    assert years_between(date(2000, 3, 14), date(2026, 3, 13)) == 25
    assert years_between(date(2000, 3, 14), date(2026, 3, 14)) == 26
