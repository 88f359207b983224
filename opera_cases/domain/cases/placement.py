"""Placement: the person has a job, it is looked at whether they stay, and the search goes on when it ends (handbook 2.8)."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.situation import advance_looked_up, warned
from opera_cases.domain.cases.states import DESK, MATCHING, PLACED, SEEKING
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.journey_codes import ContractKind, ProgrammeChain
from opera_cases.domain.kernel.personal import InstitutionName, Note, PrivateDay, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import PublicName
from opera_cases.domain.kernel.sealed_fields import value_of
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, at

rules = Rules("case")

SOURCE = "handbook 2.8"


class PlacementEnd(StrEnum):
    CONTRACT_ENDED = "CONTRACT_ENDED"
    DISMISSED = "DISMISSED"
    RESIGNED = "RESIGNED"
    FIRM_CLOSED = "FIRM_CLOSED"


class ConfirmPlacement(Command, frozen=True, kw_only=True):
    """The person has a job: from when, where, by which contract, on which evidence."""

    derives: ClassVar[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
        "begun_by_then": lambda typed: typed["starts_on"] <= typed["occurred_on"]
    }
    employer: InstitutionName
    starts_on: PrivateDay
    contract: ContractKind
    chain: ProgrammeChain | None = None
    vacancy: UUID | None = None
    evidence: UUID | None = None
    evidence_seen: bool = False
    own_cooperative: bool = False
    begun_by_then: bool = False


class RecordStayCheck(Command, frozen=True, kw_only=True):
    """Whether the person still works there."""

    still_there: bool
    note: Note | None = None


class EndPlacement(Command, frozen=True, kw_only=True):
    """The job ended: the search goes on."""

    ended_by: PlacementEnd
    reason: Reason | None = None


class PlacementConfirmed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.placement_confirmed"
    required: ClassVar[frozenset[str]] = frozenset({"employer", "starts_on"})
    employer: PublicName | None = None
    starts_on: date | None = None
    contract: ContractKind
    chain: ProgrammeChain | None = None
    vacancy: UUID | None = None
    evidence: UUID | None = None
    evidence_seen: bool = False
    own_cooperative: bool = False
    employer_sealed: InstitutionName | None = None
    starts_on_sealed: PrivateDay | None = None
    begun_by_then: bool = False


class StayChecked(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.stay_checked"
    still_there: bool
    note: Note | None = None


class PlacementEnded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.placement_ended"
    ended_by: PlacementEnd
    reason: Reason | None = None


@Case.on(PlacementConfirmed)
def _(case: Case, event: Event[PlacementConfirmed]) -> None:
    case.placed_on = value_of(event.facts, "starts_on")


@Case.on(PlacementEnded)
def _(case: Case, event: Event[PlacementEnded]) -> None:
    case.placed_on = None


def begun_by_then(said: Any, on: date) -> bool:
    """Whether a job had begun on the day of its confirmation, as it is asked for or was recorded."""
    return bool(said.begun_by_then or (isinstance(said.starts_on, date) and said.starts_on <= on))


@rules.of_request("evidence_of_placement", source=SOURCE)
def placement_shown(it: DecisionContext[Case]) -> bool:
    """The contract, or a document on file, shows that the job exists and has begun by that day.

    Neither the contract nor a document on file shows the job, or it begins later.

    Look at the contract, or add the document; give the first day of work.
    """
    shown = it.asked.evidence_seen or bool(it.seen["evidence_of_placement"])
    return bool(shown and begun_by_then(it.asked, it.on))


STAY = ("stay_check_first", "stay_check")
ROWS = (
    Step(asks=ConfirmPlacement, by=DESK, source=SEEKING, target=PLACED, records=PlacementConfirmed,
         rules=(placement_shown, advance_looked_up), also=warned, ends=("choice", "next_contact", "job_search"),
         sets=(DeadlineSpec("stay_check_first"), DeadlineSpec("stay_check"))),
    Step(asks=RecordStayCheck, by=DESK, source=at(PLACED), target=None, records=StayChecked,
         ends=lambda it: tuple(key for key in STAY if key in it.subject.deadlines)[:1]),
    Step(asks=EndPlacement, by=DESK, source=at(PLACED), target=MATCHING, records=PlacementEnded, ends=STAY,
         sets=(DeadlineSpec("job_search"),)),
)  # fmt: skip
