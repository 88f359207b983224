"""Retention: when its day has come, two persons decide how long the file of a closed case is kept (handbook 5.4)."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.states import ALWAYS, CLOSED, DESK, LEAD
from opera_cases.domain.kernel.events import Deadline, Event, Facts
from opera_cases.domain.kernel.personal import Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, Step, at, filling
from opera_cases.domain.kernel.vocabulary import Role

rules = Rules("case")

SOURCE = "handbook 5.4, four eyes"
OFFICER = frozenset({Role.DPO})


class ProposeRetention(Command, frozen=True, kw_only=True):
    """The file should be kept until that day, for that reason; another person confirms it."""

    keep_until: date
    reason: Reason


class ConfirmRetention(Command, frozen=True, kw_only=True):
    """The file is kept as a colleague proposed."""

    proposal: UUID


class RetentionProposed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.retention_proposed"
    keep_until: date
    reason: Reason


class RetentionConfirmed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.retention_confirmed"
    proposal: UUID
    keep_until: date


def _proposal(it: DecisionContext[Case]) -> Event[RetentionProposed] | None:
    found = it.subject.known.get(it.asked.proposal)
    return found if found is not None and isinstance(found.facts, RetentionProposed) else None


@rules.of_request(source=SOURCE)
def kept_longer(it: DecisionContext[Case]) -> bool:
    """The day until which a file is kept is in the future.

    The day until which the file would be kept has already passed.

    Correct the day.
    """
    return bool(it.asked.keep_until > it.today)


@rules.of_request(source=SOURCE)
def retention_proposed(it: DecisionContext[Case]) -> bool:
    """The proposal was made on this case.

    There is no such proposal on this case.

    Choose the proposal from the history of the case, or make one first.
    """
    return _proposal(it) is not None


@rules.of_request(source=SOURCE)
def proposed_by_another(it: DecisionContext[Case]) -> bool:
    """Nobody confirms what they proposed themselves.

    You proposed this yourself.

    Ask a colleague to confirm.
    """
    found = _proposal(it)
    return found is None or found.meta.actor.id != it.by.id


@filling("keep_until")
def _kept(it: DecisionContext[Any]) -> dict[str, Any]:
    found = _proposal(it)
    assert found is not None
    return {"keep_until": found.facts.keep_until}


def _again(it: DecisionContext[Any]) -> tuple[Deadline, ...]:
    return (it.rulebook.fixed("retention_review", _kept(it)["keep_until"]),)


ROWS = (
    Step(asks=ProposeRetention, by=DESK | OFFICER, source=at(CLOSED), target=None, records=RetentionProposed,
         rules=(kept_longer,), despite=ALWAYS),
    Step(asks=ConfirmRetention, by=LEAD | OFFICER, source=at(CLOSED), target=None, records=RetentionConfirmed,
         rules=(retention_proposed, proposed_by_another), fills=_kept, resets=_again, despite=ALWAYS),
)  # fmt: skip
