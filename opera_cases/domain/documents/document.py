"""A document of a case: what is asked of it, what happened to it. The words and the content are sealed (handbook 6.14)."""

from enum import StrEnum
from typing import Annotated, ClassVar, NamedTuple
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import FileName, Reason, Sealed
from opera_cases.domain.kernel.scalars import Digest
from opera_cases.domain.kernel.steps import Command
from opera_cases.domain.kernel.vocabulary import Place

FILED, WITHDRAWN = "FILED", "WITHDRAWN"
Size = Annotated[int, Meta(ge=1, le=100_000_000)]


class MediaType(StrEnum):
    """What can be filed: forms that can be read for decades, and photographs of paper."""

    PDF = "PDF"
    JPEG = "JPEG"
    PNG = "PNG"
    ODT = "ODT"
    DOCX = "DOCX"


class DocumentKind(StrEnum):
    AVAILABILITY_DECLARATION = "AVAILABILITY_DECLARATION"
    DISMISSAL_LETTER = "DISMISSAL_LETTER"
    WAGE_SUPPORT_NOTICE = "WAGE_SUPPORT_NOTICE"
    REGISTRATION_FORM = "REGISTRATION_FORM"
    SERVICE_AGREEMENT = "SERVICE_AGREEMENT"
    CURRICULUM = "CURRICULUM"
    BUSINESS_PLAN = "BUSINESS_PLAN"
    DEED = "DEED"
    REGISTER_EXTRACT = "REGISTER_EXTRACT"
    ATTENDANCE_REGISTER = "ATTENDANCE_REGISTER"
    LETTER = "LETTER"
    OTHER = "OTHER"


class AddDocument(Command, frozen=True, kw_only=True):
    """A document is filed on a case. The office seals the content first and fills in what it found."""

    case: UUID
    document_kind: DocumentKind
    title: FileName
    media_type: MediaType
    size: Size
    digest: Digest
    key: UUID


class AddVersion(Command, frozen=True, kw_only=True):
    """A newer version of the document; the earlier ones stay."""

    title: FileName
    media_type: MediaType
    size: Size
    digest: Digest
    key: UUID


class WithdrawDocument(Command, frozen=True, kw_only=True):
    """The document was filed by mistake or is no longer valid: it stays, and is no longer offered."""

    reason: Reason


class DocumentAdded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "document.added"
    case: UUID
    desk: UUID
    place: Place
    concerns: UUID
    document_kind: DocumentKind
    title: FileName
    media_type: MediaType
    size: int
    digest: Digest
    key: UUID


class VersionAdded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "document.version_added"
    number: int
    title: FileName
    media_type: MediaType
    size: int
    digest: Digest
    key: UUID


class DocumentWithdrawn(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "document.withdrawn"
    reason: Reason


class Version(NamedTuple):
    """One state of the content: who filed it and when, and under which name and key it lies in the store."""

    number: int
    event: UUID
    by: UUID
    on: str
    title: Sealed
    media_type: MediaType
    size: int
    digest: str
    key: UUID


class Document(Aggregate):
    kind = "document"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.case: UUID | None = None
        self.concerns: UUID | None = None
        self.document_kind = DocumentKind.OTHER
        self.versions: tuple[Version, ...] = ()

    @property
    def subject(self) -> UUID:
        return self.concerns or self.id


def _version(number: int, event: Event[DocumentAdded] | Event[VersionAdded]) -> Version:
    said = event.facts
    at = event.meta.recorded_at.isoformat()
    return Version(
        number, event.event_id, event.meta.actor.id, at, said.title, said.media_type, said.size, said.digest, said.key
    )


@Document.on(DocumentAdded)
def _(document: Document, event: Event[DocumentAdded]) -> None:
    said = event.facts
    document.case, document.desk, document.place, document.concerns = said.case, said.desk, said.place, said.concerns
    document.document_kind = said.document_kind
    document.versions = (_version(1, event),)


@Document.on(VersionAdded)
def _(document: Document, event: Event[VersionAdded]) -> None:
    document.versions = (*document.versions, _version(event.facts.number, event))
