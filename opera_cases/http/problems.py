"""Every error is a problem document (RFC 9457): what is wrong, in the person's words, and what to do."""

from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from opera_cases.application.runtime import labels
from opera_cases.domain.kernel import errors
from opera_cases.domain.labels import Labels, preferred
from opera_cases.log.store.database import UNANSWERED, Conflict

STATUS: dict[type[Exception], tuple[int, str, str]] = {
    errors.InvalidInput: (422, "malformed", "The request cannot be read"),
    errors.Refused: (409, "refused", "The procedure does not allow this"),
    errors.NotYourRole: (403, "not-your-role", "Your role may not do this"),
    errors.AccessLost: (403, "no-longer-yours", "You no longer reach as far"),
    errors.NotFound: (404, "not-found", "Not found"),
    errors.VersionConflict: (412, "moved-on", "The record was changed meanwhile"),
    errors.SameKeyOtherBody: (422, "same-key-other-body", "The key belongs to another request"),
    errors.KeyDestroyed: (409, "erased", "This value was erased"),
    errors.ContentLost: (500, "content-lost", "The content is lost"),
    errors.Unavailable: (503, "cannot-now", "Not possible at the moment"),
    Conflict: (503, "cannot-now", "Not possible at the moment"),
    **dict.fromkeys(UNANSWERED, (503, "cannot-now", "Not possible at the moment")),
}


UNREADABLE = "Correct the fields indicated and send it again."


class Unauthenticated(errors.OperaError):
    """Show a valid token: Authorization: Bearer opc_… Ask your administrator for one."""


class VersionMissing(errors.OperaError):
    """Say which version you have read: If-Match with the ETag of your last answer."""


class TooLarge(errors.OperaError):
    """The request or the file is larger than allowed. Send less at a time."""


class NotThisMedia(errors.OperaError):
    """Send JSON, as Content-Type: application/json says it; files come as multipart/form-data."""


class TooSlow(errors.OperaError):
    """The request did not arrive in time. Send it again in one go."""


class HeadTooLarge(errors.OperaError):
    """The headers of the request are too large or too many. Leave out what is not needed."""


class AddressTooLong(errors.OperaError):
    """The address of the request is too long. Follow the links as they were given to you."""


class NotHttp(errors.OperaError):
    """This is not a valid HTTP request."""


class TooMany(errors.OperaError):
    """You have sent too many requests. Wait as long as the answer says, then go on."""


STATUS |= {
    Unauthenticated: (401, "unauthenticated", "Who are you?"),
    errors.Withdrawn: (401, "withdrawn", "Your access was withdrawn"),
    VersionMissing: (428, "version-missing", "Which version?"),
    TooLarge: (413, "too-large", "Too large"),
    NotThisMedia: (415, "not-this-media", "Not in this form"),
    TooMany: (429, "too-many", "Too many requests"),
    TooSlow: (408, "too-slow", "Too slow"),
    HeadTooLarge: (431, "head-too-large", "Headers too large"),
    AddressTooLong: (414, "address-too-long", "Address too long"),
    NotHttp: (400, "not-http", "Not a request"),
}


def problem(request: Request, status: int, kind: str, title: str, detail: str, **more: Any) -> JSONResponse:
    """A problem document of a kind, in the words of the reader; `title` and `detail` stand where there are none of that
    kind, `more` are fields beside those of the RFC."""
    words = _words(request).flat
    title = words.get(f"problem.{kind}", title)
    if kind not in ("malformed", "refused") or detail == UNREADABLE:
        detail = words.get(f"detail.{kind}", detail)
    content = {"type": f"urn:opera-cases:problem:{kind}", "title": title, "status": status, "detail": detail,
               "instance": quote(request.scope["path"]), **more}  # fmt: skip
    headers = {"Cache-Control": "no-store"}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status in (429, 503):
        headers["Retry-After"] = "2"
    if status == 408:
        headers["Connection"] = "close"
    return JSONResponse(content, status, headers, media_type="application/problem+json")


def _words(request: Request) -> Labels:
    return labels(preferred(request.headers.get("accept-language", "")[:200]))


def _problem_of(request: Request, wrong: Exception) -> JSONResponse:
    status, kind, title = next(STATUS[each] for each in type(wrong).__mro__ if each in STATUS)
    more: dict[str, Any] = {}
    detail = str(wrong)
    if isinstance(wrong, errors.InvalidInput) and wrong.field:
        more["errors"] = [{"field": wrong.field, "detail": wrong.detail}]
    if isinstance(wrong, errors.Refused):
        told = [_words(request).refusal(each) for each in wrong.refusals]
        detail = " ".join(each.says for each in told)
        more["refusals"] = [each.described() for each in told]
    if isinstance(wrong, errors.VersionConflict):
        more |= {"expected_version": wrong.expected, "current_version": wrong.actual,
                 "happened": wrong.happened}  # fmt: skip
    if isinstance(wrong, (Conflict, *UNANSWERED)):
        detail = " ".join((errors.Unavailable.__doc__ or "").split())
    return problem(request, status, kind, title, detail, **more)


def _unreadable(request: Request, wrong: RequestValidationError) -> JSONResponse:
    found = [
        {"field": ".".join(str(part) for part in each["loc"] if part not in ("body", "query", "path", "header")),
         "detail": each["msg"]}
        for each in wrong.errors()
    ]  # fmt: skip
    return problem(request, 422, "malformed", "The request cannot be read", UNREADABLE, errors=found[:50])


def _http(request: Request, wrong: HTTPException) -> JSONResponse:
    if wrong.status_code == 400:
        return problem(request, 422, "malformed", "The request cannot be read", "The body is JSON in UTF-8.")
    kind, title = {404: ("not-found", "Not found"), 405: ("not-here", "This cannot be done here")}.get(
        wrong.status_code, ("http", "Error")
    )
    return problem(request, wrong.status_code, kind, title, str(wrong.detail))


def early_problem(request: Request, wrong: Exception) -> JSONResponse:
    """The problem document for what is found wrong before any route is asked."""
    return _problem_of(request, wrong)


def _unexpected(request: Request, _: Exception) -> JSONResponse:
    detail = "Something went wrong here, not with your request. Try again; if it stays, tell us the correlation id."
    return problem(request, 500, "unexpected", "Unexpected", detail)


def _not_your_role(request: Request, wrong: Exception) -> JSONResponse:
    """What somebody asked to see and may not is on record; steps that are refused have been recorded already."""
    if request.method == "GET" and (who := request.scope.get("opera.principal")) is not None:
        try:
            request.app.state.premises.application.not_shown(request.scope["route"].name, who)
        except (*STATUS,) as trouble:  # a database that does not answer is told as such
            return _problem_of(request, trouble)
    return _problem_of(request, wrong)


def install(app: FastAPI) -> None:
    """Answer every error of an application by a problem document."""
    for kind in STATUS:
        app.add_exception_handler(kind, _not_your_role if kind is errors.NotYourRole else _problem_of)
    app.add_exception_handler(RequestValidationError, _unreadable)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, _unexpected)
