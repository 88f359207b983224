"""Links in answers are absolute (ModI, RAC_REST_NAME_007): built from where the office is found from outside."""

from contextvars import ContextVar

from opera_cases.office.paths import MOUNT

__all__ = ["MOUNT", "base", "link"]

base: ContextVar[str] = ContextVar("base", default="")
"""The public address of the office that answers this request; set for every request by its envelope."""


def link(path: str) -> str:
    """The absolute address of something of this API."""
    return f"{base.get()}{MOUNT}/{path}"
