"""Questions of resources."""

from uuid import UUID

from opera_cases.log.database import Database
from opera_cases.projections.values import idents


def held_by(log: Database, venture: UUID, *, reserved_only: bool = False) -> list[UUID]:
    """The resources that a venture has reserved, or uses."""
    states = "'RESERVED'" if reserved_only else "'RESERVED', 'IN_USE'"
    return idents(log.rows(f"SELECT resource_id FROM read.resource_v1 WHERE holder = $1 AND state IN ({states}) ORDER BY resource_id", venture))
