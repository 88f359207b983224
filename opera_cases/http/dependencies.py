"""Who is asking, under which correlation, with which key: what a request says beside its body.

All of these are coroutines, though few wait: a plain function would cost a hop to another thread each.
"""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from opera_cases.application.runtime import Runtime, labels
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.errors import InvalidInput
from opera_cases.domain.labels import Labels, preferred
from opera_cases.http.problems import Unauthenticated, VersionMissing
from opera_cases.log.store.database import on_loop

bearer = HTTPBearer(
    auto_error=False, description="An opaque token of 256 random bits, as issued by `opera-cases token`."
)


KNOWN = (
    "The ETag of your last answer. 304 says that nothing happened to the record itself since; what a new day or another"
    " record changes in its allowed steps is seen by asking without this header."
)


async def runtime_of(request: Request) -> Runtime:
    """The office that this application serves."""
    found: Runtime = request.app.state.premises
    return found


async def principal(
    request: Request, shown: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> Principal:
    """Whoever shows the token of this request, with their desks of today. Raises `Unauthenticated` where it is missing
    or good no longer."""
    runtime: Runtime = request.app.state.premises
    who = (
        await on_loop(runtime.application.authorities.find, shown.credentials.strip(), runtime.application.today())
        if shown
        else None
    )
    if who is None:
        raise Unauthenticated
    request.scope["opera.caller"] = who.id
    request.scope["opera.principal"] = who
    return who


async def correlation(request: Request) -> UUID:
    """The id under which everything is recorded that follows from this request: the asker's own, or a new one."""
    found: UUID = request.scope.get("opera.correlation") or uuid4()
    return found


def _key(told: str | None) -> UUID:
    if told is None:
        return uuid4()
    try:
        return UUID(told.strip('"'))
    except ValueError:
        raise InvalidInput(
            "The Idempotency-Key is a UUID, a new one for each new request.", "Idempotency-Key"
        ) from None


def _expected(told: str | None) -> int:
    if told is None:
        raise VersionMissing
    digits = told.strip().strip('"')
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise InvalidInput('If-Match is the ETag of your last answer, as in "7".', "If-Match")
    return int(digits)


async def idempotency_key(idempotency_key: Annotated[str | None, Header(max_length=64)] = None) -> UUID:
    """Each request is carried out once for its key; without one, it is a new request."""
    return _key(idempotency_key)


async def expected_version(if_match: Annotated[str | None, Header(max_length=64)] = None) -> int:
    """The version that the asker has read."""
    return _expected(if_match)


async def words(accept_language: Annotated[str, Header(max_length=200)] = "") -> Labels:
    """The words of the reader's language: Accept-Language, else Italian."""
    return labels(preferred(accept_language))


class Caller:
    """Everything that a request says beside its body, in one: each part above would be a dependency of its own, and
    the routes that are asked most would spend a tenth of their time on them (decision 0013)."""

    __slots__ = ("_headers", "correlation", "runtime", "who")

    def __init__(self, request: Request, who: Principal) -> None:
        self._headers, self.who = request.headers, who
        self.runtime: Runtime = request.app.state.premises
        self.correlation: UUID = request.scope.get("opera.correlation") or uuid4()

    @property
    def words(self) -> Labels:
        """The words of the reader's language: Accept-Language, else Italian."""
        return labels(preferred(self._headers.get("accept-language", "")[:200]))

    @property
    def key(self) -> UUID:
        """The key of the request, or a new one. Raises `InvalidInput` for one that is no UUID."""
        return _key(self._headers.get("idempotency-key"))

    @property
    def expected(self) -> int:
        """The version that the asker has read. Raises `VersionMissing` where If-Match is not there."""
        return _expected(self._headers.get("if-match"))

    @property
    def known(self) -> frozenset[str]:
        """The versions that the asker has at hand."""
        told = self._headers.get("if-none-match", "")[:400]
        return frozenset(each.strip().removeprefix("W/").strip('"') for each in told.split(",") if each.strip())


async def caller(request: Request) -> Caller:
    """Who asks, with everything else that the request says beside its body. Raises `Unauthenticated`."""
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    credentials = (
        HTTPAuthorizationCredentials(scheme=scheme, credentials=shown) if scheme.lower() == "bearer" and shown else None
    )
    return Caller(request, await principal(request, credentials))


def caller_docs(*names: str) -> dict[str, Any]:
    """What the description of the API says of a route that takes a `Caller`: who may ask, and the headers of these
    names that it reads; as `openapi_extra` of the route."""
    parameters = [
        {"name": name, "in": "header", "required": False, **_HEADERS[name]} for name in (*names, "Accept-Language")
    ]
    return {"security": [{"HTTPBearer": []}], "parameters": parameters}


def _text(most: int, description: str) -> dict[str, Any]:
    schema = {
        "anyOf": [{"type": "string", "maxLength": most}, {"type": "null"}],
        "title": description.partition(".")[0][:40],
    }
    return {"description": description, "schema": schema}


_HEADERS = {
    "Accept-Language": _text(200, "The language of the words: it, fr or en."),
    "Idempotency-Key": _text(
        64, "Each request is carried out once for its key, a UUID; without one, it is a new request."
    ),
    "If-Match": _text(64, "The ETag of your last answer: the version that you have read."),
    "If-None-Match": _text(400, KNOWN),
}
Calls = Annotated[Caller, Depends(caller)]
Words = Annotated[Labels, Depends(words)]
Who = Annotated[Principal, Depends(principal)]
TheRuntime = Annotated[Runtime, Depends(runtime_of)]
Correlation = Annotated[UUID, Depends(correlation)]
Key = Annotated[UUID, Depends(idempotency_key)]
Expected = Annotated[int, Depends(expected_version)]
