"""The business plan: its versions, who validates them, and when a validation lapses (handbook 6.5)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any, ClassVar
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.access.roles import EXPERTS
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import Note, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules, amount
from opera_cases.domain.kernel.scalars import Money
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, at, filling
from opera_cases.domain.ventures.codes import LapseCause, Source, Use
from opera_cases.domain.ventures.states import GROUP_FORMED, PLAN_VALIDATED, PLANNING, SETTING_UP, VALIDATED
from opera_cases.domain.ventures.venture import ZERO, Basis, Plan, Venture

rules = Rules("venture")

SOURCE = "handbook 6.5"
Lines = Meta(min_length=1, max_length=40)
UseLines = Annotated[tuple[Use, ...], Lines]


class SubmitPlan(Command, frozen=True, kw_only=True):
    """A version of the business plan: sources, uses, turnover of the first years. The author may not validate it."""

    author: UUID
    sources: Annotated[tuple[Source, ...], Lines]
    uses: UseLines
    turnover_by_year: Annotated[tuple[Money, ...], Meta(min_length=3, max_length=5)]
    summary: Note | None = None


class ValidatePlan(Command, frozen=True, kw_only=True):
    """Someone other than the author finds the plan sound."""

    opinion: Note | None = None


class RejectPlan(Command, frozen=True, kw_only=True):
    """Someone other than the author sends the plan back, with the reason."""

    reason: Reason


class ReviseUses(Command, frozen=True, kw_only=True):
    """Money of the validated plan is to be spent otherwise. Beyond the rulebook's share the validation lapses."""

    uses: UseLines


class PlanSubmitted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.plan_submitted"
    plan_version: int
    author: UUID
    sources: tuple[Source, ...]
    uses: tuple[Use, ...]
    turnover_by_year: tuple[Money, ...]
    summary: Note | None = None


