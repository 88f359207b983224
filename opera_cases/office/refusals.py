"""What was asked for and refused is on record: by whom, of which record, by which rules."""

from datetime import datetime
from uuid import UUID, uuid4

from opera_cases.domain.scope import Principal
from opera_cases.log.database import Database

NO_RECORD = UUID(int=0)


def put_on_record(
    database: Database, at: datetime, edition: str, *, by: Principal, operation: str, rules: tuple[str, ...], stream: UUID | None = None,
    version: int | None = None, correlation: UUID | None = None,
) -> None:  # fmt: skip
    """One refused attempt. `version` is the one that the asker had read."""
    database.rows(
        "INSERT INTO log.refusal (refusal_id, recorded_at, principal, role, operation, stream, version, rules, rulebook,"
        " correlation) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        uuid4(), at.isoformat(), by.id, by.role.value, operation, stream or NO_RECORD, version or 0, ",".join(rules), edition,
        correlation or uuid4(),
    )  # fmt: skip
