"""What is in the clear of the days at entry: made from the words before they are sealed, and read of every entry ever
recorded, of whichever release.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from opera_cases.domain.kernel import calendar
from opera_cases.domain.kernel.vocabulary import AgeBand, AgeGroup, Evidence, UnemployedFor

_AGES = (
    (18, AgeGroup.UNDER_18),
    (25, AgeGroup.FROM_18_TO_24),
    (30, AgeGroup.FROM_25_TO_29),
    (55, AgeGroup.FROM_30_TO_54),
)


def age_group(age: int | None) -> AgeGroup:
    """The group of an age in whole years; UNKNOWN without a birth date."""
    if age is None:
        return AgeGroup.UNKNOWN
    return next((group for end, group in _AGES if age < end), AgeGroup.FROM_55)


def age_band(entry: Any) -> AgeBand:
    """The band of an entry, whichever of the two it keeps."""
    return entry.age_group.band if entry.age_group is not None else entry.age_band or AgeBand.UNKNOWN


def without_work_for(typed: Mapping[str, Any]) -> UnemployedFor | None:
    """For how long on the day of the step, from what was typed. None when that lies in the future."""
    return _between(typed["unemployed_since"], typed["occurred_on"])


def unemployed_for(entry: Any, on: date) -> UnemployedFor | None:
    """For how long somebody was without work on the day of an entry; None when no day was told, or one to come. `entry`:
    the facts recorded, or what is asked for."""
    since = entry.unemployed_since
    if entry.unemployed_for is None and isinstance(since, date):
        return _between(since, on)
    return None if entry.unemployed_for is None else UnemployedFor(entry.unemployed_for)


def _between(since: date, on: date) -> UnemployedFor | None:
    if since > on:
        return None
    longest = sorted(UnemployedFor, key=lambda each: each.months, reverse=True)
    return next(each for each in longest if not each.months or on > calendar.add_months(since, each.months))


def dated_by_then(typed: Mapping[str, Any]) -> bool:
    """Whether a paper is dated no later than the step that it proves."""
    return bool(typed["evidence_on"] <= typed["occurred_on"])


def evidence_dated(said: Any, on: date) -> bool:
    """The same of a confirmation recorded, or asked for."""
    return bool(said.dated_by_then or (isinstance(said.evidence_on, date) and said.evidence_on <= on))


def declared_on(typed: Mapping[str, Any]) -> date | None:
    """The day of the declaration before the employment centre, from which the time for the pact counts; of other papers
    nobody has to know the day."""
    day: date = typed["evidence_on"]
    return day if typed["evidence"] == Evidence.DID else None
