"""A resource over HTTP: what somebody has to give, in what condition, and who holds it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Number, Words, at_most
from opera_cases.domain.resources.resource import Resource


class Attached(Shown):
    """A photo or a paper: the digest of what is kept, which is sealed, and its size in bytes."""

    digest: Code
    media_type: Code
    size: Number


class ResourceFields(Shown):
    """What is shown of a resource."""

    resource_kind: Code
    title: Words
    owner: Words
    company: UUID | None
    municipality: Code | None
    area: Code | None
    sector: Code | None
    condition: Code
    available_from: date | None
    verified_on: date | None
    holder: UUID | None
    holding_desk: UUID | None
    held_until: date | None
    files: Annotated[list[Attached], at_most(20)]


def of_resource(resource: Resource) -> ResourceFields:
    """What is shown of it."""
    return ResourceFields(
        resource_kind=resource.resource_kind, title=resource.title, owner=resource.owner, company=resource.company,
        municipality=resource.municipality, area=resource.area, sector=resource.sector, condition=resource.condition,
        available_from=resource.available_from, verified_on=resource.verified_on, holder=resource.holder,
        holding_desk=resource.holding_desk, held_until=resource.held_until,
        files=[Attached(digest=each.digest, media_type=each.media_type, size=each.size) for each in resource.files],
    )  # fmt: skip
