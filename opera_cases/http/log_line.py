"""What the request log tells of a request (RAC_GEN_LOG_01): ids and words of ours only; no query, no body, no name, no secret."""

import re
from typing import Any
from uuid import UUID

from starlette.types import Scope

from opera_cases.application.paths import COLLECTIONS, MOUNT

_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WORDS = frozenset((*MOUNT.split("/"), *COLLECTIONS.values(), "calendars"))


def line(scope: Scope, status: int, seconds: float, correlation: UUID) -> dict[str, Any]:
    """The fields of one request: the path without what somebody wrote into it (`uri`), operation, method, status, the
    address and id of the caller, the id of the request, and how many milliseconds it took."""
    route = scope.get("route")
    return {
        "uri": path_without_values(scope["path"], getattr(route, "path", None)), "operation": getattr(route, "name", ""), "method": scope["method"],
        "status": status, "client": (scope.get("client") or ("",))[0], "caller": str(scope.get("opera.caller", "")),
        "request_id": str(correlation), "milliseconds": round(seconds * 1000, 1),
    }  # fmt: skip


def path_without_values(path: str, template: str | None) -> str:
    """A path without what somebody wrote into it: of its variable parts only ids are told, the others by their name.

    A path that belongs to no route may be a mistyped one: of that only ids and words that we know are told.
    """
    parts = path.split("/")
    if template is None:
        return "/".join(part if part in _WORDS or _ID.fullmatch(part) else "-" for part in parts)
    pattern = template.split("/")[1:]
    last = parts[len(parts) - len(pattern) :]
    shown = (
        each if "{" in each and not _ID.fullmatch(part) else part for each, part in zip(pattern, last, strict=False)
    )
    return "/".join((*parts[: len(parts) - len(pattern)], *shown))
