"""Promises of money: a source promises an amount, or withdraws it (handbook 6.5)."""

from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from opera_cases.domain.access.roles import EXPERTS
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules, amount
from opera_cases.domain.kernel.scalars import Money
from opera_cases.domain.kernel.steps import Command, Step, at
from opera_cases.domain.ventures.codes import SourceKind
from opera_cases.domain.ventures.states import (
    GROUP_FORMED,
    LIVING,
    PLAN_VALIDATED,
    PLANNING,
    POLICY,
    SETTING_UP,
    VALIDATED,
)
from opera_cases.domain.ventures.venture import ZERO, Venture

rules = Rules("venture")

SOURCE = "handbook 6.5"


class PromiseFunds(Command, frozen=True, kw_only=True):
    """A source promises an amount."""

    source: SourceKind
    amount: Money
    application: UUID | None = None


class WithdrawFunds(Command, frozen=True, kw_only=True):
    """A promise no longer holds."""

    source: SourceKind
    amount: Money
    reason: Reason | None = None


class WithdrawGrant(Command, frozen=True, kw_only=True):
    """The money granted to an application will not come."""

    source: SourceKind
    amount: Money
    application: UUID


class FundsPromised(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.funds_promised"
    source: SourceKind
    amount: Money
    application: UUID | None = None


class FundsWithdrawn(Facts, frozen=True, kw_only=True):
    """A promise no longer holds."""

    topic: ClassVar[str] = "venture.funds_withdrawn"
    source: SourceKind
    amount: Money
    reason: Reason | None = None
    application: UUID | None = None


@Venture.on(FundsPromised)
def _(venture: Venture, event: Event[FundsPromised]) -> None:
    said = event.facts
    venture.promised += said.amount
    before = venture.promised_from.get(said.source.value, ZERO)
    venture.promised_from = {**venture.promised_from, said.source.value: before + said.amount}


@Venture.on(FundsWithdrawn)
def _(venture: Venture, event: Event[FundsWithdrawn]) -> None:
    said = event.facts
    venture.promised -= said.amount
    left = venture.promised_from.get(said.source.value, Decimal(0)) - said.amount
    venture.promised_from = {**venture.promised_from, said.source.value: left}


@rules.of_request(
    source=SOURCE,
    tells=lambda it: {"promised": amount(it.subject.promised_from.get(it.asked.source.value, Decimal(0)))},
)
def promised_that_much(it: DecisionContext[Venture]) -> bool:
    """The amount withdrawn does not exceed what this source promised.

    This source promised {promised}, less than the amount to be withdrawn.

    Correct the amount.
    """
    return bool(it.asked.amount <= it.subject.promised_from.get(it.asked.source.value, Decimal(0)))


@rules.of_request(source=SOURCE)
def funded(it: DecisionContext[Venture]) -> bool:
    """The funding promised covers the planned spending, unless the venture is self-funded.

    The funding promised does not cover the planned spending.

    Record the promised funds, or say that the venture is self-funded.
    """
    return bool(it.asked.self_funded) or it.subject.funds_cover


ROWS = (
    Step(asks=PromiseFunds, by=EXPERTS | POLICY, source=at(PLANNING, PLAN_VALIDATED, SETTING_UP), target=None,
         records=FundsPromised),
)  # fmt: skip

WITHDRAWING = (
    Step(asks=WithdrawFunds, by=EXPERTS, source=at(PLANNING) | VALIDATED, target=None, records=FundsWithdrawn,
         rules=(promised_that_much,)),
    Step(asks=WithdrawGrant, by=POLICY, source=at(PLANNING, GROUP_FORMED) | VALIDATED | LIVING, target=None,
         records=FundsWithdrawn, rules=(promised_that_much,)),
)  # fmt: skip
