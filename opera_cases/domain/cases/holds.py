"""Restriction (the person's right, or a dispute) and legal hold: overlays that keep a case as it is (handbook 6.12)."""

from typing import ClassVar

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.states import ACTIVE, ALWAYS, CLOSED, LEGAL_HOLD, RESTRICTED
from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.kernel.personal import Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, Step
from opera_cases.domain.kernel.vocabulary import Role

rules = Rules("case")

SOURCE = "Reg. (EU) 2016/679 art. 18"
HOLD_SOURCE = "handbook 6.12"
GUARDIANS = frozenset({Role.DPO})
THERE = ACTIVE | {CLOSED}


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


@rules.of_record(source=SOURCE)
def not_restricted_yet(it: DecisionContext[Case]) -> bool:
    """The case is not restricted.

    The case is restricted already.

    There is nothing more to do.
    """
    return RESTRICTED not in it.subject.overlays


@rules.of_record(source=SOURCE)
def restricted(it: DecisionContext[Case]) -> bool:
    """Only a restriction that stands can be lifted.

    The case is not restricted.

    There is nothing to lift.
    """
    return RESTRICTED in it.subject.overlays


@rules.of_record(source=HOLD_SOURCE)
def not_held_yet(it: DecisionContext[Case]) -> bool:
    """The case is not on legal hold.

    The case is on legal hold already.

    There is nothing more to do.
    """
    return LEGAL_HOLD not in it.subject.overlays


@rules.of_record(source=HOLD_SOURCE)
def held(it: DecisionContext[Case]) -> bool:
    """Only a hold that stands can be released.

    The case is not on legal hold.

    There is nothing to release.
    """
    return LEGAL_HOLD in it.subject.overlays


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
