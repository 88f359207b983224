"""What leaves the office: a record as its reader may see it, with the steps that are open to that reader."""

from functools import lru_cache
from operator import attrgetter
from typing import Any
from uuid import UUID

import msgspec
from fastapi import Response

from opera_cases.api.schemas.records import cases
from opera_cases.api.schemas.records.kinds import own_fields
from opera_cases.api.schemas.records.record import AllowedStep, Deadline, Record, Refusal
from opera_cases.api.schemas.shown import plain
from opera_cases.application.paths import COLLECTIONS
from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.application.runtime import source_of
from opera_cases.domain.cases.case import Case
from opera_cases.domain.corrections.events import FactCorrected
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Deadline as Promised
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.kernel.steps import Allowed
from opera_cases.domain.labels import Labels
from opera_cases.http.links import link


def offered(kind: str, record: UUID, allowed: tuple[Allowed, ...], words: Labels) -> list[dict[str, Any]]:
    """The allowed steps: open ones and blocked ones, with every failing rule and what to do."""
    address = {"href": link(f"{COLLECTIONS[kind]}/{record}/steps")}
    return [each | address for each in _in_words(allowed, words)]


@lru_cache(maxsize=4096)
def _in_words(allowed: tuple[Allowed, ...], words: Labels) -> list[dict[str, Any]]:
    return [
        plain(AllowedStep(
            step=each.step.name, title=(each.step.asks.__doc__ or "").strip(), open=each.open,
            blocked_by=[Refusal(**words.refusal(refusal).described()) for refusal in each.blocked_by], href="",
        ))
        for each in allowed
    ]  # fmt: skip


def record(kind: str, shown: Aggregate, allowed: tuple[Allowed, ...], words: Labels) -> dict[str, Any]:
    """A record without any personal value."""
    place = shown.place
    common = Record(
        id=shown.id, version=shown.version, state=shown.state, state_label=words.of(f"state.{kind}.{shown.state}"),
        overlays=sorted(shown.overlays), desk=shown.desk, region=place.region if place else None, opened_on=shown.opened_on,
        in_state_since=shown.moved_on, last_on=shown.last_on, position=str(shown.position),
        deadlines=[_owed(each) for each in sorted(shown.deadlines.values(), key=attrgetter("due_on"))],
        links={"self": link(f"{COLLECTIONS[kind]}/{shown.id}")},
    )  # fmt: skip
    return plain(common) | own_fields(shown) | {"allowed_steps": offered(kind, shown.id, allowed, words)}


@lru_cache(maxsize=4096)
def _owed(promised: Promised) -> Deadline:
    return Deadline(
        rule=promised.rule, cycle=promised.cycle, due_on=promised.due_on, edition=promised.edition,
        source=source_of(promised.edition, promised.rule),
    )  # fmt: skip


def opened_values(shown: Aggregate, reading: PersonalDataReader) -> dict[str, Any]:
    """What of a record may be sealed, for whoever reads it: it stands in no other answer."""
    return plain(cases.opened(shown, reading)) if isinstance(shown, Case) else {}


def file(shown: Aggregate, reading: PersonalDataReader, private: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The file of a record: for each kind of fact the latest, with its address, opened for this reader.

    A corrected fact reads as it should have been, and says by which correction; the original is in the history. Facts of
    topics that are `private` are left out.
    """
    latest: dict[str, Event[Any]] = {event.topic: event for event in shown.known.values() if event.topic not in private}
    corrected: dict[UUID, list[dict[str, Any]]] = {}
    for event in shown.known.values():
        if isinstance(event.facts, FactCorrected):
            corrected.setdefault(event.facts.fact, []).append(
                {"field": event.facts.field, "correction": event.event_id, "typing": event.facts.typing,
                 "moved": msgspec.to_builtins(event.facts.moved)}
            )  # fmt: skip
    return {
        topic: {
            "event_id": event.event_id, "occurred_on": event.on, "recorded_at": event.meta.recorded_at,
            "by": event.meta.actor.id, "facts": reading.opened(event.facts),
            "corrected": corrected.get(event.event_id, []),
        }
        for topic, event in latest.items()
    }  # fmt: skip


def happened(events: list[Event[Any]]) -> list[dict[str, object]]:
    """What came between: enough to decide again, without personal values."""
    return [
        {"version": each.version, "event_id": str(each.event_id), "topic": each.topic, "step": each.body.step,
         "occurred_on": each.on.isoformat(), "by": str(each.meta.actor.id), "role": each.meta.actor.role.value}
        for each in events
    ]  # fmt: skip


def plain_answer(answer: dict[str, Any]) -> Response:
    """An answer of plain values, straight to bytes."""
    return Response(msgspec.json.encode(answer), media_type="application/json")


def json_answer(answer: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer as it leaves, under the version that it shows."""
    told = {"ETag": f'"{answer["version"]}"', **(headers or {})}
    return Response(msgspec.json.encode(answer), status, told, "application/json")
