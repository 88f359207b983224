"""What every process writes on standard error: a line of JSON each; of a fault where it happened and of what kind, never the
values, which may be of people.
"""

import logging
import traceback
from types import TracebackType
from typing import Any

from pythonjsonlogger.msgspec import MsgspecFormatter

FIELDS = frozenset({"event", "timestamp", "level", "logger", "exception"})


class Faults(MsgspecFormatter):
    """Leaves out what an exception says: a database names the row that it refused, a parser the text that it could not read.

    What else a library hands over with a message is left out as well.
    """

    def __init__(self) -> None:
        names = {"message": "event", "levelname": "level", "name": "logger", "exc_info": "exception"}
        super().__init__(("message", "levelname", "name"), rename_fields=names, timestamp=True)

    def formatException(  # noqa: N802 (the name that logging calls)
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        lines: list[str] = []
        wrong, seen = ei[1], set[int]()
        while wrong is not None and id(wrong) not in seen:
            seen.add(id(wrong))
            lines[:0] = [
                *traceback.format_tb(wrong.__traceback__),
                f"{type(wrong).__module__}.{type(wrong).__qualname__}\n",
            ]
            wrong = wrong.__cause__ or (None if wrong.__suppress_context__ else wrong.__context__)
        return "".join(lines).rstrip("\n")

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in log_data.items() if name in FIELDS}


def fault_log() -> None:
    """From now on warnings and faults of this process go to standard error, without values."""
    to_stderr = logging.StreamHandler()
    to_stderr.setFormatter(Faults())
    logging.basicConfig(handlers=[to_stderr], level=logging.WARNING)
