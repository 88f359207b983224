"""The end of a venture: abandoned before trading, ceased, or consolidated (handbook 6.5)."""

from datetime import date
from typing import Any, ClassVar

from opera_cases.domain.access.roles import MENTORS
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.journey_codes import ReasonCode
from opera_cases.domain.kernel.personal import PrivateReasonCode, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules, due_day
from opera_cases.domain.kernel.scalars import Money, Quantity
from opera_cases.domain.kernel.steps import Command, Step, at, fill
from opera_cases.domain.ventures.codes import CeaseCause, PrivateCause
from opera_cases.domain.ventures.states import (
    ABANDONED,
    BEFORE_TRADING,
    CEASED,
    CLOCK,
    CONSOLIDATED,
    DESK,
    LIVING,
    SOLD,
    TRADING,
    TRANSFORMED,
)
from opera_cases.domain.ventures.venture import Venture

rules = Rules("venture")


class Abandon(Command, frozen=True, kw_only=True):
    """The project ends before trading."""

    reason_code: PrivateReasonCode
    reason: Reason | None = None


class Cease(Command, frozen=True, kw_only=True):
    """The activity ends."""

    cause: PrivateCause
    jobs_lost: Quantity
    debts_known: Money | None = None
    reason: Reason | None = None


class Consolidate(Command, frozen=True, kw_only=True):
    """The venture is still trading after the time that the programme sets."""


class VentureAbandoned(Facts, frozen=True, kw_only=True):
    """The end before trading. `reason_code` is clear where it follows from the last member's leaving, sealed where somebody
    gives it."""

    topic: ClassVar[str] = "venture.abandoned"
    required: ClassVar[frozenset[str]] = frozenset({"reason_code"})
    reason_code: ReasonCode | None = None
    reason: Reason | None = None
    reason_code_sealed: PrivateReasonCode | None = None


class VentureCeased(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.ceased"
    required: ClassVar[frozenset[str]] = frozenset({"cause"})
    cause: CeaseCause | None = None
    jobs_lost: Quantity
    debts_known: Money | None = None
    reason: Reason | None = None
    cause_sealed: PrivateCause | None = None


class VentureConsolidated(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.consolidated"
    trading_since: date


def _ended(venture: Venture, event: Event[VentureCeased | VentureAbandoned | VentureConsolidated]) -> None:
    venture.ended_on = event.on


Venture.on(VentureCeased)(_ended)
Venture.on(VentureAbandoned)(_ended)
Venture.on(VentureConsolidated)(_ended)


@rules.of_record(source="rulebook: consolidation")
def all_check_ins_settled(it: DecisionContext[Venture]) -> bool:
    """Every check-in in the series has been held, waived or missed.

    Some check-ins in the series have been neither held, nor waived, nor missed.

    Record or waive the check-ins that are still open.
    """
    return not it.subject.check_ins_open


@rules.of_request(source="rulebook: consolidation", tells=lambda it: due_day(it, "consolidation"))
def thirty_six_months_passed(it: DecisionContext[Venture]) -> bool:
    """The venture has been trading for as long as the programme requires.

    The venture will not have been trading for long enough until {due_on}.

    Wait for that date.
    """
    due = it.subject.deadlines.get("consolidation")
    return due is not None and it.on >= due.due_on


def everything_owed(it: DecisionContext[Any]) -> tuple[str, ...]:
    """Every open deadline but those of corrections and of doubts, which are decided all the same."""
    return tuple(
        key for key in it.subject.deadlines if key.partition(":")[0] not in ("correction_answer", "doubt_review")
    )


ROWS = (
    Step(asks=Abandon, by=DESK, source=BEFORE_TRADING, target=ABANDONED, records=VentureAbandoned,
         releases=lambda it: (("venture_of_case", it.subject.case),), ends=everything_owed),
    Step(asks=Cease, by=MENTORS, source=LIVING, target=CEASED, records=VentureCeased,
         releases=lambda it: (("venture_of_case", it.subject.case),), ends=everything_owed),
    Step(asks=Consolidate, by=CLOCK | DESK, source=at(TRADING, TRANSFORMED, SOLD), target=CONSOLIDATED, records=VentureConsolidated,
         rules=(all_check_ins_settled, thirty_six_months_passed),
         fills=fill(trading_since=lambda it: it.subject.trading_since), ends=everything_owed),
)  # fmt: skip
