"""Events made by hand, for folds that need no office."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Body, Event, Facts, Meta, StateAfter
from opera_cases.domain.kernel.vocabulary import Actor, Role


def told(record: Aggregate, facts: Facts, on: date, state: str = "DRAFT") -> Event[Any]:
    """The next event of a record."""
    meta = Meta(command=uuid4(), correlation=uuid4(), recorded_at=datetime(2026, 2, 2, tzinfo=UTC), occurred_on=on,
                zone="Europe/Rome", actor=Actor(id=UUID(int=1), role=Role.CASEWORKER), channel="TEST", rulebook="2026-7",
                procedure="test/1")  # fmt: skip
    return Event(
        uuid4(), record.id, record.version + 1, Body(facts=facts, step="step", left=StateAfter(state=state)), meta
    )
