"""Rows of authority made from the log: for an office of before 0.8, and for one that was restored from a backup.

What gives a role or work at a desk stands in the log, and gets its row again. What is shown does not come back from a backup: it is
issued anew. Tokens of 0.7.0 that have an event go on; of the others nobody knows who issued them, and they end.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.application.access.authority import authority_row
from opera_cases.application.context import Context
from opera_cases.application.tasks.expiry import end_unmarked
from opera_cases.domain.desks.desk import Desk
from opera_cases.domain.kernel.given import Given, GivenKind
from opera_cases.domain.operators.operator import Operator
from opera_cases.log.authority.renewal import Token, missing, put_in_place
from opera_cases.log.authority.rows import Authority, claim_said, mark
from opera_cases.log.events.queries import streams_begun
from opera_cases.log.keys.keyring import Keyring


class Renewed(NamedTuple):
    """How many tokens of before go on, how many ended, and how many calendar addresses did."""

    kept: int = 0
    ended: int = 0
    calendars: int = 0

    @property
    def told(self) -> str:
        """The same as a sentence for the administrator."""
        return (
            f"{self.kept} tokens go on; {self.ended} ended, of which nobody knows who issued them, and {self.calendars} calendars are to be"
            " opened again."
        )


def renew_authority(context: Context) -> Renewed | None:
    """Make what is missing. None when nothing was to be done; safe to run again, and stopped half-way it has done nothing."""
    wanted = missing(context.database)
    if wanted is None:
        return None
    if wanted.of_before:
        end_unmarked(context)
    keyring, given = context.keyring, list(_given(context))
    rows = [authority_row(keyring, event, what, record) for record, event, what in given
            if what.kind in (GivenKind.GRANT, GivenKind.POSTING) and event not in wanted.there]  # fmt: skip
    kept = [row for row in (_bound(keyring, each, given) for each in wanted.tokens) if row is not None]
    put_in_place(
        context.database, [(row, mark(keyring, "authority", row.said)) for row in (*rows, *kept)],
        [(kind, key, mark(keyring, "claim", claim_said(kind, key, holder))) for kind, key, holder in wanted.claims],
    )  # fmt: skip
    return Renewed(len(kept), len(wanted.tokens) - len(kept), wanted.calendars)


def _given(context: Context) -> Iterator[tuple[UUID, UUID, Given]]:
    """What the operators and desks of the log give: the record, the event, what it gave."""
    for aggregate, begun in ((Operator, "operator.enrolled"), (Desk, "desk.opened")):
        for stream in streams_begun(context.database, begun):
            record: Any = context.records.load(aggregate, stream)
            for event, what in record.given.items():
                yield record.id, event, what


def _bound(keyring: Keyring, old: Token, given: list[tuple[UUID, UUID, Given]]) -> Authority | None:
    """The row of a token of 0.7.0 that an event names, and that says what the event says."""
    for record, event, what in given:
        if what.kind is GivenKind.TOKEN and what.name == old.digest.hex()[:16] and what.operator == old.operator:
            row = authority_row(keyring, event, what, record, old.digest)
            if (row.role, row.desks, row.region, row.until) == (old.role, old.desks, old.region, old.expires_on):
                return row
    return None
