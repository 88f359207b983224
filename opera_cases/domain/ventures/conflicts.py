"""Two clocks that do not fit: a window closes before what it waits for can be there, and an adviser is asked (handbook 2.4)."""

from datetime import date
from typing import ClassVar

from opera_cases.domain.access.roles import EXPERTS
from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.kernel.personal import Note
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Code, PublicName
from opera_cases.domain.kernel.steps import Command, Step, at
from opera_cases.domain.ventures.codes import Adviser
from opera_cases.domain.ventures.states import AT_RISK, BEFORE_TRADING, OUT_OF_A_FIRM, TRADING
from opera_cases.domain.ventures.venture import Venture

rules = Rules("venture")

SOURCE = "handbook 2.4"


class AnswerConflict(Command, frozen=True, kw_only=True):
    """What the adviser said about two deadlines that conflict."""

    answered_by: PublicName
    answer: Note


class ClockConflictRaised(Facts, frozen=True, kw_only=True):
    """A window closes before what it waits for can be there: somebody has to be asked what to do."""

    topic: ClassVar[str] = "venture.clock_conflict_raised"
    rule: Code
    due_on: date
    waits_until: date
    to_ask: Adviser


class ClockConflictAnswered(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.clock_conflict_answered"
    answered_by: PublicName
    answer: Note


@rules.of_record(source=SOURCE)
def conflict_stands(it: DecisionContext[Venture]) -> bool:
    """A conflict of deadlines is waiting for an answer.

    No conflict of deadlines is waiting for an answer.

    There is nothing to answer.
    """
    return "conflict_answer" in it.subject.deadlines


ROWS = (
    Step(asks=AnswerConflict, by=EXPERTS, source=BEFORE_TRADING | at(TRADING, AT_RISK), target=None,
         records=ClockConflictAnswered, rules=(conflict_stands,), kinds=OUT_OF_A_FIRM, ends=("conflict_answer",)),
)  # fmt: skip
