"""The business branch: the idea, the business plan, the funding, the start-up, and the way back to an earlier stage (handbook 6.4)."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.states import BUSINESS_PLAN, DESK, DESK_OR_POLICY, FUNDING, IDEA, MENTORING, START_UP, at
from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.kernel.personal import Note, PrivateReasonCode, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, filling, seen
from opera_cases.domain.kernel.vocabulary import Code, ReasonCode, Verdict

rules = Rules("case")

SOURCE = "handbook 6.4"
Stage = Annotated[str, Meta(pattern="^(IDEA|BUSINESS_PLAN|FUNDING)$", max_length=40)]


class PassIdea(Command, frozen=True, kw_only=True):
    """The idea was studied, with the verdict go."""

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

    The case follows no venture yet.

    Open a venture for the person, or join the one they take part in.
    """
    return it.subject.venture is not None


@rules.of_record("idea_ripe", source=SOURCE)
def idea_ripe(it: DecisionContext[Case]) -> bool:
    """A group has formed; a buy-out knows the firm and what to take over; a spin-off has its parent's letter of intent.

    Something is missing on the venture: the group has not formed, or a buy-out lacks the firm and what to take over, or
    a spin-off its parent's letter of intent.

    Record on the venture what is missing.
    """
    return bool(it.seen["idea_ripe"])


@rules.of_request(source=SOURCE)
def verdict_go(it: DecisionContext[Case]) -> bool:
    """Only an idea with the verdict go is passed on.

    The verdict is not go, and only with it an idea is passed on.

    Send the case back for rework, change the pathway, or close it as an informed renunciation.
    """
    return it.asked.verdict is Verdict.GO


@rules.of_record("plan_validated", "plan_version", source="handbook 6.4, four eyes")
def plan_validated(it: DecisionContext[Case]) -> bool:
    """The current version of the business plan is validated by someone who did not write it.

    The current version of the business plan is not validated by someone who did not write it.

    Submit the plan on the venture and have a colleague validate it.
    """
    return bool(it.seen["plan_validated"])


@rules.of_request("funds_cover", source=SOURCE)
def money_found(it: DecisionContext[Case]) -> bool:
    """The promised sources cover the uses of the plan, unless the person pays alone.

    The promised sources do not cover the uses of the plan.

    Record the promises on the venture, or say that it is self-funded.
    """
    return bool(it.asked.self_funded) or bool(it.seen["funds_cover"])


def _back_to(state: str) -> Any:
    @rules.of_request(source=SOURCE)
    def stage_named(it: DecisionContext[Case]) -> bool:
        """Rework goes back to an earlier stage of the business branch.

        The stage named is not an earlier one of the business branch.

        Name the idea, the business plan or the funding, earlier than the present stage.
        """
        return bool(it.asked.back_to == state)

    return stage_named


@rules.of_record("venture_trading", "trading_since", source=SOURCE)
def venture_trades(it: DecisionContext[Case]) -> bool:
    """The venture is registered and trades.

    The venture is not registered yet, or does not trade yet.

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
         rules=(plan_validated,), fills=_venture | seen("plan_version"),
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
         rules=(venture_trades,), fills=_venture | seen("trading_since"),
         ends=("set_up", "consequence")),
)  # fmt: skip
