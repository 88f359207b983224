"""What a step gives somebody, or ends, as the rows that go into its write: a row for each, with the office's mark."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from opera_cases.application.access.authority import authority_row
from opera_cases.application.context import Context
from opera_cases.domain.desks.desk import Desk
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.given import Given
from opera_cases.domain.operators.operator import Operator
from opera_cases.log.authority.rows import Authority, Withdrawal, mark

MarkedRows = tuple[tuple[Authority, bytes], ...]
Ended = tuple[tuple[Withdrawal, bytes], ...]


def given_of(record: Aggregate) -> Mapping[UUID, Given]:
    """What a record gives, by the event that gave it; nothing, but for operators and desks."""
    return record.given if isinstance(record, Operator | Desk) else {}


def given_and_ended(
    context: Context, had: Mapping[UUID, Given], record: Aggregate, event: UUID
) -> tuple[MarkedRows, Ended]:
    """The rows of what a record gives now and did not give before, and of what it gave and gives no longer, or only for a shorter
    time. `event` is the one that ended it."""
    has = given_of(record)
    if has == had:
        return (), ()
    keyring = context.keyring
    fresh = [authority_row(keyring, each, given, record.id) for each, given in has.items() if each not in had]
    gone = {each: given for each, given in had.items() if has.get(each) != given}
    digests = context.authorities.digests(next(iter(gone.values())).operator, gone) if gone else {}
    ended = []
    for each, given in gone.items():
        still = has.get(each)
        since = (still.until + timedelta(days=1)).isoformat() if still and still.until else ""
        found = digests.get(each) or authority_row(keyring, each, given, record.id).digest
        ended.append(Withdrawal(found, event, given.operator, since))
    return (
        tuple((row, mark(keyring, "authority", row.said)) for row in fresh),
        tuple((row, mark(keyring, "withdrawal", row.said)) for row in ended),
    )
