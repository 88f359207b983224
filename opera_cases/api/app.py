"""The application: routers, problem documents, and what every request goes through."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from opera_cases import __version__
from opera_cases.api.openapi.document import describe
from opera_cases.api.routes import (
    agenda,
    audit,
    changes,
    documents,
    queues,
    records,
    reference,
    searches,
    status,
    tasks,
    tokens,
)
from opera_cases.api.routes import resources as resource_database
from opera_cases.application.paths import COLLECTIONS
from opera_cases.application.runtime import Runtime
from opera_cases.http import problems
from opera_cases.http.links import MOUNT
from opera_cases.http.middleware import RequestMiddleware
from opera_cases.http.rate_limit import RateLimit


def create_app(
    premises: Runtime, *, rate: str = "", metrics_token: str = "", public_url: str = "http://127.0.0.1:8019",
    log: Callable[[dict[str, Any]], None] | None = None,
) -> FastAPI:  # fmt: skip
    """The API over one office.

    `rate` bounds the requests of one caller, as in `1200/minute`; with `metrics_token` there is `/metrics` for whoever
    shows it; `public_url` is where the office is found; `log` takes one line for each request.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await premises.log.join_loop()
        await premises.keys.join_loop(connections=2)
        yield
        await premises.keys.leave_loop()
        await premises.log.leave_loop()

    app = FastAPI(
        title="opera_cases", version=__version__, summary="Case management of the O.P.E.R.A. desks",
        description="Every journey from the first contact at a desk to the end of mentoring, as a history of steps.",
        contact={"name": "The O.P.E.R.A. desks", "url": "https://opera.example/"},
        terms_of_service="https://opera.example/terms", license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        openapi_url=f"{MOUNT}/openapi.json", docs_url=None, redoc_url=None, lifespan=lifespan,
        redirect_slashes=False,  # a redirect would be built from the Host header, which the caller writes
        generate_unique_id_function=lambda route: route.name,
    )  # fmt: skip
    app.state.premises = premises
    problems.install(app)
    # First: routes are tried in turn, and most requests are for a case.
    app.include_router(records.routes("case"), prefix=MOUNT)
    app.include_router(status.probes)
    app.include_router(agenda.calendars)
    app.include_router(status.status, prefix=MOUNT)
    for router in (
        agenda.router,
        audit.router,
        resource_database.router,
        searches.router,
        documents.router,
        queues.router,
        tasks.router,
        tokens.router,
        changes.router,
    ):
        app.include_router(router, prefix=MOUNT)
    for kind in (each for each in COLLECTIONS if each != "case"):
        app.include_router(records.routes(kind), prefix=MOUNT)
    app.include_router(reference.router)
    app.mount(reference.ASSETS, reference.assets(), name="assets")
    meters = None
    if metrics_token:
        from opera_cases.http.metrics import OfficeMeters, metrics_router

        meters = OfficeMeters(premises)
        app.include_router(metrics_router(meters, metrics_token))
    app.add_middleware(RequestMiddleware, rate=RateLimit(rate), meters=meters, log=log, public_url=public_url)
    made = app.openapi
    described: dict[str, Any] = {}

    def document() -> dict[str, Any]:
        if not described:
            described.update(describe(made, public_url))
        return described

    app.openapi = document  # type: ignore[method-assign]
    return app
