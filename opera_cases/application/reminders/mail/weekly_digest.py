"""The week of a supervisor: what is late, silent, about to expire or missed at the desks they look after, and no others."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from opera_cases.application.display_names import COLON, relative_day
from opera_cases.application.paths import path_of
from opera_cases.application.reminders.mail.templates import Line, Section
from opera_cases.application.reminders.quiet_hours import civil_day
from opera_cases.application.reminders.recipients import Recipients
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import Principal
from opera_cases.domain.access.roles import SUPERVISORS, UNRESTRICTED
from opera_cases.domain.labels import Labels
from opera_cases.domain.labels.filling import filled, written
from opera_cases.domain.messages.message import Message
from opera_cases.projections.queries import agenda, queues

LINES, SOON = 10, 7


def supervised(runtime: Runtime, who: UUID, today: date) -> list[Principal]:
    """The roles in which somebody looks after desks or a region today."""
    found = Recipients(runtime.application, today).principals(who, of_programme=True)
    return [each for each in found if each.role in SUPERVISORS - UNRESTRICTED]


def sections_of_the_week(runtime: Runtime, message: Message, words: Labels, base_url: str) -> tuple[Section, ...]:
    """The four parts of the week, by the recipient's scope of this moment; none when nothing is the matter."""
    assert message.place is not None
    assert message.recipient is not None
    today = civil_day(runtime.clock(), message.place)
    counted = _week_of(runtime, message.recipient, today)
    if not any(counted.values()):
        return ()
    return tuple(_section(name, rows, words, message, today, base_url) for name, rows in counted.items())


def _week_of(runtime: Runtime, supervisor: UUID, today: date) -> dict[str, list[Any]]:
    """What is the matter at the desks that somebody looks after: each line once, and only what they may read."""
    counted: dict[str, dict[tuple[str, UUID, str], Any]] = {
        name: {} for name in ("overdue", "silent", "incoming", "missed")
    }
    for who in supervised(runtime, supervisor, today):
        for name, rows in _of(runtime, who, today).items():
            counted[name].update({(row.kind, row.id, str(row.why)): row for row in rows})
    return {name: list(rows.values()) for name, rows in counted.items()}


def _of(runtime: Runtime, who: Principal, today: date) -> dict[str, list[Any]]:
    asked = queues.QueueQuery(who, today)
    with runtime.log.reading() as connection:
        found = {name: queues.lines(connection, name, asked, 1000, 0) for name in ("overdue", "silent", "incoming")}
        found["missed"] = agenda.missed_check_ins(connection, who, today, today - timedelta(days=7))
    soon = today + timedelta(days=SOON)
    found["incoming"] = [row for row in found["incoming"] if row.due_on is None or row.due_on <= soon]
    return found


def _section(name: str, rows: list[Any], words: Labels, message: Message, today: date, base_url: str) -> Section:
    rows.sort(key=lambda row: (row.due_on is None, row.due_on or today))
    lines = []
    for row in rows[:LINES]:
        what = words.of(f"deadline.{row.why}") if f"deadline.{row.why}" in words.flat else words.of(f"kind.{row.kind}")
        number = f"{words.of(f'kind.{row.kind}')} {row.file_number}"
        days = (row.due_on - today).days if row.due_on else 0
        text = words.of("mail.line").format(
            what=f"{number}{COLON[words.language]}{what}",
            day=written(row.due_on, message.language) if row.due_on else "–",
            when=relative_day(days, words),
        )
        lines.append(Line(text, link=base_url + path_of(row.kind, row.id)))
    more = (
        filled(words.of("mail.more"), [("count", str(len(rows) - LINES))], words.language) if len(rows) > LINES else ""
    )
    if not rows:
        lines = [Line(words.of("mail.none"))]
    return Section(tuple(lines), words.of(f"mail.{name}"), len(rows), more)