class PlanValidated(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.plan_validated"
    plan_version: int
    validator: UUID
    opinion: Note | None = None


class PlanRejected(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.plan_rejected"
    plan_version: int
    validator: UUID
    reason: Reason


class UsesRevised(Facts, frozen=True, kw_only=True):
    """Money of the validated plan is to be spent otherwise."""

    topic: ClassVar[str] = "venture.uses_revised"
    uses: tuple[Use, ...]


class PlanLapsed(Facts, frozen=True, kw_only=True):
    """Members or uses changed by more than the validated plan bears: it has to be written and validated anew."""

    topic: ClassVar[str] = "venture.plan_lapsed"
    plan_version: int
    cause: LapseCause
    share: Decimal


@Venture.on(PlanSubmitted)
def _(venture: Venture, event: Event[PlanSubmitted]) -> None:
    said = event.facts
    sources = sum((source.amount for source in said.sources), ZERO)
    uses = sum((use.amount for use in said.uses), ZERO)
    by = event.meta.actor.id
    venture.plan = Plan(said.plan_version, said.author, by, sources, uses, said.turnover_by_year)


@Venture.on(PlanValidated)
def _(venture: Venture, event: Event[PlanValidated]) -> None:
    if venture.plan:
        venture.plan = venture.plan._replace(decided=True, valid=True)
        people = frozenset(each.person for each in venture.present)
        venture.basis = Basis(people, venture.capital, venture.plan.uses)


@Venture.on(PlanRejected)
def _(venture: Venture, event: Event[PlanRejected]) -> None:
    if venture.plan:
        venture.plan = venture.plan._replace(decided=True, valid=False)


@Venture.on(UsesRevised)
def _(venture: Venture, event: Event[UsesRevised]) -> None:
    uses = sum((use.amount for use in event.facts.uses), Decimal(0))
    if venture.plan:
        venture.plan = venture.plan._replace(uses=uses)


@Venture.on(PlanLapsed)
def _(venture: Venture, event: Event[PlanLapsed]) -> None:
    if venture.plan:
        venture.plan = venture.plan._replace(valid=False)


def _sum(lines: Iterable[Any]) -> Decimal:
    return sum((line.amount for line in lines), Decimal(0))


@rules.of_request(
    source=SOURCE, tells=lambda it: {"sources": amount(_sum(it.asked.sources)), "uses": amount(_sum(it.asked.uses))}
)
def sources_cover_uses(it: DecisionContext[Venture]) -> bool:
    """In a business plan, the funding is at least equal to the planned spending.

    The funding in the business plan, {sources}, is less than the planned spending, {uses}.

    Find more funding or spend less.
    """
    return _sum(it.asked.sources) >= _sum(it.asked.uses)


@rules.of_record(source=SOURCE)
def plan_waiting(it: DecisionContext[Venture]) -> bool:
    """A version of the business plan is waiting for a decision.

    No version of the business plan is waiting for a decision.

    Submit the business plan first.
    """
    return it.subject.plan is not None and not it.subject.plan.decided


@rules.of_record(source="handbook 2.2, four eyes")
def not_own_plan(it: DecisionContext[Venture]) -> bool:
    """Nobody decides on a business plan they wrote or submitted themselves.

    You wrote or submitted this business plan yourself.

    Ask a colleague to decide.
    """
    plan = it.subject.plan
    return plan is None or it.by.id not in (plan.author, plan.submitted_by)


@rules.of_request(source=SOURCE)
def uses_covered(it: DecisionContext[Venture]) -> bool:
    """The funding in the business plan covers the revised spending.

    The funding in the business plan does not cover the revised spending.

    Spend less, or submit a new version of the business plan with more funding.
    """
    plan = it.subject.plan
    return plan is not None and sum(line.amount for line in it.asked.uses) <= plan.sources


def _uses_share(it: DecisionContext[Venture]) -> Decimal:
    now, was = sum((line.amount for line in it.asked.uses), Decimal(0)), it.subject.basis.uses
    return (100 * abs(now - was) / was if was else Decimal(100)).quantize(Decimal("0.01"))


@rules.of_request(source="rulebook: plan_lapse_share")
def uses_change_too_much(it: DecisionContext[Venture]) -> bool:
    """The planned spending changes by more than the validated business plan allows.

    Submit a new version of the business plan.
    """
    return _uses_share(it) > it.limit("plan_lapse_share")


@filling("plan_version", "validator")
def _plan_version(it: DecisionContext[Venture]) -> dict[str, object]:
    return {"plan_version": it.subject.plan.version if it.subject.plan else 0, "validator": it.by.id}


@filling("plan_version")
def _next_version(it: DecisionContext[Venture]) -> dict[str, object]:
    return {"plan_version": it.subject.plan.version + 1 if it.subject.plan else 1}


def _lapsed(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    lapse = PlanLapsed(plan_version=it.subject.plan.version, cause=LapseCause.USES, share=_uses_share(it))
    return ((lapse, (DeadlineSpec("plan_ready"),)),)


ROWS = (
    Step(asks=SubmitPlan, by=EXPERTS, source=at(GROUP_FORMED, PLANNING, PLAN_VALIDATED, SETTING_UP), target=PLANNING,
         records=PlanSubmitted, rules=(sources_cover_uses,), fills=_next_version, sets=(DeadlineSpec("plan_ready"),),
         ends=("set_up",)),
    Step(asks=ValidatePlan, by=EXPERTS, source=at(PLANNING), target=PLAN_VALIDATED, records=PlanValidated,
         rules=(plan_waiting, not_own_plan), fills=_plan_version, sets=(DeadlineSpec("set_up"),), ends=("plan_ready",)),
    Step(asks=RejectPlan, by=EXPERTS, source=at(PLANNING), target=None, records=PlanRejected,
         rules=(plan_waiting, not_own_plan), fills=_plan_version),
)  # fmt: skip

REVISING = (
    Step(asks=ReviseUses, by=EXPERTS, source=VALIDATED, target=PLANNING, records=UsesRevised, when=uses_change_too_much,
         rules=(uses_covered,), also=_lapsed, ends=("set_up",)),
    Step(asks=ReviseUses, by=EXPERTS, source=VALIDATED, target=None, records=UsesRevised, rules=(uses_covered,)),
)  # fmt: skip
