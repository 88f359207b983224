"""The one place where personal values are opened, and the trace that each opening leaves."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.errors import KeyDestroyed
from opera_cases.domain.kernel.personal import DataClass, Sealed, untyped
from opera_cases.domain.kernel.sealed_fields import by_name, fact_name
from opera_cases.log.access_log.write import Begun, append, begin_append
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.keys.sealing import unseal
from opera_cases.log.proof.hash_chain import AccessRow
from opera_cases.log.store.database import Database

ERASED, CLOSED = "[erased]", "[sealed]"
CASE_WORK, FOR_A_REASON = "case work", "beyond reach, for a reason"
"""For what somebody reads, as the ledger says it."""
CLOSED_CLASSES = frozenset({DataClass.SPECIAL})
"""The answers to the optional questions stay closed in everyday reading: they serve counts, not case work."""
_sealed = msgspec.json.Decoder(Sealed | None)


_owed: ContextVar[list[Begun] | None] = ContextVar("owed", default=None)


@contextmanager
def collect_pending() -> Iterator[list[Begun]]:
    """Within, a reading begins to be recorded and the answer is made meanwhile. Whoever stands at the gate lets no answer out
    before everything in the list is done."""
    owed: list[Begun] = []
    before = _owed.set(owed)
    try:
        yield owed
    finally:
        _owed.reset(before)


class PersonalDataReader:
    """One reading by one person in one place for one purpose: it opens values and, at the end, is recorded: at once, or
    where a gate stands before the answer leaves.

    A row is written for every subject whose values were opened: who, whom, which classes, where, why. `for_a_reason` are the
    people whose files are beyond the reader's reach, and were opened for a reason.
    """

    def __init__(
        self, database: Database, keyring: Keyring, *, who: Principal, place: str, purpose: str, stream: UUID,
        at: datetime, correlation: UUID, for_a_reason: Collection[UUID] = (),
    ) -> None:  # fmt: skip
        self._database, self._keyring = database, keyring
        self._who, self._place, self._purpose, self._stream = who, place, purpose, stream
        self._at, self._correlation, self._for_a_reason = at, correlation, for_a_reason
        self._opened: dict[UUID, set[str]] = {}

    def __enter__(self) -> "PersonalDataReader":
        return self

    def __exit__(self, *wrong: object) -> None:
        if self._opened and not wrong[0]:
            self.record()

    def unlock(self, sealed: Iterable[bytes | None]) -> list[Sealed | None]:
        """Stored values about to be opened one by one: their keys are fetched at once."""
        values = [None if each is None else _sealed.decode(each) for each in sealed]
        self._keyring.prefetch(value.key for value in values if value is not None)
        return values

    def open(self, sealed: Sealed | bytes | None) -> Any:
        """The text of a sealed value, or several texts where it is a list of codes; `[erased]` when its key was destroyed,
        `[sealed]` where reading is not for it."""
        value = _sealed.decode(sealed) if isinstance(sealed, bytes) else sealed
        if value is None:
            return None
        if value.data_class in CLOSED_CLASSES:
            return CLOSED
        try:
            text = unseal(value, self._keyring)
        except KeyDestroyed:
            return ERASED
        self._opened.setdefault(value.subject, set()).add(value.data_class.value)
        return untyped(text) if value.data_class is DataClass.STATISTICAL else text

    def plain(self, value: Any) -> Any:
        """A value that may be sealed, or clear as it was in earlier events, as plain JSON."""
        return self.open(value) if isinstance(value, Sealed) else msgspec.to_builtins(value)

    def note_opened(self, subject: UUID, data_class: str) -> None:
        """Something of someone was opened elsewhere, as part of this reading."""
        self._opened.setdefault(subject, set()).add(data_class)

    def opened(self, struct: msgspec.Struct) -> dict[str, Any]:
        """What an event says, each fact under its name, in plain words and plain JSON."""
        return {name: self.plain(value) for name, value in by_name(struct).items()}

    def opened_json(self, facts: Any) -> Any:
        """The same, for facts that were kept as JSON."""
        if isinstance(facts, dict):
            if facts.keys() >= {"subject", "key", "ciphertext"}:
                return self.open(msgspec.convert(facts, Sealed))
            return {fact_name(name): self.opened_json(value) for name, value in facts.items()}
        return [self.opened_json(each) for each in facts] if isinstance(facts, list) else facts

    def record(self) -> None:
        """Write down what was opened."""
        rows = [
            AccessRow(uuid4(), self._at.isoformat(), self._who.id, self._who.role.value, subject, ",".join(sorted(classes)), self._stream,
                 self._place, FOR_A_REASON if subject in self._for_a_reason else self._purpose, self._correlation)
            for subject, classes in self._opened.items()
        ]  # fmt: skip
        self._opened = {}
        owed = _owed.get()
        if owed is None:
            append(self._database, self._keyring, rows)
        else:
            owed.append(begin_append(self._database, self._keyring, rows))


class NullReader(PersonalDataReader):
    """A reading for whoever keeps the machine: every personal value stays sealed, and so there is nothing to record."""

    def open(self, sealed: Sealed | bytes | None) -> Any:
        """`[sealed]` for whatever is sealed; None where there is nothing."""
        return None if sealed is None else CLOSED
