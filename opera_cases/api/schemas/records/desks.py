"""A desk over HTTP: since when it is there, who works at it, and who stands in for whom."""

from datetime import date
from typing import Annotated
from uuid import UUID

from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Words, at_most
from opera_cases.domain.desks import desk as domain


class Open(Shown):
    since: date
    until: date | None


class Posting(Shown):
    operator: UUID
    role: Code
    since: date
    until: date | None


class Absence(Shown):
    operator: UUID
    cover: UUID
    since: date
    until: date


class DeskFields(Shown):
    """What is shown of a desk."""

    code: Code
    name: Words
    type: Code
    host: Words
    periods: Annotated[list[Open], at_most(200)]
    operators: Annotated[list[Posting], at_most(1000)]
    absences: Annotated[list[Absence], at_most(1000)]


def of_desk(desk: domain.Desk) -> DeskFields:
    """What is shown of it."""
    return DeskFields(
        code=desk.code, name=desk.name, type=desk.type, host=desk.host,
        periods=[Open(since=each.since, until=each.until) for each in desk.periods],
        operators=[
            Posting(operator=each.operator, role=each.role, since=each.period.since, until=each.period.until)
            for each in desk.postings
        ],
        absences=[_absence(each) for each in desk.absences],
    )  # fmt: skip


def _absence(away: domain.Absence) -> Absence:
    assert away.period.until is not None  # whoever is away says until when
    return Absence(operator=away.operator, cover=away.cover, since=away.period.since, until=away.period.until)
