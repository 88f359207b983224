"""What decided a step and what proves it, over HTTP: explanations, proofs, and the editions that were in force."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import field

from opera_cases.api.schemas.audit import Head
from opera_cases.api.schemas.history import RuleTold
from opera_cases.api.schemas.page import Page
from opera_cases.api.schemas.records.record import Deadline
from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Instant, Links, Long, Number, Words, at_most


class Saw(Shown):
    """A fact as the rules saw it."""

    fact: Code
    value: Words | None


class ExplanationAnswer(Shown):
    """Why a step was possible: what its rules saw and say, which edition decided, what was promised by it."""

    event_id: UUID
    record: UUID
    record_kind: Code
    topic: Code
    says: Words
    step: Code
    title: Words
    from_state: Code
    to_state: Code
    overlays: Annotated[list[Code], at_most(10)]
    by: UUID | None
    role: Code
    desk: UUID | None
    on_behalf_of: UUID | None
    channel: Code
    occurred_on: date
    recorded_at: Instant
    edition: Code
    procedure: Code
    procedure_now: Code
    command: UUID
    correlation: UUID
    causation: UUID | None
    saw: Annotated[list[Saw], at_most(100)]
    rules: Annotated[list[RuleTold], at_most(60)]
    promised: Annotated[list[Deadline], at_most(60)]
    ended: Annotated[list[Code], at_most(60)]
    links: Links = field(name="_links")


class ProvenEvent(Shown):
    """An event as it is stored, byte for byte, with what is personal in it still sealed."""

    event_id: UUID
    stream: UUID
    version: Number
    topic: Code
    state: Long
    metadata: Long


class SigningKey(Shown):
    """A public key, since when it signs, and the key before it that says so."""

    key: Code
    public: Code
    since: Instant
    by: Code
    signature: Long


class ProofAnswer(Shown):
    """What shows an outsider that an event stands in the log: the hashes on the way from it to a signed head."""

    format: Code
    index: Number
    event: ProvenEvent
    path: Annotated[list[Code], at_most(64)]
    head: Head
    keys: Annotated[list[SigningKey], at_most(1000)]
    links: Links = field(name="_links")


class ProcedureInForce(Shown):
    procedure: Code
    since: Instant
    until: Instant
    events: Number


class ValueChanged(Shown):
    """A value of the rulebook that an edition changed, from a day on."""

    rule: Code
    before: Words | None
    after: Words | None
    source: Words
    valid_from: date


class EditionInForce(Shown):
    """An edition by which events were decided, from the first of them to the last."""

    edition: Code
    since: Instant
    until: Instant
    events: Number
    digest: Code | None
    procedures: Annotated[list[ProcedureInForce], at_most(100)]
    changes: Annotated[list[ValueChanged], at_most(1000)]
    links: Links = field(name="_links")


class EditionsPage(Page):
    items: Annotated[list[EditionInForce], at_most(200)]
