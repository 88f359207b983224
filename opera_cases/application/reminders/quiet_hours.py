"""When somebody may be written to: on working days of the desk, by its clock, within the hours of the rulebook."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from opera_cases.domain.kernel import calendar
from opera_cases.domain.kernel.rulebook import Rulebook
from opera_cases.domain.kernel.vocabulary import Place


def civil_day(at: datetime, place: Place) -> date:
    """The day at a place."""
    return at.astimezone(ZoneInfo(place.zone)).date()


def may_send(at: datetime, place: Place, rulebook: Rulebook, *, urgent: bool = False) -> bool:
    """Whether it is neither night nor, unless it is urgent, a day off at that place."""
    there = at.astimezone(ZoneInfo(place.zone))
    begins, ends = (rulebook.find(name, there.date(), place).number for name in ("told_from", "told_until"))
    awake = begins <= there.hour < ends
    return awake and (urgent or calendar.is_working_day(there.date(), place))
