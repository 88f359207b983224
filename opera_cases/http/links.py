"""Links in answers are absolute (ModI, RAC_REST_NAME_007): built from where the office is found from outside."""

from contextvars import ContextVar
from typing import Any
from urllib.parse import urlencode

from opera_cases.application.paths import MOUNT

__all__ = ["MOUNT", "base", "link"]

base: ContextVar[str] = ContextVar("base", default="")
"""The public address of the office that answers this request; set for every request by its envelope."""


def link(path: str, /, **query: Any) -> str:
    """The absolute address of something of this API, with the values of its query written as an address needs them."""
    asked = f"?{urlencode(query, doseq=True)}" if query else ""
    return f"{base.get()}{MOUNT}/{path}{asked}"
