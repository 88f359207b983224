"""What was asked for and refused: by whom, of which record, by which rules. Rows are only added."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.log.access_log.filter import AccessFilter
from opera_cases.log.store.database import Database, Row


class RefusedAttempt(NamedTuple):
    """One refused attempt. `operation` is kind and step, `version` the one that the asker had read (0 where none), `rules` the names
    of those that refused, `edition` that of the rulebook."""

    refusal: UUID
    recorded_at: str
    actor: UUID
    role: str
    operation: str
    record: UUID
    version: int
    rules: Sequence[str]
    edition: str
    correlation: UUID


class RulePattern(NamedTuple):
    """A name under which a rule may stand: a pattern of LIKE over the names of a row, each between commas. Where a name means another
    rule elsewhere: in operations of one of these kinds, and of none of those."""

    pattern: str
    of: str = ""
    not_of: Sequence[str] = ()

    def condition(self, values: list[Any]) -> str:
        """What a row has to meet; the values of its placeholders are put behind those there are."""
        kinds = [("LIKE", self.of)] if self.of else []
        kinds += [("NOT LIKE", each) for each in self.not_of]
        values.append(self.pattern)
        told = [f"',' || rules || ',' LIKE ${len(values)}"]
        for meets, kind in kinds:
            values.append(f"{kind}.%")
            told.append(f"operation {meets} ${len(values)}")
        return " AND ".join(told)


_COLUMNS = "refusal_id, recorded_at, principal, role, operation, stream, version, rules, rulebook, correlation"


def append_refusal(log: Database, refused: RefusedAttempt) -> None:
    """Put one refused attempt on record."""
    log.rows(
        f"INSERT INTO log.refusal ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        *refused._replace(rules=",".join(refused.rules)),
    )  # fmt: skip


def newest_refusals(
    log: Database, criteria: AccessFilter, rules: Sequence[RulePattern], limit: int, offset: int
) -> list[RefusedAttempt]:
    """A page of what was refused, the newest first; by any of these rules, where some are given."""
    values: list[Any] = [limit, offset]
    condition = criteria.condition(values)
    if rules:
        condition += f" AND ({' OR '.join(f'({each.condition(values)})' for each in rules)})"
    sql = (
        f"SELECT {_COLUMNS} FROM log.refusal WHERE {condition} ORDER BY recorded_at DESC, refusal_id LIMIT $1 OFFSET $2"
    )
    return [_refusal(row) for row in log.rows(sql, *values)]


def count_attempts(log: Database, principal: UUID, operation: str, rules: Sequence[str], since: str) -> int:
    """How often somebody was refused an operation since a moment by a rule whose name holds one of these."""
    named = " OR ".join(f"rules LIKE ${number}" for number in range(4, len(rules) + 4))
    sql = (
        f"SELECT count(*) FROM log.refusal WHERE principal = $1 AND operation = $2 AND recorded_at >= $3 AND ({named})"
    )
    return int(log.rows(sql, principal, operation, since, *(f"%{each}%" for each in rules))[0][0])


def _refusal(row: Row) -> RefusedAttempt:
    refusal, at, principal, role, operation, stream, version, rules, edition, correlation = row
    return RefusedAttempt(UUID(str(refusal)), at, UUID(str(principal)), role, operation, UUID(str(stream)), version, str(rules).split(","), edition,
                   UUID(str(correlation)))  # fmt: skip
