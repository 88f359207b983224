"""The roles: what each reaches, how it is had, and what it may ask for. Whatever names a set of roles derives it from here."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import assert_never

from opera_cases.domain.kernel.vocabulary import Role


class Extent(Enum):
    """How much of the programme a role reaches."""

    NOTHING = auto()
    COUNTS = auto()
    """Figures, and no file."""
    OFFICE = auto()
    """Desks and operators, and no file."""
    ASSIGNED = auto()
    """Those to whom somebody is assigned for a time, at a desk where they work."""
    DESKS = auto()
    REGION = auto()
    EVERYTHING = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleTraits:
    """What a role is.

    `given_by` is how many people give it to somebody: none where nobody can be given it, or where it comes with a posting at a
    desk. `person` says whether people have it. `opens` says whether somebody may open a file beyond their reach for a reason, `supervises` whether they look after how
    others work, and read the trail of it.
    """

    extent: Extent
    posted: bool = False
    given_by: int = 0
    person: bool = True
    opens: bool = False
    supervises: bool = False


def _facts(role: Role) -> RoleTraits:
    match role:
        case Role.CASEWORKER:
            return RoleTraits(extent=Extent.DESKS, posted=True, opens=True)
        case Role.COORDINATOR:
            return RoleTraits(extent=Extent.DESKS, posted=True, opens=True, supervises=True)
        case Role.CONSULTANT | Role.MENTOR:
            return RoleTraits(extent=Extent.ASSIGNED, posted=True, opens=True)
        case Role.REGIONAL_COORDINATOR:
            return RoleTraits(extent=Extent.REGION, given_by=2, opens=True, supervises=True)
        case Role.AUDITOR | Role.DPO:
            return RoleTraits(extent=Extent.EVERYTHING, given_by=2, supervises=True)
        case Role.ADMINISTRATOR:
            return RoleTraits(extent=Extent.OFFICE, given_by=2)
        case Role.MONITOR:
            return RoleTraits(extent=Extent.COUNTS, given_by=1)
        case Role.CLOCK | Role.POLICY:
            return RoleTraits(extent=Extent.EVERYTHING, person=False)
        case Role.PERSON | Role.PARTNER:
            return RoleTraits(extent=Extent.NOTHING, person=False)
        case _:
            assert_never(role)


ROLES = {role: _facts(role) for role in Role}


def where(holds: Callable[[RoleTraits], bool]) -> frozenset[Role]:
    """The roles of which something holds."""
    return frozenset(role for role, facts in ROLES.items() if holds(facts))


UNRESTRICTED = where(lambda facts: facts.extent is Extent.EVERYTHING)
AT_THEIR_DESKS = where(lambda facts: facts.extent is Extent.DESKS)
WITH_THEIR_PEOPLE = where(lambda facts: facts.extent is Extent.ASSIGNED)
IN_THEIR_REGION = where(lambda facts: facts.extent is Extent.REGION)
OF_THE_OFFICE = where(lambda facts: facts.extent is Extent.OFFICE)
OF_COUNTS = where(lambda facts: facts.extent is Extent.COUNTS)
AT_A_DESK = where(lambda facts: facts.posted)
"""Roles that somebody has by being posted at a desk."""
GIVEN = where(lambda facts: facts.given_by > 0)
"""Roles of the programme, that somebody is given by others."""
GUARDIANS = where(lambda facts: facts.given_by == 2)
"""Roles that guard the others: two people give them together, and those who hold them are told."""
PEOPLE = where(lambda facts: facts.person)
"""Roles that people of the office have. Those outside it, PERSON and PARTNER, reach nothing yet."""
AUTOMATIC = UNRESTRICTED - PEOPLE
"""Time and policies: they ask by themselves, and nobody is told or watched when they do."""
EXPERTS = AT_THEIR_DESKS | {Role.CONSULTANT}
MENTORS = AT_THEIR_DESKS | {Role.MENTOR}
"""Who helps with an idea and its plan, and who accompanies what has started: the desk itself, and those who are called in."""
OPENERS = where(lambda facts: facts.opens)
"""Whose reach ends somewhere, and who may open a file beyond it for a reason."""
SUPERVISORS = where(lambda facts: facts.supervises)
WITH_FILES = UNRESTRICTED | IN_THEIR_REGION | AT_A_DESK
"""Who reaches files at all."""
