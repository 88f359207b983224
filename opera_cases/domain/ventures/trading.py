"""Trading: it starts when the checklist of the kind is done, and goes on under another form or owner (handbook 6.5)."""

from typing import ClassVar

from opera_cases.domain.access.roles import MENTORS
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.journey_codes import LegalForm
from opera_cases.domain.kernel.personal import Reason
from opera_cases.domain.kernel.rules import Rule
from opera_cases.domain.kernel.scalars import Money
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, at
from opera_cases.domain.ventures.legal_form import constituted, enough_members
from opera_cases.domain.ventures.promises import funded
from opera_cases.domain.ventures.setting_up import hosted, registered
from opera_cases.domain.ventures.states import (
    CHECKLIST,
    DESK,
    LIVING,
    OWN_NUMBER,
    SETTING_UP,
    SOLD,
    TRADING,
    TRANSFORMED,
)
from opera_cases.domain.ventures.takeover import business_secured
from opera_cases.domain.ventures.venture import Venture


class StartTrading(Command, frozen=True, kw_only=True):
    """The first day of activity: from here the check-ins count."""

    self_funded: bool = False


class Transform(Command, frozen=True, kw_only=True):
    """The venture takes another legal form and goes on: it survives."""

    legal_form: LegalForm
    reason: Reason | None = None


class Sell(Command, frozen=True, kw_only=True):
    """The business goes on under another owner: it survives."""

    price: Money | None = None
    reason: Reason | None = None


class ResumeTrading(Command, frozen=True, kw_only=True):
    """After the change of form or owner the activity is accompanied as before."""


class TradingStarted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.trading_started"
    self_funded: bool = False


class VentureTransformed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.transformed"
    legal_form: LegalForm
    reason: Reason | None = None


class VentureSold(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.sold"
    price: Money | None = None
    reason: Reason | None = None


class TradingResumed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.trading_resumed"


@Venture.on(TradingStarted)
def _(venture: Venture, event: Event[TradingStarted]) -> None:
    venture.trading_since = event.on


@Venture.on(VentureTransformed)
def _(venture: Venture, event: Event[VentureTransformed]) -> None:
    venture.legal_form = event.facts.legal_form


MILESTONES: dict[str, Rule] = {
    "constituted": constituted, "registered": registered, "hosted": hosted, "business_secured": business_secured,
    "funded": funded,
}  # fmt: skip
ROWS = tuple(
    Step(asks=StartTrading, by=DESK, source=at(SETTING_UP), target=TRADING, records=TradingStarted,
         kinds=frozenset({kind}), rules=tuple(MILESTONES[each] for each in milestones),
         sets=(DeadlineSpec("check_in", series=True), DeadlineSpec("consolidation")),
         ends=("set_up", "register_filing", "conflict_answer"))
    for kind, milestones in CHECKLIST.items()
)  # fmt: skip

CHANGING = (
    Step(asks=Transform, by=MENTORS, source=LIVING, target=TRANSFORMED, records=VentureTransformed, kinds=OWN_NUMBER,
         rules=(enough_members,)),
    Step(asks=Sell, by=MENTORS, source=LIVING - {SOLD}, target=SOLD, records=VentureSold, kinds=OWN_NUMBER),
    Step(asks=ResumeTrading, by=MENTORS, source=at(TRANSFORMED, SOLD), target=TRADING, records=TradingResumed),
)  # fmt: skip
