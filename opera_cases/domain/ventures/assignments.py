"""Who looks after a venture: its mentor, and the desk of its promoter's case (handbook 6.5, 6.10)."""

from typing import ClassVar
from uuid import UUID

from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, Step, fill
from opera_cases.domain.kernel.vocabulary import Place
from opera_cases.domain.ventures.states import BEFORE_TRADING, DESK, LIVING, POLICY, STATES
from opera_cases.domain.ventures.venture import Venture

rules = Rules("venture")

SOURCE = "handbook 6.5"


class AssignMentor(Command, frozen=True, kw_only=True):
    """A mentor accompanies the venture."""

    mentor: UUID


class MoveVenture(Command, frozen=True, kw_only=True):
    """The case was transferred: the venture is now looked after by the same desk."""

    unrecorded: ClassVar[frozenset[str]] = frozenset({"case"})
    to_desk: UUID
    case: UUID | None = None


class MentorAssigned(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.mentor_assigned"
    mentor: UUID


class VentureMoved(Facts, frozen=True, kw_only=True):
    """The case of the venture went to another desk, and the venture with it."""

    topic: ClassVar[str] = "venture.moved"
    from_desk: UUID
    to_desk: UUID
    place: Place


@Venture.on(MentorAssigned)
def _(venture: Venture, event: Event[MentorAssigned]) -> None:
    venture.mentor = event.facts.mentor


@Venture.on(VentureMoved)
def _(venture: Venture, event: Event[VentureMoved]) -> None:
    venture.desk, venture.place = event.facts.to_desk, event.facts.place


@rules.of_request("mentor_active", source=SOURCE)
def mentor_active(it: DecisionContext[Venture]) -> bool:
    """The mentor works at the desk of the venture on that day.

    The mentor does not work at the desk of the venture on that day.

    Choose a mentor or caseworker from this desk.
    """
    return bool(it.seen["mentor_active"])


@rules.of_request("to_desk_open", "receiving_place", source="handbook 6.10")
def goes_to_another_desk(it: DecisionContext[Venture]) -> bool:
    """A venture moves to another desk with its promoter's case.

    The promoter's case is not moving to another desk.

    The system checks this itself; if the message comes back, tell an administrator.
    """
    of_promoter = it.asked.case in (None, it.subject.case)
    return of_promoter and it.asked.to_desk != it.subject.desk and it.seen["receiving_place"] is not None


ROWS = (
    Step(asks=AssignMentor, by=DESK, source=BEFORE_TRADING | LIVING, target=None, records=MentorAssigned,
         rules=(mentor_active,)),
    Step(asks=MoveVenture, by=POLICY, source=frozenset(STATES), target=None, records=VentureMoved,
         rules=(goes_to_another_desk,),
         fills=fill(from_desk=lambda it: it.subject.desk, place=lambda it: it.seen["receiving_place"])),
)  # fmt: skip
