"""Reminders, and whom each rung told."""

from collections.abc import Collection, Iterator
from uuid import UUID

import sqlalchemy as sa

from opera_cases.domain.reminders.reminder import Reminder
from opera_cases.log.store.database import Database
from opera_cases.projections import schema as s
from opera_cases.projections.values import as_uuid, as_uuids

reminders = s.table(
    "reminder_v1",
    s.id("reminder_id", key=True), s.text("state"), s.id("record"), s.text("record_kind"), s.text("key"), s.text("rule"),
    sa.Column("cycle", sa.Integer), s.day("due_on", null=False), s.id("desk"), s.text("region"), s.day("next_on"),
    s.day("snoozed_until"), s.count("told"), s.count("passed"), s.count("unheard"), s.count("version"),
    sa.Index("reminder_by_day", "next_on"), sa.Index("reminder_by_record", "record", "key"),
    sa.Index("reminder_by_desk", "desk", "due_on"),
)  # fmt: skip

notices = s.table(
    "notice_v1",
    s.id("reminder_id", key=True), s.text("rung", key=True), s.id("recipient", key=True),
    sa.Column("person", sa.Boolean, nullable=False), sa.Column("urgent", sa.Boolean, nullable=False),
    s.day("told_on", null=False), s.id("desk"),
    sa.Index("notice_by_day", "told_on"), sa.Index("notice_by_recipient", "recipient", "told_on"),
)  # fmt: skip
"""Whom each rung was for when it was told: what the messages are composed of."""


def _rows(reminder: Reminder) -> Iterator[s.TableRow]:
    yield reminders, {"reminder_id": reminder.id}, {
        "state": reminder.state, "record": reminder.record, "record_kind": reminder.record_kind, "key": reminder.key,
        "rule": reminder.rule, "cycle": reminder.cycle, "due_on": reminder.due_on, "desk": reminder.desk,
        "region": s.region(reminder), "next_on": reminder.next_on, "snoozed_until": reminder.snoozed_until,
        "told": len(reminder.told), "passed": len(reminder.passed),
        "unheard": sum(not each.recipients for each in reminder.told), "version": reminder.version,
    }  # fmt: skip
    for told in reminder.told:
        for each in told.recipients:
            yield notices, {"reminder_id": reminder.id, "rung": told.rung, "recipient": each.who}, {
                "person": each.person, "urgent": told.urgent, "told_on": told.on, "desk": reminder.desk,
            }  # fmt: skip


MODEL = s.Model(
    "reminder", Reminder, reminders, _rows, beside=(notices,),
    filters=("record", "record_kind", "rule", "desk", "region"),
    sorts=("due_on", "next_on"),
)  # fmt: skip


# -- questions ---------------------------------------------------------------------------------------------------------


def of_records(log: Database, records: Collection[UUID]) -> list[UUID]:
    """The reminders about some records."""
    return as_uuids(log.rows("SELECT reminder_id FROM read.reminder_v1 WHERE record = ANY($1::uuid[])", list(records)))


def outdated_reminders(log: Database, first: UUID, last: UUID) -> list[UUID]:
    """Open reminders about records between two ids whose deadline is no longer owed on its day."""
    sql = (
        "SELECT r.reminder_id FROM read.reminder_v1 r WHERE r.state = 'OPEN' AND r.record >= $1 AND r.record <= $2"
        " AND NOT EXISTS (SELECT 1 FROM read.deadline_v2 d"
        " WHERE d.stream = r.record AND d.key = r.key AND d.due_on = r.due_on)"
    )
    return as_uuids(log.rows(sql, first, last))


def count_unheard(log: Database) -> int:
    """How many open reminders found nobody to tell."""
    return int(log.rows("SELECT count(*) FROM read.reminder_v1 WHERE state = 'OPEN' AND unheard > 0")[0][0])


def one_told_to(log: Database, recipient: UUID) -> UUID | None:
    """One reminder that was told to somebody."""
    rows = log.rows(
        "SELECT reminder_id FROM read.notice_v1 WHERE recipient = $1 ORDER BY reminder_id LIMIT 1", recipient
    )
    return as_uuid(rows[0][0]) if rows else None
