"""Documents over HTTP: upload in parts, download as an attachment, and who read it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Form, Path, Query, Response, UploadFile

from opera_cases.api.openapi.responses import READING, WOULD, WRITING
from opera_cases.api.routes.records import DryRun, carried_out
from opera_cases.api.schemas.answers import json_answer
from opera_cases.application.application import Executed
from opera_cases.application.documents.upload import attached_to, content_of, file_document
from opera_cases.application.personal.access_log import readings_of_document
from opera_cases.application.requests import CommandRequest
from opera_cases.domain.access.roles import SUPERVISORS
from opera_cases.domain.documents.document import Document, DocumentKind
from opera_cases.domain.kernel.errors import NotYourRole
from opera_cases.http.dependencies import Correlation, Expected, Key, TheRuntime, Who, Words

router = APIRouter()
Title = Annotated[str, Form(min_length=1, max_length=160, description="What the document is called.")]
Content = Annotated[UploadFile, File(description="PDF, JPEG, PNG, ODT or DOCX, at most ten million bytes.")]
MAY_SEE_READERS = SUPERVISORS


@router.post("/cases/{record_id}/documents", status_code=201, name="begin_document", tags=["documents"], responses=WRITING | WOULD,
             summary="File a document on a case.", response_model=dict[str, Any])  # fmt: skip
def add_document(
    record_id: UUID, content: Content, title: Title, document_kind: Annotated[DocumentKind, Form()], who: Who,
    runtime: TheRuntime, correlation: Correlation, key: Key, words: Words, dry_run: DryRun = False,
) -> Response:  # fmt: skip
    values = {"case": str(record_id), "document_kind": document_kind.value, "title": title}
    ask = CommandRequest(kind="document", step="add_document", values=values, by=who, key=key, correlation=correlation,
              channel="API", dry_run=dry_run)  # fmt: skip
    answer = file_document(runtime.application, runtime.files, ask, content.file.read())
    if dry_run:
        return json_answer({"version": answer.version, "state": answer.state, "recorded": False})
    told = carried_out(runtime, ask, Executed(answer), words)
    return json_answer(told, 201, {"Location": f"/rest/opera/v1/documents/{answer.id}"})


@router.post("/documents/{record_id}/versions", status_code=201, name="add_version", tags=["documents"], responses=WRITING,
             summary="Add a newer version of a document.", response_model=dict[str, Any])  # fmt: skip
def add_version(
    record_id: UUID, content: Content, title: Title, who: Who, runtime: TheRuntime, correlation: Correlation, key: Key,
    expected: Expected, words: Words,
) -> Response:  # fmt: skip
    ask = CommandRequest(kind="document", step="add_version", values={"title": title}, by=who, stream=record_id, key=key,
              expected=expected, correlation=correlation, channel="API")  # fmt: skip
    answer = file_document(runtime.application, runtime.files, ask, content.file.read())
    return json_answer(carried_out(runtime, ask, Executed(answer), words), 201)


@router.get("/documents/{record_id}/content", name="read_content", tags=["documents"], response_class=Response,
            summary="The content of a document, its last version or the one named.",
            responses=READING | {200: {"description": "The file, to be saved.", "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}})  # fmt: skip
def read_content(
    record_id: UUID, who: Who, runtime: TheRuntime, correlation: Correlation,
    number: Annotated[int | None, Query(ge=1, le=1000, description="The number of a version.")] = None,
) -> Response:  # fmt: skip
    version, _, content = content_of(runtime.application, runtime.files, record_id, number, who, correlation)
    headers = {
        "Content-Disposition": f'attachment; filename="{record_id}-{version.number}.{version.media_type.lower()}"',
        "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
    }  # fmt: skip
    return Response(content, 200, headers, "application/octet-stream")


@router.get("/documents/{record_id}/readings", name="read_readings", tags=["documents"], responses=READING,
            summary="Who read a document, and when.")  # fmt: skip
def read_readings(record_id: UUID, who: Who, runtime: TheRuntime) -> dict[str, Any]:
    document: Document = runtime.application.load("document", record_id, who)
    if who.role not in MAY_SEE_READERS:
        raise NotYourRole
    items = readings_of_document(runtime, document.subject, record_id, 1000)
    return {"items": items, "limit": 1000, "_links": {}}


@router.post("/resources/{record_id}/files", status_code=201, name="attach_file", responses=WRITING, tags=["resources"],
             summary="Attach a photo or a paper to a resource.", response_model=dict[str, Any])  # fmt: skip
def attach_file(
    record_id: UUID, content: Content, title: Title, who: Who, runtime: TheRuntime, correlation: Correlation, key: Key,
    expected: Expected, words: Words,
) -> Response:  # fmt: skip
    ask = CommandRequest(kind="resource", step="attach_file", values={"title": title}, by=who, stream=record_id, key=key,
              expected=expected, correlation=correlation, channel="API")  # fmt: skip
    answer = file_document(runtime.application, runtime.files, ask, content.file.read())
    return json_answer(carried_out(runtime, ask, Executed(answer), words), 201)


@router.get("/resources/{record_id}/files/{digest}", name="read_file", response_class=Response, tags=["resources"],
            summary="A photo or a paper of a resource, by the hash of its sealed content.",
            responses=READING | {200: {"description": "The file, to be saved.", "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}})  # fmt: skip
def read_file(
    record_id: UUID, digest: Annotated[str, Path(pattern="^[0-9a-f]{64}$", max_length=64)], who: Who, runtime: TheRuntime
) -> Response:  # fmt: skip
    found, content = attached_to(runtime.application, runtime.files, record_id, digest, who)
    headers = {
        "Content-Disposition": f'attachment; filename="{digest[:12]}.{found.media_type.lower()}"',
        "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
    }  # fmt: skip
    return Response(content, 200, headers, "application/octet-stream")
