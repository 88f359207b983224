"""Who was responsible for a record, and when: its desk, its caseworker, its mentor, period by period (handbook 6.10)."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event

POSTS = ("desk", "caseworker", "mentor")
"""What a record may be entrusted to."""


class Term(NamedTuple):
    """Somebody, or a desk, was responsible from a day until another; still, where there is no end.

    By the days on which it happened; `event` recorded it, `by` asked for it.
    """

    post: str
    holder: UUID
    since: date
    until: date | None
    event: UUID
    by: UUID


def responsibility(aggregate: type[Aggregate], stream: UUID, history: list[Event[Any]]) -> list[Term]:
    """Every term of responsibility for a record, in the order in which they began."""
    record, open_terms, ended = aggregate(stream), dict[str, Term](), list[Term]()
    for event in history:
        record.evolve(event)
        for post in POSTS:
            holder, now = getattr(record, post, None), open_terms.get(post)
            if now is not None and holder != now.holder:
                ended.append(open_terms.pop(post)._replace(until=event.on))
            if holder is not None and post not in open_terms:
                open_terms[post] = Term(post, holder, event.on, None, event.event_id, event.meta.actor.id)
    return sorted((*ended, *open_terms.values()), key=lambda term: (term.since, POSTS.index(term.post)))
