"""Personal calendars behind a secret address: whoever has the address sees the days, not the names; it can be revoked."""

from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from opera_cases.application.access.authority import secret_digest, secret_fingerprint, secret_of
from opera_cases.application.access.redaction import redact
from opera_cases.application.context import HOME_ZONE
from opera_cases.application.display_names import deadline_label
from opera_cases.application.paths import path_of
from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.application.reminders.agenda import rules_of_audiences
from opera_cases.application.reminders.icalendar_export import CalendarEntry, write_calendar
from opera_cases.application.requests import CommandRequest
from opera_cases.application.runtime import Runtime, labels, source_of
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.given import GivenKind
from opera_cases.domain.labels import Labels
from opera_cases.domain.operators.operator import Operator
from opera_cases.projections.models.desks import place
from opera_cases.projections.queries import agenda, lists

BEFORE, AHEAD, MOST = timedelta(days=60), timedelta(days=400), 2000
YEAR = 365


class Feed(NamedTuple):
    """A calendar as its owner asked for it: in which role, with the names of people or without."""

    who: Principal
    names: bool


def issue_feed(runtime: Runtime, who: Principal, key: UUID, *, names: bool, correlation: UUID) -> str:
    """The secret of a new calendar, the same for the same key; good for a year, or for as long as the role. That it was opened is an
    event of whoever opened it. Raises what any step raises."""
    application, secret = runtime.application, runtime.application.ids.new()
    told = {"names": names, "role": who.role.value, "region": who.region or None}
    values = {**told, "calendar": secret_fingerprint(GivenKind.CALENDAR, secret_of(application.keyring, GivenKind.CALENDAR, secret)), "secret": str(secret),
              "expires_on": _last_day(runtime, who).isoformat()}  # fmt: skip
    answer = application.execute(CommandRequest(kind="operator", step="open_calendar", stream=who.id, values=values, by=who, key=key, correlation=correlation,
                           channel="API", idempotency_payload=told))  # fmt: skip
    opened = next(each.facts for each in application.records.history(who.id) if each.event_id == answer.event_ids[0])
    return secret_of(application.keyring, GivenKind.CALENDAR, opened.secret)


def _last_day(runtime: Runtime, who: Principal) -> date:
    """A year from now, or the last day of the role."""
    today = runtime.application.today()
    given = runtime.application.records.load(Operator, who.id).given.values()
    ends = [
        each.until
        for each in given
        if each.kind is GivenKind.GRANT and (each.role, each.region) == (who.role.value, who.region) and each.until
    ]
    return min([today + timedelta(days=YEAR), *ends])


def revoke_feeds(runtime: Runtime, who: Principal, key: UUID, correlation: UUID) -> int:
    """From now on none of somebody's calendar addresses is good. Returns how many there were."""
    given = runtime.application.records.load(Operator, who.id).given.values()
    there = sum(each.kind is GivenKind.CALENDAR for each in given)
    if there:
        runtime.application.execute(
            CommandRequest(
                kind="operator",
                step="close_calendars",
                stream=who.id,
                values={},
                by=who,
                key=key,
                correlation=correlation,
                channel="API",
            )
        )
    return there


def find_feed(runtime: Runtime, secret: str, today: date) -> Feed | None:
    """Whose calendar an address is, with the desks at which they are posted today; None when it is not good."""
    found = runtime.application.authorities.lookup(secret_digest(GivenKind.CALENDAR, secret), today, GivenKind.CALENDAR)
    return Feed(found[0], bool(found[1].purpose)) if found else None


def render_feed(runtime: Runtime, feed: Feed, today: date, base_url: str) -> bytes:
    """The calendar of somebody in their language: what they owe and whom they meet, from two months ago to a year ahead.

    Of a record beyond their reach, as when they cover for a colleague, it tells the day alone: neither names nor an address.
    """
    words = labels(runtime.application.records.load(Operator, feed.who.id).language)
    rules = rules_of_audiences(runtime.application.rulebook.edition)
    with runtime.log.reading() as connection:
        owed = agenda.deadlines_owed(connection, feed.who, today, today + AHEAD, rules, MOST)
        met = agenda.meetings(connection, feed.who, today, today - BEFORE, today + AHEAD, MOST)
    there = set(redact(runtime, feed.who, [each for row in (*owed, *met) for each in (row.id, row.person)]))
    named = _names(runtime, feed, {row.person for row in (*owed, *met)} & there)
    entries = [_deadline(row, words, named, base_url) for row in owed if row.kind != "appointment"]
    entries += [_meeting(runtime, row, words, named, base_url) for row in met]
    shown = (entry if entry.record in there else entry._replace(link="") for entry in entries)
    return write_calendar(shown, name="opera_cases", at=runtime.clock())


def _deadline(row: Any, words: Labels, named: dict[UUID, str], base_url: str) -> CalendarEntry:
    number = row.file_number or words.of(f"kind.{row.kind}")
    why = f"{words.of('mail.rule')} {row.rule}, {row.edition}: {source_of(row.edition, row.rule)}"
    title = f"{number}: {deadline_label(row.rule, row.cycle, words)}{_called(row, named)}"
    return CalendarEntry(row.id, row.key, row.set_version, row.due_on, title, why, base_url + path_of(row.kind, row.id))


def _meeting(runtime: Runtime, row: Any, words: Labels, named: dict[UUID, str], base_url: str) -> CalendarEntry:
    found = place(runtime.log, row.desk)
    zone = found.zone if found else HOME_ZONE
    title = f"{row.file_number or words.of('kind.session')}: {words.of('kind.appointment')}{_called(row, named)}"
    link = base_url + path_of("appointment", row.id)
    return CalendarEntry(
        row.id, "appointment", row.version, row.day, title, "", link, row.time, row.minutes, zone, alarm_hours=1
    )


def _called(row: Any, named: dict[UUID, str]) -> str:
    return f" – {named[row.person]}" if row.person in named else ""


def _names(runtime: Runtime, asked: Feed, people: set[UUID | None]) -> dict[UUID, str]:
    """The names of the people, where the owner of the calendar asked for them: each is a reading, and recorded."""
    if not asked.names:
        return {}
    sealed = lists.sealed_names(runtime.log, {each for each in people if each is not None})
    found = {}
    with PersonalDataReader(runtime.log, runtime.application.keyring, who=asked.who, place="calendar", purpose="case work", stream=asked.who.id,
                 at=runtime.clock(), correlation=uuid4()) as reading:  # fmt: skip
        for person, (given, family) in sealed.items():
            found[person] = f"{reading.open(bytes(given)) or ''} {reading.open(bytes(family)) or ''}".strip()
    return found
