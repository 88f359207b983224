"""What a correction records, the same for every kind of record, and how a corrected fact reads.

A fact's address is the event that holds it and the field. A correction says what the field should have said; an
update (a new job, a new address) is not a correction, it is a new fact.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, get_type_hints
from uuid import UUID

import msgspec
from msgspec import Struct

from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.kernel.personal import CorrectedText, Reason, Sealed
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.sealed_fields import fields_of, nothing


class Moved(Struct, frozen=True, kw_only=True):
    """A deadline that followed a corrected fact to another day."""

    key: Code
    was: date
    now: date


class CorrectionProposed(Facts, frozen=True, kw_only=True):
    """Someone says what a fact should have said; another person decides."""

    fact: UUID
    field: Code
    value: Code | None = None
    text: CorrectedText | None = None
    reason: Reason
    document: UUID | None = None


class CorrectionRejected(Facts, frozen=True, kw_only=True):
    proposal: UUID
    reason: Reason


class Derived(Struct, frozen=True, kw_only=True):
    """A clear fact of the corrected event that follows from the words, as it reads after the correction; nothing where it
    is not known any longer."""

    field: Code
    value: Code | None = None


class FactCorrected(Facts, frozen=True, kw_only=True):
    """The fact at `fact`/`field` should have said `value`, or `text` where it is personal, or what `proposal` says.

    With none of the three the field should have been left out. `typing` marks the repair of a slip of the pen; `derived`
    are the clear facts beside it that changed with it. `field` is the name of the fact, whether it is sealed or not.
    """

    fact: UUID
    field: Code
    value: Code | None = None
    text: CorrectedText | None = None
    proposal: UUID | None = None
    reason: Reason | None = None
    document: UUID | None = None
    typing: bool = False
    moved: tuple[Moved, ...] = ()
    derived: tuple[Derived, ...] = ()


class DoubtVerdict(StrEnum):
    """What came of a step in doubt: it stands all the same, or what had to be done about it was done."""

    STANDS = "STANDS"
    PUT_RIGHT = "PUT_RIGHT"


class Doubted(Struct, frozen=True, kw_only=True):
    """A step in doubt, by its event, and the rules that would have refused it."""

    step: UUID
    rules: tuple[Code, ...]


class StepsDoubted(Facts, frozen=True, kw_only=True):
    """A correction put these steps in doubt."""

    correction: UUID
    steps: tuple[Doubted, ...]


class DoubtsLifted(Facts, frozen=True, kw_only=True):
    """A correction took the doubts about these steps away."""

    correction: UUID
    steps: tuple[UUID, ...]


class DoubtSettled(Facts, frozen=True, kw_only=True):
    """Somebody else looked at a step in doubt."""

    doubted: UUID
    verdict: DoubtVerdict
    reason: Reason


def as_corrected(
    facts: Facts, name: str, value: str | None, text: Sealed | None, derived: tuple[Derived, ...] = ()
) -> Facts:  # fmt: skip
    """The facts as they should have been. Raises `msgspec.ValidationError` when the fact `name` cannot say that, `KeyError`
    when there is no such fact."""
    kind, (clear, sealed) = type(facts), fields_of(type(facts))[name]
    news: dict[str, Any] = {}
    if clear and sealed:
        if value is None and text is None and name in facts.required:
            raise msgspec.ValidationError("This fact cannot be left out.")
        news[sealed] = text
        news[clear] = _read(kind, clear, value) if value is not None else nothing(kind, clear)
    else:
        field = clear or sealed
        if text is None and value is not None and isinstance(getattr(facts, field), Sealed):
            raise msgspec.ValidationError("A personal value is corrected by words.")
        news[field] = text if text is not None else _read(kind, field, value)
    news |= {each.field: _read(kind, each.field, each.value) for each in derived}
    return msgspec.structs.replace(facts, **news)


def _read(kind: type[Facts], field: str, value: str | None) -> Any:
    return msgspec.convert(value, get_type_hints(kind)[field], strict=False)


def correction_of(correction: FactCorrected, proposals: Mapping[UUID, Any]) -> tuple[str | None, Sealed | None]:
    """What a correction says: its own words, or those of the proposal that it confirms."""
    said = proposals.get(correction.proposal or correction.fact, correction)
    return said.value, said.text
