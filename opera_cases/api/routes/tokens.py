"""Tokens over HTTP: an administrator issues one for somebody in a role, or withdraws all that somebody has."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from opera_cases.api.openapi.responses import READING, WRITING
from opera_cases.api.schemas.mine import TokenIssued
from opera_cases.api.schemas.shown import plain
from opera_cases.application.access import tokens
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.errors import NotYourRole
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.http.dependencies import Correlation, Key, TheRuntime, Who
from opera_cases.http.links import link

router = APIRouter(tags=["operators"])


def _for_administrators(who: Principal) -> None:
    if who.role is not Role.ADMINISTRATOR:
        raise NotYourRole


class NewToken(BaseModel):
    """In which role, at which desks or in which region, for how many days."""

    role: Role
    desks: Annotated[
        list[UUID], Field(max_length=40, description="Good at these desks only; at every desk of a posting when empty.")
    ] = []
    region: Annotated[
        str, Field(max_length=5, pattern="^[A-Z]{0,3}[0-9A-Z]{0,2}$", description="For a regional coordinator: NUTS 2.")
    ] = ""
    days: Annotated[int, Field(ge=1, le=366, json_schema_extra={"format": "int32"})] = 90

    model_config = ConfigDict(extra="forbid")


@router.post("/operators/{record_id}/tokens", status_code=201, name="issue_token", responses=WRITING,
             summary="Issue a token: one's own is shown once, that of somebody else goes to them by mail. It is on record.")  # fmt: skip
def issue_token(
    record_id: UUID, body: NewToken, who: Who, runtime: TheRuntime, key: Key, correlation: Correlation
) -> dict[str, Any]:
    wanted = tokens.TokenRequest(
        record_id,
        body.role.value,
        frozenset(body.desks),
        body.region,
        runtime.application.today() + timedelta(days=body.days),
    )
    secret = tokens.issue_to(runtime.application, wanted, who, key=key, correlation=correlation, channel="API")
    own = record_id == who.id
    links = {"operator": link(f"operators/{record_id}")}
    return plain(
        TokenIssued(token=secret if own else None, sent_to_owner=not own, expires_on=wanted.expires_on, links=links)
    )


@router.delete("/operators/{record_id}/tokens", name="withdraw_tokens", responses=READING, status_code=204, response_class=Response,
               summary="No token and no calendar address of somebody is good any longer, at once.")  # fmt: skip
def withdraw_tokens(record_id: UUID, who: Who, runtime: TheRuntime, key: Key, correlation: Correlation) -> Response:
    _for_administrators(who)
    tokens.withdraw_from(runtime.application, record_id, who, key=key, correlation=correlation, channel="API")
    return Response(status_code=204)
