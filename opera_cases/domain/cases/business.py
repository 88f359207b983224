"""The business branch: the idea, the business plan, the funding, the start-up, and the way back to an earlier stage (handbook 6.4)."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.states import BUSINESS_PLAN, DESK, DESK_OR_POLICY, FUNDING, IDEA, MENTORING, START_UP
from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.kernel.journey_codes import ReasonCode, Verdict
from opera_cases.domain.kernel.personal import Note, PrivateReasonCode, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, at, facts_seen, filling

rules = Rules("case")

SOURCE = "handbook 6.4"
Stage = Annotated[str, Meta(pattern="^(IDEA|BUSINESS_PLAN|FUNDING)$", max_length=40)]


class PassIdea(Command, frozen=True, kw_only=True):
    """The idea has been studied and given the go-ahead."""

    verdict: Verdict
    opinion: Note | None = None


class PassPlan(Command, frozen=True, kw_only=True):
    """The business plan, validated by someone who did not write it, is passed on to look for money."""


class SecureFunding(Command, frozen=True, kw_only=True):
    """The promised sources cover the uses of the plan, or the person pays alone."""

    self_funded: bool = False


class Rework(Command, frozen=True, kw_only=True):
    """The case goes back to an earlier stage, with the reason."""

    back_to: Stage
    reason_code: PrivateReasonCode
    reason: Reason


class ConfirmLaunch(Command, frozen=True, kw_only=True):
    """The venture trades: accompaniment becomes mentoring."""


class IdeaPassed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.idea_passed"
    venture: UUID
    verdict: Verdict
    opinion: Note | None = None


class PlanPassed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.plan_passed"
    venture: UUID
    plan_version: int


class FundingSecured(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.funding_secured"
    venture: UUID
    self_funded: bool = False


class StageReworked(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.stage_reworked"
    required: ClassVar[frozenset[str]] = frozenset({"reason_code"})
    back_to: Code
    reason_code: ReasonCode | None = None
    reason: Reason
    reason_code_sealed: PrivateReasonCode | None = None


class LaunchConfirmed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.launch_confirmed"
    venture: UUID
    trading_since: date


@rules.of_record(source=SOURCE)
def venture_joined(it: DecisionContext[Case]) -> bool:
    """The case follows a venture.

    The case does not follow a venture yet.

    Open a venture for the person, or link the one they take part in.
    """
    return it.subject.venture is not None


@rules.of_record("idea_ripe", source=SOURCE)
def idea_ripe(it: DecisionContext[Case]) -> bool:
    """The group has been formed; for a buyout, the firm and what is to be taken over are known; for a spin-off, the
    parent firm has signed a letter of intent.

    The venture is incomplete: the group has not been formed, or the firm and what is to be taken over are missing for a
    buyout, or the letter of intent for a spin-off.

    Record on the venture what is missing.
    """
    return bool(it.seen["idea_ripe"])


@rules.of_request(source=SOURCE)
def verdict_go(it: DecisionContext[Case]) -> bool:
    """Only an idea that has been given the go-ahead moves to the next stage.

    The idea has not been given the go-ahead that it needs to move to the next stage.

    Send the case back to an earlier stage, change the pathway, or close it as an informed decision not to go ahead.
    """
    return it.asked.verdict is Verdict.GO


@rules.of_record("plan_validated", "plan_version", source="handbook 6.4, four eyes")
def plan_validated(it: DecisionContext[Case]) -> bool:
    """The current version of the business plan has been validated by someone who did not write it.

    The current version of the business plan has not been validated by someone who did not write it.

    Submit the business plan on the venture and have a colleague validate it.
    """
    return bool(it.seen["plan_validated"])


@rules.of_request("funds_cover", source=SOURCE)
def money_found(it: DecisionContext[Case]) -> bool:
    """The funding promised covers the planned spending, unless the venture is self-funded.

    The funding promised does not cover the planned spending.

    Record the promised funds on the venture, or say that it is self-funded.
    """
    return bool(it.asked.self_funded) or bool(it.seen["funds_cover"])


def _back_to(state: str) -> Any:
    @rules.of_request(source=SOURCE)
    def stage_named(it: DecisionContext[Case]) -> bool:
        """A case is sent back to an earlier stage of the business pathway.

        The stage named is not an earlier stage of the business pathway.

        Name the idea study, the business plan or the funding, before the current stage.
        """
        return bool(it.asked.back_to == state)

    return stage_named


@rules.of_record("venture_trading", "trading_since", source=SOURCE)
def venture_trades(it: DecisionContext[Case]) -> bool:
    """The venture is registered and trading.

    The venture is not registered yet, or not trading yet.

    Record the registration and the start of trading on the venture.
    """
    return bool(it.seen["venture_trading"])


@filling("venture")
def _venture(it: DecisionContext[Case]) -> Mapping[str, Any]:
    return {"venture": it.subject.venture}


ROWS = (
    Step(asks=PassIdea, by=DESK, source=at(IDEA), target=BUSINESS_PLAN, records=IdeaPassed,
         rules=(venture_joined, idea_ripe, verdict_go), fills=_venture, sets=(DeadlineSpec("plan_ready"),), ends=("idea_study",)),
    Step(asks=PassPlan, by=DESK, source=at(BUSINESS_PLAN), target=FUNDING, records=PlanPassed,
         rules=(plan_validated,), fills=_venture | facts_seen("plan_version"),
         sets=(DeadlineSpec("set_up"),), ends=("plan_ready",)),
    Step(asks=SecureFunding, by=DESK, source=at(FUNDING), target=START_UP, records=FundingSecured,
         rules=(money_found,), fills=_venture),
    Step(asks=Rework, by=DESK, source=at(BUSINESS_PLAN, FUNDING, START_UP), target=IDEA, records=StageReworked,
         when=_back_to(IDEA), sets=(DeadlineSpec("idea_study"),), ends=("plan_ready", "set_up")),
    Step(asks=Rework, by=DESK, source=at(FUNDING, START_UP), target=BUSINESS_PLAN, records=StageReworked,
         when=_back_to(BUSINESS_PLAN), sets=(DeadlineSpec("plan_ready"),), ends=("set_up",)),
    Step(asks=Rework, by=DESK, source=at(START_UP), target=FUNDING, records=StageReworked,
         when=_back_to(FUNDING), sets=(DeadlineSpec("set_up"),)),
    Step(asks=ConfirmLaunch, by=DESK_OR_POLICY, source=at(START_UP), target=MENTORING, records=LaunchConfirmed,
         rules=(venture_trades,), fills=_venture | facts_seen("trading_since"),
         ends=("set_up", "consequence")),
)  # fmt: skip
