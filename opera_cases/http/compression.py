"""Answers of more than a kilobyte travel compressed to whoever takes gzip.

Three kinds go as they are: streams, which have to arrive as they are told; files, which are compressed inside; and answers that
show a secret beside words of whoever asked, since the length of both together would tell of the secret (BREACH).
"""

import re
from functools import lru_cache

from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipResponder, IdentityResponder
from starlette.types import ASGIApp, Receive, Scope, Send

LEAST, APART = 1024, 32 * 1024
"""Bytes from which an answer is compressed, and from which a thread does it while the loop goes on."""
LEVEL = 1
"""A page of two hundred cases comes out a tenth larger than at 6, in a third of the time."""
FILES = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES, "application/octet-stream", "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)  # fmt: skip
SHOWN_ONCE = ("/tokens", "/me/calendars")
"""How the paths end at which a secret is shown."""


class Compression:
    """Inside the gate of what is on record: an answer that is held back there leaves in no form. ETags name versions of a record,
    not the bytes of an answer, and stay what they are."""

    def __init__(self, app: ASGIApp, least: int = LEAST) -> None:
        self.app, self.least = app, least

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].endswith(SHOWN_ONCE):
            await self.app(scope, receive, send)
        elif takes_gzip(b",".join(value for name, value in scope["headers"] if name == b"accept-encoding")):
            packing = GZipResponder(self.app, self.least, LEVEL, thread_minimum_size=APART, exclude_content_types=FILES)
            await packing(scope, receive, send)
        else:
            await IdentityResponder(self.app, self.least, exclude_content_types=FILES)(scope, receive, send)


@lru_cache(maxsize=64)
def takes_gzip(accepted: bytes) -> bool:
    """Whether an Accept-Encoding allows gzip (RFC 9110, 12.5.3): by its name, or by the star for all that are not named."""
    weights = dict(
        re.sub(r"\s", "", each).lower().partition(";")[::2] for each in accepted.decode("latin-1").split(",")
    )
    told = weights.get("gzip", weights.get("*", "q=0"))
    return re.fullmatch(r"q=0(\.0*)?", told) is None
