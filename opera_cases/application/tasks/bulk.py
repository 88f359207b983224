"""The same step for many records: each is decided on its own, and each gets its own result."""

from datetime import date
from typing import Any
from uuid import UUID, uuid5

import msgspec

from opera_cases.application.requests import CommandRequest
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.errors import OperaError, Refused, Unavailable
from opera_cases.log.progress import Progress


def outcome(error: OperaError) -> dict[str, Any]:
    """What is told of one record that did not take the step: the code of the error (`outcome`), its `detail`, and every
    rule that refused (`refusals`)."""
    told: dict[str, Any] = {"outcome": error.code, "detail": error.detail}
    if isinstance(error, Refused):
        told["refusals"] = [each.described() for each in error.refusals]
    return told


def steps(
    runtime: Runtime, task: UUID, request: dict[str, Any], who: Principal, progress: Progress
) -> tuple[bytes, str]:
    """`request`: kind, step, values, ids, occurred_on, dry_run. A repeat after a crash takes no step twice."""
    items = []
    ids = list(dict.fromkeys(request["ids"]))
    for number, each in enumerate(ids):
        key = uuid5(task, str(each))
        try:
            answer = runtime.application.execute(
                CommandRequest(kind=request["kind"], step=request["step"], values=request["values"], by=who, stream=UUID(each), key=key,
                    on=request["on"] and date.fromisoformat(request["on"]), channel="BULK", correlation=task,
                    dry_run=request["dry_run"])
            )  # fmt: skip
            items.append({"id": each, "outcome": "Would" if request["dry_run"] else "Done", "version": answer.version,
                          "state": answer.state, "event_ids": answer.event_ids})  # fmt: skip
        except Unavailable:
            raise  # nobody knows whether it happened: the whole task is taken up again, and repeats nothing
        except OperaError as wrong:
            items.append({"id": each, **outcome(wrong)})
        if number % 20 == 0:
            progress(number, len(ids))
    progress(len(ids), len(ids))
    return msgspec.json.encode({"items": items, "recorded": not request["dry_run"]}), "application/json"
