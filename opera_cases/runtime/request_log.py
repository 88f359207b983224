"""One line of JSON for each request, with the fields that the interoperability rules ask for and no personal data."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec


def request_log() -> Callable[[dict[str, Any]], None]:
    """Writes to standard error, a line at once; the time is UTC in RFC 3339 with T and Z."""

    def write(line: dict[str, Any]) -> None:
        at = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        sys.stderr.write(msgspec.json.encode({"event": "request", "timestamp": at, **line}).decode() + "\n")

    return write
