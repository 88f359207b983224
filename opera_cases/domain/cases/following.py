"""A case that follows a venture: it joins one, what the venture does is noted here, and a person decides what comes of it (6.4, 6.5).

A policy never moves a case back or closes it. Where a case refuses what follows from its venture, that is noted too, with
a day by which somebody looks at it.
"""

from typing import Annotated, Any, ClassVar
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.states import (
    ACTIVE,
    BUSINESS,
    BUSINESS_PLAN,
    CLOSED,
    DESK,
    DESK_OR_POLICY,
    FUNDING,
    IDEA,
    POLICY,
    START_UP,
    WHILE_SUSPENDED,
)
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import Note
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, at

rules = Rules("case")

SOURCE = "handbook 6.4"
Names = Annotated[tuple[Code, ...], Meta(max_length=20)]


class JoinVenture(Command, frozen=True, kw_only=True):
    """The case follows a venture of which the person is a member."""

    venture: UUID


class NoteDeparture(Command, frozen=True, kw_only=True):
    """The person is no longer a member of the venture."""

    venture: UUID


class NoteVentureEnd(Command, frozen=True, kw_only=True):
    """The venture ended; whoever works on the case decides what comes next."""

    venture: UUID
    how: Code


class NoteRefusal(Command, frozen=True, kw_only=True):
    """Something should have followed here, and the case could not take the step."""

    refused_step: Code
    cause: UUID
    rules: Names


class SettleRefusal(Command, frozen=True, kw_only=True):
    """Somebody looked at what could not follow."""

    note: Note


class VentureJoined(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.venture_joined"
    venture: UUID


class VentureLeft(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.venture_left"
    venture: UUID


class VentureEnded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.venture_ended"
    venture: UUID
    how: Code


class ConsequenceRefused(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.consequence_refused"
    refused_step: Code
    cause: UUID
    rules: tuple[Code, ...]


class RefusalSettled(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.refusal_settled"
    note: Note


@Case.on(VentureJoined)
def _(case: Case, event: Event[VentureJoined]) -> None:
    case.venture = event.facts.venture


@Case.on(VentureLeft)
def _(case: Case, event: Event[VentureLeft]) -> None:
    case.venture = None


@rules.of_request("member_of_venture", source=SOURCE)
def member_of_the_venture(it: DecisionContext[Case]) -> bool:
    """The person is a member of the venture.

    The person is not a member of the venture.

    Add the person to the venture first, or choose the right venture.
    """
    return bool(it.seen["member_of_venture"])


@rules.of_request(source=SOURCE)
def follows_that_venture(it: DecisionContext[Case]) -> bool:
    """The case follows that venture.

    The case does not follow that venture.

    There is nothing to do.
    """
    return bool(it.subject.venture == it.asked.venture)


@rules.of_record(source=SOURCE)
def refusal_stands(it: DecisionContext[Case]) -> bool:
    """An expected next step was not possible and is waiting for a decision.

    No impossible next step is waiting for a decision.

    There is nothing to settle.
    """
    return "consequence" in it.subject.deadlines


def _left(it: DecisionContext[Any]) -> bool:
    return it.subject.state in BUSINESS


OPEN = ACTIVE | {CLOSED}
JOINING = (
    Step(asks=JoinVenture, by=DESK_OR_POLICY, source=at(IDEA, BUSINESS_PLAN, FUNDING, START_UP), target=None,
         records=VentureJoined, rules=(member_of_the_venture,)),
)  # fmt: skip

ROWS: tuple[Step, ...] = (
    Step(asks=NoteDeparture, by=POLICY, source=OPEN, target=None, records=VentureLeft, rules=(follows_that_venture,),
         sets=(DeadlineSpec("after_leaving", when=_left),), despite=WHILE_SUSPENDED),
    Step(asks=NoteVentureEnd, by=POLICY, source=OPEN, target=None, records=VentureEnded, rules=(follows_that_venture,),
         sets=(DeadlineSpec("after_venture", when=_left),), despite=WHILE_SUSPENDED),
    Step(asks=NoteRefusal, by=POLICY, source=OPEN, target=None, records=ConsequenceRefused,
         sets=(DeadlineSpec("consequence"),), despite=WHILE_SUSPENDED),
    Step(asks=SettleRefusal, by=DESK, source=OPEN, target=None, records=RefusalSettled, rules=(refusal_stands,),
         ends=("consequence",), despite=WHILE_SUSPENDED),
)  # fmt: skip
