"""The person's situation changed: a job, a new support; and what a job means for a benefit advance (handbook 2.2)."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.states import ACTIVE, CLOSED, CONTACT, DESK, WHILE_SUSPENDED
from opera_cases.domain.kernel.entry_codes import EmploymentStatus, IncomeSupport
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import Note
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step

rules = Rules("case")

SOURCE = "handbook 2.8"


class RecordSituation(Command, frozen=True, kw_only=True):
    """The person's situation changed: a job, a new support. An update, not a correction of the entry data."""

    employment_status: EmploymentStatus
    income_support: IncomeSupport
    note: Note | None = None


class AnswerRepaymentWarning(Command, frozen=True, kw_only=True):
    """What the person was told, or what the employment service said. The amount is theirs to know, not ours."""

    answer: Note


class SituationRecorded(Facts, frozen=True, kw_only=True):
    """An update: what is so from that day on. Entry data stay what they were at entry."""

    topic: ClassVar[str] = "case.situation_recorded"
    employment_status: EmploymentStatus
    income_support: IncomeSupport
    note: Note | None = None


class RepaymentWarned(Facts, frozen=True, kw_only=True):
    """A job begins while a benefit advance could have to be given back. A human looks; no amount is computed."""

    topic: ClassVar[str] = "case.repayment_warned"
    application: UUID
    risk_until: date


class RepaymentWarningAnswered(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.repayment_warning_answered"
    answer: Note


@Case.on(SituationRecorded)
def _(case: Case, event: Event[SituationRecorded]) -> None:
    case.employment_status = event.facts.employment_status


@rules.of_request("benefit_advances", source="handbook 2.2")
def advance_looked_up(it: DecisionContext[Case]) -> bool:
    """The person's benefit advances are looked up, to warn of any that a job would put at risk.

    The person's benefit advances could not be looked up.

    The system does this itself; if the message comes back, tell an administrator.
    """
    return isinstance(it.seen["benefit_advances"], tuple | list)


@rules.of_record(source=SOURCE)
def warning_stands(it: DecisionContext[Case]) -> bool:
    """A warning about a benefit advance is waiting for an answer.

    No warning about a benefit advance is waiting for an answer.

    There is nothing to answer.
    """
    return "repayment_warning" in it.subject.deadlines


def warned(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    """The benefit advances of the person that a job puts at risk: those that still ran on its first day."""
    own = getattr(it.asked, "own_cooperative", False)
    status = getattr(it.asked, "employment_status", None)
    if own or (status is not None and not status.startswith("EMPLOYED")):
        return ()
    return tuple(
        (RepaymentWarned(application=application, risk_until=until), (DeadlineSpec("repayment_warning"),))
        for application, until in it.seen["benefit_advances"]
    )  # fmt: skip


ROWS = (
    Step(asks=RecordSituation, by=DESK, source=ACTIVE - {CONTACT}, target=None, records=SituationRecorded,
         rules=(advance_looked_up,), also=warned, despite=WHILE_SUSPENDED),
)  # fmt: skip

ANSWERING = (
    Step(asks=AnswerRepaymentWarning, by=DESK, source=ACTIVE | {CLOSED}, target=None, records=RepaymentWarningAnswered,
         rules=(warning_stands,), ends=("repayment_warning",), despite=WHILE_SUSPENDED),
)  # fmt: skip
