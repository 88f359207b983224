"""Personal calendars behind a secret address: whoever has the address sees the days, not the names; it can be revoked."""

import base64
import hashlib
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from opera_cases.domain.labels import Labels
from opera_cases.domain.operators import ENROLLED, Operator
from opera_cases.domain.scope import Principal
from opera_cases.domain.vocabulary import Role
from opera_cases.log.sealing import digest
from opera_cases.office import tokens
from opera_cases.office.agenda import rules_of_audiences
from opera_cases.office.calendars import Entry, calendar
from opera_cases.office.opening import Reading
from opera_cases.office.paths import path_of
from opera_cases.office.premises import Premises, labels, source_of
from opera_cases.office.titles import called
from opera_cases.projections import agenda, lists

BEFORE, AHEAD, MOST = timedelta(days=60), timedelta(days=400), 2000


class Feed(NamedTuple):
    """A calendar as its owner asked for it: in which role, with the names of people or without."""

    who: Principal
    names: bool


def _digest(secret: str) -> bytes:
    return hashlib.sha256(b"calendar:" + secret.encode("utf-8", "surrogatepass")).digest()


def issue(where: Premises, who: Principal, key: UUID, *, names: bool) -> str:
    """The secret of a new calendar, the same for the same key. It is not kept, only its digest."""
    made = digest(where.office.keyring, "CALENDAR", f"{who.id}|{key}|{names}".encode())
    secret = base64.urlsafe_b64encode(made).decode().rstrip("=")
    sql = (
        "INSERT INTO log.calendar_feed (digest, operator, role, desks, region, names, issued_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (digest) DO NOTHING"
    )
    desks = " ".join(sorted(map(str, who.desks)))
    where.log.rows(sql, _digest(secret), who.id, who.role.value, desks, who.region, names, where.clock().isoformat())
    return secret


def revoke(where: Premises, operator: UUID) -> int:
    """From now on none of somebody's calendar addresses is good. Returns how many there were."""
    sql = "UPDATE log.calendar_feed SET revoked_at = $1 WHERE operator = $2 AND revoked_at IS NULL RETURNING 1"
    return len(where.log.rows(sql, where.clock().isoformat(), operator))


def find(where: Premises, secret: str, today: date) -> Feed | None:
    """Whose calendar an address is, with the desks at which they are posted today; None when it is not good."""
    sql = "SELECT operator, role, desks, region, names FROM log.calendar_feed WHERE digest = $1 AND revoked_at IS NULL"
    rows = where.log.rows(sql, _digest(secret))
    if not rows:
        return None
    operator, role, desks, region, names = rows[0]
    ident = UUID(str(operator))
    if where.office.records.load(Operator, ident).state not in ("", ENROLLED):
        return None
    posted = tokens.posted(where.log, ident, Role(role), today) & frozenset(map(UUID, desks.split()))
    return Feed(Principal(ident, Role(role), posted, region), bool(names))


def feed(where: Premises, asked: Feed, today: date, base_url: str) -> bytes:
    """The calendar of somebody in their language: what they owe and whom they meet, from two months ago to a year ahead."""
    words = labels(where.office.records.load(Operator, asked.who.id).language)
    rules = rules_of_audiences(where.office.rulebook.edition)
    with where.log.reading() as connection:
        owed = agenda.owed(connection, asked.who, today, today + AHEAD, rules, MOST)
        met = agenda.meetings(connection, asked.who, today, today - BEFORE, today + AHEAD, MOST)
    named = _names(where, asked, [*owed, *met])
    entries = [_deadline(row, words, named, base_url) for row in owed if row.kind != "appointment"]
    entries += [_meeting(where, row, words, named, base_url) for row in met]
    return calendar(entries, name="opera_cases", at=where.clock())


def _deadline(row: Any, words: Labels, named: dict[UUID, str], base_url: str) -> Entry:
    number = row.file_number or words.of(f"kind.{row.kind}")
    why = f"{words.of('mail.rule')} {row.rule}, {row.edition}: {source_of(row.edition, row.rule)}"
    title = f"{number}: {called(row.rule, row.cycle, words)}{_called(row, named)}"
    return Entry(row.id, row.key, row.set_version, row.due_on, title, why, base_url + path_of(row.kind, row.id))


def _meeting(where: Premises, row: Any, words: Labels, named: dict[UUID, str], base_url: str) -> Entry:
    found = where.log.rows("SELECT zone FROM read.desk_v1 WHERE desk_id = $1", row.desk)
    zone = str(found[0][0]) if found else "Europe/Rome"
    title = f"{row.file_number or words.of('kind.session')}: {words.of('kind.appointment')}{_called(row, named)}"
    link = base_url + path_of("appointment", row.id)
    return Entry(row.id, "appointment", row.version, row.day, title, "", link, row.time, row.minutes, zone, alarm_hours=1)


def _called(row: Any, named: dict[UUID, str]) -> str:
    return f" – {named[row.person]}" if row.person in named else ""


def _names(where: Premises, asked: Feed, rows: list[Any]) -> dict[UUID, str]:
    """The names of the people, where the owner of the calendar asked for them: each is a reading, and recorded."""
    if not asked.names:
        return {}
    sealed = lists.names(where.log, {row.person for row in rows if row.person is not None})
    found = {}
    with Reading(where.log, where.office.keyring, who=asked.who, place="calendar", purpose="case work", stream=asked.who.id,
                 at=where.clock(), correlation=uuid4()) as reading:  # fmt: skip
        for person, (given, family) in sealed.items():
            found[person] = f"{reading.open(bytes(given)) or ''} {reading.open(bytes(family)) or ''}".strip()
    return found
