"""Questions of submissions."""

from uuid import UUID

from opera_cases.log.database import Database
from opera_cases.projections.values import idents


def of_region(log: Database, region: str) -> list[UUID]:
    """What was submitted for a region, the oldest first."""
    return idents(log.rows("SELECT submission_id FROM read.submission_v1 WHERE region = $1 ORDER BY occurred_until", region))
