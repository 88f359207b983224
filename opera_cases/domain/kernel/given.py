"""What a record gives somebody: a role, work at a desk, or something to show for it. Whoever acts, acts by it."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class GivenKind(StrEnum):
    """A role of the programme, work at a desk, what is shown to act, the address of a personal calendar."""

    GRANT = "GRANT"
    POSTING = "POSTING"
    TOKEN = "TOKEN"  # noqa: S105 (the name of a kind)
    CALENDAR = "CALENDAR"


class Given(NamedTuple):
    """What one event gave: to whom, in which role, at which desks or in which region, from which day to which.

    Of what is shown, `secret` is the id from which the office makes it, `name` names it without telling it, and `grant` is the
    event that gave the role.
    """

    kind: GivenKind
    operator: UUID
    role: str
    desks: tuple[UUID, ...] = ()
    region: str = ""
    purpose: str = ""
    since: date | None = None
    until: date | None = None
    secret: UUID | None = None
    name: str = ""
    grant: UUID | None = None

    def covers(self, day: date) -> bool:
        """Whether it is good on a day, both ends included."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)
