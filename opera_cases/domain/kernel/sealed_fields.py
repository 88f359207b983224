"""Facts that were recorded in the clear once and are sealed since. A fact has one name, by which it is asked for, shown and
corrected; in an event it stands in the field of that name as long as it was clear, and in NAME_sealed since. Of the two
one is filled.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple, get_type_hints

import msgspec

from opera_cases.domain.kernel.personal import kind_of

SUFFIX = "_sealed"


class FactFields(NamedTuple):
    """The fields of an event in which a fact may stand; empty where there is none of the sort."""

    clear: str
    sealed: str


def fact_name(field: str) -> str:
    """The name of the fact that stands in a field."""
    return field.removesuffix(SUFFIX)


@cache
def fields_of(facts: type[msgspec.Struct]) -> Mapping[str, FactFields]:
    """The facts that an event can hold, by name, in the order of its fields."""
    known = facts.__struct_fields__
    return {
        name: FactFields(name if name in known else "", name + SUFFIX if name + SUFFIX in known else "")
        for name in dict.fromkeys(map(fact_name, known))
    }


def value_of(facts: msgspec.Struct, name: str) -> Any:
    """What an event says of a fact, sealed or clear; None where it says nothing. Raises `KeyError` for another name."""
    clear, sealed = fields_of(type(facts))[name]
    found = getattr(facts, sealed) if sealed else None
    return getattr(facts, clear) if found is None and clear else found


def by_name(facts: msgspec.Struct) -> dict[str, Any]:
    """Everything that an event says, each fact under its name."""
    return {name: value_of(facts, name) for name in fields_of(type(facts))}


@cache
def nothing(facts: type[msgspec.Struct], field: str) -> Any:
    """What stands in a field that says nothing."""
    found = next(each for each in msgspec.structs.fields(facts) if each.name == field)
    return None if found.default is msgspec.NODEFAULT else found.default


@cache
def field_of(command: type[msgspec.Struct], name: str) -> str:
    """The field of an event that takes what was typed in a field of a step: a sealed code, day or id stands apart."""
    kind = kind_of(get_type_hints(command, include_extras=True)[name])
    return name + SUFFIX if kind is not None and kind.of is not None else name


@cache
def hint_of(facts: type[msgspec.Struct], field: str) -> Any:
    """The type of a field, with what may be written in it."""
    return get_type_hints(facts, include_extras=True)[field]
