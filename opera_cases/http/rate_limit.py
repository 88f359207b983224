"""How many requests one caller may send in a while; told in every answer (ModI, RAC_ROBUSTEZZA).

Whoever shows a good token counts as the operator behind it, with all the tokens they have; whoever shows another, or none,
counts by their address, so that made-up tokens escape nothing and cost nobody else anything.
"""

import ipaddress
import time
from collections.abc import Iterable
from hashlib import sha256
from math import ceil
from uuid import UUID

from starlette.types import Scope

Headers = list[tuple[bytes, bytes]]
MOST_CALLERS = 50_000
SPANS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}


def token_shown(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The token of the first Authorization header, however its scheme is spelt (RFC 9110, 11.1); empty when there is none."""
    for name, value in headers:
        if name == b"authorization":
            scheme, _, token = value.decode("latin-1").strip().partition(" ")
            return token.strip() if scheme.lower() == "bearer" else ""
    return ""


def address_of(scope: Scope) -> str:
    """The address a request came from, as it counts: whoever has one address of IPv6 has all that share its first 64 bits."""
    host = str((scope.get("client") or ("",))[0])
    if ":" not in host:
        return host
    try:
        address = ipaddress.IPv6Address(host.partition("%")[0])
    except ValueError:
        return host
    return str(address.ipv4_mapped or ipaddress.IPv6Network((int(address) >> 64 << 64, 64)))


class KnownTokens:
    """Whose tokens were found good in this process. Nothing is allowed by it: every request is still asked for its token."""

    def __init__(self) -> None:
        self._whose: dict[bytes, UUID] = {}

    def whose(self, token: str) -> UUID | None:
        """Whose a token was when it was last found good; None for one that is not known."""
        return self._whose.get(_digest(token)) if token else None

    def add(self, token: str, operator: UUID) -> None:
        """A token was found good; the oldest is forgotten where there are too many."""
        self._whose[_digest(token)] = operator
        if len(self._whose) > MOST_CALLERS:
            del self._whose[next(iter(self._whose))]

    def forget(self, token: str) -> None:
        """A token that is good no more counts by its address from now on, and not for the operator who had it."""
        self._whose.pop(_digest(token), None)


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


class _Window:
    __slots__ = ("before", "began", "now")

    def __init__(self, began: float) -> None:
        self.began, self.before, self.now = began, 0, 0


class RateLimit:
    """Bounds the requests of each caller to `rate`, as in `1200/minute`; an empty one bounds nothing.

    The window slides: of the requests of the one before counts the share that it still overlaps. Raises `ValueError` when
    the rate is not written as it should be.
    """

    def __init__(self, rate: str = "") -> None:
        amount, _, span = rate.partition("/")
        if rate and not (amount.isascii() and amount.isdigit() and int(amount) and span in SPANS):
            raise ValueError(f"A rate is written as in 1200/minute, with {', '.join(SPANS)}; not {rate}.")
        self._most, self._span = int(amount or 0), SPANS.get(span, 1)
        self._windows: dict[str, _Window] = {}

    def hit(self, caller: str) -> tuple[bool, Headers]:
        """Count a request of a caller. Returns whether it may go on, and what is told of the limit."""
        if not self._most:
            return True, []
        at = time.monotonic()
        window = self._windows.get(caller) or self._begin(caller, at)
        passed = at - window.began
        if passed >= self._span:
            window.before = window.now if passed < 2 * self._span else 0
            window.now = 0
            window.began += passed // self._span * self._span
            passed = at - window.began
        used = window.before * (1 - passed / self._span) + window.now
        allowed = used + 1 <= self._most
        window.now += allowed
        told = (
            (b"limit", self._most),
            (b"remaining", max(0, int(self._most - used - allowed))),
            (b"reset", ceil(self._span - passed) or 1),
        )
        return allowed, [(b"x-ratelimit-" + name, b"%d" % value) for name, value in told]

    def _begin(self, caller: str, at: float) -> _Window:
        if len(self._windows) >= MOST_CALLERS:
            del self._windows[next(iter(self._windows))]
        return self._windows.setdefault(caller, _Window(at))
