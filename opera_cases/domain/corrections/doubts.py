"""Steps in doubt: taken on a fact that was corrected since, so that a rule of theirs would have refused them.

A policy flags them on the record; somebody else than whoever took the step says what came of it. Nothing is undone by itself
(handbook 6.9).
"""

from typing import Any
from uuid import UUID

from opera_cases.domain.corrections.events import Doubted, DoubtSettled, DoubtsLifted, DoubtVerdict, StepsDoubted
from opera_cases.domain.kernel.personal import Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step
from opera_cases.domain.kernel.vocabulary import Role

rules = Rules("record")

SOURCE = "handbook 6.9"


class DoubtSteps(Command, frozen=True, kw_only=True):
    """A correction puts steps in doubt: their rules would have refused them on the fact as it reads now."""

    correction: UUID
    steps: tuple[Doubted, ...]


class LiftDoubts(Command, frozen=True, kw_only=True):
    """A correction takes doubts away: the rules hold again on the fact as it reads now."""

    correction: UUID
    steps: tuple[UUID, ...]


class SettleDoubt(Command, frozen=True, kw_only=True):
    """Somebody looked at a step in doubt and says what came of it: it stands, or what had to be done was done."""

    doubted: UUID
    verdict: DoubtVerdict
    reason: Reason


@rules.of_request(source=SOURCE)
def doubt_stands(it: DecisionContext[Any]) -> bool:
    """The step is in doubt, and nobody has settled it yet.

    The step is not in doubt, or the doubt has already been settled.

    Choose one of the doubts that the record shows.
    """
    return it.asked.doubted in it.subject.open_doubts


@rules.of_request(source="handbook 6.9, four eyes")
def not_own_step(it: DecisionContext[Any]) -> bool:
    """Nobody settles a doubt about a step they recorded themselves.

    You recorded this step yourself, and nobody settles a doubt about their own work.

    Ask a colleague to review it.
    """
    step = it.subject.known.get(it.asked.doubted)
    return step is None or step.meta.actor.id != it.by.id


def _none_left(it: DecisionContext[Any]) -> tuple[str, ...]:
    """The review is over with the last doubt."""
    gone = set(it.asked.steps) if isinstance(it.asked, LiftDoubts) else {it.asked.doubted}
    return () if it.subject.open_doubts.keys() - gone else ("doubt_review",)


def doubt_rows(
    doubted: type[StepsDoubted], lifted: type[DoubtsLifted], settled: type[DoubtSettled], *, source: frozenset[str],
    by: frozenset[Role], despite: frozenset[str] = frozenset(),
) -> tuple[Step, ...]:  # fmt: skip
    """The rows of a table for its steps in doubt; `by` settles them."""
    common: dict[str, Any] = {"source": source, "target": None, "despite": despite}
    review = DeadlineSpec("doubt_review", when=lambda it: not it.subject.open_doubts)
    return (
        Step(asks=DoubtSteps, by=frozenset({Role.POLICY}), records=doubted, sets=(review,), **common),
        Step(asks=LiftDoubts, by=frozenset({Role.POLICY}), records=lifted, ends=_none_left, **common),
        Step(asks=SettleDoubt, by=by, records=settled, rules=(doubt_stands, not_own_step), ends=_none_left, **common),
    )
