"""Writes the letter of a message at the moment at which it is handed over: what is of no use any more is left out."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid4

from opera_cases.application.display_names import COLON, deadline_label, relative_day, title_of
from opera_cases.application.paths import path_of
from opera_cases.application.personal.reader import ERASED, PersonalDataReader
from opera_cases.application.reminders.icalendar_export import CalendarEntry, write_calendar
from opera_cases.application.reminders.mail.notice import section_of_the_notice
from opera_cases.application.reminders.mail.templates import Letter, Line, Section, render_letter
from opera_cases.application.reminders.mail.weekly_digest import sections_of_the_week
from opera_cases.application.reminders.quiet_hours import civil_day
from opera_cases.application.reminders.recipients import Recipients, agreed_to_mail
from opera_cases.application.reminders.suppression import suppressions
from opera_cases.application.runtime import Runtime, labels, source_of
from opera_cases.domain.access import CLOCK
from opera_cases.domain.appointments import Appointment
from opera_cases.domain.desks.desk import Desk
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.personal import Sealed
from opera_cases.domain.labels import Labels
from opera_cases.domain.labels.filling import filled
from opera_cases.domain.labels.filling import written as day_written
from opera_cases.domain.messages.events import Form, Item
from opera_cases.domain.messages.message import Message
from opera_cases.domain.operators.operator import ENROLLED, Operator
from opera_cases.domain.people.person import Person
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.domain.reminders.ladder import pressing
from opera_cases.domain.reminders.reminder import OPEN, Reminder

MOST_LINES = 60
OWN_INTRO = (Form.WEEK, Form.NOTICE)


class Unwritten(NamedTuple):
    """Why there is no letter."""

    because: str


class Useful(NamedTuple):
    """An item that is still of use: its reminder, the record that it is about, for whom the recipient stands in."""

    item: Item
    reminder: Reminder
    record: Aggregate
    due_on: date
    covers: UUID | None
    instead: bool


def write_letter(runtime: Runtime, message: Message, base_url: str) -> tuple[Letter | Unwritten, tuple[Item, ...]]:
    """The letter, or why there is none, and the items that are left out of it."""
    words = labels(message.language)
    address = _address(runtime, message)
    if isinstance(address, Unwritten):
        return address, message.items
    if message.form is Form.WEEK:
        sections = sections_of_the_week(runtime, message, words, base_url)
        return (
            (_written(runtime, message, words, sections, address), ()) if sections else (Unwritten("NOTHING_LEFT"), ())
        )
    if message.form is Form.NOTICE:
        section = section_of_the_notice(runtime, message, words, base_url)
        return (_written(runtime, message, words, (section,), address) if section else Unwritten("NOTHING_LEFT")), ()
    useful = sorted(_useful(runtime, message), key=lambda each: pressing(each.reminder.rule, each.due_on))
    left_out = tuple(each for each in message.items if each not in {one.item for one in useful})
    if not useful:
        return Unwritten("NOTHING_LEFT"), left_out
    lines = tuple(_line(runtime, message, each, words, base_url) for each in useful)
    more = (
        filled(words.of("mail.more"), [("count", str(len(lines) - MOST_LINES))], words.language)
        if len(lines) > MOST_LINES
        else ""
    )
    entries = [_entry(runtime, message, each, words, base_url) for each in useful[:MOST_LINES]]
    made = write_calendar(entries, name="opera_cases", at=runtime.clock())
    section = Section(lines[:MOST_LINES], more=more)
    return _written(runtime, message, words, (section,), address, lines[0].text, made), left_out


def _written(
    runtime: Runtime, message: Message, words: Labels, sections: tuple[Section, ...], address: Sealed, what: str = "",
    made: bytes | None = None,
) -> Letter | Unwritten:  # fmt: skip
    desk = runtime.application.records.load(Desk, message.desk) if message.desk else None
    assert message.day is not None
    told = {"day": day_written(message.day, message.language), "what": what, "desk": desk.name if desk else ""}
    form = "person" if message.person else message.form.lower()
    subject = words.of(f"mail.subject_{form}").format(**told)
    intro = (
        "intro_person" if message.person else f"intro_{message.form.lower()}" if message.form in OWN_INTRO else "intro"
    )
    footer = words.of("mail.footer" if message.person else "mail.footer_operator").format(**told)
    text, html = render_letter(
        hello=words.of("mail.hello"), intro=words.of(f"mail.{intro}"), parts=sections, footer=footer, subject=subject,
        language=message.language.value,
    )  # fmt: skip
    to = _opened(runtime, message, address)
    return Letter(to, subject, text, html, message.language.value, made) if to else Unwritten("NO_ADDRESS")


def _address(runtime: Runtime, message: Message) -> Sealed | Unwritten:
    """Where the recipient is written to now, still sealed; they may have left, or changed their mind."""
    assert message.recipient is not None
    sealed: Sealed | None
    if message.person:
        person = runtime.application.records.load(Person, message.recipient)
        if not agreed_to_mail(person):
            return Unwritten("NOT_AGREED")
        sealed = person.email
    else:
        operator = runtime.application.records.load(Operator, message.recipient)
        if operator.state != ENROLLED:
            return Unwritten("LEFT")
        sealed = operator.email
    return Unwritten("NO_ADDRESS") if sealed is None else sealed


def _opened(runtime: Runtime, message: Message, sealed: Sealed) -> str:
    """The address in plain, once there is something to write: reading it leaves a trace."""
    with PersonalDataReader(runtime.log, runtime.application.keyring, who=CLOCK, place="mail", purpose="reminder", stream=message.id,
                 at=runtime.clock(), correlation=uuid4()) as reading:  # fmt: skip
        opened = reading.open(sealed)
    return "" if opened in (None, ERASED) else str(opened)


def _useful(runtime: Runtime, message: Message) -> Iterable[Useful]:
    """What is still owed, not put off, not held, and may be read by the recipient now."""
    assert message.place is not None
    assert message.recipient is not None
    today = civil_day(runtime.clock(), message.place)
    recipients = Recipients(runtime.application, today)
    for item in message.items:
        reminder = runtime.application.records.load(Reminder, item.reminder)
        if reminder.state != OPEN or reminder.record is None or reminder.due_on is None:
            continue
        record = runtime.application.records.load(PROCEDURES[reminder.record_kind].aggregate, reminder.record)
        due = record.deadlines.get(reminder.key)
        put_off = reminder.snoozed_until is not None and reminder.snoozed_until > today
        if (
            due is None
            or due.due_on != reminder.due_on
            or put_off
            or suppressions(runtime.application.records, record, reminder.rule, today)
        ):
            continue
        told = next((each for each in reminder.told if each.rung == item.rung), None)
        mine = next((each for each in (told.recipients if told else ()) if each.who == message.recipient), None)
        if mine is None or not (message.person or recipients.may_read(record, message.recipient)):
            continue
        yield Useful(item, reminder, record, reminder.due_on, mine.covers, mine.instead_of is not None)


def _line(runtime: Runtime, message: Message, each: Useful, words: Labels, base_url: str) -> Line:
    reminder, record = each.reminder, each.record
    assert message.place is not None
    if message.person and isinstance(record, Appointment) and record.day is not None:
        desk = runtime.application.records.load(Desk, record.desk) if record.desk else None
        day = day_written(record.day, message.language)
        return Line(words.of("mail.line_appointment").format(day=day, time=record.time, desk=desk.name if desk else ""))
    days = (each.due_on - civil_day(runtime.clock(), message.place)).days
    what = _what(runtime, message, each, words)
    text = words.of("mail.line").format(
        what=what, day=day_written(each.due_on, message.language), when=relative_day(days, words)
    )
    if message.person:
        return Line(text)
    note = words.of("mail.covers") if each.covers else words.of("mail.instead") if each.instead else ""
    source = source_of(reminder.promised_in, reminder.rule)
    why = f"{words.of('mail.rule')} {reminder.rule}, {reminder.promised_in}{COLON[words.language]}{source}"
    return Line(text, note, why, base_url + path_of(record.kind, record.id))


def _what(runtime: Runtime, message: Message, each: Useful, words: Labels) -> str:
    """What is owed on which record; a person is not told file numbers."""
    what = deadline_label(each.reminder.rule, each.reminder.cycle, words)
    return (
        what
        if message.person
        else f"{title_of(runtime.application.records, each.record, words)}{COLON[words.language]}{what}"
    )


def _entry(runtime: Runtime, message: Message, each: Useful, words: Labels, base_url: str) -> CalendarEntry:
    reminder, record = each.reminder, each.record
    line = _line(runtime, message, each, words, base_url)
    version = record.set_by[reminder.key].version
    if isinstance(record, Appointment) and record.day is not None:
        zone = record.place.zone if record.place else "Europe/Rome"
        return CalendarEntry(record.id, "appointment", record.version, record.day, line.text, line.why, line.link, record.time,
                     record.minutes, zone)  # fmt: skip
    return CalendarEntry(
        record.id, reminder.key, version, each.due_on, _what(runtime, message, each, words), line.why, line.link
    )
