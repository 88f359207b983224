"""A session of a group over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Number, Words, at_most
from opera_cases.domain.sessions import Session


class SessionFields(Shown):
    """What is shown of a session: what is held when, and the cases `enrolled` and `present`."""

    title: Words
    service: Code
    channel: Code
    day: date | None
    time: Code
    minutes: Number
    capacity: Number
    attendees: Number
    company: UUID | None
    enrolled: Annotated[list[UUID], at_most(500)]
    present: Annotated[list[UUID], at_most(500)]


def of_session(session: Session) -> SessionFields:
    """What is shown of it."""
    return SessionFields(
        title=session.title, service=session.service, channel=session.channel, day=session.day, time=session.time,
        minutes=session.minutes, capacity=session.capacity, attendees=session.attendees, company=session.company,
        enrolled=list(session.enrolled), present=list(session.present),
    )  # fmt: skip
