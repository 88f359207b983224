"""The resource database, searched: what is to be had where, and who can do what, under a pseudonym (handbook 1.7)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from opera_cases.projections.models.cases import profiles
from opera_cases.projections.models.resources import resources


@dataclass(frozen=True, slots=True)
class ResourceQuery:
    """What is looked for; what is empty does not matter. Codes with scheme and version; an area holds what lies in it,
    an activity or occupation what it is made of. `meant` are the codes that a text may mean, when one was given."""

    text: str = ""
    area: str = ""
    municipality: str = ""
    sector: str = ""
    kinds: tuple[str, ...] = ()
    available_on: date | None = None
    reserved_too: bool = False
    occupation: str = ""
    skill: str = ""
    language: str = ""
    licence: str = ""
    meant: tuple[str, ...] | None = None


def _under(column: sa.ColumnElement[Any], code: str) -> sa.ColumnElement[bool]:
    """The code itself or one below it: NUTS, NACE and ISCO say by their beginning what belongs to what."""
    return column.startswith(code, autoescape=True)


def resources_like(connection: sa.Connection, query: ResourceQuery, not_before: date, limit: int) -> list[sa.Row[Any]]:
    """Resources that were looked at since a day, the one verified last first. One more than the limit tells of more."""
    r = resources.c
    question = sa.select(resources).where(r.verified_on >= not_before)
    states = ("AVAILABLE", "RESERVED") if query.reserved_too else ("AVAILABLE",)
    question = question.where(r.state.in_(states))
    for word in query.text.casefold().split()[:10]:
        question = question.where(r.words.contains(word, autoescape=True))
    if query.area:
        question = question.where(_under(r.area, query.area))
    if query.municipality:
        question = question.where(r.municipality == query.municipality)
    if query.sector:
        question = question.where(_under(r.sector, query.sector))
    if query.kinds:
        question = question.where(r.resource_kind.in_(query.kinds))
    if query.available_on is not None:
        question = question.where(r.available_from.is_(None) | (r.available_from <= query.available_on))
    ordered = question.order_by(r.verified_on.desc(), r.resource_id).limit(limit + 1)
    return list(connection.execute(ordered))


def profiles_like(connection: sa.Connection, query: ResourceQuery, limit: int) -> list[sa.Row[Any]]:
    """Published profiles, the newest first, with their cases: whoever answers decides whether to name one."""
    p = profiles.c
    question = sa.select(profiles)
    for column, code in ((p.occupations, query.occupation), (p.skills, query.skill), (p.languages, query.language),
                         (p.licences, query.licence)):  # fmt: skip
        if code:
            question = question.where(column.contains(f"|{code}", autoescape=True))
    if query.sector:
        question = question.where(p.sectors.contains(f"|{query.sector}", autoescape=True))
    if query.meant is not None:
        found = [
            column.contains(f"|{code}|", autoescape=True)
            for code in query.meant
            for column in (p.occupations, p.skills)
        ]
        question = question.where(sa.or_(sa.false(), *found))
    if query.municipality:
        question = question.where(p.municipality == query.municipality)
    if query.area:
        question = question.where(_under(p.area, query.area))
    if query.available_on is not None:
        question = question.where(p.available_from.is_(None) | (p.available_from <= query.available_on))
    ordered = question.order_by(p.published_on.desc(), p.profile).limit(limit + 1)
    return list(connection.execute(ordered))


def codes_of(joined: str) -> list[str]:
    """The codes that `joined` put into one text."""
    return [each for each in joined.split("|") if each]
