"""Messages are composed: one digest a day for each recipient, one message for what cannot wait, one week for supervisors.

A recipient, a form and a day make one message, whoever composes it and however often.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import msgspec

from opera_cases.application.context import HOME_ZONE
from opera_cases.application.reminders.mail.weekly_digest import supervised
from opera_cases.application.reminders.quiet_hours import civil_day, may_send
from opera_cases.application.reminders.recipients import agreed_to_mail
from opera_cases.application.requests import CommandRequest
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import CLOCK
from opera_cases.domain.kernel.errors import OperaError
from opera_cases.domain.kernel.vocabulary import Language, Role
from opera_cases.domain.messages.events import Form, Item
from opera_cases.domain.messages.message import message_id
from opera_cases.domain.operators.operator import ENROLLED, Operator
from opera_cases.domain.people.person import Person
from opera_cases.jobs.due_scan import ONCE, DueScan
from opera_cases.log.work import leases
from opera_cases.projections.models import desks, messages

STALE_DAYS = 7
"""What was told longer ago than this and reached no message is left to the agenda: mail may have been off."""


class PendingItem(NamedTuple):
    """A rung that is in no message yet, for one recipient."""

    item: Item
    recipient: UUID
    person: bool
    urgent: bool
    desk: UUID


def compose(runtime: Runtime) -> int:
    """Compose every message that there is something to say in. Returns how many were composed.

    While something is still to be told, by whichever worker, it waits: a digest is for the whole day.
    """
    with leases.alone(runtime.log, "compose") as mine:
        if not mine or DueScan(runtime, runtime.clock()).anything():
            return 0
        found: dict[UUID, list[PendingItem]] = {}
        for each in _untold(runtime):
            found.setdefault(each.recipient, []).append(each)
        return sum(_to(runtime, recipient, untold) for recipient, untold in sorted(found.items())) + _weeks(runtime)


def _untold(runtime: Runtime) -> Iterable[PendingItem]:
    since = runtime.clock().astimezone(ZoneInfo(HOME_ZONE)).date() - timedelta(days=STALE_DAYS)
    for each in messages.untold(runtime.log, since):
        yield PendingItem(
            Item(reminder=each.reminder, rung=each.rung), each.recipient, each.person, each.urgent, each.desk
        )


def _to(runtime: Runtime, recipient: UUID, untold: list[PendingItem]) -> int:
    language = _language(runtime, recipient, person=untold[0].person)
    place = desks.place(runtime.log, untold[0].desk)
    if language is None or place is None:
        return 0
    at = runtime.clock()
    day, composed = civil_day(at, place), 0
    for each in untold:
        if each.urgent and may_send(at, place, runtime.application.rulebook, urgent=True):
            of = f"{each.item.reminder}/{each.item.rung}"
            composed += _compose(runtime, Form.URGENT, of, day, language, [each])
    calm = [each for each in untold if not each.urgent]
    if calm and may_send(at, place, runtime.application.rulebook):
        composed += _compose(runtime, Form.DIGEST, day.isoformat(), day, language, calm)
    return composed


def _compose(runtime: Runtime, form: Form, of: str, day: date, language: Language, untold: list[PendingItem]) -> int:
    first = untold[0]
    return _ask(
        runtime,
        first.recipient,
        form,
        of,
        day,
        language,
        first.desk,
        [each.item for each in untold],
        person=first.person,
    )


def _ask(
    runtime: Runtime, recipient: UUID, form: Form, of: str, day: date, language: Language, desk: UUID, items: list[Item],
    *, person: bool = False,
) -> int:  # fmt: skip
    ident = message_id(recipient, form, of)
    if runtime.application.recorder.stream(ident):
        return 0
    values = {
        "recipient": recipient,
        "person": person,
        "form": form,
        "day": day,
        "desk": desk,
        "language": language,
        "items": items,
    }
    ask = CommandRequest(kind="message", step="compose_message", values=msgspec.to_builtins(values), by=CLOCK, channel="CLOCK",
              new_id=ident, key=uuid5(ident, "compose"), idempotency_payload=ONCE, correlation=ident)  # fmt: skip
    try:
        return 0 if runtime.application.execute(ask).repeated else 1
    except OperaError:
        return 0


def _language(runtime: Runtime, recipient: UUID, *, person: bool) -> Language | None:
    """The language of a recipient who can be written to; None for whoever cannot."""
    if person:
        found = runtime.application.records.load(Person, recipient)
        return found.language if agreed_to_mail(found) else None
    operator = runtime.application.records.load(Operator, recipient)
    return operator.language if operator.state == ENROLLED and operator.email is not None else None


# -- the week of a supervisor ------------------------------------------------------------------------------------------


def _weeks(runtime: Runtime) -> int:
    """On the first working day of a week, or later in it when nobody looked: one message for each supervisor.

    Where nothing is the matter it is withdrawn when it would be sent: that too is on record.
    """
    composed = 0
    for supervisor, desk in _supervisors(runtime):
        place = desks.place(runtime.log, desk)
        if place is None or not may_send(runtime.clock(), place, runtime.application.rulebook):
            continue
        day = civil_day(runtime.clock(), place)
        language = _language(runtime, supervisor, person=False)
        year, week, _ = day.isocalendar()
        known = message_id(supervisor, Form.WEEK, f"{year}-W{week:02d}")
        if language is None or runtime.application.recorder.stream(known) or not supervised(runtime, supervisor, day):
            continue
        composed += _ask(runtime, supervisor, Form.WEEK, f"{year}-W{week:02d}", day, language, desk, [])
    return composed


def _supervisors(runtime: Runtime) -> list[tuple[UUID, UUID]]:
    """Who looks after desks today, each with one of them."""
    today = runtime.clock().astimezone(ZoneInfo(HOME_ZONE)).date()
    regional = [(each.id, desk) for each in runtime.application.authorities.holders(today, {Role.REGIONAL_COORDINATOR})
                if (desk := desks.first_desk(runtime.log, each.region))]  # fmt: skip
    found: dict[UUID, UUID] = {}
    for operator, desk in [*desks.coordinators(runtime.log, today), *regional]:
        found.setdefault(operator, desk)
    return sorted(found.items())
