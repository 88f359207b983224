"""What a search finds over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import field

from opera_cases.api.schemas.page import Page
from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Free, Links, Number, Words, at_most


class Likeness(Shown):
    """How alike somebody is to whoever is looked for, and in what."""

    score: Code
    reasons: Annotated[list[Code], at_most(10)]


class PersonFound(Likeness):
    id: UUID
    birth_date: Words | None
    given_names: Words | None
    family_name: Words | None


class PeopleFound(Page):
    """Who is within reach by name; of whoever is `elsewhere` only how alike they are."""

    items: Annotated[list[PersonFound], at_most(200)]
    elsewhere: Annotated[list[Likeness], at_most(1000)]


class CaseFound(Shown):
    id: UUID
    file_number: Code
    state: Code
    state_label: Words
    desk: UUID | None
    caseworker: UUID | None
    pathway: Code | None
    outcome: Code | None
    given_names: Words | None
    family_name: Words | None


class CasesFound(Page):
    items: Annotated[list[CaseFound], at_most(200)]


class ProfileFound(Shown):
    """What a person agreed to show, under a pseudonym; `case` for whoever reaches it."""

    profile: UUID
    case: UUID | None
    desk: UUID
    region: Code
    occupations: Annotated[list[Code], at_most(60)]
    skills: Annotated[list[Code], at_most(60)]
    languages: Annotated[list[Code], at_most(20)]
    licences: Annotated[list[Code], at_most(20)]
    mobility_km: Number
    sectors: Annotated[list[Code], at_most(60)]
    area: Code
    municipality: Code
    available_from: date | None
    published_on: date
    labels: Free


class ProfilesFound(Page):
    items: Annotated[list[ProfileFound], at_most(200)]
    more: bool


class CodeList(Shown):
    scheme: Code
    version: Code
    title: Words
    source: Words
    licence: Words
    attribution: Words
    links: Links = field(name="_links")


class CodeListPage(Page):
    items: Annotated[list[CodeList], at_most(1000)]


class Listed(Shown):
    """A code of a list, the code above it, and what it is called."""

    code: Code
    parent: Code
    label: Words


class CodePage(Page):
    items: Annotated[list[Listed], at_most(200)]
