"""A notice: who may act as what changed, told to whoever it is about and to those who guard; to its owner with the token itself."""

from datetime import date

from opera_cases.application.access.authority import secret_of
from opera_cases.application.display_names import COLON
from opera_cases.application.paths import path_of
from opera_cases.application.reminders.mail.templates import Line, Section
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import CONSOLE
from opera_cases.domain.labels import Labels
from opera_cases.domain.labels.filling import written
from opera_cases.domain.messages.message import Message
from opera_cases.domain.operators.credentials import OperatorTokenIssued
from opera_cases.domain.operators.operator import Operator
from opera_cases.domain.operators.role_proposals import RoleRejected
from opera_cases.domain.operators.roles import RoleWithdrawn


def section_of_the_notice(runtime: Runtime, message: Message, words: Labels, base_url: str) -> Section | None:
    """What happened, or the token; nothing when a token ended before it was sent."""
    assert message.event is not None
    assert message.record is not None
    operator = runtime.application.records.load(Operator, message.record)
    event = operator.known[message.event]
    said, own = event.facts, message.recipient == operator.id
    if isinstance(said, OperatorTokenIssued) and own:
        given = operator.given.get(event.event_id)
        if given is None or given.secret is None:
            return None
        token = secret_of(runtime.application.keyring, given.kind, given.secret)
        told = {
            "role": words.of(f"role.{said.role}"),
            "day": written(said.expires_on, message.language),
            "token": token,
        }
        return Section((Line(words.of("mail.notice_token").format(**told)),))
    role, until = _role(operator, said)
    what = f"{words.of(f'topic.{event.topic}')}{COLON[words.language]}{words.of(f'role.{role}')}"
    if until is not None:
        what += f", {words.of('mail.notice_until').format(day=written(until, message.language))}"
    note = words.of("mail.notice_at_the_machine") if event.meta.actor.id == CONSOLE.id else ""
    return Section(
        (Line(what, note, words.of("mail.notice_yours") if own else "", base_url + path_of("operator", operator.id)),)
    )


def _role(operator: Operator, said: object) -> tuple[str, date | None]:
    """The role of which an event tells, and its last day where there is one."""
    if isinstance(said, RoleWithdrawn | RoleRejected):
        before = operator.known[said.grant if isinstance(said, RoleWithdrawn) else said.proposal].facts
        return before.role, None
    if isinstance(said, OperatorTokenIssued):
        return said.role, said.expires_on
    return getattr(said, "role", ""), getattr(said, "until", None)
