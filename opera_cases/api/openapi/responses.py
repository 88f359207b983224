"""What a question or a step may be answered instead of what was asked for, as the description tells it."""

from typing import Any

from opera_cases.api.schemas.records.record import Refusal
from opera_cases.api.schemas.shown import nested


def schema() -> dict[str, Any]:
    """What every error looks like."""
    return {
        "type": "object", "title": "Problem", "description": "What is wrong, and what to do (RFC 9457).",
        "required": ["type", "title", "status", "detail", "instance"],
        "properties": {
            "type": {"type": "string", "format": "uri", "maxLength": 200},
            "title": {"type": "string", "maxLength": 200},
            "status": {"type": "integer", "format": "int32", "minimum": 400, "maximum": 599},
            "detail": {"type": "string", "maxLength": 4000},
            "instance": {"type": "string", "format": "uri-reference", "maxLength": 400},
            "errors": {"type": "array", "maxItems": 50, "description": "The fields that cannot be read.", "items": {"type": "object"}},
            "refusals": {"type": "array", "maxItems": 50, "description": "Every rule that fails.", "items": nested(Refusal)},
            "happened": {"type": "array", "maxItems": 10000, "description": "What came between.", "items": {"type": "object"}},
        },
    }  # fmt: skip


_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
READING: dict[int | str, dict[str, Any]] = {
    status: {"description": title, "content": _CONTENT}
    for status, title in ((401, "Who are you?"), (403, "Your role does not allow this"), (404, "Not found"), (422, "The request cannot be read"), (429, "Too many requests"),
                          (500, "Unexpected"), (503, "Not possible at the moment"))
}  # fmt: skip
"""What any question may be answered instead."""

WOULD: dict[int | str, dict[str, Any]] = {
    200: {"description": "What would happen: with dry_run nothing is recorded.", "model": dict[str, Any]}
}
"""How the beginning of a record is answered when it was only tried."""

UNCHANGED: dict[int | str, dict[str, Any]] = {
    304: {"description": "Nothing happened to the record since the ETag you know."}
}

SEARCHING = READING | {
    status: {"description": title, "content": _CONTENT}
    for status, title in ((408, "Too slow"), (413, "Too large"), (415, "Not in this form"))
}
"""What a search may be answered instead."""

WRITING = READING | {
    status: {"description": title, "content": _CONTENT}
    for status, title in ((409, "The procedure does not allow this"),
                          (412, "The record has changed in the meantime"), (428, "Which version?"))
} | SEARCHING  # fmt: skip
"""What any step may be answered instead."""
