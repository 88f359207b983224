"""Messages, and the rungs that each says."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from opera_cases.domain.messages.message import Message
from opera_cases.log.store.database import Database
from opera_cases.projections import schema as s
from opera_cases.projections.values import as_uuid, as_uuids

messages = s.table(
    "message_v1",
    s.id("message_id", key=True), s.text("state"), s.id("recipient"), sa.Column("person", sa.Boolean, nullable=False),
    s.text("form"), s.day("day", null=False), s.id("desk"), s.text("region"), s.count("items"), s.count("attempts"),
    s.text("again_at"), s.text("reply"), s.count("version"),
    sa.Index("message_by_state", "state", "again_at"), sa.Index("message_by_recipient", "recipient", "day"),
    sa.Index("message_by_desk", "desk", "day"),
)  # fmt: skip

message_items = s.table(
    "message_item_v1", s.id("reminder_id", key=True), s.text("rung", key=True), s.id("recipient", key=True), s.id("message_id"),
    sa.Index("message_item_by_message", "message_id"),
)  # fmt: skip


def _rows(message: Message) -> Iterator[s.TableRow]:
    yield messages, {"message_id": message.id}, {
        "state": message.state, "recipient": message.recipient, "person": message.person, "form": message.form,
        "day": message.day, "desk": message.desk, "region": s.region(message), "items": len(message.items),
        "attempts": message.attempts, "again_at": message.again_at.isoformat() if message.again_at else "",
        "reply": message.reply, "version": message.version,
    }  # fmt: skip
    for each in message.items:
        key = {"reminder_id": each.reminder, "rung": each.rung, "recipient": message.recipient}
        yield message_items, key, {"message_id": message.id}


MODEL = s.Model(
    "message", Message, messages, _rows, beside=(message_items,),
    filters=("recipient", "form", "desk", "region", "day"),
    sorts=("day",),
)  # fmt: skip


# -- questions ---------------------------------------------------------------------------------------------------------


class UntoldRung(NamedTuple):
    """A rung that told somebody of a deadline, and that no message says yet."""

    reminder: UUID
    rung: str
    recipient: UUID
    person: bool
    urgent: bool
    desk: UUID


class SentMessage(NamedTuple):
    """The message that says a rung to somebody, and what became of it."""

    message: UUID
    state: str
    form: str
    day: str
    reply: str


def untold(log: Database, since: date) -> list[UntoldRung]:
    """What was told since a day and stands in no message yet, the oldest first."""
    sql = (
        "SELECT n.reminder_id, n.rung, n.recipient, n.person, n.urgent, n.desk FROM read.notice_v1 n"
        " LEFT JOIN read.message_item_v1 i ON i.reminder_id = n.reminder_id AND i.rung = n.rung AND i.recipient = n.recipient"
        " WHERE n.told_on >= $1 AND i.message_id IS NULL ORDER BY n.told_on, n.reminder_id, n.rung"
    )
    return [
        UntoldRung(as_uuid(reminder), str(rung), as_uuid(recipient), bool(person), bool(urgent), as_uuid(desk))
        for reminder, rung, recipient, person, urgent, desk in log.rows(sql, since)
    ]


def waiting_messages(log: Database, now: str, first: UUID, last: UUID, most: int) -> list[UUID]:
    """Messages between two ids that wait and whose time has come (`now` as ISO 8601), the longest waiting first."""
    sql = (
        "SELECT message_id FROM read.message_v1 WHERE state = 'WAITING' AND again_at <= $1 AND message_id >= $2"
        f" AND message_id <= $3 ORDER BY again_at, message_id LIMIT {most:d}"
    )
    return as_uuids(log.rows(sql, now, first, last))


def messages_by_state(log: Database) -> dict[str, int]:
    """How many messages are in each state."""
    return {
        str(state): int(count)
        for state, count in log.rows("SELECT state, count(*) FROM read.message_v1 GROUP BY state")
    }


def sent(log: Database, reminder: UUID, rung: str, recipient: UUID) -> SentMessage | None:
    """The message that says a rung to somebody; None where it stands in an agenda only."""
    sql = (
        "SELECT m.message_id, m.state, m.form, m.day, m.reply FROM read.message_item_v1 i JOIN read.message_v1 m"
        " ON m.message_id = i.message_id WHERE i.reminder_id = $1 AND i.rung = $2 AND i.recipient = $3"
    )
    rows = log.rows(sql, reminder, rung, recipient)
    return SentMessage(as_uuid(rows[0][0]), rows[0][1], rows[0][2], str(rows[0][3]), rows[0][4]) if rows else None


def message_states(log: Database, reminders: Collection[UUID]) -> dict[tuple[UUID, str, UUID], str]:
    """In which state the message to each recipient of each rung is, by reminder, rung and recipient."""
    sql = (
        "SELECT i.reminder_id, i.rung, i.recipient, m.state FROM read.message_item_v1 i JOIN read.message_v1 m"
        " ON m.message_id = i.message_id WHERE i.reminder_id = ANY($1::uuid[])"
    )
    rows = log.rows(sql, list(reminders))
    return {(as_uuid(reminder), rung, as_uuid(recipient)): state for reminder, rung, recipient, state in rows}
