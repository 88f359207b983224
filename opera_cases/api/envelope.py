"""What every request goes through: a correlation id, bounds on size and number, answers that nobody caches, one line in
the request log without personal data, and one observation for the meters.
"""

import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID, uuid4

from fastapi import Request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from opera_cases.api import problems
from opera_cases.api.links import base
from opera_cases.api.on_record import OnRecord
from opera_cases.api.who import bearer, principal

LARGEST = 256 * 1024
LARGEST_FILE = 11_000_000
MOST_CALLERS = 10_000
_UPLOADS = ("/documents", "/versions", "/imports", "/files")
Headers = list[tuple[bytes, bytes]]


class Meters(Protocol):
    def observe(self, scope: Scope, status: int, seconds: float) -> None: ...


class Rate:
    """How many requests one caller may send in a while; told in every answer (ModI, RAC_ROBUSTEZZA).

    A caller is a token that was found good before; whoever shows another, or none, counts by their address, so that
    made-up tokens escape nothing.
    """

    def __init__(self, rate: str) -> None:
        self._limit = parse(rate)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._good: dict[bytes, None] = {}

    def caller(self, scope: Scope, shown: bytes) -> str:
        token = sha256(shown).digest()
        return token.hex() if token in self._good else str((scope.get("client") or ("",))[0])

    def was_good(self, shown: bytes) -> None:
        """Know this token from now on. The request by which it became known counts for it too."""
        token = sha256(shown).digest()
        if token not in self._good:
            self._limiter.hit(self._limit, token.hex())
        self._good[token] = None
        if len(self._good) > MOST_CALLERS:
            del self._good[next(iter(self._good))]

    def hit(self, caller: str) -> tuple[bool, Headers]:
        allowed = self._limiter.hit(self._limit, caller)
        stats = self._limiter.get_window_stats(self._limit, caller)
        seconds = max(1, int(stats.reset_time - time.time()) + 1)
        told = (("limit", self._limit.amount), ("remaining", stats.remaining), ("reset", seconds))
        return allowed, [(f"x-ratelimit-{name}".encode(), str(value).encode()) for name, value in told]


class Envelope:
    """Around the whole application."""

    def __init__(
        self, app: ASGIApp, rate: Rate | None = None, meters: Meters | None = None,
        log: Callable[[dict[str, Any]], None] | None = None, public_url: str = "",
    ) -> None:  # fmt: skip
        self.app, self.rate, self.meters, self.log = OnRecord(app), rate, meters, log
        self.public_url = public_url.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        base.set(self.public_url)
        headers = dict(scope["headers"])
        correlation = _uuid(headers.get(b"x-correlation-id", b""))
        scope["opera.correlation"] = correlation
        more: Headers = [(b"x-correlation-id", str(correlation).encode())]
        allowed = True
        if self.rate is not None:
            shown = headers.get(b"authorization", b"")
            allowed, told = self.rate.hit(self.rate.caller(scope, shown))
            more += told
        status = 500

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                cached = any(name == b"cache-control" for name, _ in message["headers"])
                message["headers"] = [*message["headers"], *more, *([] if cached else [(b"cache-control", b"no-store")])]
            await send(message)

        try:
            if not allowed:
                await problems.told(Request(scope), problems.TooMany())(scope, receive, send_marked)
            else:
                await self._within_bounds(scope, headers, receive, send_marked)
        finally:
            if self.rate is not None and "opera.caller" in scope:
                self.rate.was_good(headers.get(b"authorization", b""))
            seconds = time.perf_counter() - began
            if self.meters is not None:
                self.meters.observe(scope, status, seconds)
            if self.log is not None:
                self.log(_line(scope, status, seconds, correlation))

    async def _within_bounds(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive, send: Send) -> None:
        uploads = scope["method"] == "POST" and scope["path"].endswith(_UPLOADS)
        request = Request(scope)
        wrong: Exception | None = None
        body: bytes | None = None
        try:
            if uploads:  # nobody makes us take in a file before we know who they are
                await principal(request, await bearer(request))
            body = await _whole(receive, LARGEST_FILE if uploads else LARGEST)
            _in_the_form(headers.get(b"content-type", b""), body, uploads)
        except (*problems.STATUS,) as found:
            wrong = found

        async def receive_again() -> Message:
            nonlocal body
            if body is None:
                return await receive()
            content, body = body, None
            return {"type": "http.request", "body": content, "more_body": False}

        if wrong is not None:
            await problems.told(request, wrong)(scope, receive, send)
        else:
            await self.app(scope, receive_again, send)


def _in_the_form(media: bytes, body: bytes, uploads: bool) -> None:
    """Raises `NotThisMedia` for a body that is neither JSON nor, where files are taken in, a form with a file."""
    wanted = b"multipart/form-data" if uploads else b"application/json"
    if body and media.partition(b";")[0].strip().lower() != wanted:
        raise problems.NotThisMedia


async def _whole(receive: Receive, largest: int) -> bytes:
    """The body of the request. Raises `TooLarge` when it is larger than any request of ours."""
    parts, taken, more = [], 0, True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        taken += len(parts[-1])
        more = message.get("more_body", False)
        if taken > largest:
            raise problems.TooLarge
    return b"".join(parts)


def _line(scope: Scope, status: int, seconds: float, correlation: UUID) -> dict[str, Any]:
    """The fields of RAC_GEN_LOG_01: ids only, no query, no body, no name."""
    route = scope.get("route")
    return {
        "uri": scope["path"], "operation": getattr(route, "name", ""), "method": scope["method"], "status": status,
        "client": (scope.get("client") or ("",))[0], "caller": str(scope.get("opera.caller", "")),
        "request_id": str(correlation), "milliseconds": round(seconds * 1000, 1),
    }  # fmt: skip


def _uuid(text: bytes) -> UUID:
    try:
        return UUID(text.decode("ascii"))
    except ValueError:
        return uuid4()
