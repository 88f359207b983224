"""Feasibility: the study of market, law and person, and its verdict (handbook 6.5)."""

from typing import ClassVar

from opera_cases.domain.access.roles import EXPERTS
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.journey_codes import Verdict
from opera_cases.domain.kernel.personal import Note
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, at
from opera_cases.domain.ventures.states import ALONE, DRAFT, FEASIBILITY, GROUP_FORMED, GROUPS, PLANNING, SPIN_OFF
from opera_cases.domain.ventures.venture import Venture

rules = Rules("venture")

SOURCE = "handbook 6.5"


class StartFeasibility(Command, frozen=True, kw_only=True):
    """The study of market, law and person begins."""


class FindFeasible(Command, frozen=True, kw_only=True):
    """The study ends with a go-ahead, and the plan can be written."""

    verdict: Verdict
    opinion: Note | None = None


class FeasibilityStarted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.feasibility_started"


class FeasibilityFound(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.feasibility_found"
    verdict: Verdict
    opinion: Note | None = None


@Venture.on(FeasibilityFound)
def _(venture: Venture, event: Event[FeasibilityFound]) -> None:
    venture.reached = {**venture.reached, "feasible": event.on}


@rules.of_request(source=SOURCE)
def verdict_go(it: DecisionContext[Venture]) -> bool:
    """Only a feasibility study that ends with a go-ahead leads to the business plan.

    The feasibility study does not give the go-ahead needed to move on to the business plan.

    Take the study further, or abandon the venture.
    """
    return it.asked.verdict is Verdict.GO


@rules.of_record(source=SOURCE)
def letter_of_intent(it: DecisionContext[Venture]) -> bool:
    """The parent firm has signed a letter of intent.

    The parent firm has not signed a letter of intent yet.

    Record the letter of intent.
    """
    return "LETTER_OF_INTENT" in it.subject.papers


@rules.of_record(source=SOURCE)
def found_feasible(it: DecisionContext[Venture]) -> bool:
    """The feasibility study ended with a go-ahead.

    The feasibility study has not ended with a go-ahead.

    Complete the feasibility study first.
    """
    return "feasible" in it.subject.reached


ROWS = (
    Step(asks=StartFeasibility, by=EXPERTS, source=at(DRAFT), target=FEASIBILITY, records=FeasibilityStarted),
    Step(asks=FindFeasible, by=EXPERTS, source=at(FEASIBILITY), target=PLANNING, records=FeasibilityFound, kinds=ALONE,
         rules=(verdict_go,), sets=(DeadlineSpec("plan_ready"),), ends=("idea_study",)),
    Step(asks=FindFeasible, by=EXPERTS, source=at(FEASIBILITY, GROUP_FORMED), target=PLANNING, records=FeasibilityFound,
         kinds=SPIN_OFF, rules=(verdict_go, letter_of_intent), sets=(DeadlineSpec("plan_ready"),), ends=("idea_study",)),
    Step(asks=FindFeasible, by=EXPERTS, source=at(FEASIBILITY), target=None, records=FeasibilityFound, kinds=GROUPS,
         rules=(verdict_go,)),
)  # fmt: skip
