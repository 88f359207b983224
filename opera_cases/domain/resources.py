"""The resource database: what a crisis leaves behind, tangible or not, kept for whoever starts something (handbook 1.7).

One venture at a time holds a resource; a reservation ends by itself. What nobody has looked at for long is shown as stale,
then no longer found.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar, NamedTuple
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.aggregate import Aggregate
from opera_cases.domain.events import Event, Facts
from opera_cases.domain.personal import FileName, Note, Reason
from opera_cases.domain.rules import Asking, of_case, of_request
from opera_cases.domain.scope import Reach
from opera_cases.domain.steps import Command, Lifeline, Step, Term
from opera_cases.domain.vocabulary import Code, Listed, Place, PublicName, Role
from opera_cases.domain.workflow import Procedure

AVAILABLE, RESERVED, IN_USE, WITHDRAWN = "AVAILABLE", "RESERVED", "IN_USE", "WITHDRAWN"
SOURCE = "handbook 1.7"
DESK = frozenset({Role.CASEWORKER, Role.COORDINATOR})
EXPERTS = DESK | {Role.CONSULTANT}
POLICY, CLOCK = frozenset({Role.POLICY}), frozenset({Role.CLOCK})
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
DaysHeld = Annotated[int, Meta(ge=1, le=90)]


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


class ListResource(Command, frozen=True, kw_only=True):
    """A resource enters the database. Title and owner stand in the clear: name firms, never persons."""

    desk: UUID
    resource_kind: ResourceKind
    title: PublicName
    owner: PublicName
    company: UUID | None = None
    municipality: Listed | None = None
    area: Listed | None = None
    sector: Listed | None = None
    condition: Condition = Condition.UNKNOWN
    available_from: date | None = None
    details: Note | None = None


class VerifyResource(Command, frozen=True, kw_only=True):
    """Somebody looked: it is still there and to be had, in this condition."""

    condition: Condition
    available_from: date | None = None
    details: Note | None = None


class AttachFile(Command, frozen=True, kw_only=True):
    """A photo or a paper of the resource, known by the hash of its sealed content."""

    title: FileName
    media_type: Code
    size: Annotated[int, Meta(ge=1, le=10_000_000)]
    digest: Digest
    key: UUID


class Reserve(Command, frozen=True, kw_only=True):
    """One venture may count on the resource for a while, and no other."""

    venture: UUID
    days: DaysHeld = 30


class ReleaseResource(Command, frozen=True, kw_only=True):
    """The venture does not need the resource: it is free again."""

    venture: UUID
    reason: Reason | None = None


class ExpireReservation(Command, frozen=True, kw_only=True):
    """The reservation is over: the resource is free again."""


class TakeOver(Command, frozen=True, kw_only=True):
    """The venture that reserved the resource has it now."""

    venture: UUID


class ReturnResource(Command, frozen=True, kw_only=True):
    """The venture that had the resource has ended: it is to be had again."""

    venture: UUID


class WithdrawResource(Command, frozen=True, kw_only=True):
    """The resource is not to be had any longer: sold elsewhere, lost, or listed by mistake."""

    reason: Reason | None = None


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


@of_request("desk_open", "place", source=SOURCE)
def desk_open(it: Asking[Resource]) -> bool:
    """The desk is open on the day of the entry.

    Choose another desk, or correct the date.
    """
    return bool(it.seen["desk_open"])


@of_request("company_known", source=SOURCE)
def company_there(it: Asking[Resource]) -> bool:
    """The firm from which the resource comes is recorded among the crisis companies.

    Report the company first, or leave it out.
    """
    return it.asked.company is None or bool(it.seen["company_known"])


@of_request("venture_alive", "venture_desk", source=SOURCE)
def venture_may_hold(it: Asking[Resource]) -> bool:
    """A venture that has not ended, and within your reach, may hold a resource.

    Check the venture.
    """
    return bool(it.seen["venture_alive"])


@of_request(source="rulebook: reservation_days")
def not_held_too_long(it: Asking[Resource]) -> bool:
    """A resource is reserved for at most as many days as the rulebook allows.

    Reserve for fewer days; it can be renewed then.
    """
    return bool(it.asked.days <= it.limit("reservation_days"))


def _holder(it: Asking[Any]) -> dict[str, Any]:
    return {"held_by_desk": it.subject.holding_desk, "held_until": it.subject.held_until or "further notice"}


@of_request(source=SOURCE, tells=_holder)
def held_by_nobody_else(it: Asking[Resource]) -> bool:
    """One venture at a time holds a resource.

    Speak with the desk that holds it, or wait until the day on which the reservation ends.
    """
    return it.subject.holder in (None, it.asked.venture)


@of_request(source=SOURCE, tells=_holder)
def held_by_that_venture(it: Asking[Resource]) -> bool:
    """Only the venture that holds the resource can take it over or give it back.

    Reserve the resource first.
    """
    return bool(it.subject.holder == it.asked.venture)


@of_case(source=SOURCE)
def reservation_over(it: Asking[Resource]) -> bool:
    """The day until which the resource was reserved has passed.

    Wait for that day, or release it.
    """
    return it.subject.held_until is not None and it.on > it.subject.held_until


@of_request(source=SOURCE)
def few_files(it: Asking[Resource]) -> bool:
    """A resource has at most twenty files.

    Attach the most telling ones.
    """
    return len(it.subject.files) < 20


def _held(it: Asking[Any]) -> dict[str, Any]:
    return {"desk": it.seen["venture_desk"], "until": it.on + timedelta(days=it.asked.days)}


def _freed_fact(it: Asking[Any]) -> dict[str, Any]:
    return {"venture": it.subject.holder}


HELD = Term("reservation", days=lambda it: it.asked.days)
LISTED = frozenset({AVAILABLE, RESERVED})

STEPS: tuple[Step, ...] = (
    Step(asks=ListResource, by=EXPERTS, source=frozenset({""}), target=AVAILABLE, records=ResourceListed,
         rules=(desk_open, company_there), fills=lambda it: {"place": it.seen["place"]}, sets=(Term("resource_verify"),)),
    Step(asks=VerifyResource, by=EXPERTS, source=LISTED, target=None, records=ResourceVerified,
         sets=(Term("resource_verify"),)),
    Step(asks=AttachFile, by=EXPERTS, source=LISTED, target=None, records=FileAttached, rules=(few_files,)),
    Step(asks=Reserve, by=EXPERTS, source=LISTED, target=RESERVED, records=ResourceReserved, reach=Reach.READS,
         rules=(held_by_nobody_else, venture_may_hold, not_held_too_long), fills=_held, sets=(HELD,)),
    Step(asks=ReleaseResource, by=EXPERTS | POLICY, source=frozenset({RESERVED}), target=AVAILABLE, reach=Reach.READS,
         records=ResourceReleased, rules=(held_by_that_venture, venture_may_hold), ends=("reservation",)),
    Step(asks=ExpireReservation, by=CLOCK, source=frozenset({RESERVED}), target=AVAILABLE, records=ReservationExpired,
         rules=(reservation_over,), fills=_freed_fact, ends=("reservation",)),
    Step(asks=TakeOver, by=EXPERTS | POLICY, source=frozenset({RESERVED}), target=IN_USE, reach=Reach.READS,
         records=ResourceTakenOver, rules=(held_by_that_venture, venture_may_hold), ends=("reservation", "resource_verify")),
    Step(asks=ReturnResource, by=EXPERTS | POLICY, source=frozenset({IN_USE, RESERVED}), target=AVAILABLE,
         reach=Reach.READS, records=ResourceReturned, rules=(held_by_that_venture,), sets=(Term("resource_verify"),),
         ends=("reservation",)),
    Step(asks=WithdrawResource, by=EXPERTS, source=LISTED, target=WITHDRAWN, records=ResourceWithdrawn,
         ends=("reservation", "resource_verify")),
)  # fmt: skip

RESOURCE = Procedure(
    name="resource", version=1, aggregate=Resource, steps=STEPS, states=(AVAILABLE, RESERVED, IN_USE, WITHDRAWN),
    final=frozenset({WITHDRAWN}), lifeline=Lifeline(without_deadline={IN_USE: "What is in use is looked after by its venture."}),
)  # fmt: skip
