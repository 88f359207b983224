"""Overlays that hold a case as it is: suspension until a day of review (handbook 6.4), restriction (the person's right, or a dispute)
and legal hold (handbook 6.12).
"""

from datetime import date, timedelta
from typing import ClassVar

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.states import (
    ACTIVE,
    ALWAYS,
    CLOSED,
    CONTACT,
    DESK,
    LEGAL_HOLD,
    RESTRICTED,
    SUSPENDED,
    WHILE_SUSPENDED,
)
from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.kernel.personal import Note, PrivateReasonCode, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step
from opera_cases.domain.kernel.vocabulary import ReasonCode, Role

rules = Rules("case")

SUSPENSIONS = "handbook 6.4"
RESTRICTIONS = "Reg. (EU) 2016/679 art. 18"
LEGAL_HOLDS = "handbook 6.12"
GUARDIANS = frozenset({Role.DPO})
THERE = ACTIVE | {CLOSED}


class Suspend(Command, frozen=True, kw_only=True):
    """The case rests, for a reason, until a day of review at most ninety days away."""

    reason_code: PrivateReasonCode
    review_on: date
    reason: Reason | None = None


class Resume(Command, frozen=True, kw_only=True):
    """The case goes on where it rested."""

    note: Note | None = None


class Restrict(Command, frozen=True, kw_only=True):
    """The data are kept and not worked with, because the person asked for it or their accuracy is disputed."""

    reason: Reason


class LiftRestriction(Command, frozen=True, kw_only=True):
    """The data may be worked with again; the person was told before."""

    reason: Reason


class PlaceHold(Command, frozen=True, kw_only=True):
    """Nothing of this case may be erased while a dispute or an audit is open."""

    reason: Reason


class ReleaseHold(Command, frozen=True, kw_only=True):
    """The dispute or audit is over: retention goes on as usual."""

    reason: Reason


class CaseSuspended(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.suspended"
    required: ClassVar[frozenset[str]] = frozenset({"reason_code"})
    reason_code: ReasonCode | None = None
    review_on: date
    reason: Reason | None = None
    reason_code_sealed: PrivateReasonCode | None = None


class CaseResumed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.resumed"
    note: Note | None = None


class CaseRestricted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.restricted"
    reason: Reason


class RestrictionLifted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.restriction_lifted"
    reason: Reason


class HoldPlaced(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.hold_placed"
    reason: Reason


class HoldReleased(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.hold_released"
    reason: Reason


@rules.of_record(source=SUSPENSIONS)
def not_suspended_yet(it: DecisionContext[Case]) -> bool:
    """The case is not suspended.

    The case is suspended already.

    Resume it first if the reason has changed.
    """
    return SUSPENDED not in it.subject.overlays


def _review_limit(it: DecisionContext[Case]) -> dict[str, object]:
    days = it.limit("review")
    return {"days": days, "until": it.on + timedelta(days=days)}


@rules.of_request(source="rulebook: review", tells=_review_limit)
def review_in_time(it: DecisionContext[Case]) -> bool:
    """A suspension has a day of review after its beginning, within the days that the rulebook gives.

    The day of review must lie after the beginning and by {until}, within {days:day|days}.

    Choose an earlier day; the suspension can be renewed then.
    """
    return bool(it.on < it.asked.review_on <= it.on + timedelta(days=it.limit("review")))


@rules.of_record(source=SUSPENSIONS)
def suspended(it: DecisionContext[Case]) -> bool:
    """Only a suspended case can be resumed.

    The case is not suspended.

    There is nothing to resume.
    """
    return SUSPENDED in it.subject.overlays


@rules.of_record(source=RESTRICTIONS)
def not_restricted_yet(it: DecisionContext[Case]) -> bool:
    """The case is not restricted.

    The case is restricted already.

    There is nothing more to do.
    """
    return RESTRICTED not in it.subject.overlays


@rules.of_record(source=RESTRICTIONS)
def restricted(it: DecisionContext[Case]) -> bool:
    """Only a restriction that stands can be lifted.

    The case is not restricted.

    There is nothing to lift.
    """
    return RESTRICTED in it.subject.overlays


@rules.of_record(source=LEGAL_HOLDS)
def not_held_yet(it: DecisionContext[Case]) -> bool:
    """The case is not on legal hold.

    The case is on legal hold already.

    There is nothing more to do.
    """
    return LEGAL_HOLD not in it.subject.overlays


@rules.of_record(source=LEGAL_HOLDS)
def held(it: DecisionContext[Case]) -> bool:
    """Only a hold that stands can be released.

    The case is not on legal hold.

    There is nothing to release.
    """
    return LEGAL_HOLD in it.subject.overlays


SUSPENSION = (
    Step(asks=Suspend, by=DESK, source=ACTIVE - {CONTACT}, target=None, records=CaseSuspended,
         rules=(not_suspended_yet, review_in_time), adds=SUSPENDED, sets=(DeadlineSpec("review", on="review_on"),),
         despite=WHILE_SUSPENDED),
    Step(asks=Resume, by=DESK, source=ACTIVE - {CONTACT}, target=None, records=CaseResumed,
         rules=(suspended,), drops=WHILE_SUSPENDED, ends=("review",)),
)  # fmt: skip

ROWS = (
    Step(asks=Restrict, by=GUARDIANS, source=THERE, target=None, records=CaseRestricted, rules=(not_restricted_yet,),
         adds=RESTRICTED, despite=ALWAYS),
    Step(asks=LiftRestriction, by=GUARDIANS, source=THERE, target=None, records=RestrictionLifted, rules=(restricted,),
         drops=frozenset({RESTRICTED}), despite=ALWAYS),
    Step(asks=PlaceHold, by=GUARDIANS, source=THERE, target=None, records=HoldPlaced, rules=(not_held_yet,),
         adds=LEGAL_HOLD, despite=ALWAYS),
    Step(asks=ReleaseHold, by=GUARDIANS, source=THERE, target=None, records=HoldReleased, rules=(held,),
         drops=frozenset({LEGAL_HOLD}), despite=ALWAYS),
)  # fmt: skip
