"""What an audit answers over HTTP: the trail, the heads of the ledgers, what was refused, who read."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import field

from opera_cases.api.schemas.history import FactChanged
from opera_cases.api.schemas.page import Page
from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Instant, Links, Long, Number, Whole, Words, at_most


class TrailLine(Shown):
    """Who did what, when, on what, by which rule, and what it changed."""

    position: Code
    event_id: UUID
    stream: UUID | None
    kind: Code
    topic: Code
    says: Words
    step: Code
    state: Code
    actor: UUID
    role: Code
    desk: UUID | None
    on_behalf_of: UUID | None
    channel: Code
    edition: Code
    procedure: Code
    occurred_on: date
    recorded_at: Instant
    days_late: Number
    rules: Annotated[list[Code], at_most(60)]
    special: Code
    correlation: UUID
    causation: UUID | None
    changes: Annotated[list[FactChanged], at_most(100)]
    links: Links = field(name="_links")


class TrailPage(Page):
    items: Annotated[list[TrailLine], at_most(200)]


class Head(Shown):
    """The signed head of a ledger: how much was in it, and the hash of all of that."""

    log: UUID
    ledger: Code
    size: Number
    root: Code
    places: Code
    last: Whole
    made_at: Instant
    before: Code
    key: Code
    signature: Long


class NumberedHead(Head):
    number: Number


class HeadPage(Page):
    items: Annotated[list[NumberedHead], at_most(200)]


class RuleThatRefused(Shown):
    rule: Code
    says: Words
    todo: Words
    source: Words


class RefusalLine(Shown):
    """Something asked for and refused, by which rules."""

    refusal: UUID
    recorded_at: Instant
    actor: UUID
    role: Code
    operation: Code
    record: UUID
    version: Number
    edition: Code
    correlation: UUID
    rules: Annotated[list[RuleThatRefused], at_most(50)]


class RefusalPage(Page):
    items: Annotated[list[RefusalLine], at_most(200)]


class LedgerLine(Shown):
    """Who read what classes of data of whom, where and for what."""

    recorded_at: Instant
    actor: UUID
    role: Code
    subject: UUID
    classes: Annotated[list[Code], at_most(10)]
    record: UUID
    place: Words
    purpose: Words
    correlation: UUID


class LedgerPage(Page):
    items: Annotated[list[LedgerLine], at_most(200)]


class ReadersLine(Shown):
    """What a person is told of who saw their file: how often on a day, by a role at a desk, never by a name."""

    day: date
    role: Words
    desk: Words
    place: Words
    purpose: Words
    times: Number
    place_label: Words
    purpose_label: Words


class ReadersPage(Page):
    items: Annotated[list[ReadersLine], at_most(1000)]


class ReadingLine(Shown):
    """That somebody read a document."""

    recorded_at: Instant
    by: UUID
    role: Code
    place: Words
    purpose: Words


class ReadingPage(Page):
    items: Annotated[list[ReadingLine], at_most(1000)]


class Counted(Shown):
    """A record that counts for a figure, as it stood when the report was frozen."""

    kind: Code
    id: UUID | None
    file_number: Words
    state: Code
    desk: UUID | None
    entry_on: date | None
    employment_status: Code
    sex: Code
    age_band: Code
    age_group: Code | None
    unemployed_for: Code | None
    unemployed_since: Words | None
    started_on: date | None
    links: Links = field(name="_links")


class FigurePage(Page):
    items: Annotated[list[Counted], at_most(100_000)]
    count: Number
