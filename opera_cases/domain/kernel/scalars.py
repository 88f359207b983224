"""The types of single values: short codes, public names, amounts and counts, each with the bounds within which it is taken."""

from decimal import Decimal
from typing import Annotated, NamedTuple

from msgspec import Meta

Code = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.:/-]{1,40}$", max_length=40)]
"""A short identifier from a published list (a place, an occupation, an edition): never words about a person."""

Codes = Annotated[tuple[Code, ...], Meta(max_length=60)]

PublicName = Annotated[str, Meta(min_length=1, max_length=120, extra={"public": True})]
"""The name of an institution or a place open to the public: a desk, a host, a funder."""

Listed = Annotated[
    str,
    Meta(
        pattern=r"^[A-Z][A-Z0-9-]{1,15}/[0-9A-Za-z.-]{1,12}:[0-9A-Za-z.-]{1,40}$", max_length=70, extra={"listed": True}
    ),
]
"""A code of a published list with the list's version, as in NACE/2.1:10.71. Labels are looked up when it is shown."""

Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
"""A SHA-256 hash, in hexadecimal."""


class Bounds(NamedTuple):
    """What a figure may be: from least to most, with at most `places` decimals."""

    least: int
    most: int
    places: int


Money = Annotated[Decimal, Meta(extra={"bounds": Bounds(0, 999_999_999, 2)})]
"""An amount in euro, not negative, to the cent."""

Balance = Annotated[Decimal, Meta(extra={"bounds": Bounds(-999_999_999, 999_999_999, 2)})]
"""An amount in euro that may be below zero, to the cent."""

Share = Annotated[Decimal, Meta(extra={"bounds": Bounds(0, 100, 2)})]
"""A percentage from 0 to 100."""

Quantity = Annotated[Decimal, Meta(extra={"bounds": Bounds(0, 100_000, 2)})]
"""A count that may be broken: months of cash, full-time equivalents, jobs."""

Days = Annotated[int, Meta(ge=0, le=3660)]

Count = Annotated[int, Meta(ge=0, le=100_000)]

Month = Annotated[int, Meta(ge=0, le=60)]
