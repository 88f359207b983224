"""The resource itself: where it is, who holds it, when somebody last looked."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.resources.events import (
    Condition,
    FileAttached,
    ReservationExpired,
    ResourceKind,
    ResourceListed,
    ResourceReleased,
    ResourceReserved,
    ResourceReturned,
    ResourceTakenOver,
    ResourceVerified,
    ResourceWithdrawn,
)

AVAILABLE, RESERVED, IN_USE, WITHDRAWN = "AVAILABLE", "RESERVED", "IN_USE", "WITHDRAWN"


class Attached(NamedTuple):
    """A file of a resource: the hash that names its sealed content, and the key that opens it."""

    digest: str
    media_type: str
    size: int
    key: UUID


class Resource(Aggregate):
    kind = "resource"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.resource_kind = ResourceKind.EQUIPMENT
        self.title = self.owner = ""
        self.company: UUID | None = None
        self.municipality: str | None = None
        self.area: str | None = None
        self.sector: str | None = None
        self.condition = Condition.UNKNOWN
        self.available_from: date | None = None
        self.verified_on: date | None = None
        self.holder: UUID | None = None
        self.holding_desk: UUID | None = None
        self.held_until: date | None = None
        self.files: tuple[Attached, ...] = ()


@Resource.on(ResourceListed)
def _(resource: Resource, event: Event[ResourceListed]) -> None:
    said = event.facts
    resource.desk, resource.place, resource.resource_kind = said.desk, said.place, said.resource_kind
    resource.title, resource.owner, resource.company = said.title, said.owner, said.company
    resource.municipality, resource.area, resource.sector = said.municipality, said.area, said.sector
    resource.condition, resource.available_from, resource.verified_on = said.condition, said.available_from, event.on


@Resource.on(ResourceVerified)
def _(resource: Resource, event: Event[ResourceVerified]) -> None:
    resource.condition, resource.available_from = event.facts.condition, event.facts.available_from
    resource.verified_on = event.on


@Resource.on(FileAttached)
def _(resource: Resource, event: Event[FileAttached]) -> None:
    said = event.facts
    resource.files = (*resource.files, Attached(said.digest, said.media_type, said.size, said.key))


@Resource.on(ResourceReserved)
def _(resource: Resource, event: Event[ResourceReserved]) -> None:
    said = event.facts
    resource.holder, resource.holding_desk, resource.held_until = said.venture, said.desk, said.until


@Resource.on(ResourceTakenOver)
def _(resource: Resource, event: Event[ResourceTakenOver]) -> None:
    resource.holder, resource.held_until = event.facts.venture, None


def _freed(resource: Resource, event: Event[Any]) -> None:
    resource.holder = resource.holding_desk = resource.held_until = None


for _kind in (ResourceReleased, ReservationExpired, ResourceWithdrawn):
    Resource.on(_kind)(_freed)


@Resource.on(ResourceReturned)
def _(resource: Resource, event: Event[ResourceReturned]) -> None:
    _freed(resource, event)
    resource.verified_on = event.on
