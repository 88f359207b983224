"""Commands and their events: each command has all of its own, each event belongs to one command, and nobody knows of later ones."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

import msgspec

from opera_cases.application.integrity.findings import Finding, reason
from opera_cases.application.integrity.rows import uuid_of
from opera_cases.application.requests import CommandResult
from opera_cases.application.runtime import Runtime
from opera_cases.log.events import commands as rows_of
from opera_cases.log.events import queries as events
from opera_cases.log.store.snapshot import as_of_now
from opera_cases.log.work import followers

_answer = msgspec.json.Decoder(CommandResult)


def check_commands(runtime: Runtime) -> Iterator[Finding]:
    """Every command that was answered has its events, where it says, and every event belongs to one command."""
    with as_of_now(runtime.log) as log:
        places = {uuid_of(ident): position for ident, position in events.positions(log)}
        owned: Counter[UUID] = Counter()
        for operation, ident, answer, position in rows_of.all_commands(log):
            name = f"command {operation} {uuid_of(ident) or ident}"
            try:
                told = _answer.decode(answer)
            except (msgspec.MsgspecError, TypeError, ValueError) as wrong:
                yield Finding("I17", name, f"holds an answer that cannot be read: {reason(wrong)}")
                continue
            owned.update(told.event_ids)
            for each in told.event_ids:
                if each not in places:
                    yield Finding("I1", str(each), "was acknowledged and is not in the log")
            if told.event_ids and places.get(told.event_ids[0], position) != position:
                yield Finding("I1", name, "says another position than that of its first event")
        yield from (Finding("I2", str(each), "belongs to two commands") for each, count in owned.items() if count > 1)
        yield from (Finding("I1", str(each), "belongs to no command") for each in places if each not in owned)


def check_log_end(runtime: Runtime) -> Iterator[Finding]:
    """Nobody has seen events beyond the end of the log: who has, has seen what was cut off since."""
    with as_of_now(runtime.log) as log:
        last, counted = events.last_position(log), events.positions_given(log)
        seen = [(f"policy {each.name}", each.position) for each in followers.policies(log)]
        seen += [("the count of positions", counted)] if counted is not None else []
        for name, at in seen:
            if at > last:
                yield Finding("I1", name, f"knows of position {at}, and the log ends at {last}: its end was cut")
