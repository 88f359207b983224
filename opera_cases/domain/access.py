"""Access without being responsible: somebody opens a file that is not within their reach, says why, and is seen doing it.

For an emergency, a colleague's absence, a mistake in a posting. It lasts a day; the coordinator of the desk and the data
protection officer are told at once, and somebody says whether it was justified (handbook 6.8).
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.aggregate import Aggregate
from opera_cases.domain.events import Event, Facts
from opera_cases.domain.personal import Note, Reason
from opera_cases.domain.rules import Asking, of_case, of_request
from opera_cases.domain.steps import Command, Lifeline, Step, Term
from opera_cases.domain.vocabulary import Code, Place, Role
from opera_cases.domain.workflow import Procedure

TAKEN, REVIEWED = "TAKEN", "REVIEWED"
SOURCE = "handbook 6.8"


class AccessVerdict(StrEnum):
    JUSTIFIED = "JUSTIFIED"
    NOT_JUSTIFIED = "NOT_JUSTIFIED"


class TakeAccess(Command, frozen=True, kw_only=True):
    """Open the file of a case that is not within reach, for a reason that others will read."""

    file_number: Code
    reason: Reason


class ReviewAccess(Command, frozen=True, kw_only=True):
    """Somebody else looks at the reason and says whether it was justified."""

    verdict: AccessVerdict
    note: Note | None = None


class AccessTaken(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "access.taken"
    case: UUID
    concerns: UUID
    desk: UUID
    place: Place
    until: date
    reason: Reason


class AccessReviewed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "access.reviewed"
    verdict: AccessVerdict
    note: Note | None = None


class Access(Aggregate):
    kind = "access"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.opened: UUID | None = None
        self.concerns: UUID | None = None
        self.operator: UUID | None = None
        self.until: date | None = None
        self.verdict = ""

    @property
    def subject(self) -> UUID:
        """Whose personal values the reason may hold: those of whom the file is about."""
        return self.concerns or self.id


@Access.on(AccessTaken)
def _(access: Access, event: Event[AccessTaken]) -> None:
    said = event.facts
    access.opened, access.concerns, access.desk, access.place = said.case, said.concerns, said.desk, said.place
    access.operator, access.until = event.meta.actor.id, said.until


@Access.on(AccessReviewed)
def _(access: Access, event: Event[AccessReviewed]) -> None:
    access.verdict = event.facts.verdict.value


@of_request("numbered_case", "place", source=SOURCE)
def file_there(it: Asking[Access]) -> bool:
    """There is a case with this file number.

    Check the number; it has eight digits, as in 4827-1935.
    """
    return it.seen["numbered_case"] is not None


@of_request("numbered_case_within_reach", source=SOURCE)
def beyond_reach(it: Asking[Access]) -> bool:
    """Only a file that is not within reach is opened like this.

    Open it as usual: it is within your reach.
    """
    return not it.seen["numbered_case_within_reach"]


@of_case(source="handbook 6.8, four eyes")
def not_own_access(it: Asking[Access]) -> bool:
    """Nobody reviews an access that they took.

    Ask a colleague to look at it.
    """
    return it.subject.operator != it.by.id


def _taken(it: Asking[Any]) -> dict[str, Any]:
    case = it.seen["numbered_case"]
    return {"case": case["case"], "concerns": case["concerns"], "desk": case["desk"], "place": it.seen["place"],
            "until": it.today + timedelta(days=it.limit("access_days"))}  # fmt: skip


DESKS = frozenset({Role.CASEWORKER, Role.COORDINATOR, Role.MENTOR, Role.CONSULTANT, Role.REGIONAL_COORDINATOR})
ACCESS = Procedure(
    name="access", version=1, aggregate=Access, states=(TAKEN, REVIEWED), final=frozenset({REVIEWED}),
    steps=(
        Step(asks=TakeAccess, by=DESKS, source=frozenset({""}), target=TAKEN, records=AccessTaken, rules=(file_there, beyond_reach),
             fills=_taken, sets=(Term("access_review"),)),
        Step(asks=ReviewAccess, by=frozenset({Role.COORDINATOR, Role.REGIONAL_COORDINATOR, Role.DPO}), source=frozenset({TAKEN}),
             target=REVIEWED, records=AccessReviewed, rules=(not_own_access,), ends=("access_review",)),
    ),
    lifeline=Lifeline(without_deadline={}),
)  # fmt: skip
