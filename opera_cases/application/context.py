"""What deciding rests on: the stores of an office, its keys, rulebook and clock, and how far somebody reaches in it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from opera_cases.application.access.authority import Authorities
from opera_cases.application.codelists import CodeLists
from opera_cases.application.ids import Ids
from opera_cases.application.records import Records
from opera_cases.application.refusals import NO_SUCH_RECORD, NOT_YOUR_ROLE, OUT_OF_REACH, record_refusal
from opera_cases.application.search.name_index import Search
from opera_cases.domain.access import AccessLevel, Principal
from opera_cases.domain.access.roles import AUTOMATIC
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.errors import NotFound
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.kernel.rulebook import Rulebook
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.log.events.recorder import Recorder
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.store.database import Database

HOME_ZONE = "Europe/Rome"
"""Where the programme is at home."""
_HOME = ZoneInfo(HOME_ZONE)


class Context:
    """The stores of one office, its keyring, rulebook, clock and ids."""

    def __init__(
        self, database: Database, keyring: Keyring, rulebook: Rulebook, *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC), ids: Ids | None = None,
        search: Search | None = None,
    ) -> None:  # fmt: skip
        self.database, self.keyring, self.rulebook, self.clock = database, keyring, rulebook, clock
        self.ids = ids or Ids()
        self.recorder = Recorder(database)
        self.records = Records(database, self.recorder, keyring)
        self.authorities = Authorities(database, self.records, keyring)
        self.search = search
        self.codelists = CodeLists(database)

    def today(self, at: datetime | None = None) -> date:
        """The civil day where the programme is at home, now or at a moment."""
        return (at or self.clock()).astimezone(_HOME).date()

    def load(
        self, kind: str, stream: UUID, by: Principal, until: int | None = None, history: list[Event[Any]] | None = None
    ) -> Any:  # fmt: skip
        """A record within someone's reach, as it is or as it was at a position. Raises `NotFound` alike for a record
        that is absent and for one out of reach."""
        record = self.records.load(PROCEDURES[kind].aggregate, stream, until, history)
        if not self.reach(record, by):
            raise NotFound
        return record

    def reach(self, record: Aggregate, by: Principal) -> AccessLevel:
        """How far somebody reaches to a record that they named; when it is not there, or beyond their reach, it is on record.

        A record that is absent is looked at like one that is there, so that neither the answer nor the time it takes tells
        which of the two it was.
        """
        there, reach = bool(record.version), self.records.reach(by, record, self.today())
        if there and reach:
            return reach
        self.denied(record.kind, record.id, by, there=there)
        return AccessLevel.NONE

    def denied(self, kind: str, stream: UUID, by: Principal, *, there: bool = True) -> None:
        """Somebody named a record that is beyond their reach, or that is not there: they are told that there is none, and it
        is on record."""
        if by.role not in AUTOMATIC:
            self.not_shown(f"{kind}.read", by, OUT_OF_REACH if there else NO_SUCH_RECORD, stream)

    def not_shown(self, operation: str, by: Principal, rule: str = NOT_YOUR_ROLE, stream: UUID | None = None) -> None:
        """Somebody asked to see what is not for them; it is on record."""
        record_refusal(
            self.database, self.clock(), self.rulebook.edition, by=by, operation=operation, rules=(rule,), stream=stream
        )
