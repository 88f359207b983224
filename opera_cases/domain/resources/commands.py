"""What can be asked of a resource."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.kernel.personal import FileName, Note, Reason
from opera_cases.domain.kernel.scalars import Code, Digest, Listed, PublicName
from opera_cases.domain.kernel.steps import Command
from opera_cases.domain.resources.events import Condition, ResourceKind

DaysHeld = Annotated[int, Meta(ge=1, le=90)]


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
    """Somebody looked: it is still there and available, in this condition."""

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

    unrecorded: ClassVar[frozenset[str]] = frozenset({"days"})
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
    """The venture that had the resource has ended: it is available again."""

    venture: UUID


class WithdrawResource(Command, frozen=True, kw_only=True):
    """The resource is no longer available: sold elsewhere, lost, or listed by mistake."""

    reason: Reason | None = None
