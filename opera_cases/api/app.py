"""The application: routers, problem documents, and what every request goes through."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from opera_cases.api import problems, records, status
from opera_cases.api.answers import COLLECTIONS
from opera_cases.office.premises import Premises

MOUNT = "/rest/opera/v1"
LARGEST = 256 * 1024


def create_app(premises: Premises) -> FastAPI:
    """The API over one office."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await premises.log.join_loop()
        await premises.keys.join_loop(connections=2)
        yield
        await premises.keys.leave_loop()
        await premises.log.leave_loop()

    app = FastAPI(
        title="opera_cases", version="0.1.0", summary="Case management of the O.P.E.R.A. desks",
        description="Every journey from the first contact at a desk to the end of mentoring, as a history of steps.",
        contact={"name": "The O.P.E.R.A. desks", "url": "https://opera.example/"},
        terms_of_service="https://opera.example/terms", license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        openapi_url=f"{MOUNT}/openapi.json", docs_url=None, redoc_url=None, lifespan=lifespan,
        generate_unique_id_function=lambda route: route.name,
    )  # fmt: skip
    app.state.premises = premises
    problems.install(app)
    app.include_router(status.probes)
    app.include_router(status.status, prefix=MOUNT)
    for kind in COLLECTIONS:
        app.include_router(records.routes(kind), prefix=MOUNT)
    app.add_middleware(Envelope)
    describe = app.openapi

    def described() -> dict[str, Any]:
        document = describe()
        document["components"]["schemas"]["Problem"] = problems.SCHEMA
        return document

    app.openapi = described  # type: ignore[method-assign]
    return app


class Envelope:
    """What every request goes through: a correlation id, a bound on its size, and answers that nobody caches."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        correlation = _uuid(headers.get(b"x-correlation-id", b""))
        scope["opera.correlation"] = correlation
        body = await _whole(receive)

        async def receive_again() -> Message:
            nonlocal body
            if body is None:
                return await receive()
            content, body = body, None
            return {"type": "http.request", "body": content, "more_body": False}

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"], (b"x-correlation-id", str(correlation).encode()),
                    *([] if any(n == b"cache-control" for n, _ in message["headers"]) else [(b"cache-control", b"no-store")]),
                ]  # fmt: skip
            await send(message)

        if body is None:
            await problems.too_large(Request(scope))(scope, receive, send_marked)
        else:
            await self.app(scope, receive_again, send_marked)


async def _whole(receive: Receive) -> bytes | None:
    """The body of the request; None when it is larger than any request of ours."""
    parts, taken, more = [], 0, True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        taken += len(parts[-1])
        more = message.get("more_body", False)
        if taken > LARGEST:
            return None
    return b"".join(parts)


def _uuid(text: bytes) -> UUID:
    try:
        return UUID(text.decode("ascii"))
    except ValueError:
        return uuid4()
