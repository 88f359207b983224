"""Who may see which record: one pure function, used by every command, page and list (handbook 6.8)."""

from dataclasses import dataclass, field
from uuid import UUID

from opera_cases.domain.vocabulary import Actor, Role

EVERYWHERE = frozenset({Role.AUDITOR, Role.DPO, Role.CLOCK, Role.POLICY})
AT_THEIR_DESKS = frozenset({Role.CASEWORKER, Role.COORDINATOR})
WITH_THEIR_PEOPLE = frozenset({Role.MENTOR, Role.CONSULTANT})
PUBLIC = frozenset({"desk", "operator"})


@dataclass(frozen=True, slots=True)
class Principal:
    """Someone as they ask: who, in which role, at which desks or in which region."""

    id: UUID
    role: Role
    desks: frozenset[UUID] = field(default=frozenset())
    region: str = ""

    @property
    def actor(self) -> Actor:
        return Actor(id=self.id, role=self.role, desk=next(iter(self.desks)) if len(self.desks) == 1 else None)


CLOCK = Principal(UUID(int=1), Role.CLOCK)
POLICY = Principal(UUID(int=2), Role.POLICY)


def sees(who: Principal, kind: str, *, desk: UUID | None, region: str, working_with: frozenset[UUID]) -> bool:
    """Whether a record of a desk, in a region, on which some people work, is within someone's reach.

    An administrator sees desks and operators, never a case; a monitor sees counts only; mentors and consultants see
    the people they work with; caseworkers and coordinators their desks; a regional coordinator the region; auditor
    and data protection officer everything.
    """
    if kind in PUBLIC or who.role in EVERYWHERE:
        return True
    if who.role in AT_THEIR_DESKS:
        return desk in who.desks
    if who.role is Role.REGIONAL_COORDINATOR:
        return bool(who.region) and region == who.region
    return who.role in WITH_THEIR_PEOPLE and who.id in working_with
