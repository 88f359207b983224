"""I14: every row that lets somebody act was written by the office, for an event that gave just that; and what ended has ended."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.application.access.authority import authority_row
from opera_cases.application.access.grants import given_of
from opera_cases.application.integrity.rows import history_as_stored
from opera_cases.application.runtime import Runtime
from opera_cases.domain.desks.desk import Desk
from opera_cases.domain.kernel.given import Given, GivenKind
from opera_cases.domain.operators.operator import Operator
from opera_cases.log.authority import queries as authorities
from opera_cases.log.authority import rows as marks
from opera_cases.log.authority.rows import Withdrawal
from opera_cases.log.events.queries import streams_begun
from opera_cases.log.store.snapshot import Snapshot, as_of_now


class Ever(NamedTuple):
    """What an event gave, in which record, and the event that ended it, if one did."""

    given: Given
    record: UUID
    ended_by: UUID | None


def check_authority(runtime: Runtime) -> Iterator[tuple[str, str]]:
    """What is wrong with who may act: the row, by its event, and what about it; all as it is at one moment."""
    with as_of_now(runtime.log) as log:
        ever, rows, ended = _ever(log), authorities.all_authority(log), _withdrawals(log)
    keyring = runtime.application.keyring
    for row, mac in rows:
        named = f"authority {row.kind} {row.event_id} of operator {row.operator}"
        if not marks.mark_holds(keyring, "authority", row.said, mac):
            yield named, "was not written by the office, or was changed"
            continue
        found = ever.get(row.event_id)
        if found is None or row != authority_row(keyring, row.event_id, found.given, found.record, row.digest):
            yield named, "says something else than its event, or has none"
        elif found.ended_by is not None and (row.digest, found.ended_by) not in ended:
            yield named, "was ended, and the row that says so is gone"
    known = {row.digest: row for row, _ in rows}
    for (digest, event), (withdrawal, mac) in ended.items():
        named = f"withdrawal {event} of operator {withdrawal.operator}"
        if not marks.mark_holds(keyring, "withdrawal", withdrawal.said, mac):
            yield named, "was not written by the office, or was changed"
        elif digest in known and (given := ever.get(known[digest].event_id)) is not None and given.ended_by != event:
            yield named, "ends what its event did not end"
    there = {row.event_id for row, _ in rows}
    for event, each in ever.items():
        if each.given.kind in (GivenKind.GRANT, GivenKind.POSTING) and each.ended_by is None and event not in there:
            yield (
                f"authority {each.given.kind} {event} of operator {each.given.operator}",
                "was given, and its row is gone",
            )


def _ever(log: Snapshot) -> dict[UUID, Ever]:
    """Everything that was ever given, by its event."""
    found: dict[UUID, Ever] = {}
    for aggregate, begun in ((Operator, "operator.enrolled"), (Desk, "desk.opened")):
        for stream in streams_begun(log, begun):
            record: Any = aggregate(stream)
            had: dict[UUID, Given] = {}
            for event in history_as_stored(log, record.id):
                record.evolve(event)
                has = dict(given_of(record))
                if has != had:
                    found |= {each: Ever(has[each], record.id, None) for each in has.keys() - had.keys()}
                    found |= {
                        each: found[each]._replace(ended_by=event.event_id)
                        for each in had
                        if has.get(each) != had[each]
                    }
                had = has
    return found


def _withdrawals(log: Snapshot) -> dict[tuple[bytes, UUID], tuple[Withdrawal, bytes]]:
    return {(each.digest, each.event_id): (each, mac) for each, mac in authorities.withdrawals(log)}
