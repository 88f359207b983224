"""Tokens: what someone shows to act. 256 random bits, kept only as a digest; a withdrawn one fails at once."""

import hashlib
import secrets
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from opera_cases.domain.errors import Malformed
from opera_cases.domain.scope import Principal
from opera_cases.domain.vocabulary import Role
from opera_cases.log.database import Database
from opera_cases.log.gathering import Shared
from opera_cases.office.ask import Ask

if TYPE_CHECKING:
    from opera_cases.office.premises import Premises

_WHOSE = (
    "t.operator, t.role, t.desks, t.region, p.desk_id FROM log.token t LEFT JOIN read.posting_v1 p"
    " ON p.operator = t.operator AND p.role = t.role AND p.since <= $3 AND (p.until IS NULL OR p.until >= $3)"
    " WHERE t.digest = {} AND t.revoked_at IS NULL AND t.expires_on >= $2 AND NOT EXISTS"
    " (SELECT 1 FROM read.operator_v1 o WHERE o.operator_id = t.operator AND o.state = 'LEFT')"
)
_FIND = Shared(
    one="SELECT " + _WHOSE.format("$1"), many="SELECT t.digest, " + _WHOSE.format("ANY($1::bytea[])")
)
"""One question tells whose token it is and where they are posted today: a posting withdrawn is withdrawn at once."""


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


class Wanted(NamedTuple):
    """For whom, in which role, at which desks or in which region, until when."""

    operator: UUID
    role: str
    desks: frozenset[UUID]
    region: str
    expires_on: date


def issue_to(where: "Premises", wanted: Wanted, by: Principal, *, key: UUID, correlation: UUID, channel: str) -> str:
    """A new token for somebody who works here; that it was issued, by whom and for what, is an event of theirs.

    Raises what any step raises, and `Malformed` when the key was used before: a token is shown once.
    """
    token = "opc_" + secrets.token_urlsafe(32)
    values = {"token": _digest(token).hex()[:16], "role": wanted.role, "desks": sorted(map(str, wanted.desks)), "region": wanted.region or None,
              "expires_on": wanted.expires_on.isoformat()}  # fmt: skip
    told = {name: value for name, value in values.items() if name != "token"}
    where.office.load("operator", wanted.operator, by)
    answer = where.office.do(Ask(kind="operator", step="issue_token", stream=wanted.operator, values=values, by=by, key=key,
                                 correlation=correlation, channel=channel, repeated_as=told))  # fmt: skip
    if answer.repeated:
        raise Malformed("This token was issued already, and a token is shown once. Issue another one under a new key.", "Idempotency-Key")
    who = Principal(wanted.operator, Role(wanted.role), wanted.desks, wanted.region)
    return issue(where.log, who, wanted.expires_on, token)


def withdraw_from(where: "Premises", operator: UUID, by: Principal, *, key: UUID, correlation: UUID, channel: str) -> int:
    """Every token of somebody ends; that it did, and who ended it, is an event of theirs. Returns how many there were."""
    ask = Ask(kind="operator", step="withdraw_tokens", stream=operator, values={}, by=by, key=key, correlation=correlation, channel=channel)
    where.office.do(replace(ask, dry_run=True))
    ended = revoke(where.log, operator, where.clock().isoformat())  # first: whoever is cut off here has ended them all the same
    where.office.do(ask)
    return ended


def issue(database: Database, who: Principal, expires_on: date, token: str = "") -> str:
    """A new token for someone in a role, without an event; it is shown once and cannot be read back."""
    token = token or "opc_" + secrets.token_urlsafe(32)
    sql = "INSERT INTO log.token (digest, operator, role, desks, region, expires_on) VALUES ($1, $2, $3, $4, $5, $6)"
    desks = " ".join(sorted(map(str, who.desks)))
    database.rows(sql, _digest(token), who.id, who.role.value, desks, who.region, expires_on.isoformat())
    return token


def find(database: Database, token: str, today: date) -> Principal | None:
    """Who shows this token, if it is good today, with the desks at which they are posted today in its role.

    A token that names desks is good at those of them only.
    """
    rows = database.shared(_FIND, _digest(token), today.isoformat(), today)
    if not rows:
        return None
    operator, role, named, region, _ = rows[0]
    posted = frozenset(UUID(str(row[4])) for row in rows if row[4] is not None)
    desks = posted & frozenset(map(UUID, named.split())) if named else posted
    return Principal(UUID(str(operator)), Role(role), desks, region)


def posted(database: Database, operator: UUID, role: Role, today: date) -> frozenset[UUID]:
    """The desks at which someone is posted in a role on a day."""
    sql = (
        "SELECT desk_id FROM read.posting_v1 WHERE operator = $1 AND role = $2 AND since <= $3"
        " AND (until IS NULL OR until >= $3)"
    )
    return frozenset(UUID(str(row[0])) for row in database.rows(sql, operator, role.value, today))


def revoke(database: Database, operator: UUID, at: str) -> int:
    """Withdraw every token of someone. Returns how many there were."""
    sql = "UPDATE log.token SET revoked_at = $1 WHERE operator = $2 AND revoked_at IS NULL RETURNING 1"
    return len(database.rows(sql, at, operator))
