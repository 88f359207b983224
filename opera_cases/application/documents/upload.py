"""Filing a document: the content is looked at, sealed and kept, then the step is asked through the one door."""

import hashlib
import zipfile
from dataclasses import replace
from io import BytesIO
from uuid import UUID

from opera_cases.application.application import Application
from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.application.requests import CommandRequest, CommandResult
from opera_cases.domain.access import Principal
from opera_cases.domain.documents.document import Document, MediaType, Version
from opera_cases.domain.kernel.errors import ContentLost, InvalidInput, NotFound
from opera_cases.domain.resources.resource import Attached, Resource
from opera_cases.log.keys.sealed_files import Files
from opera_cases.log.keys.sealing import Tampered

_BEGINS = {b"%PDF-": MediaType.PDF, b"\xff\xd8\xff": MediaType.JPEG, b"\x89PNG\r\n\x1a\n": MediaType.PNG}
CONTENT_TYPES = {
    MediaType.PDF: "application/pdf", MediaType.JPEG: "image/jpeg", MediaType.PNG: "image/png",
    MediaType.ODT: "application/vnd.oasis.opendocument.text",
    MediaType.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip


_MOST_MEMBERS = 2_000
"""Parts of a document: each takes room when its table of contents is read."""


def media_type(content: bytes) -> MediaType:
    """What a content is, by looking at it and not at its name. Raises `InvalidInput` for anything that is not filed."""
    for begin, found in _BEGINS.items():
        if content.startswith(begin):
            return found
    if content.startswith(b"PK\x03\x04") and content.count(b"PK\x01\x02") <= _MOST_MEMBERS:
        try:
            with zipfile.ZipFile(BytesIO(content)) as packed:
                names = set(packed.namelist())
                if "mimetype" in names and _as_it_lies(packed, "mimetype") == CONTENT_TYPES[MediaType.ODT].encode():
                    return MediaType.ODT
                if {"[Content_Types].xml", "word/document.xml"} <= names:
                    return MediaType.DOCX
        # What zipfile says of archives that it cannot read, NotImplementedError of those packed in a way it does not know.
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
            pass
    raise InvalidInput(f"A document is one of {', '.join(MediaType)}. Save or scan it as one of these.", "content")


def _as_it_lies(packed: zipfile.ZipFile, name: str) -> bytes:
    """A part that stands there unpacked, as OpenDocument demands of its `mimetype`; nothing is unpacked here."""
    part = packed.getinfo(name)
    if part.compress_type != zipfile.ZIP_STORED or part.compress_size > 200:
        return b""
    return packed.read(name).strip()


def file_document(application: Application, files: Files, request: CommandRequest, content: bytes) -> CommandResult:
    """Add a document (`add_document`), a version of one (`add_version`) or a file of a resource (`attach_file`). `values`
    name case, kind and title.

    Raises what `Application.execute` raises. The rules are tried before anything is kept. Raises `InvalidInput` for an
    empty content, a kind that is not filed, or a case that is not named by its id.
    """
    if not content:
        raise InvalidInput("The file is empty.", "content")
    found = media_type(content)
    if request.stream is None:
        try:
            case = application.load("case", UUID(str(request.values.get("case"))), request.by)
        except ValueError:
            raise InvalidInput("Name the case by its id.", "case") from None
        subject = case.subject
    else:
        subject = application.load(request.kind, request.stream, request.by).subject
    named = {"media_type": found.value, "size": len(content)}
    request = replace(request, data_subject=subject)
    same = {**request.values, "content": hashlib.sha256(content).hexdigest()}
    tried = {**request.values, **named, "digest": "0" * 64, "key": str(UUID(int=0))}
    if known := application.known(replace(request, idempotency_payload=same)):
        return known
    would = application.execute(replace(request, values=tried, idempotency_payload=same, dry_run=True))
    if request.dry_run:
        return would
    stored = files.put(content, subject)
    values = {**request.values, **named, "digest": stored.digest, "key": str(stored.key)}
    return application.execute(replace(request, values=values, idempotency_payload=same))


def content_of(
    application: Application, files: Files, document: UUID, number: int | None, who: Principal, correlation: UUID
) -> tuple[Version, str, bytes]:
    """A version of a document (the last when no number is given), its title, and its content; the reading is recorded.

    Raises `NotFound` when it is absent or out of reach, `KeyDestroyed` after an erasure, `ContentLost` when
    the file is gone or changed.
    """
    record: Document = application.load("document", document, who)
    version = next((each for each in reversed(record.versions) if number in (None, each.number)), None)
    if version is None:
        raise NotFound
    try:
        content = files.get(version.digest, record.subject, version.key)
    except (FileNotFoundError, Tampered) as wrong:
        raise ContentLost from wrong
    with PersonalDataReader(application.database, application.keyring, who=who, place="document", purpose="case work", stream=document,
                 at=application.clock(), correlation=correlation) as reading:  # fmt: skip
        reading.note_opened(record.subject, "DOCUMENT")
        title = reading.open(version.title) or ""
    return version, title, content


def attached_to(
    application: Application, files: Files, resource: UUID, digest: str, who: Principal
) -> tuple[Attached, bytes]:
    """A file of a resource by its hash. Raises `NotFound` when there is none, `ContentLost` when it is gone or changed."""
    record: Resource = application.load("resource", resource, who)
    found = next((each for each in record.files if each.digest == digest), None)
    if found is None:
        raise NotFound
    try:
        return found, files.get(digest, record.subject, found.key)
    except (FileNotFoundError, Tampered) as wrong:
        raise ContentLost from wrong
