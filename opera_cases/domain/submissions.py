"""Submissions: the figures of a region for a period, frozen as they were reported (handbook 5.2 and 5.3).

A submitted figure is a fact. What is corrected later becomes an adjustment of the next submission, with a link to the one
that it concerns; the past figure never changes.
"""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from msgspec import Struct

from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Code, Digest
from opera_cases.domain.kernel.steps import Command, StateNotes, Step, filling
from opera_cases.domain.kernel.vocabulary import Place, Role
from opera_cases.domain.kernel.workflow import Procedure

rules = Rules("submission")

FROZEN = "FROZEN"
SOURCE = "handbook 5.3"


class Figure(Struct, frozen=True, kw_only=True):
    """One indicator: who or what counts for it. The figure is their number."""

    code: Code
    members: tuple[UUID, ...] = ()


class Adjustment(Struct, frozen=True, kw_only=True):
    """What an earlier submission would say otherwise by now: who counts for an indicator (+1), or does not (-1)."""

    submission: UUID
    code: Code
    member: UUID
    by: int


class FreezeReport(Command, frozen=True, kw_only=True):
    """The figures of a region for a period are submitted: what occurred in it, as known now."""

    unrecorded: ClassVar[frozenset[str]] = frozenset({"until"})
    region: Code
    since: date
    until: date


class ReportFrozen(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "submission.frozen"
    region: Code
    place: Place
    since: date
    occurred_until: date
    recorded_until: int
    definition: Code
    figures: tuple[Figure, ...]
    adjustments: tuple[Adjustment, ...] = ()
    digest: Digest


class Submission(Aggregate):
    kind = "submission"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.region = self.definition = self.digest = ""
        self.since: date | None = None
        self.occurred_until: date | None = None
        self.recorded_until = 0
        self.figures: tuple[Figure, ...] = ()
        self.adjustments: tuple[Adjustment, ...] = ()


@Submission.on(ReportFrozen)
def _(submission: Submission, event: Event[ReportFrozen]) -> None:
    said = event.facts
    submission.region, submission.place, submission.since = said.region, said.place, said.since
    submission.occurred_until, submission.recorded_until = said.occurred_until, said.recorded_until
    submission.definition, submission.figures, submission.adjustments = said.definition, said.figures, said.adjustments
    submission.digest = said.digest


@rules.of_request(source=SOURCE)
def period_is_over(it: DecisionContext[Submission]) -> bool:
    """The period has a first and a last day, and the last day has passed.

    The period is not over yet, or its last day is before the first.

    Correct the dates, or wait until the period is over.
    """
    return bool(it.asked.since <= it.asked.until < it.today)


@rules.of_request("last_frozen_until", source=SOURCE, tells=lambda it: {"last": it.seen["last_frozen_until"]})
def follows_the_last_period(it: DecisionContext[Submission]) -> bool:
    """A period begins after the last one submitted for the region.

    The last period submitted for the region runs until {last}.

    Begin on the day after that period; what has changed in it since is submitted as an adjustment.
    """
    last = it.seen["last_frozen_until"]
    return last is None or it.asked.since > last


@rules.of_request("_report", "place", source=SOURCE)
def region_has_desks(it: DecisionContext[Submission]) -> bool:
    """The region has desks.

    The region has no desks, or is not yours.

    Check the region code.
    """
    return it.seen["_report"] is not None


@filling("place", "occurred_until", "recorded_until", "definition", "figures", "adjustments", "digest")
def _frozen(it: DecisionContext[Any]) -> dict[str, Any]:
    return {"place": it.seen["place"], "occurred_until": it.asked.until, **it.seen["_report"]}


SUBMISSION = Procedure(
    name="submission", version=1, aggregate=Submission, states=(FROZEN,), final=frozenset({FROZEN}),
    steps=(
        Step(asks=FreezeReport, by=frozenset({Role.REGIONAL_COORDINATOR}), source=frozenset({""}), target=FROZEN,
             records=ReportFrozen, rules=(period_is_over, follows_the_last_period, region_has_desks), fills=_frozen),
    ),
    lifeline=StateNotes(without_deadline={}),
)  # fmt: skip
