"""What can have happened to a resource, and the kinds that there are."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.kernel.personal import FileName, Note, Reason
from opera_cases.domain.kernel.scalars import Code, Digest, Listed, PublicName
from opera_cases.domain.kernel.vocabulary import Place


class ResourceKind(StrEnum):
    """Tangible: from BUILDING to STOCK. Intangible: from TRADEMARK to ORDERS."""

    BUILDING = "BUILDING"
    LAND = "LAND"
    MACHINERY = "MACHINERY"
    EQUIPMENT = "EQUIPMENT"
    VEHICLE = "VEHICLE"
    STOCK = "STOCK"
    TRADEMARK = "TRADEMARK"
    PATENT = "PATENT"
    LICENCE = "LICENCE"
    CERTIFICATION = "CERTIFICATION"
    CUSTOMERS = "CUSTOMERS"
    SOFTWARE = "SOFTWARE"
    KNOW_HOW = "KNOW_HOW"
    ORDERS = "ORDERS"


class Condition(StrEnum):
    GOOD = "GOOD"
    USABLE = "USABLE"
    NEEDS_REPAIR = "NEEDS_REPAIR"
    UNKNOWN = "UNKNOWN"


class ResourceListed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "resource.listed"
    desk: UUID
    place: Place
    resource_kind: ResourceKind
    title: PublicName
    owner: PublicName
    company: UUID | None = None
    municipality: Listed | None = None
    area: Listed | None = None
    sector: Listed | None = None
    condition: Condition
    available_from: date | None = None
    details: Note | None = None


class ResourceVerified(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "resource.verified"
    condition: Condition
    available_from: date | None = None
    details: Note | None = None


class FileAttached(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "resource.file_attached"
    title: FileName
    media_type: Code
    size: int
    digest: Digest
    key: UUID


class ResourceReserved(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "resource.reserved"
    venture: UUID
    desk: UUID
    until: date


class ResourceReleased(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "resource.released"
    venture: UUID
    reason: Reason | None = None


class ReservationExpired(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "resource.reservation_expired"
    venture: UUID


class ResourceTakenOver(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "resource.taken_over"
    venture: UUID


class ResourceReturned(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "resource.returned"
    venture: UUID


class ResourceWithdrawn(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "resource.withdrawn"
    reason: Reason | None = None
