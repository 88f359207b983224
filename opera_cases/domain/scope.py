"""Who may see which record: one pure function, used by every command, page and list (handbook 6.8)."""

from dataclasses import dataclass, field
from enum import IntEnum
from uuid import UUID

from opera_cases.domain.vocabulary import Actor, Role

EVERYWHERE = frozenset({Role.AUDITOR, Role.DPO, Role.CLOCK, Role.POLICY})
AT_THEIR_DESKS = frozenset({Role.CASEWORKER, Role.COORDINATOR})
WITH_THEIR_PEOPLE = frozenset({Role.MENTOR, Role.CONSULTANT})
AT_A_DESK = AT_THEIR_DESKS | WITH_THEIR_PEOPLE
"""Roles that somebody has by being posted at a desk; the others are roles of the programme, given to a person."""
GUARDIANS = frozenset({Role.AUDITOR, Role.DPO, Role.ADMINISTRATOR, Role.REGIONAL_COORDINATOR})
"""Roles that guard the others: two people give them together, and those who hold them are told."""
PEOPLE = frozenset(Role) - {Role.CLOCK, Role.POLICY}
PUBLIC = frozenset({"desk", "operator"})
SHARED = frozenset({"company", "resource", "vacancy", "session"})
"""What all desks share: everyone may read it, whoever has it works on it."""


class Reach(IntEnum):
    """How far someone's arm reaches to a record: not at all, to read it, to answer what was asked of them, to work."""

    NONE = 0
    READS = 1
    ANSWERS = 2
    WORKS = 3


@dataclass(frozen=True, slots=True)
class Principal:
    """Someone as they ask: who, in which role, at which desks or in which region.

    `authority` is the event that let them ask, `rests_on` the digests of the rows on which that rests: none of them may have been
    withdrawn when what they asked is written. `covers` are the colleagues who are away today and for whom they stand in. `opened`
    says whether the files count that they opened beyond their reach: to be read, not to be worked on or taken along.
    """

    id: UUID
    role: Role
    desks: frozenset[UUID] = field(default=frozenset())
    region: str = ""
    opened: bool = field(default=True, compare=False)
    authority: UUID | None = field(default=None, compare=False)
    rests_on: tuple[bytes, ...] = field(default=(), compare=False)
    covers: frozenset[UUID] = field(default=frozenset(), compare=False)

    @property
    def actor(self) -> Actor:
        return Actor(id=self.id, role=self.role, desk=next(iter(self.desks)) if len(self.desks) == 1 else None)


CLOCK = Principal(UUID(int=1), Role.CLOCK)
POLICY = Principal(UUID(int=2), Role.POLICY)
CONSOLE = Principal(UUID(int=3), Role.ADMINISTRATOR)
"""Who acts when an administrator sits at the machine itself."""


def reach(
    who: Principal, kind: str, *, desk: UUID | None, region: str, working_with: frozenset[UUID],
    asked_desk: UUID | None = None, grace_desk: UUID | None = None,
) -> Reach:  # fmt: skip
    """How far someone reaches to a record of a desk, in a region, on which some people work.

    An administrator works on desks and operators, never on a case; a monitor sees counts only; mentors and consultants
    work with their people; caseworkers and coordinators at their desks; a regional coordinator in the region; auditor
    and data protection officer everywhere. A desk asked to take a case over may read it and answer; the desk that gave
    it away may read it for a while (handbook 6.8 and 6.10).
    """
    if kind in PUBLIC and not (who.role in AT_THEIR_DESKS and desk in who.desks):
        return Reach.WORKS if who.role is Role.ADMINISTRATOR or who.role in EVERYWHERE else Reach.READS
    if who.role in EVERYWHERE:
        return Reach.WORKS
    least = Reach.READS if kind in SHARED else Reach.NONE
    if who.role in AT_THEIR_DESKS:
        levels = ((desk, Reach.WORKS), (asked_desk, Reach.ANSWERS), (grace_desk, Reach.READS))
        return next((level for where, level in levels if where in who.desks), least)
    if who.role is Role.REGIONAL_COORDINATOR:
        return Reach.WORKS if who.region and region == who.region else least
    theirs = bool(who.desks) and (who.id in working_with or (kind in SHARED and desk in who.desks))
    return Reach.WORKS if who.role in WITH_THEIR_PEOPLE and theirs else least
