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
from opera_cases.domain.kernel.journey_codes import ReasonCode
from opera_cases.domain.kernel.personal import Note, PrivateReasonCode, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step
from opera_cases.domain.kernel.vocabulary import Role

rules = Rules("case")

SUSPENSIONS = "handbook 6.4"
RESTRICTIONS = "Reg. (EU) 2016/679 art. 18"
LEGAL_HOLDS = "handbook 6.12"
DPO_ONLY = frozenset({Role.DPO})
THERE = ACTIVE | {CLOSED}


class Suspend(Command, frozen=True, kw_only=True):
    """The case is suspended, for a reason, until a review date within the limit of the rulebook."""

    reason_code: PrivateReasonCode
    review_on: date
    reason: Reason | None = None


class Resume(Command, frozen=True, kw_only=True):
    """The case resumes where it was suspended."""

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

    If the reason has changed, resume the case first.
    """
    return SUSPENDED not in it.subject.overlays


def _review_limit(it: DecisionContext[Case]) -> dict[str, object]:
    days = it.limit("review")
    return {"days": days, "until": it.on + timedelta(days=days)}


@rules.of_request(source="rulebook: review", tells=_review_limit)
def review_in_time(it: DecisionContext[Case]) -> bool:
    """A suspension has a review date after it begins, within the number of days set by the rulebook.

    The review date must be after the suspension begins and by {until}, within {days:day|days}.

    Choose an earlier date; the suspension can then be renewed.
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
    """Processing of the data is not restricted.

    Processing of the data is already restricted.

    There is nothing else to do.
    """
    return RESTRICTED not in it.subject.overlays


@rules.of_record(source=RESTRICTIONS)
def restricted(it: DecisionContext[Case]) -> bool:
    """Only a restriction that is in force can be lifted.

    Processing of the data is not restricted.

    There is nothing to lift.
    """
    return RESTRICTED in it.subject.overlays


@rules.of_record(source=LEGAL_HOLDS)
def not_held_yet(it: DecisionContext[Case]) -> bool:
    """The case is not on legal hold.

    The case is already on legal hold.

    There is nothing else to do.
    """
    return LEGAL_HOLD not in it.subject.overlays


@rules.of_record(source=LEGAL_HOLDS)
def held(it: DecisionContext[Case]) -> bool:
    """Only a legal hold that is in force can be lifted.

    The case is not on legal hold.

    There is nothing to lift.
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
    Step(asks=Restrict, by=DPO_ONLY, source=THERE, target=None, records=CaseRestricted, rules=(not_restricted_yet,),
         adds=RESTRICTED, despite=ALWAYS),
    Step(asks=LiftRestriction, by=DPO_ONLY, source=THERE, target=None, records=RestrictionLifted, rules=(restricted,),
         drops=frozenset({RESTRICTED}), despite=ALWAYS),
    Step(asks=PlaceHold, by=DPO_ONLY, source=THERE, target=None, records=HoldPlaced, rules=(not_held_yet,),
         adds=LEGAL_HOLD, despite=ALWAYS),
    Step(asks=ReleaseHold, by=DPO_ONLY, source=THERE, target=None, records=HoldReleased, rules=(held,),
         drops=frozenset({LEGAL_HOLD}), despite=ALWAYS),
)  # fmt: skip
