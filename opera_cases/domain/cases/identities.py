"""A case whose person turns out to have two records: merged into the other open case, and parted again (handbook 6.6).

Nothing is copied or moved: every fact stays in the stream where it was recorded. These steps are consequences of a
decision on a suspected duplicate, taken in the same write.
"""

from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.states import ACTIVE, ALWAYS, MERGED, POLICY, STATES, TRANSFER_PENDING
from opera_cases.domain.cases.transfers import voids_transfer
from opera_cases.domain.kernel.events import Deadline, Event, Facts
from opera_cases.domain.kernel.rules import DecisionContext, Rule, Rules
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.steps import Command, Step, filling

rules = Rules("case")

SOURCE = "handbook 6.6"
Identities = tuple[UUID, ...]


class MergeInto(Command, frozen=True, kw_only=True):
    """The person has another open case, which goes on; this one points to it."""

    survivor: UUID


class Unmerge(Command, frozen=True, kw_only=True):
    """The two persons are two after all: the case goes on where it stood."""

    identities: Identities


class JoinIdentities(Command, frozen=True, kw_only=True):
    """The case is now the one open case of these records too."""

    identities: Identities


class PartIdentities(Command, frozen=True, kw_only=True):
    """These records have an open case of their own again, or none."""

    identities: Identities


class CaseMerged(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.merged"
    survivor: UUID
    was: Code
    set_aside: tuple[Deadline, ...] = ()


class CaseUnmerged(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.unmerged"
    identities: Identities


class IdentitiesJoined(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.identities_joined"
    identities: Identities


class IdentitiesParted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.identities_parted"
    identities: Identities


@Case.on(CaseMerged)
def _(case: Case, event: Event[CaseMerged]) -> None:
    case.survivor, case.merged_from, case.set_aside = event.facts.survivor, event.facts.was, event.facts.set_aside
    case.identities = frozenset()


@Case.on(CaseUnmerged)
def _(case: Case, event: Event[CaseUnmerged]) -> None:
    case.survivor, case.merged_from, case.set_aside = None, "", ()
    case.identities = frozenset(event.facts.identities)


@Case.on(IdentitiesJoined)
def _(case: Case, event: Event[IdentitiesJoined]) -> None:
    case.identities |= frozenset(event.facts.identities)


@Case.on(IdentitiesParted)
def _(case: Case, event: Event[IdentitiesParted]) -> None:
    case.identities -= frozenset(event.facts.identities)


def _was_in(state: str) -> Rule:
    @rules.of_request(source=SOURCE)
    def was_in_that_state(it: DecisionContext[Case]) -> bool:
        """A case that is separated again resumes in the state it was in when it was merged.

        The system checks this itself; if the message comes back, tell an administrator.
        """
        return it.subject.merged_from == state

    return was_in_that_state


@filling("was", "set_aside")
def _merged(it: DecisionContext[Case]) -> dict[str, Any]:
    return {"was": it.subject.state, "set_aside": tuple(it.subject.deadlines.values())}


def _claims(it: DecisionContext[Case]) -> tuple[tuple[str, UUID], ...]:
    return tuple(("open_case", each) for each in it.asked.identities)


ROWS = (
    Step(asks=MergeInto, by=POLICY, source=ACTIVE, target=MERGED, records=CaseMerged, fills=_merged,
         also=voids_transfer, drops=frozenset({TRANSFER_PENDING}), ends=lambda it: tuple(it.subject.deadlines),
         releases=lambda it: it.subject.open_claims, despite=ALWAYS),
    *(
        Step(asks=Unmerge, by=POLICY, source=frozenset({MERGED}), target=state, records=CaseUnmerged,
             when=_was_in(state), resets=lambda it: it.subject.set_aside, claims=_claims, despite=ALWAYS)
        for state in STATES
        if state in ACTIVE
    ),
    Step(asks=JoinIdentities, by=POLICY, source=ACTIVE, target=None, records=IdentitiesJoined, claims=_claims,
         despite=ALWAYS),
    Step(asks=PartIdentities, by=POLICY, source=ACTIVE, target=None, records=IdentitiesParted, releases=_claims,
         despite=ALWAYS),
)  # fmt: skip
