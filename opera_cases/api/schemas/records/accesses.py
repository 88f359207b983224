"""Access taken beyond one's reach, over HTTP."""

from datetime import date
from uuid import UUID

from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code
from opera_cases.domain.break_glass import BreakGlass


class AccessFields(Shown):
    """What is shown of an access: which case was `opened` by whom and until when, and what was found of it."""

    opened: UUID | None
    operator: UUID | None
    until: date | None
    verdict: Code


def of_access(access: BreakGlass) -> AccessFields:
    """What is shown of it."""
    return AccessFields(opened=access.opened, operator=access.operator, until=access.until, verdict=access.verdict)
