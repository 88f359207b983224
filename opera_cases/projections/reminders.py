"""Questions of reminders, of whom they told, and of the messages made of them."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from uuid import UUID

from opera_cases.log.database import Database
from opera_cases.projections.values import ident, idents


class Untold(NamedTuple):
    """A rung that told somebody of a deadline, and that no message says yet."""

    reminder: UUID
    rung: str
    recipient: UUID
    person: bool
    urgent: bool
    desk: UUID


class Sent(NamedTuple):
    """The message that says a rung to somebody, and what became of it."""

    message: UUID
    state: str
    form: str
    day: str
    reply: str


def of_records(log: Database, records: Collection[UUID]) -> list[UUID]:
    """The reminders about some records."""
    return idents(log.rows("SELECT reminder_id FROM read.reminder_v1 WHERE record = ANY($1::uuid[])", list(records)))


def over(log: Database, first: UUID, last: UUID) -> list[UUID]:
    """Open reminders about records between two ids whose deadline is no longer owed on its day."""
    sql = (
        "SELECT r.reminder_id FROM read.reminder_v1 r WHERE r.state = 'OPEN' AND r.record >= $1 AND r.record <= $2"
        " AND NOT EXISTS (SELECT 1 FROM read.deadline_v2 d"
        " WHERE d.stream = r.record AND d.key = r.key AND d.due_on = r.due_on)"
    )
    return idents(log.rows(sql, first, last))


def unheard(log: Database) -> int:
    """How many open reminders found nobody to tell."""
    return int(log.rows("SELECT count(*) FROM read.reminder_v1 WHERE state = 'OPEN' AND unheard > 0")[0][0])


def one_told_to(log: Database, recipient: UUID) -> UUID | None:
    """One reminder that was told to somebody."""
    rows = log.rows("SELECT reminder_id FROM read.notice_v1 WHERE recipient = $1 ORDER BY reminder_id LIMIT 1", recipient)
    return ident(rows[0][0]) if rows else None


# -- messages ------------------------------------------------------------------------------------------------------------


def untold(log: Database, since: date) -> list[Untold]:
    """What was told since a day and stands in no message yet, the oldest first."""
    sql = (
        "SELECT n.reminder_id, n.rung, n.recipient, n.person, n.urgent, n.desk FROM read.notice_v1 n"
        " LEFT JOIN read.message_item_v1 i ON i.reminder_id = n.reminder_id AND i.rung = n.rung AND i.recipient = n.recipient"
        " WHERE n.told_on >= $1 AND i.message_id IS NULL ORDER BY n.told_on, n.reminder_id, n.rung"
    )
    return [
        Untold(ident(reminder), str(rung), ident(recipient), bool(person), bool(urgent), ident(desk))
        for reminder, rung, recipient, person, urgent, desk in log.rows(sql, since)
    ]


def waiting(log: Database, now: str, first: UUID, last: UUID, most: int) -> list[UUID]:
    """Messages between two ids that wait and whose time has come (`now` as ISO 8601), the longest waiting first."""
    sql = (
        "SELECT message_id FROM read.message_v1 WHERE state = 'WAITING' AND again_at <= $1 AND message_id >= $2"
        f" AND message_id <= $3 ORDER BY again_at, message_id LIMIT {most:d}"
    )
    return idents(log.rows(sql, now, first, last))


def messages_by_state(log: Database) -> dict[str, int]:
    return {str(state): int(count) for state, count in log.rows("SELECT state, count(*) FROM read.message_v1 GROUP BY state")}


def sent(log: Database, reminder: UUID, rung: str, recipient: UUID) -> Sent | None:
    """The message that says a rung to somebody; None where it stands in an agenda only."""
    sql = (
        "SELECT m.message_id, m.state, m.form, m.day, m.reply FROM read.message_item_v1 i JOIN read.message_v1 m"
        " ON m.message_id = i.message_id WHERE i.reminder_id = $1 AND i.rung = $2 AND i.recipient = $3"
    )
    rows = log.rows(sql, reminder, rung, recipient)
    return Sent(ident(rows[0][0]), rows[0][1], rows[0][2], str(rows[0][3]), rows[0][4]) if rows else None


def became(log: Database, reminders: Collection[UUID]) -> dict[tuple[UUID, str, UUID], str]:
    """In which state the message to each recipient of each rung is, by reminder, rung and recipient."""
    sql = (
        "SELECT i.reminder_id, i.rung, i.recipient, m.state FROM read.message_item_v1 i JOIN read.message_v1 m"
        " ON m.message_id = i.message_id WHERE i.reminder_id = ANY($1::uuid[])"
    )
    rows = log.rows(sql, list(reminders))
    return {(ident(reminder), rung, ident(recipient)): state for reminder, rung, recipient, state in rows}
