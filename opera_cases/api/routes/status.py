"""Is it there, is it ready, how far behind: for probes and for people."""

from typing import Any

from fastapi import APIRouter, Response

from opera_cases.api.schemas.shown import plain
from opera_cases.api.schemas.work import StatusAnswer
from opera_cases.application.runtime import Runtime
from opera_cases.application.tasks.heartbeat import beats
from opera_cases.domain.kernel.errors import Unavailable
from opera_cases.http.dependencies import TheRuntime
from opera_cases.log.store.database import on_loop
from opera_cases.log.store.migrate import is_migrated
from opera_cases.projections.followed.catch_up import standing

STUCK_SECONDS = 3.0
"""A write transaction open for longer holds every reader back: that is an alarm."""

probes = APIRouter(tags=["status"])
status = APIRouter(tags=["status"])


@status.get("/status", name="status", summary="The service answers.", openapi_extra={"security": [{}]})
async def say() -> dict[str, Any]:
    return plain(StatusAnswer(status=200, title="OK", detail="The office is open."))


@probes.get("/healthz", include_in_schema=False)
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@probes.get("/readyz", include_in_schema=False)
def readyz(runtime: TheRuntime, response: Response) -> dict[str, Any]:
    try:
        report = _report(runtime)
    except Unavailable:
        report = {"ready": False, "trouble": ["The database does not answer."]}
    response.status_code = 200 if report["ready"] else 503
    return report


def _report(runtime: Runtime) -> dict[str, Any]:
    """What keeps the office from answering well, how far each read model is behind, and when the worker last looked.

    A worker that is late does not make the office unready: it goes on answering, and the alarm is for the worker.
    """
    if not is_migrated(runtime.log):
        return {"ready": False, "trouble": ["The log is not migrated: run opera-cases migrate."]}
    head = runtime.application.recorder.head()
    stuck = runtime.application.recorder.waiting_since()
    models = [standing(runtime.read, model) for model in runtime.models]
    trouble = [f"{model.name} {model.trouble}" for model in models if model.trouble]
    if stuck > STUCK_SECONDS:
        trouble.append(f"A write transaction has been open for {stuck:.0f} seconds and holds every read model back.")
    return {
        "ready": not trouble, "trouble": trouble, "position": str(head), "oldest_write_seconds": round(stuck, 1),
        "work": [
            {"name": each.name, "worker": each.worker, "seconds_ago": round(each.seconds_ago, 1), "late": each.late}
            for each in beats(runtime.log)
        ],
        "read_models": [
            {"name": model.name, "position": str(model.position), "caught_up": model.position >= head and not stuck}
            for model in models
        ],
    }  # fmt: skip


async def report(runtime: Runtime) -> dict[str, Any]:
    return await on_loop(_report, runtime)
