"""One line of JSON for each request, with the fields that the interoperability rules ask for and no personal data."""

import sys
from collections.abc import Callable
from typing import Any

import structlog


def request_log() -> Callable[[dict[str, Any]], None]:
    """Writes to standard error; the time is UTC in RFC 3339 with T and Z."""
    logger = structlog.wrap_logger(
        structlog.WriteLogger(sys.stderr),
        processors=[structlog.processors.TimeStamper(fmt="iso", utc=True), structlog.processors.JSONRenderer()],
    )

    def write(line: dict[str, Any]) -> None:
        logger.info("request", **line)

    return write
