"""Figures as typed: within their bounds, and with no more decimals than they have."""

from decimal import Decimal
from functools import lru_cache
from typing import Any, get_args, get_type_hints

import msgspec

from opera_cases.domain.kernel.errors import InvalidInput
from opera_cases.domain.kernel.scalars import Bounds


@lru_cache(maxsize=256)
def _bounds(struct: type[msgspec.Struct]) -> dict[str, Bounds]:
    hints = get_type_hints(struct, include_extras=True)
    return {name: found for name, hint in hints.items() if (found := _of(hint))}


def _of(hint: Any) -> Bounds | None:
    for meta in getattr(hint, "__metadata__", ()):
        if isinstance(meta, msgspec.Meta) and meta.extra and "bounds" in meta.extra:
            bounds: Bounds = meta.extra["bounds"]
            return bounds
    return next((inner for each in get_args(hint) if (inner := _of(each))), None)


def check_figures(struct: msgspec.Struct, path: str = "") -> None:
    """Raises `InvalidInput`, naming the field, for the first figure out of its bounds."""
    bounds = _bounds(type(struct))
    for name in struct.__struct_fields__:
        value = getattr(struct, name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Decimal):
                _check(each, bounds[name], path + name)
            elif isinstance(each, msgspec.Struct) and _is_nested(each):
                check_figures(each, f"{path}{name}.")


def _is_nested(struct: msgspec.Struct) -> bool:
    return bool(_bounds(type(struct)))


def _check(figure: Decimal, bounds: Bounds, field: str) -> None:
    if not figure.is_finite() or not bounds.least <= figure <= bounds.most:
        raise InvalidInput(f"The figure lies between {bounds.least} and {bounds.most}.", field)
    exponent = figure.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > bounds.places:
        raise InvalidInput(f"The figure has at most {bounds.places} decimals.", field)
