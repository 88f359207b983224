"""Commands and their events: each command has all of its own, each event belongs to one command, and nobody knows of later ones."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec

from opera_cases.log.snapshot import Snapshot, as_of_now
from opera_cases.office.ask import Answer
from opera_cases.office.integrity.findings import Finding, reason
from opera_cases.office.integrity.rows import uuid_of
from opera_cases.office.premises import Premises

_answer = msgspec.json.Decoder(Answer)
_CHUNK = 5000


def commands(where: Premises) -> Iterator[Finding]:
    """Every command that was answered has its events, where it says, and every event belongs to one command."""
    with as_of_now(where.log) as log:
        places = {uuid_of(ident): position for ident, position in log.rows("SELECT event_id, notification_id FROM log.event")}
        owned: Counter[UUID] = Counter()
        for operation, ident, answer, position in _rows(log):
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


def _rows(log: Snapshot) -> Iterator[Any]:
    columns, order = "principal, operation, command_id", "ORDER BY principal, operation, command_id LIMIT"
    rows = log.rows(f"SELECT {columns}, answer, position FROM log.command {order} $1", _CHUNK)
    while rows:
        yield from (row[1:] for row in rows)
        sql = f"SELECT {columns}, answer, position FROM log.command WHERE ({columns}) > ($1::uuid, $2::text, $3::uuid) {order} $4"
        rows = log.rows(sql, *rows[-1][:3], _CHUNK)


def end(where: Premises) -> Iterator[Finding]:
    """Nobody has seen events beyond the end of the log: who has, has seen what was cut off since."""
    with as_of_now(where.log) as log:
        last = int(log.rows("SELECT coalesce(max(notification_id), 0) FROM log.event")[0][0])
        seen = [(f"policy {name}", at) for name, at in log.rows("SELECT name, position FROM log.follower WHERE name NOT LIKE 'signed/%'")]
        if where.log.is_sqlite:
            seen += [("the count of positions", at) for (at,) in log.rows("SELECT seq FROM sqlite_sequence WHERE name = 'event'")]
        for name, at in seen:
            if int(at) > last:
                yield Finding("I1", name, f"knows of position {at}, and the log ends at {last}: its end was cut")
