"""Two records that may be of one person, over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Words, at_most
from opera_cases.domain.duplicates.duplicate import Duplicate


class DuplicateFields(Shown):
    """What is shown of a suspected duplicate: how alike the two are, and what became of them."""

    first: UUID
    second: UUID
    score: Code
    reasons: Annotated[tuple[Code, ...], at_most(10)]
    survivor: UUID | None
    merged_case: UUID | None


class Alike(Shown):
    """One of the two: enough to know whom to call."""

    id: UUID
    initials: Words
    birth_date: Code | None
    desk: UUID | None
    registered_on: date | None
    state: Code


class DuplicateOpened(Shown):
    """What is opened of both for whoever reads the pair itself."""

    records: Annotated[list[Alike], at_most(2)]


def of_duplicate(pair: Duplicate) -> DuplicateFields:
    """What is shown of it."""
    return DuplicateFields(
        first=pair.first, second=pair.second, score=pair.score, reasons=pair.reasons, survivor=pair.survivor,
        merged_case=pair.merged_case,
    )  # fmt: skip
