"""What can be asked of a case. Each docstring is the documentation of the step."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.kernel.personal import Email, Note, PersonName, Phone, PrivateReasonCode, Reason
from opera_cases.domain.kernel.steps import Command
from opera_cases.domain.kernel.vocabulary import (
    Channel,
    EmploymentStatus,
    ExitSituation,
    Goals,
    HeardFrom,
    IncomeSupport,
    Language,
    Outcome,
    Pathway,
    ReasonCode,
    Verdict,
)  # fmt: skip

Stage = Annotated[str, Meta(pattern="^(IDEA|BUSINESS_PLAN|FUNDING)$", max_length=40)]


class RecordContact(Command, frozen=True, kw_only=True):
    """Someone asks the desk for help. The person may stay anonymous; `follows` names an earlier case of theirs."""

    desk: UUID
    channel: Channel
    heard_from: HeardFrom = HeardFrom.OTHER
    language: Language = Language.IT
    name: PersonName | None = None
    phone: Phone | None = None
    email: Email | None = None
    wish: Note | None = None
    follows: UUID | None = None


class RecordAttempt(Command, frozen=True, kw_only=True):
    """Someone at the desk tried to reach the person, or was reached."""

    channel: Channel
    reached: bool
    note: Note | None = None


class RecordMeeting(Command, frozen=True, kw_only=True):
    """An appointment of the case was held."""

    appointment: UUID
    channel: Channel


class AddNote(Command, frozen=True, kw_only=True):
    """A note on the case: short, about facts, never about third persons by name."""

    text: Note


class Assign(Command, frozen=True, kw_only=True):
    """A caseworker becomes responsible for the case."""

    caseworker: UUID
    reason: Reason | None = None


class OpenIntake(Command, frozen=True, kw_only=True):
    """Reception: the contact becomes a case of a known person, after the duplicate search."""

    person: UUID
    duplicate_search_on: date


class RecordServicePact(Command, frozen=True, kw_only=True):
    """The employment centre and the person signed their pact of service."""

    signed_on: date


class SignAgreement(Command, frozen=True, kw_only=True):
    """The service agreement: goals, how often to speak, and the way to go or the day by which to choose it."""

    goals: Goals
    contact_every_days: Annotated[int, Meta(ge=1, le=180)] = 30
    pathway: Pathway | None = None
    undecided_until: date | None = None
    terms: Note | None = None


class ChoosePathway(Command, frozen=True, kw_only=True):
    """The person chooses where the journey shall lead."""

    pathway: Pathway


class JoinVenture(Command, frozen=True, kw_only=True):
    """The case follows a venture of which the person is a member."""

    venture: UUID


class PassIdea(Command, frozen=True, kw_only=True):
    """The idea was studied, with the verdict go."""

    verdict: Verdict
    opinion: Note | None = None


class PassPlan(Command, frozen=True, kw_only=True):
    """The business plan, validated by someone who did not write it, is passed on to look for money."""


class SecureFunding(Command, frozen=True, kw_only=True):
    """The promised sources cover the uses of the plan, or the person pays alone."""

    self_funded: bool = False


class Rework(Command, frozen=True, kw_only=True):
    """The case goes back to an earlier stage, with the reason."""

    back_to: Stage
    reason_code: PrivateReasonCode
    reason: Reason


class ConfirmLaunch(Command, frozen=True, kw_only=True):
    """The venture trades: accompaniment becomes mentoring."""


class ChangePathway(Command, frozen=True, kw_only=True):
    """The person leaves the way chosen and returns to the plan."""

    reason_code: PrivateReasonCode
    reason: Reason | None = None


class Suspend(Command, frozen=True, kw_only=True):
    """The case rests, for a reason, until a day of review at most ninety days away."""

    reason_code: PrivateReasonCode
    review_on: date
    reason: Reason | None = None


class Resume(Command, frozen=True, kw_only=True):
    """The case goes on where it rested."""

    note: Note | None = None


class EndMentoring(Command, frozen=True, kw_only=True):
    """The last check-in is done or waived: the case closes with its exit data."""

    outcome: Outcome
    exit_situation: ExitSituation


class Close(Command, frozen=True, kw_only=True):
    """The case ends, with outcome and reason."""

    derives: ClassVar[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
        "no_answer": lambda typed: typed["reason_code"] is ReasonCode.NO_ANSWER
    }
    outcome: Outcome
    reason_code: PrivateReasonCode
    exit_situation: ExitSituation | None = None
    reason: Reason | None = None
    no_answer: bool = False


class RecordExitData(Command, frozen=True, kw_only=True):
    """The situation at exit, within four weeks of closing."""

    exit_situation: ExitSituation


class RecordFollowUp(Command, frozen=True, kw_only=True):
    """How it goes six months after closing."""

    situation: ExitSituation
    improved: bool
    channel: Channel
    note: Note | None = None


class RecordSituation(Command, frozen=True, kw_only=True):
    """The person's situation changed: a job, a new support. An update, not a correction of the entry data."""

    employment_status: EmploymentStatus
    income_support: IncomeSupport
    note: Note | None = None
