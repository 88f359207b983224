"""Who is asking, under which correlation, with which key: what a request says beside its body.

All of these are coroutines, though few wait: a plain function would cost a hop to another thread each.
"""

from datetime import UTC, date
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from opera_cases.api.problems import Unauthenticated, VersionMissing
from opera_cases.domain.errors import Malformed
from opera_cases.domain.labels import Labels, preferred
from opera_cases.domain.scope import Principal
from opera_cases.log.database import on_loop
from opera_cases.office import tokens
from opera_cases.office.premises import Premises, labels

bearer = HTTPBearer(auto_error=False, description="An opaque token of 256 random bits, as issued by `opera-cases token`.")


KNOWN = (
    "The ETag of your last answer. 304 says that nothing happened to the record itself since; what a new day or another"
    " record changes in its allowed steps is seen by asking without this header."
)


async def premises(request: Request) -> Premises:
    found: Premises = request.app.state.premises
    return found


def _today(where: Premises) -> date:
    return where.clock().astimezone(UTC).date()


async def principal(
    request: Request, shown: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> Principal:
    where: Premises = request.app.state.premises
    who = await on_loop(tokens.find, where.log, shown.credentials, _today(where)) if shown else None
    if who is None:
        raise Unauthenticated
    request.scope["opera.caller"] = who.id
    return who


async def correlation(request: Request) -> UUID:
    found: UUID = request.scope.get("opera.correlation") or uuid4()
    return found


async def idempotency_key(idempotency_key: Annotated[str | None, Header(max_length=64)] = None) -> UUID:
    """Each request is carried out once for its key; without one, it is a new request."""
    if idempotency_key is None:
        return uuid4()
    try:
        return UUID(idempotency_key.strip('"'))
    except ValueError:
        raise Malformed("The Idempotency-Key is a UUID, a new one for each new request.", "Idempotency-Key") from None


async def expected_version(if_match: Annotated[str | None, Header(max_length=64)] = None) -> int:
    """The version that the asker has read."""
    if if_match is None:
        raise VersionMissing
    digits = if_match.strip().strip('"')
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise Malformed('If-Match is the ETag of your last answer, as in "7".', "If-Match")
    return int(digits)


async def known_version(if_none_match: Annotated[str | None, Header(max_length=400, description=KNOWN)] = None) -> frozenset[str]:
    """The versions that the asker has at hand."""
    return frozenset(each.strip().removeprefix("W/").strip('"') for each in (if_none_match or "").split(",") if each.strip())


async def words(accept_language: Annotated[str, Header(max_length=200)] = "") -> Labels:
    """The words of the reader's language: Accept-Language, else Italian."""
    return labels(preferred(accept_language))


Words = Annotated[Labels, Depends(words)]
Who = Annotated[Principal, Depends(principal)]
Where = Annotated[Premises, Depends(premises)]
Correlation = Annotated[UUID, Depends(correlation)]
Key = Annotated[UUID, Depends(idempotency_key)]
Known = Annotated[frozenset[str], Depends(known_version)]
Expected = Annotated[int, Depends(expected_version)]
