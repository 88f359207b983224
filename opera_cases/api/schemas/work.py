"""Work over HTTP: the queues and what waits in them, filters that were kept, and tasks that run for themselves."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import field

from opera_cases.api.schemas.page import Page
from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Instant, Links, Number, Words, at_most


class Queue(Shown):
    queue: Code
    count: Number
    links: Links = field(name="_links")


class WorkPage(Page):
    """The queues, counted on a day."""

    items: Annotated[list[Queue], at_most(200)]
    as_of: date


class Waiting(Shown):
    """A record that waits for somebody, and why."""

    kind: Code
    id: UUID
    file_number: Words
    state: Code
    desk: UUID | None
    worker: UUID | None
    due_on: date | None
    why: Words
    links: Links = field(name="_links")


class Count(Shown):
    desk: UUID | None
    worker: UUID | None
    count: Number


class QueuePage(Page):
    """What waits in a queue, and how much of it with whom."""

    items: Annotated[list[Waiting], at_most(200)]
    counts: Annotated[list[Count], at_most(10_000)]


class Filter(Shown):
    id: UUID
    name: Words
    list: Code
    query: Words
    desk: UUID | None
    mine: bool


class SavedFilter(Shown):
    id: UUID
    links: Links = field(name="_links")


class TaskAnswer(Shown):
    """How far a task came; `total` once it is known."""

    id: UUID
    kind: Code
    state: Code
    asked_at: Instant
    done: Number
    total: Number | None
    links: Links = field(name="_links")


class TaskAsked(Shown):
    id: UUID
    state: Code
    links: Links = field(name="_links")


class StatusAnswer(Shown):
    """That the service answers, as a problem document would say that it does not."""

    status: Number
    title: Words
    detail: Words


class FilterPage(Page):
    items: Annotated[list[Filter], at_most(1000)]
