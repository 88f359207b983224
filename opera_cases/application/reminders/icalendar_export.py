"""Calendars (iCalendar, RFC 5545): appointments and deadlines, each under one UID for ever, without names."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

if TYPE_CHECKING:  # the library is loaded when the first calendar is asked for: an office starts sooner
    from icalendar import Event

DOMAIN = "opera-cases"


class CalendarEntry(NamedTuple):
    """One line of a calendar. `sequence` grows whenever its day moves; with `starts` it has an hour, at `zone`; `link` is
    empty where there is nothing to be opened."""

    record: UUID
    key: str
    sequence: int
    day: date
    title: str
    why: str
    link: str
    starts: str = ""
    minutes: int = 0
    zone: str = "Europe/Rome"
    alarm_hours: int = 0


def write_calendar(entries: Iterable[CalendarEntry], *, name: str, at: datetime) -> bytes:
    """The calendar as a file. `at` is when it was made."""
    from icalendar import Calendar  # when the first one is asked for: an office starts sooner

    made = Calendar()
    made.add("prodid", "-//opera_cases//agenda//")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    for entry in entries:
        made.add_component(_event(entry, at))
    made.add_missing_timezones()
    return bytes(made.to_ical())


def _event(entry: CalendarEntry, at: datetime) -> "Event":
    from icalendar import Alarm, Event

    event = Event()
    event.add("uid", f"{uuid5(entry.record, entry.key)}@{DOMAIN}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", at)
    event.add("summary", entry.title)
    event.add("description", entry.why)
    if entry.link:
        event.add("url", entry.link)
    if entry.starts:
        begins = datetime.combine(entry.day, time.fromisoformat(entry.starts), ZoneInfo(entry.zone))
        event.add("dtstart", begins)
        event.add("dtend", begins + timedelta(minutes=entry.minutes))
    else:
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    if entry.alarm_hours:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.title)
        alarm.add("trigger", timedelta(hours=-entry.alarm_hours))
        event.add_component(alarm)
    return event
