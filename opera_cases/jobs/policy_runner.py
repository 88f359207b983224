"""Policies at work: read the log on, and ask other records for what follows."""

from uuid import UUID, uuid5

from opera_cases.application.requests import CommandRequest
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import CLOCK, POLICY, Principal
from opera_cases.domain.kernel.errors import (
    InvalidInput,
    KeyDestroyed,
    NotFound,
    NotYourRole,
    OperaError,
    Refused,
    VersionConflict,
)
from opera_cases.domain.policies import POLICIES
from opera_cases.domain.policies.consequence import Consequence
from opera_cases.jobs.policy_lookups import PolicyLookups
from opera_cases.log.events.codec import decode
from opera_cases.log.work import followers

NAME = "reactions"
BATCH = 200


def react(runtime: Runtime) -> int:
    """Carry out every consequence of the events not yet looked at. Returns how many steps were asked for.

    Harmless when run twice or by several workers: each consequence has one command id for ever.
    """
    asked = 0
    while True:
        start = followers.position(runtime.log, NAME)
        rows = runtime.application.recorder.after(start, BATCH)
        if not rows:
            return asked
        for row in rows:
            event = decode(row)
            policy = POLICIES.get(type(event.facts))
            if policy is not None:
                kind, propose = policy
                record = runtime.application.records.load(kind, event.stream, event.position)
                for consequence in propose(event, record, PolicyLookups(runtime.application)):
                    propose_to(runtime, consequence, POLICY, correlation=event.meta.correlation)
                    asked += 1
        followers.advance(runtime.log, NAME, int(rows[-1][0]))


def propose_to(runtime: Runtime, consequence: Consequence, by: Principal, correlation: UUID) -> bool:
    """Ask a record for a step; whether it took it. A refusal of a policy is recorded, the clock's is not.

    Where a case could not follow, that is noted on the case.
    """
    on = consequence.on
    try:
        if consequence.stream is not None:
            record = runtime.application.load(consequence.kind, consequence.stream, by)
            on = max(on, record.moved_on or on, record.opened_on or on)
        runtime.application.execute(
            CommandRequest(
                kind=consequence.kind, step=consequence.step, stream=consequence.stream, values=consequence.values,
                by=by, key=consequence.key, on=on, channel=by.role.value, correlation=correlation,
                causation=consequence.cause if by is not CLOCK else None,
            )
        )  # fmt: skip
    except (Refused, NotYourRole, NotFound, VersionConflict, InvalidInput, KeyDestroyed) as refused:
        if consequence.refused_to is not None:
            _note(runtime, consequence, refused, correlation)
        return False
    return True


def _note(runtime: Runtime, consequence: Consequence, refused: OperaError, correlation: UUID) -> None:
    rules = [each.rule for each in refused.refusals] if isinstance(refused, Refused) else [refused.code]
    values = {"refused_step": consequence.step, "cause": str(consequence.cause), "rules": rules[:20]}
    noted = Consequence("case", consequence.refused_to, "note_refusal", values, consequence.on, consequence.cause,
                        uuid5(consequence.key, "refused"))  # fmt: skip
    propose_to(runtime, noted, POLICY, correlation)
