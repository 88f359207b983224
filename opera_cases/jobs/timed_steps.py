"""The clock: looks at the open deadlines and asks each record for the step that time asks for."""

from collections.abc import Mapping
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from opera_cases.application.context import HOME_ZONE
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import CLOCK
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.domain.timed_steps import CLOCKWORK, DEPENDS, least, when_due
from opera_cases.jobs.policy_runner import propose_to
from opera_cases.log.events.queries import streams_with
from opera_cases.projections.models import deadlines


def tick(runtime: Runtime) -> int:
    """Take every step that is due by now. What is due is decided by the records, so nothing depends on the minute
    at which this runs. Returns how many steps were taken."""
    today = runtime.clock().astimezone(ZoneInfo(HOME_ZONE)).date()
    general = {parameter: least(parameter, runtime.application.rulebook) for parameter in DEPENDS.values()}
    taken = 0
    for rule in CLOCKWORK:
        rows = deadlines.deadlines_due(runtime.log, rule, today)
        overruled = _overruled(runtime, rule, {stream for stream, _, _ in rows})
        for stream, cycle, day in rows:
            due = when_due(rule, stream, cycle, day, today, {**general, **overruled.get(stream, {})}.__getitem__)
            if due is not None:
                taken += propose_to(runtime, due, CLOCK, correlation=uuid4())
    return taken


def _overruled(runtime: Runtime, rule: str, streams: set[UUID]) -> dict[UUID, Mapping[str, int]]:
    """What was overruled for the records whose deadline depends on a parameter of the rulebook."""
    if rule not in DEPENDS or not streams:
        return {}
    aggregate = PROCEDURES[CLOCKWORK[rule][0]].aggregate
    found = streams_with(runtime.log, streams, f"{aggregate.kind}.rule_overruled")
    return {stream: runtime.application.records.load(aggregate, stream).overrules for stream in found}
