"""What was known on a day: a caseload as the office would have shown it then, and what changed between two days."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.application.audit.trail import PriorFacts, field_changes
from opera_cases.application.context import HOME_ZONE
from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import Principal, policy
from opera_cases.domain.cases.case import Case
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.errors import InvalidInput
from opera_cases.domain.labels import Labels
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.log.events.codec import decode_stream
from opera_cases.projections import inline
from opera_cases.projections.models.cases import caseload

MOST, BLOCK = 20_000, 500
FILTERS = ("desk", "region", "state", "caseworker", "pathway", "target_group", "outcome")


class CaseloadAsOf(NamedTuple):
    """A caseload as known on a day: the rows, sorted by id, and the position of the log at which that day ended."""

    rows: list[dict[str, Any]]
    position: int


def position_on(runtime: Runtime, day: date, zone: str = HOME_ZONE) -> int:
    """The last position recorded before a day ended."""
    with runtime.read.reading() as connection:
        return runtime.models.days.position_known_on(connection, day, zone)


def caseload_known_on(runtime: Runtime, who: Principal, day: date, equal: dict[str, Any]) -> CaseloadAsOf:
    """The cases within somebody's reach as the office knew them at the end of a day, each as a row of the caseload.

    Reach is by what was known then: where each case stood, with whom. Raises `InvalidInput` when too many would have to be
    folded: name a desk.
    """
    position = position_on(runtime, day)
    desk = equal.get("desk")
    with runtime.read.reading() as connection:
        streams = runtime.models.audit.cases_before(connection, position, desk, MOST + 1)
    if len(streams) > MOST:
        raise InvalidInput("These are too many cases for one answer. Name a desk.", "desk")
    rows = []
    for start in range(0, len(streams), BLOCK):
        for case in _folded(runtime, streams[start : start + BLOCK], position):
            if policy.reach(who, case, day, None):
                row = _row(case)
                if all(row[name] == value for name, value in equal.items()):
                    rows.append(row)
    return CaseloadAsOf(sorted(rows, key=lambda row: row["case_id"].hex), position)


def _folded(runtime: Runtime, streams: list[UUID], position: int) -> Iterable[Case]:
    for stream, rows in runtime.application.recorder.streams(streams).items():
        yield Case.replay(stream, [event for event in decode_stream(stream, rows) if event.position <= position])


def _row(case: Case) -> dict[str, Any]:
    key, picture = inline.rows_shown(case)[caseload.fullname, (case.id,)]
    return {**key, **picture}


def changes_between(
    runtime: Runtime,
    kind: str,
    record: Aggregate,
    earlier: date,
    later: date,
    fields: Any,
    reading: PersonalDataReader,
    words: Labels,
    private: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """What changed of a record between what was known on two days: under `fields` each name with `before` and `after`,
    under `events` those between, each with what it `says` in words and its `changes`; those of topics that are
    `private` are left out. `fields` makes the plain fields of a record."""
    zone = record.place.zone if record.place else HOME_ZONE
    ends = [position_on(runtime, day, zone) for day in (earlier, later)]
    history = runtime.application.records.history(record.id)
    said = PriorFacts(history)
    one, two = (_as_known(kind, record.id, [e for e in history if e.position <= end], fields) for end in ends)
    between = [event for event in history if ends[0] < event.position <= ends[1] and event.topic not in private]
    return {
        "from": earlier, "until": later,
        "fields": [{"field": name, "before": one.get(name), "after": two.get(name)} for name in sorted({*one, *two}) if one.get(name) != two.get(name)],
        "events": [
            {"event_id": event.event_id, "recorded_at": event.meta.recorded_at.isoformat(), "occurred_on": event.on,
             "topic": event.topic, "says": words.of(f"topic.{event.topic}"), "by": event.meta.actor.id,
             "changes": field_changes(said, event.event_id, reading)}
            for event in between
        ],
    }  # fmt: skip


def _as_known(kind: str, stream: UUID, events: list[Any], fields: Any) -> dict[str, str]:
    """The fields of a record by name, as text; none when it was not known yet."""
    if not events:
        return {}
    record = PROCEDURES[kind].aggregate.replay(stream, events)
    return {name: str(value) for name, value in fields(record).items() if value not in (None, "", [], ())}
