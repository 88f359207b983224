"""What every request goes through: a correlation id, bounds on size, time and number, answers that nobody caches, one line in
the request log without personal data, and one observation for the meters.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol
from uuid import UUID, uuid4

from fastapi import Request
from fastapi.security import HTTPAuthorizationCredentials
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from opera_cases.http import problems
from opera_cases.http.access_log_gate import AccessLogGate
from opera_cases.http.compression import Compression
from opera_cases.http.dependencies import principal
from opera_cases.http.links import base
from opera_cases.http.log_line import line
from opera_cases.http.rate_limit import Headers, KnownTokens, RateLimit, address_of, token_shown

LARGEST, PATIENCE = 256 * 1024, 20.0
"""Bytes of the body of a request, and seconds until it has arrived."""
LARGEST_FILE, PATIENCE_WITH_FILES = 11_000_000, 180.0
"""The same where files are taken in: as long as a slow line needs."""
_UPLOADS = ("/documents", "/versions", "/imports", "/files")


class Meters(Protocol):
    """Whoever counts answers."""

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Is told of every answer: of which route, with which status, after how many seconds."""


class RequestMiddleware:
    """Around the whole application."""

    def __init__(
        self, app: ASGIApp, rate: RateLimit | None = None, meters: Meters | None = None,
        log: Callable[[dict[str, Any]], None] | None = None, public_url: str = "",
    ) -> None:  # fmt: skip
        self.app, self.rate, self.meters, self.log = AccessLogGate(Compression(app)), rate or RateLimit(), meters, log
        self.public_url = public_url.rstrip("/")
        self.known = KnownTokens()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        base.set(self.public_url)
        # Of a header that is there twice the first one counts, as for the routes.
        headers = dict(reversed(scope["headers"]))
        correlation = _uuid(headers.get(b"x-correlation-id", b""))
        scope["opera.correlation"] = correlation
        more: Headers = [(b"x-correlation-id", str(correlation).encode())]
        status = 500

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                cached = any(name == b"cache-control" for name, _ in message["headers"])
                message["headers"] = [
                    *message["headers"],
                    *more,
                    *([] if cached else [(b"cache-control", b"no-store")]),
                ]
            await send(message)

        token = token_shown(scope["headers"])
        try:
            await self._within_bounds(scope, headers, token, more, receive, send_marked)
        finally:
            if status == 401:
                self.known.forget(token)
            seconds = time.perf_counter() - began
            if self.meters is not None:
                self.meters.observe(scope, status, seconds)
            if self.log is not None:
                self.log(line(scope, status, seconds, correlation))

    async def _within_bounds(
        self, scope: Scope, headers: dict[bytes, bytes], token: str, more: Headers, receive: Receive, send: Send
    ) -> None:
        uploads = scope["method"] == "POST" and scope["path"].endswith(_UPLOADS)
        brings = uploads or b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0"
        request, who = Request(scope), self.known.whose(token)
        wrong: Exception | None = None
        body: bytes | None = None
        try:
            await self._admit(request, token, who, more, brings=brings, anew=uploads)
            if brings:
                body = await _whole(receive, *((LARGEST_FILE, PATIENCE_WITH_FILES) if uploads else (LARGEST, PATIENCE)))
                _in_the_form(headers.get(b"content-type", b""), body, uploads)
        except (*problems.STATUS,) as found:
            wrong = found
            scope.setdefault("opera.caller", who or "")

        async def receive_again() -> Message:
            nonlocal body
            if body is None:
                return await receive()
            content, body = body, None
            return {"type": "http.request", "body": content, "more_body": False}

        if wrong is not None:
            await problems.early_problem(request, wrong)(scope, receive, send)
        else:
            await self.app(scope, receive_again, send)

    async def _admit(
        self, request: Request, token: str, who: UUID | None, more: Headers, *, brings: bool, anew: bool
    ) -> None:  # fmt: skip
        """Count the request for its caller: `who`, whose token was good before, or an address. Raises `TooMany`.

        Nobody makes us wait for a body, or take it in, before we know who they are: raises `Unauthenticated` where one is
        brought along. `anew` looks even at a token that was good before. What the body is for asks for itself, once it is here.
        """
        allowed, told = self.rate.hit(str(who or address_of(request.scope)))
        if allowed and (anew or who is None) and (brings or token):
            with suppress(*(() if brings else problems.STATUS)):
                found = await principal(
                    request, HTTPAuthorizationCredentials(scheme="Bearer", credentials=token) if token else None
                )
                if who is None:
                    self.known.add(token, found.id)
                    allowed, told = self.rate.hit(str(found.id))
        more += told
        if not allowed:
            raise problems.TooMany


def _in_the_form(media: bytes, body: bytes, uploads: bool) -> None:
    """Raises `NotThisMedia` for a body that is neither JSON nor, where files are taken in, a form with a file."""
    wanted = b"multipart/form-data" if uploads else b"application/json"
    if body and media.partition(b";")[0].strip().lower() != wanted:
        raise problems.NotThisMedia


async def _whole(receive: Receive, largest: int, patience: float) -> bytes:
    """The body of the request. Raises `TooLarge` when it is larger than any request of ours, `TooSlow` when it does not come."""
    parts, taken, more = [], 0, True
    try:
        async with asyncio.timeout(patience):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise problems.TooSlow  # what came is not what was sent
                parts.append(message.get("body", b""))
                taken += len(parts[-1])
                more = message.get("more_body", False)
                if taken > largest:
                    raise problems.TooLarge
    except TimeoutError:
        raise problems.TooSlow from None
    return b"".join(parts)


def _uuid(text: bytes) -> UUID:
    try:
        return UUID(text.decode("ascii"))
    except ValueError:
        return uuid4()
