"""What looking back answers over HTTP: what changed, what is in doubt, who was responsible, what happened."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import field

from opera_cases.api.schemas.page import Page
from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Free, Instant, Links, Long, Words, at_most


class FieldChanged(Shown):
    """A field and what stood in it, as text; nothing where nothing stood."""

    field: Code
    before: Long | None
    after: Long | None


class FactChanged(FieldChanged):
    """A field of a fact that an event changed."""

    fact: UUID | None


class Between(Shown):
    """An event between the two days, in words."""

    event_id: UUID
    recorded_at: Instant
    occurred_on: date
    topic: Code
    says: Words
    by: UUID | None
    changes: Annotated[list[FactChanged], at_most(100)]


class DifferencesAnswer(Shown):
    """What changed of a record between what was known on two days."""

    since: date = field(name="from")
    until: date
    fields: Annotated[list[FieldChanged], at_most(100)]
    events: Annotated[list[Between], at_most(10_000)]
    links: Links = field(name="_links")


class RuleTold(Shown):
    """A rule in words, and the facts it needs."""

    rule: Code
    says: Words
    source: Words
    needs: Annotated[list[Code], at_most(20)]


class Doubt(Shown):
    """A step whose rule would not have held on the facts as corrected since; the verdict, once somebody gave one."""

    event_id: UUID
    topic: Code
    says: Words
    step: Code
    state: Code
    occurred_on: date
    still_there: bool
    flagged: bool
    verdict: Code | None
    rule: RuleTold


class DoubtsAnswer(Page):
    items: Annotated[list[Doubt], at_most(10_000)]


class Term(Shown):
    """Who was responsible for a record, from a day to a day, and by which event."""

    record_kind: Code
    record: UUID
    post: Code
    holder: UUID
    since: date
    until: date | None
    event_id: UUID
    by: UUID | None


class ResponsibilityAnswer(Page):
    items: Annotated[list[Term], at_most(10_000)]


class Happened(Shown):
    """An event of a case, of its venture or of a meeting, with its facts as this reader may see them."""

    position: Code
    event_id: UUID
    stream: UUID
    topic: Code
    says: Words
    step: Code
    state: Code
    occurred_on: date
    recorded_at: Instant
    by: UUID | None
    role: Code
    facts: Free
    sets: Annotated[list[Free], at_most(100)]


class TimelinePage(Page):
    items: Annotated[list[Happened], at_most(200)]
