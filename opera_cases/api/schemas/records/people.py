"""A person over HTTP: nothing of who they are, which stands in the file alone."""

from typing import Annotated
from uuid import UUID

from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, at_most
from opera_cases.domain.people.person import Person


class Identifier(Shown):
    """That a number was declared, and whether it was found right; never the number."""

    declaration: UUID
    kind: Code
    check: Code
    verified: bool


class PersonFields(Shown):
    """What is shown of a person's record; a merged one names its `survivor`, which names what it `absorbed`."""

    identifiers: Annotated[list[Identifier], at_most(100)]
    survivor: UUID | None
    absorbed: Annotated[list[UUID], at_most(100)]
    notice_version: Code | None
    consents: Annotated[list[Code], at_most(20)]


def of_person(person: Person) -> PersonFields:
    """What is shown of it."""
    return PersonFields(
        identifiers=[
            Identifier(declaration=event, kind=each.kind, check=each.check, verified=each.verified)
            for event, each in person.identifiers.items()
        ],
        survivor=person.survivor, absorbed=sorted(person.absorbed), notice_version=person.notice_version,
        consents=[*sorted(person.consents)],
    )  # fmt: skip
