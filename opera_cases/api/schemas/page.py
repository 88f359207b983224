"""What every page of a list has over HTTP."""

from typing import ClassVar

from msgspec import field

from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Links, Number


class Page(Shown):
    """Some `items`, of which each page says the type; at most how many were asked for; the next page in the links, if there is one."""

    always: ClassVar[tuple[str, ...]] = ("items", "limit", "_links")

    limit: Number
    links: Links = field(name="_links")
