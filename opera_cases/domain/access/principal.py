"""Who asks."""

from dataclasses import dataclass, field
from uuid import UUID

from opera_cases.domain.kernel.vocabulary import Actor, Role


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
