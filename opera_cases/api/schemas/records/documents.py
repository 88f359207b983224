"""A document over HTTP: its versions, never a title or content, which are opened when asked for."""

from typing import Annotated
from uuid import UUID

from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Instant, Number, at_most
from opera_cases.domain.documents.document import Document


class Version(Shown):
    """One content filed: by whom and when, its size in bytes and the digest of what is kept, which is sealed."""

    number: Number
    by: UUID
    recorded_at: Instant
    media_type: Code
    size: Number
    digest: Code


class DocumentFields(Shown):
    """What is shown of a document."""

    case: UUID | None
    document_kind: Code
    versions: Annotated[list[Version], at_most(100)]


def of_document(document: Document) -> DocumentFields:
    """What is shown of it."""
    return DocumentFields(
        case=document.case, document_kind=document.document_kind,
        versions=[
            Version(number=each.number, by=each.by, recorded_at=each.on, media_type=each.media_type, size=each.size, digest=each.digest)
            for each in document.versions
        ],
    )  # fmt: skip
