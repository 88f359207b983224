"""The rows that show reminders and messages, and from which day on a record's deadlines are announced."""

from collections.abc import Iterator
from datetime import date

from opera_cases.domain.aggregate import Aggregate
from opera_cases.domain.cases.states import SUSPENDED
from opera_cases.domain.messages.message import Message
from opera_cases.domain.reminders.reminder import Reminder
from opera_cases.projections.pictures import Row, region
from opera_cases.projections.tables import message_items, messages, notices, reminders

NEVER = date(9999, 12, 31)
DESPITE_SUSPENSION = frozenset({"review", "correction_answer", "transfer_answer"})
"""What is announced while a case is suspended; everything else waits for the case to go on."""


def reminded_from(record: Aggregate, rule: str) -> date | None:
    """Before this day nobody is reminded of a deadline of the record; None when nothing holds reminders back."""
    if SUSPENDED in record.overlays and rule not in DESPITE_SUSPENSION:
        return NEVER
    return record.paused_until


def of_reminder(reminder: Reminder) -> Iterator[Row]:
    yield reminders, {"reminder_id": reminder.id}, {
        "state": reminder.state, "record": reminder.record, "record_kind": reminder.record_kind, "key": reminder.key,
        "rule": reminder.rule, "cycle": reminder.cycle, "due_on": reminder.due_on, "desk": reminder.desk,
        "region": region(reminder), "next_on": reminder.next_on, "snoozed_until": reminder.snoozed_until,
        "told": len(reminder.told), "passed": len(reminder.passed),
        "unheard": sum(not each.recipients for each in reminder.told), "version": reminder.version,
    }  # fmt: skip
    for told in reminder.told:
        for each in told.recipients:
            yield notices, {"reminder_id": reminder.id, "rung": told.rung, "recipient": each.who}, {
                "person": each.person, "urgent": told.urgent, "told_on": told.on, "desk": reminder.desk,
            }  # fmt: skip


def of_message(message: Message) -> Iterator[Row]:
    yield messages, {"message_id": message.id}, {
        "state": message.state, "recipient": message.recipient, "person": message.person, "form": message.form,
        "day": message.day, "desk": message.desk, "region": region(message), "items": len(message.items),
        "attempts": message.attempts, "again_at": message.again_at.isoformat() if message.again_at else "",
        "reply": message.reply, "version": message.version,
    }  # fmt: skip
    for each in message.items:
        key = {"reminder_id": each.reminder, "rung": each.rung, "recipient": message.recipient}
        yield message_items, key, {"message_id": message.id}
