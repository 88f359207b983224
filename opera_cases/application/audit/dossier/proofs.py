"""The proofs that go with a dossier: each event as it is stored, and its way to a signed head."""

import base64
from collections.abc import Collection
from contextlib import suppress
from typing import Any
from uuid import UUID

import msgspec

from opera_cases.application.access.redaction import redact
from opera_cases.application.integrity.proofs import checkpoint, of_another_log, proofs_of
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import Principal


def proofs_within_reach(
    runtime: Runtime, who: Principal, events: Collection[UUID], granted: Collection[UUID | None]
) -> dict[str, Any]:
    """Proofs under one head, signed now unless the last one covers everything. Where the key that signs is not at hand, the
    last one it is; where the witness speaks of another log, there is none.

    A stored event names ids as they are: one that names a record beyond its reader's reach is left out, and counted.
    """
    if of_another_log(runtime):
        return {"items": [], "head": None, "keys": [], "left_out": len(events)}
    proved = proofs_of(runtime, events)
    if len(proved["items"]) < len(events):
        with suppress(FileNotFoundError):
            checkpoint(runtime)
        proved = proofs_of(runtime, events)
    contents = [_ids_in(item["event"]) for item in proved["items"]]
    shown = redact(runtime, who, contents, granted)
    items = [item for item, was, now in zip(proved["items"], contents, shown, strict=True) if was == now]
    return {**proved, "items": items, "left_out": len(events) - len(items)}


def _ids_in(event: dict[str, Any]) -> list[Any]:
    """A stored event with everything in it that can be an id."""
    return [event["stream"], *(msgspec.json.decode(base64.b64decode(event[part])) for part in ("state", "metadata"))]
