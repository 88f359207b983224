"""Matching: vacancies are proposed to the person, who agrees to each sending, and what came of it (handbook 2.8)."""

from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.cases.case import Case, Proposed
from opera_cases.domain.cases.states import DESK, MATCHING, PLACED
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import Note
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, at, fill

rules = Rules("case")

SOURCE = "handbook 2.8"


class Result(StrEnum):
    """What came of a proposal."""

    HIRED = "HIRED"
    FIRM_DECLINED = "FIRM_DECLINED"
    PERSON_DECLINED = "PERSON_DECLINED"
    NO_ANSWER = "NO_ANSWER"


class ProposeVacancy(Command, frozen=True, kw_only=True):
    """A vacancy suits the person; nothing is sent to the firm before the person agrees."""

    vacancy: UUID
    note: Note | None = None


class AgreeToProposal(Command, frozen=True, kw_only=True):
    """The person agrees to this introduction, or does not."""

    proposal: UUID
    agreed: bool


class RecordResult(Command, frozen=True, kw_only=True):
    """What came of a proposal that was sent."""

    proposal: UUID
    result: Result
    note: Note | None = None


class VacancyProposed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.vacancy_proposed"
    number: int
    vacancy: UUID
    note: Note | None = None


class ProposalAnswered(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.proposal_answered"
    proposal: UUID
    number: int
    agreed: bool


class ResultRecorded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.result_recorded"
    proposal: UUID
    number: int
    result: Result
    note: Note | None = None


@Case.on(VacancyProposed)
def _(case: Case, event: Event[VacancyProposed]) -> None:
    case.job_proposals = {**case.job_proposals, event.event_id: Proposed(event.facts.number, event.facts.vacancy)}


@Case.on(ProposalAnswered)
def _(case: Case, event: Event[ProposalAnswered]) -> None:
    found = case.job_proposals.get(event.facts.proposal)
    if found:
        case.job_proposals = {**case.job_proposals, event.facts.proposal: found._replace(agreed=event.facts.agreed)}


@Case.on(ResultRecorded)
def _(case: Case, event: Event[ResultRecorded]) -> None:
    found = case.job_proposals.get(event.facts.proposal)
    if found:
        case.job_proposals = {
            **case.job_proposals,
            event.facts.proposal: found._replace(result=event.facts.result.value),
        }


@rules.of_request("vacancy_open", source=SOURCE)
def vacancy_open(it: DecisionContext[Case]) -> bool:
    """The vacancy is open.

    The vacancy is not open.

    Choose another vacancy.
    """
    return bool(it.seen["vacancy_open"])


@rules.of_request(source=SOURCE)
def proposal_waits_for_the_person(it: DecisionContext[Case]) -> bool:
    """The proposal was made on this case, and the person has not answered yet.

    There is no such proposal on this case, or the person has already answered it.

    Choose a proposal that is still open in the history of the case.
    """
    found = it.subject.job_proposals.get(it.asked.proposal)
    return found is not None and found.agreed is None


@rules.of_request(source=SOURCE)
def person_agreed(it: DecisionContext[Case]) -> bool:
    """The person has agreed to this introduction, and its result is not known yet.

    The person has not agreed to this introduction, or its result is already known.

    Ask the person first: each introduction to a firm needs their agreement.
    """
    found = it.subject.job_proposals.get(it.asked.proposal)
    return found is not None and bool(found.agreed) and not found.result


def _number(it: DecisionContext[Any]) -> int:
    return len(it.subject.job_proposals) + 1


def _numbered(it: DecisionContext[Any]) -> int:
    found = it.subject.job_proposals.get(it.asked.proposal)
    return int(found.number) if found else 0


def _this(it: DecisionContext[Any]) -> tuple[str, ...]:
    return (f"proposal_answer:{_numbered(it)}", f"proposal_result:{_numbered(it)}")


ROWS = (
    Step(asks=ProposeVacancy, by=DESK, source=at(MATCHING), target=None, records=VacancyProposed, rules=(vacancy_open,),
         fills=fill(number=lambda it: _number(it)), sets=(DeadlineSpec("proposal_answer", number=_number),)),
    Step(asks=AgreeToProposal, by=DESK, source=at(MATCHING), target=None, records=ProposalAnswered,
         rules=(proposal_waits_for_the_person,), fills=fill(number=lambda it: _numbered(it)), ends=_this,
         sets=(DeadlineSpec("proposal_result", number=_numbered, when=lambda it: it.asked.agreed),)),
    Step(asks=RecordResult, by=DESK, source=at(MATCHING, PLACED), target=None, records=ResultRecorded,
         rules=(person_agreed,), fills=fill(number=lambda it: _numbered(it)), ends=_this),
)  # fmt: skip
