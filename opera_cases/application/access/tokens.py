"""Tokens: what someone shows to act. 256 bits that only the office can make; a withdrawn one fails at once."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from opera_cases.application.access.authority import secret_fingerprint, secret_of
from opera_cases.application.application import Application
from opera_cases.application.requests import CommandRequest
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.errors import InvalidInput
from opera_cases.domain.kernel.given import GivenKind
from opera_cases.domain.operators.operator import Operator


class TokenRequest(NamedTuple):
    """For whom, in which role, at which desks or in which region, until when."""

    operator: UUID
    role: str
    desks: frozenset[UUID]
    region: str
    expires_on: date


def issue_to(
    application: Application, wanted: TokenRequest, by: Principal, *, key: UUID, correlation: UUID, channel: str
) -> str:
    """A new token for somebody who works here and was given the role; that it was issued, by whom and for what, is an event of theirs.

    Raises what any step raises, and `InvalidInput` when the key was used before: a token is shown once.
    """
    secret = application.ids.new()
    token = secret_of(application.keyring, GivenKind.TOKEN, secret)
    told = {"role": wanted.role, "desks": sorted(map(str, wanted.desks)), "region": wanted.region or None,
            "expires_on": wanted.expires_on.isoformat()}  # fmt: skip
    values = {**told, "token": secret_fingerprint(GivenKind.TOKEN, token), "secret": str(secret)}
    application.load("operator", wanted.operator, by)
    answer = application.execute(CommandRequest(kind="operator", step="issue_token", stream=wanted.operator, values=values, by=by, key=key,
                                 correlation=correlation, channel=channel, idempotency_payload=told))  # fmt: skip
    if answer.repeated:
        raise InvalidInput(
            "This token was issued already, and a token is shown once. Issue another one under a new key.",
            "Idempotency-Key",
        )
    return token


def withdraw_from(
    application: Application, operator: UUID, by: Principal, *, key: UUID, correlation: UUID, channel: str
) -> int:
    """Every token and calendar address of somebody ends; that it did, and who ended it, is an event of theirs. Returns how many
    tokens there were."""
    ask = CommandRequest(
        kind="operator",
        step="withdraw_tokens",
        stream=operator,
        values={},
        by=by,
        key=key,
        correlation=correlation,
        channel=channel,
    )
    given = application.records.load(Operator, operator).given.values()
    application.execute(ask)
    return sum(each.kind is GivenKind.TOKEN for each in given)
