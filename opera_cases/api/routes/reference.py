"""The description of the API for people: a page at /docs. What it loads comes from this server, and nothing else may be loaded."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles

from opera_cases.application.paths import MOUNT

AT, ASSETS = "/docs", "/docs/assets"
PACKAGE = ("fastapi_offline", "static")
"""The package that carries Swagger UI, and its folder there."""
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
PAGE = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>opera_cases: what can be asked</title>
<link rel="icon" href="{ASSETS}/favicon.png">
<link rel="stylesheet" href="{ASSETS}/swagger-ui.css">
<div id="reference"></div>
<script src="{ASSETS}/swagger-ui-bundle.js"></script>
<script src="{AT}/begin.js"></script>
</html>
"""
BEGIN = f"""SwaggerUIBundle({{
  url: "{MOUNT}/openapi.json", dom_id: "#reference", deepLinking: true, docExpansion: "none", defaultModelsExpandDepth: 0,
  persistAuthorization: false, validatorUrl: null,
}});
"""

router = APIRouter(include_in_schema=False)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@router.get(AT)
async def page() -> HTMLResponse:
    return HTMLResponse(PAGE, headers=_HEADERS)


@router.get(f"{AT}/begin.js")
async def begin() -> Response:
    return Response(BEGIN, media_type="text/javascript", headers=_HEADERS)


def assets() -> StaticFiles:
    """The files of the page, as the package brings them."""
    return StaticFiles(packages=[PACKAGE])
