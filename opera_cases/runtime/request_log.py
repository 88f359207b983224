"""One line of JSON for each request, with the fields that the interoperability rules ask for and no personal data."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from opera_cases.runtime.fault_log import Faults


def request_log() -> Callable[[dict[str, Any]], None]:
    """Writes to standard error, a line at once; the time is UTC in RFC 3339 with T and Z.

    In the form of every other line, and past `logging`: making a record of it and asking handlers costs more than the line.
    """
    written = Faults().serialize_log_record

    def write(line: dict[str, Any]) -> None:
        sys.stderr.write(written({"event": "request", "timestamp": datetime.now(UTC), **line}) + "\n")

    return write
