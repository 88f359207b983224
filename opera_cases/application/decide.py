"""How one record decides: the facts are gathered, its table is asked, and what has to be written is put together."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from opera_cases.application.access.grants import given_and_ended, given_of
from opera_cases.application.context import HOME_ZONE, Context
from opera_cases.application.facts.gathering import FactLoader
from opera_cases.application.facts.groups import FACTS_OF_ALL
from opera_cases.application.loader import Loader
from opera_cases.application.requests import CommandRequest, Instant
from opera_cases.application.seal import sealed_command, sealed_values
from opera_cases.application.search.hits import alike
from opera_cases.domain.access import POLICY
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.errors import NotFound
from opera_cases.domain.kernel.events import Body, Event, Meta
from opera_cases.domain.kernel.rules import DecisionContext
from opera_cases.domain.kernel.steps import Command, CompanionStep, Typed
from opera_cases.domain.kernel.vocabulary import Place
from opera_cases.domain.kernel.workflow import Procedure
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.log.authority.rows import Authority, Withdrawal
from opera_cases.log.events.unit_of_work import RowChange
from opera_cases.projections.inline import ready, row_changes, rows_shown


class RecordWrite(NamedTuple):
    """What one record contributes to a write."""

    on: date
    events: tuple[Event[Any], ...]
    claims: tuple[tuple[str, str, UUID], ...]
    releases: tuple[tuple[str, str, UUID], ...]
    rows: tuple[RowChange, ...]
    companions: tuple[CompanionStep, ...]
    given: tuple[tuple[Authority, bytes], ...]
    ended: tuple[tuple[Withdrawal, bytes], ...]


def decide_one(
    context: Context, loader: Loader, request: CommandRequest, procedure: Procedure[Any], subject: Aggregate, asked: Command, event_id: UUID,
    at: datetime | None = None,
) -> RecordWrite:  # fmt: skip
    """What one record makes of a step: its events, and what else has to be written with them. The `loader` finds the record
    as it is after them."""
    it, moment = decision_context(context, loader, request, procedure, subject, asked, at)
    step, ruled = procedure.decide(it)
    before, had = rows_shown(subject), dict(given_of(subject))
    companions = step.together(it) if step.together else ()
    claims, releases = _claims(step.claims, it, subject.id), _claims(step.releases, it, subject.id)
    events = []
    for number, each in enumerate(ruled):
        saw = {} if number else {n: v for n, v in it.seen.items() if n[0] != "_" and not isinstance(v, Place)}
        body = Body(facts=each.facts, step=step.name, left=each.left, saw=saw, sets=each.sets, ends=each.ends)
        event = Event(
            event_id if number == 0 else context.ids.new(), subject.id, subject.version + 1, body,
            _meta(context, request, procedure, moment, it.on, subject),
        )  # fmt: skip
        _check_seals(event)
        subject.evolve(event)
        events.append(event)
    loader.keep(subject)
    given, ended = given_and_ended(context, had, subject, events[0].event_id)
    return RecordWrite(
        it.on,
        tuple(events),
        claims,
        releases,
        ready(row_changes(before, rows_shown(subject)), context.keyring),
        companions,
        given,
        ended,
    )


def decide_companion(
    context: Context, loader: Loader, request: CommandRequest, on: date, companion: CompanionStep
) -> RecordWrite:
    """A step that another record takes in the same write, by its own table. Raises `NotFound` for a record that is not
    there."""
    procedure = PROCEDURES[companion.kind]
    subject = context.records.load(procedure.aggregate, companion.stream)
    if not subject.version:
        raise NotFound
    given = {
        name: request.values.get(each.field) if isinstance(each, Typed) else each
        for name, each in companion.values.items()
    }
    event_id, values = context.ids.new(), msgspec.to_builtins(given)
    command = procedure.commands[companion.step]
    asked = sealed_command(command, values, subject=subject, event=event_id, on=on, keyring=context.keyring,
                           lasting=not request.dry_run)  # fmt: skip
    then = replace(request, kind=companion.kind, step=companion.step, stream=companion.stream, values=values, by=POLICY,
                   on=on, on_behalf_of=request.by.id)  # fmt: skip
    return decide_one(context, loader, then, procedure, subject, asked, event_id)


def decision_context(
    context: Context, loader: Loader, request: CommandRequest, procedure: Procedure[Any], subject: Aggregate, asked: Command | None,
    at: datetime | None = None,
) -> tuple[DecisionContext[Any], Instant]:  # fmt: skip
    """What rules may look at, for a step that is asked for or, without one, for all that are open now."""
    at = at or context.clock()
    zone = _zone(subject)
    this_day = today(subject, at)
    on = request.on or this_day
    facts = FactLoader(
        context.records,
        loader,
        subject,
        asked,
        request.by,
        on,
        context.ids.file_number,
        lambda: alike(context, request),
        context.ids.new,
        context.authorities,
        lambda named: bool(context.reach(named, replace(request.by, opened=False))),
        this_day,
        request.dry_run,
        request.values,
    )
    variant = subject.variant
    needs = (
        procedure.needs(request.step, variant) if asked else procedure.needs_in(subject.state, request.by.role, variant)
    )
    seen = facts.gather(needs, FACTS_OF_ALL)
    it = DecisionContext(subject, asked, request.by.actor, on, this_day, seen, context.rulebook)
    return it, Instant(at, this_day, seen["place"].zone if isinstance(seen.get("place"), Place) else zone)


def today(subject: Aggregate, at: datetime) -> date:
    """The civil day at a moment where a record is at home."""
    return at.astimezone(ZoneInfo(_zone(subject))).date()


def _zone(subject: Aggregate) -> str:
    return subject.place.zone if subject.place else HOME_ZONE


def _meta(
    context: Context, request: CommandRequest, procedure: Procedure[Any], moment: Instant, on: date, subject: Aggregate
) -> Meta:
    on_behalf_of = request.on_behalf_of or (context.records.covered(request.by, subject) if request.by.covers else None)
    return Meta(
        command=request.key, correlation=request.correlation, causation=request.causation, recorded_at=moment.at,
        occurred_on=on, zone=moment.zone, actor=request.by.actor, on_behalf_of=on_behalf_of, channel=request.channel,
        rulebook=context.rulebook.edition, procedure=procedure.label, authority=request.by.authority,
    )  # fmt: skip


def _check_seals(event: Event[Any]) -> None:
    for name, sealed in sealed_values(event.facts):
        if (sealed.event, sealed.field) != (event.event_id, name):
            raise ValueError(f"{event.topic}/{name} holds a value sealed for {sealed.event}/{sealed.field}")


def _claims(wanted: Any, it: DecisionContext[Any], holder: UUID) -> tuple[tuple[str, str, UUID], ...]:
    return tuple((kind, str(key), holder) for kind, key in wanted(it)) if wanted else ()
