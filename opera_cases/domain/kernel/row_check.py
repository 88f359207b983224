"""What an event takes over from what was asked, and whether a row of a table says where the rest comes from."""

from collections.abc import Iterator
from functools import cache

import msgspec

from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.kernel.sealed_fields import field_of
from opera_cases.domain.kernel.steps import Command, Step


@cache
def taken_over(facts: type[Facts], asked: type[Command]) -> tuple[tuple[str, str], ...]:
    """The fields that an event takes over from what was asked, each with the one from which it comes."""
    pairs = ((field_of(asked, name), name) for name in asked.__struct_fields__)
    return tuple((field, name) for field, name in pairs if field in facts.__struct_fields__)


def unsaid(row: Step) -> Iterator[str]:
    """What the event of a row would lack, or lose, without anybody having said so."""
    event, asked = row.records, row.asks
    filled = row.fills.fields if row.fills else frozenset[str]()
    taken = dict(taken_over(event, asked))
    needed = {field.name for field in msgspec.structs.fields(event) if field.required}
    if lacks := needed - taken.keys() - filled:
        yield f"nothing gives {event.__name__} its {', '.join(sorted(lacks))}: ask for it, or fill it in"
    if strange := filled - set(event.__struct_fields__):
        yield f"{event.__name__} has no {', '.join(sorted(strange))} to fill in"
    lost = set(asked.__struct_fields__) - set(taken.values()) - asked.by_office - asked.derives.keys()
    if lost - asked.unrecorded:
        yield f"{event.__name__} does not keep {', '.join(sorted(lost - asked.unrecorded))} of {asked.__name__}: keep it, or name it in `unrecorded`"
    if kept := asked.unrecorded & set(taken.values()):
        yield f"{', '.join(sorted(kept))} of {asked.__name__} is kept: take it out of `unrecorded`"
