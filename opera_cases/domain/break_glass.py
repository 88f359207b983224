"""Access without being responsible: somebody opens a file that is not within their reach, says why, and is seen doing it.

For an emergency, a colleague's absence, a mistake in a posting. It lasts a day; the coordinator of the desk and the data
protection officer are told at once, and somebody says whether it was justified (handbook 6.8). Nothing is told of a file
before the reason, the day and the number of attempts are in order: the step is no way to find out which numbers there are.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.access.roles import OPENERS
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import Note, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Fingerprint, StateNotes, Step, filling
from opera_cases.domain.kernel.vocabulary import Place, Role
from opera_cases.domain.kernel.workflow import Procedure

rules = Rules("access")

TAKEN, REVIEWED = "TAKEN", "REVIEWED"
SOURCE = "handbook 6.8"


class AccessVerdict(StrEnum):
    JUSTIFIED = "JUSTIFIED"
    NOT_JUSTIFIED = "NOT_JUSTIFIED"


def _words(typed: Mapping[str, Any]) -> list[str]:
    return re.findall(r"[^\W\d_]{2,}", str(typed["reason"]).casefold())


def _substance(typed: Mapping[str, Any]) -> int:
    """How many different words a reason has, as far as they have four letters on average."""
    words = set(_words(typed))
    return min(len(words), sum(map(len, words)) // 4)


class TakeAccess(Command, frozen=True, kw_only=True):
    """Open the file of a case that is not within reach, for a reason that others will read. It is read, not worked on and not
    taken along. A try (`dry_run`) is on record, and tells nothing of the file."""

    unrecorded: ClassVar[frozenset[str]] = frozenset({"file_number"})
    watched: ClassVar[bool] = True
    derives: ClassVar[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
        "reason_words": _substance, "reason_digest": lambda typed: Fingerprint(" ".join(_words(typed))),
    }  # fmt: skip
    file_number: Code
    reason: Reason
    reason_words: int
    reason_digest: Code


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
    reason_digest: Code | None = None


class AccessReviewed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "access.reviewed"
    verdict: AccessVerdict
    note: Note | None = None


class BreakGlass(Aggregate):
    kind = "access"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.opened: UUID | None = None
        self.concerns: UUID | None = None
        self.operator: UUID | None = None
        self.until: date | None = None
        self.verdict = ""
        self.reason_digest: str | None = None

    @property
    def subject(self) -> UUID:
        """Whose personal values the reason may hold: those of whom the file is about."""
        return self.concerns or self.id


@BreakGlass.on(AccessTaken)
def _(access: BreakGlass, event: Event[AccessTaken]) -> None:
    said = event.facts
    access.opened, access.concerns, access.desk, access.place = said.case, said.concerns, said.desk, said.place
    access.operator, access.until, access.reason_digest = event.meta.actor.id, said.until, said.reason_digest


@BreakGlass.on(AccessReviewed)
def _(access: BreakGlass, event: Event[AccessReviewed]) -> None:
    access.verdict = event.facts.verdict.value


@rules.of_request(source="rulebook: access_reason_words", tells=lambda it: {"words": it.limit("access_reason_words")})
def reason_of_substance(it: DecisionContext[BreakGlass]) -> bool:
    """The reason is a sentence that someone else can judge.

    The reason is too short: it needs at least {words:meaningful word|meaningful words}.

    Say in your own words who needs what from the file, and why it cannot wait.
    """
    return bool(it.asked.reason_words >= it.limit("access_reason_words"))


@rules.of_request("_reason_given_before", source=SOURCE)
def reason_of_its_own(it: DecisionContext[BreakGlass]) -> bool:
    """Each file is opened for a reason of its own, not in words already used for another file.

    These words have already been given as the reason for another file.

    Say what is particular to this file.
    """
    return not it.seen["_reason_given_before"]


@rules.of_request(
    "access_attempts", source="rulebook: accesses_a_day", tells=lambda it: {"most": it.limit("accesses_a_day")}
)
def few_accesses(it: DecisionContext[BreakGlass]) -> bool:
    """Nobody opens more than a few files a day outside their remit; numbers that do not exist count too.

    You have reached the limit of {most:file|files} a day outside your remit; numbers that do not exist count too.

    Ask the desk responsible, or the data protection officer.
    """
    return bool(it.seen["access_attempts"] < it.limit("accesses_a_day"))


@rules.of_request(source=SOURCE)
def opened_today(it: DecisionContext[BreakGlass]) -> bool:
    """A file is opened on the day it is asked for.

    The day given is not today.

    Leave the date out.
    """
    return it.on == it.today


ADMITTING = (reason_of_substance, reason_of_its_own, few_accesses, opened_today)
"""What must hold before anything is told of a file."""


def _admitted(it: DecisionContext[BreakGlass]) -> bool:
    return all(rule.check(it) for rule in ADMITTING)


@rules.of_request("numbered_case", "place", source=SOURCE)
def file_there(it: DecisionContext[BreakGlass]) -> bool:
    """There is a case with this file number.

    There is no case with this file number.

    Check the number.
    """
    return it.seen["numbered_case"] is not None or not _admitted(it)


@rules.of_request("numbered_case_within_reach", source=SOURCE)
def beyond_reach(it: DecisionContext[BreakGlass]) -> bool:
    """Only a file outside your remit is opened in this way.

    This file is already within your remit.

    Open it as usual.
    """
    return not it.seen["numbered_case_within_reach"] or not _admitted(it)


@rules.of_record(source="handbook 6.8, four eyes")
def not_own_access(it: DecisionContext[BreakGlass]) -> bool:
    """Nobody reviews access that they took themselves.

    You opened this file yourself.

    Ask a colleague to review it.
    """
    return it.subject.operator != it.by.id


@filling("case", "concerns", "desk", "place", "until")
def _taken(it: DecisionContext[Any]) -> dict[str, Any]:
    case = it.seen["numbered_case"]
    return {"case": case["case"], "concerns": case["concerns"], "desk": case["desk"], "place": it.seen["place"],
            "until": it.today + timedelta(days=it.limit("access_days"))}  # fmt: skip


def _of_the_day(it: DecisionContext[Any]) -> tuple[tuple[str, str], ...]:
    """Of two files opened at the same moment each has a number of its own, so that both count."""
    return (("access", f"{it.by.id}|{it.today}|{it.seen['access_attempts']}"),)


DESKS = OPENERS
ACCESS = Procedure(
    name="access", version=2, aggregate=BreakGlass, states=(TAKEN, REVIEWED), final=frozenset({REVIEWED}),
    steps=(
        Step(asks=TakeAccess, by=DESKS, source=frozenset({""}), target=TAKEN, records=AccessTaken, rules=(*ADMITTING, file_there, beyond_reach),
             fills=_taken, claims=_of_the_day, sets=(DeadlineSpec("access_review"),)),
        Step(asks=ReviewAccess, by=frozenset({Role.COORDINATOR, Role.REGIONAL_COORDINATOR, Role.DPO}), source=frozenset({TAKEN}),
             target=REVIEWED, records=AccessReviewed, rules=(not_own_access,), ends=("access_review",)),
    ),
    lifeline=StateNotes(without_deadline={}),
)  # fmt: skip
