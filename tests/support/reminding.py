"""What tests of reminders share: who was told what, and people with addresses."""

from datetime import UTC, date, datetime, time
from typing import NamedTuple
from uuid import UUID

from opera_cases.domain.access import Principal
from opera_cases.domain.reminders.reminder import Reminder
from opera_cases.jobs.due_scan import remind
from opera_cases.jobs.mail_sender import post
from opera_cases.jobs.message_builder import compose
from opera_cases.jobs.smtp import Mail
from tests.support.world import World


class Told(NamedTuple):
    """One rung of one deadline of one record, told to one recipient."""

    recipient: UUID
    rule: str
    rung: str
    due_on: str
    record: UUID


def told(world: World) -> list[Told]:
    """Everything that was ever told, in an order that does not depend on when."""
    sql = (
        "SELECT n.recipient, r.rule, n.rung, r.due_on, r.record FROM read.notice_v1 n"
        " JOIN read.reminder_v1 r ON r.reminder_id = n.reminder_id"
    )
    rows = world.runtime.log.rows(sql)
    return sorted(
        Told(UUID(str(who)), str(rule), str(rung), str(due), UUID(str(rec))) for who, rule, rung, due, rec in rows
    )


def rungs(world: World, rule: str, who: Principal | None = None) -> list[str]:
    """The rungs of a rule that were told, to one recipient where one is named, by the day of the deadline."""
    found = [each for each in told(world) if each.rule == rule and (who is None or each.recipient == who.id)]
    return [each.rung for each in sorted(found, key=lambda each: (each.due_on, each.rung))]


def look(world: World, day: date | str | None = None, at: str = "") -> int:
    """The worker looks on a day; at nine (UTC) unless another hour is given."""
    if day is not None:
        world.clock.turn_to(day)
    if at:
        world.clock.at = datetime.combine(world.clock.at.date(), time.fromisoformat(at), UTC)
    world.settle()
    return remind(world.runtime)


def mailed(world: World, mail: Mail) -> int:
    """The worker composes and hands over what there is. Returns how many messages were taken."""
    compose(world.runtime)
    return post(world.runtime, mail)


def passed(world: World, rule: str) -> dict[str, str]:
    """The rungs of a rule that were not told, and why."""
    rows = world.runtime.log.rows("SELECT reminder_id FROM read.reminder_v1 WHERE rule = $1", rule)
    found = {}
    for row in rows:
        reminder = world.runtime.application.records.load(Reminder, UUID(str(row[0])))
        found.update({rung: gone.because for rung, gone in reminder.passed.items()})
    return found


def addresses(world: World, language: str = "it") -> None:
    """Everyone of the desk gets an address."""
    for name in ("irene", "nives", "elio"):
        who: Principal = getattr(world, name)
        world.ask(
            world.admin,
            "operator",
            "change_operator_contacts",
            who.id,
            email=f"{name}@opera.example",
            language=language,
        )
