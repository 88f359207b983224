"""Tasks over HTTP: the same step for many, imports, exports. Asked: 202; under way: 200; done: 303 to the result."""

import base64
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, File, Form, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from opera_cases.api.openapi.responses import READING, WRITING
from opera_cases.api.schemas.request_bodies import APART
from opera_cases.api.schemas.shown import plain
from opera_cases.api.schemas.work import TaskAnswer, TaskAsked
from opera_cases.application.paths import COLLECTIONS
from opera_cases.application.runtime import Runtime
from opera_cases.application.tasks import queue as tasks
from opera_cases.application.tasks.kinds import DOSSIER, EXPORT, IMPORT, STEPS, check_case, check_role
from opera_cases.domain.kernel.errors import InvalidInput, NotFound
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.http.dependencies import Key, TheRuntime, Who, Words
from opera_cases.http.links import link
from opera_cases.projections.queries import lists
from opera_cases.projections.registry import MODELS

router = APIRouter(tags=["tasks"])
ACCEPTED: dict[int | str, dict[str, Any]] = {202: {"description": "Asked; look at Location for how it goes."}}
SUFFIXES = {"text/csv": "csv", "application/x-ndjson": "jsonl", "application/pdf": "pdf"}
Kind = Annotated[str, Field(pattern=f"^({'|'.join(COLLECTIONS)})$", description="A kind of record.")]


class Batch(BaseModel):
    """One step for many records of a kind. Each is decided on its own; `dry_run` is the preview."""

    kind: Kind
    step: Annotated[str, Field(max_length=40, pattern="^[a-z_]+$")]
    ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)]
    values: Annotated[dict[str, Any], Field(max_length=30)] = {}
    occurred_on: date | None = None
    dry_run: bool = False

    model_config = ConfigDict(extra="forbid")


class Dossier(BaseModel):
    """The whole file of a case: on paper, or for another system."""

    format: Literal["PDF", "JSON"] = "PDF"

    model_config = ConfigDict(extra="forbid")


class Export(BaseModel):
    """A list as a file."""

    kind: Kind
    format: Literal["CSV", "XLSX"] = "XLSX"
    filters: Annotated[dict[str, str], Field(max_length=20)] = {}

    model_config = ConfigDict(extra="forbid")


@router.post("/batches", status_code=202, name="begin_batch", responses=WRITING | ACCEPTED,
             summary="Ask for the same step of many records.")  # fmt: skip
def begin_batch(body: Batch, who: Who, runtime: TheRuntime, key: Key, response: Response) -> dict[str, Any]:
    if body.step not in PROCEDURES[body.kind].commands.keys() - APART:
        raise InvalidInput(f"There is no step {body.step}.", "step")
    asked = {"kind": body.kind, "step": body.step, "values": body.values, "ids": [str(each) for each in body.ids],
             "on": body.occurred_on and body.occurred_on.isoformat(), "dry_run": body.dry_run}  # fmt: skip
    return asked_for(runtime, tasks.ask(runtime, STEPS, asked, who, key, len(body.ids)), response)


@router.post("/imports", status_code=202, name="begin_import", responses=WRITING | ACCEPTED,
             summary="Import people and first contacts from CSV or XLSX; with dry_run, a preview row by row.")  # fmt: skip
def begin_import(
    content: Annotated[UploadFile, File(description="CSV in UTF-8, or XLSX; at most 5,000 rows.")],
    desk: Annotated[UUID, Form()], who: Who, runtime: TheRuntime, key: Key, response: Response,
    dry_run: Annotated[bool, Form()] = True,
) -> dict[str, Any]:  # fmt: skip
    check_role(runtime.application, IMPORT, who)
    if desk not in who.desks:
        raise NotFound("There is no such desk, or you do not work there.")
    asked = {"desk": str(desk), "dry_run": dry_run, "content": base64.b64encode(content.file.read()).decode()}
    return asked_for(runtime, tasks.ask(runtime, IMPORT, asked, who, key), response)


@router.post("/exports", status_code=202, name="begin_export", responses=WRITING | ACCEPTED,
             summary="Export a list within your reach as CSV or XLSX. The export is recorded.")  # fmt: skip
def begin_export(body: Export, who: Who, runtime: TheRuntime, key: Key, response: Response) -> dict[str, Any]:
    check_role(runtime.application, EXPORT, who)
    equal = {name: value for name, value in body.filters.items() if name != "due_before"}
    for name, value in equal.items():
        if name not in ("state", *MODELS[body.kind].filters):
            raise InvalidInput(f"There is no filter {name}.", "filters")
        try:
            lists.filter_value(body.kind, name, value)
        except ValueError:
            raise InvalidInput(f"The filter {name} cannot be read.", "filters") from None
    try:
        date.fromisoformat(body.filters.get("due_before", "2026-01-01"))
    except ValueError:
        raise InvalidInput("The filter due_before cannot be read.", "filters") from None
    asked = {"kind": body.kind, "format": body.format, "equal": equal, "due_before": body.filters.get("due_before")}
    return asked_for(runtime, tasks.ask(runtime, EXPORT, asked, who, key), response)


def asked_for(runtime: Runtime, task: UUID, response: Response) -> dict[str, Any]:
    response.headers["Location"] = f"/rest/opera/v1/tasks/{task}"
    return plain(TaskAsked(id=task, state=tasks.QUEUED, links={"self": link(f"tasks/{task}")}))


@router.post("/cases/{record_id}/dossier", status_code=202, name="begin_dossier", tags=["cases"], responses=WRITING | ACCEPTED,
             summary="The whole file of a case, as PDF/UA or as JSON with proofs, in your language. It is recorded as read.")  # fmt: skip
def begin_dossier(
    record_id: UUID, body: Dossier, who: Who, runtime: TheRuntime, words: Words, key: Key, response: Response
) -> dict[str, Any]:
    check_role(runtime.application, DOSSIER, who)
    check_case(runtime.application, record_id, who)
    asked = {"case": str(record_id), "format": body.format, "language": words.language.value}
    return asked_for(runtime, tasks.ask(runtime, DOSSIER, asked, who, key), response)


@router.get("/tasks/{task_id}", name="read_task", summary="How a task goes; 303 to its result when it is done.",
            responses=READING | {303: {"description": "Done: the result is at Location."}})  # fmt: skip
def read_task(task_id: UUID, who: Who, runtime: TheRuntime, response: Response) -> dict[str, Any]:
    task = tasks.read_task(runtime, task_id, who)
    if task.state in (tasks.DONE, tasks.FAILED):
        response.status_code = 303
        response.headers["Location"] = f"/rest/opera/v1/tasks/{task_id}/result"
    return plain(
        TaskAnswer(
            id=task.id, kind=task.kind, state=task.state, asked_at=task.asked_at, done=task.done, total=task.total,
            links={"self": link(f"tasks/{task_id}")},
        )
    )  # fmt: skip


@router.get("/tasks/{task_id}/result", name="read_result", summary="What came of a task: results by item, or the file.",
            responses=READING, response_class=Response)  # fmt: skip
def read_result(task_id: UUID, who: Who, runtime: TheRuntime) -> Response:
    task = tasks.read_task(runtime, task_id, who)
    content = tasks.result(runtime, task, who)
    assert task.result is not None
    media = task.result.media
    headers = {"X-Content-Type-Options": "nosniff"}
    if media != "application/json":
        suffix = SUFFIXES.get(media.partition(";")[0], "xlsx")
        headers["Content-Disposition"] = f'attachment; filename="{task_id}.{suffix}"'
    return Response(content, 200, headers, media)
