"""Tokens: what someone shows to act. 256 random bits, kept only as a digest; a withdrawn one fails at once."""

import hashlib
import secrets
from datetime import date
from uuid import UUID

from opera_cases.domain.scope import Principal
from opera_cases.domain.vocabulary import Role
from opera_cases.log.database import Database

_FIND = "SELECT operator, role, desks, region FROM log.token WHERE digest = $1 AND revoked_at IS NULL AND expires_on >= $2"


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def issue(database: Database, who: Principal, expires_on: date) -> str:
    """A new token for someone in a role; it is shown once and cannot be read back."""
    token = "opc_" + secrets.token_urlsafe(32)
    sql = "INSERT INTO log.token (digest, operator, role, desks, region, expires_on) VALUES ($1, $2, $3, $4, $5, $6)"
    desks = " ".join(sorted(map(str, who.desks)))
    database.rows(sql, _digest(token), who.id, who.role.value, desks, who.region, expires_on.isoformat())
    return token


def find(database: Database, token: str, today: date) -> Principal | None:
    """Who shows this token, if it is good today."""
    rows = database.rows(_FIND, _digest(token), today.isoformat())
    if not rows:
        return None
    operator, role, desks, region = rows[0]
    return Principal(UUID(str(operator)), Role(role), frozenset(map(UUID, desks.split())), region)


def revoke(database: Database, operator: UUID, at: str) -> int:
    """Withdraw every token of someone. Returns how many there were."""
    sql = "UPDATE log.token SET revoked_at = $1 WHERE operator = $2 AND revoked_at IS NULL RETURNING 1"
    return len(database.rows(sql, at, operator))
