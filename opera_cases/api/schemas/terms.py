"""The values that answers are made of: types of Python, each with the bounds that the description promises of it.

Ids are `UUID` and days `date`, without more.
"""

from typing import Annotated, Any

from msgspec import Meta

Code = Annotated[str, Meta(max_length=80, pattern="^[A-Za-z0-9_.:/ -]*$")]
"""A word of the tables, a code of a list, or a digest."""
Words = Annotated[str, Meta(max_length=4000, pattern="^[^\\u0000]*$")]
"""Something for people to read."""
Long = Annotated[str, Meta(max_length=200_000, pattern="^[^\\u0000]*$")]
"""A value of any length, as text."""
Instant = Annotated[str, Meta(max_length=40, pattern="^[0-9T:.+Z-]+$")]
"""A moment, as RFC 3339 writes it."""
Amount = Annotated[str, Meta(max_length=20, pattern="^-?[0-9.]+$")]
"""Euros, with their decimals."""
Number = Annotated[int, Meta(ge=0, le=2_147_483_647, extra_json_schema={"format": "int32"})]
Whole = Annotated[int, Meta(ge=0, le=9_223_372_036_854_775_807, extra_json_schema={"format": "int64"})]
"""A number that outgrows a `Number`: a place in the log."""
Sign = Annotated[int, Meta(ge=-1, le=1, extra_json_schema={"format": "int32"})]
"""One more, or one less."""
Links = Annotated[dict[str, Words], Meta(max_length=20)]
Free = Annotated[dict[str, Any], Meta(max_length=100, extra_json_schema={"additionalProperties": True})]
"""Facts or labels by their names, which the steps and the code lists decide."""


def at_most(items: int) -> Meta:
    """The bound of a list."""
    return Meta(min_length=0, max_length=items)
