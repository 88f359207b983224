"""What can be asked of a venture."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.kernel.personal import IdentifierValue, Note, PersonName, PrivateReasonCode, Reason, VentureName
from opera_cases.domain.kernel.steps import Command
from opera_cases.domain.kernel.vocabulary import (
    Balance,
    Channel,
    Figure,
    Listed,
    Money,
    Month,
    Pathway,
    ProgrammeChain,
    Share,
    Verdict,
)  # fmt: skip
from opera_cases.domain.people.identifiers import Check, IdentifierKind, checked
from opera_cases.domain.ventures.codes import (
    Alert,
    Arrears,
    Conditions,
    FigureSource,
    Light,
    PrivateCause,
    PrivateProblems,
    Source,
    SourceKind,
    Staff,
    Use,
    VentureCondition,
)

Lines = Meta(min_length=1, max_length=40)
UseLines = Annotated[tuple[Use, ...], Lines]


class OpenVenture(Command, frozen=True, kw_only=True):
    """A project of a person in a case of this desk, with its promoter as first member."""

    kind: Pathway
    case: UUID
    working_title: VentureName
    company: UUID | None = None
    sector: Listed | None = None
    chain: ProgrammeChain | None = None


class StartFeasibility(Command, frozen=True, kw_only=True):
    """The study of market, law and person begins."""


class FindFeasible(Command, frozen=True, kw_only=True):
    """The study ends with the verdict go, and the plan can be written."""

    verdict: Verdict
    opinion: Note | None = None


class SubmitPlan(Command, frozen=True, kw_only=True):
    """A version of the business plan: sources, uses, turnover of the first years. The author may not validate it."""

    author: UUID
    sources: Annotated[tuple[Source, ...], Lines]
    uses: UseLines
    turnover_by_year: Annotated[tuple[Money, ...], Meta(min_length=3, max_length=5)]
    summary: Note | None = None


class ValidatePlan(Command, frozen=True, kw_only=True):
    """Someone other than the author finds the plan sound."""

    opinion: Note | None = None


class RejectPlan(Command, frozen=True, kw_only=True):
    """Someone other than the author sends the plan back, with the reason."""

    reason: Reason


class BeginSettingUp(Command, frozen=True, kw_only=True):
    """The validated plan is carried out: money, registration, premises, in any order."""


class PromiseFunds(Command, frozen=True, kw_only=True):
    """A source promises an amount."""

    source: SourceKind
    amount: Money
    application: UUID | None = None


class RegisterVenture(Command, frozen=True, kw_only=True):
    """The venture has its number: partita IVA in Italy, SIRET in France."""

    derives: ClassVar[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
        "check": lambda typed: checked(typed["identifier_kind"], typed["number"])
    }
    identifier_kind: IdentifierKind
    number: IdentifierValue
    check: Check


class StartTrading(Command, frozen=True, kw_only=True):
    """The first day of activity: from here the check-ins count."""

    self_funded: bool = False


class MoveVenture(Command, frozen=True, kw_only=True):
    """The case was transferred: the venture is now looked after by the same desk."""

    unrecorded: ClassVar[frozenset[str]] = frozenset({"case"})
    to_desk: UUID
    case: UUID | None = None


class AssignMentor(Command, frozen=True, kw_only=True):
    """A mentor accompanies the venture."""

    mentor: UUID


class RecordCheckIn(Command, frozen=True, kw_only=True):
    """What mentor and entrepreneur found, in the month of the series. Warnings follow from the figures."""

    month: Month
    channel: Channel
    met: PersonName | None = None
    condition: VentureCondition = VentureCondition.TRADING
    turnover: Money
    turnover_source: FigureSource = FigureSource.DECLARED
    turnover_since_start: Money | None = None
    cash_balance: Balance | None = None
    cash_estimated: bool = False
    cash_months: Figure | None = None
    staff: Staff
    largest_customer: Share | None = None
    wages: Arrears | None = None
    suppliers: Arrears | None = None
    bank: Arrears | None = None
    contributions: Arrears | None = None
    tax: Arrears | None = None
    problems: PrivateProblems | None = None
    actions: Note | None = None
    actions_due_on: date | None = None
    second_tranche: Conditions = Conditions.NOT_APPLICABLE
    light: Light
    light_reason: Reason | None = None


class WaiveCheckIn(Command, frozen=True, kw_only=True):
    """A check-in of the series need not take place, for a reason."""

    month: Month
    reason: Reason


class MoveCheckIn(Command, frozen=True, kw_only=True):
    """A check-in of the series takes place on another day, for a reason."""

    month: Month
    to: date
    reason: Reason


class AddCheckIn(Command, frozen=True, kw_only=True):
    """One more check-in, in a month that the series leaves out, for a reason."""

    month: Month
    reason: Reason


class MissCheckIn(Command, frozen=True, kw_only=True):
    """Thirty days after its day the check-in has not been held."""

    month: Month


class RaiseAlert(Command, frozen=True, kw_only=True):
    """The mentor sees trouble that no figure shows."""

    alert: Alert = Alert.MENTOR_CONCERN
    note: Note


class AnswerAlerts(Command, frozen=True, kw_only=True):
    """What the desk does about the alerts."""

    action: Note


class ClearAlert(Command, frozen=True, kw_only=True):
    """The trouble is over."""

    alert: Alert
    reason: Reason


class Abandon(Command, frozen=True, kw_only=True):
    """The project ends before trading."""

    reason_code: PrivateReasonCode
    reason: Reason | None = None


class Cease(Command, frozen=True, kw_only=True):
    """The activity ends."""

    cause: PrivateCause
    jobs_lost: Figure
    debts_known: Money | None = None
    reason: Reason | None = None


class DissolutionNears(Command, frozen=True, kw_only=True):
    """A year after members fell below the legal minimum they are not replaced: the law dissolves the company."""


class Consolidate(Command, frozen=True, kw_only=True):
    """Thirty-six months after the start the venture still trades."""
