"""Funding applications: of a venture or of a person; money with dates, in tranches (handbook 2.2, 2.4 and 6.2).

The unemployment benefit paid ahead is one of them, with a regime of its own by country and date: how many tranches, by
when it must be asked for, when the second one is checked, and until when a job would put it at risk.
"""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.aggregate import Aggregate
from opera_cases.domain.corrections.events import CorrectionProposed, CorrectionRejected, FactCorrected
from opera_cases.domain.corrections.steps import correction_rows
from opera_cases.domain.events import Event, Facts
from opera_cases.domain.personal import Note, Reason
from opera_cases.domain.rules import Asking, of_case, of_request
from opera_cases.domain.steps import Command, Lifeline, Step, Term
from opera_cases.domain.ventures.events import SourceKind
from opera_cases.domain.vocabulary import Money, Place, PublicName, ReasonCode, Role
from opera_cases.domain.workflow import Procedure

DRAFTED, FILED, GRANTED, PAID = "DRAFTED", "FILED", "GRANTED", "PAID"
REFUSED, WITHDRAWN, LAPSED = "REFUSED", "WITHDRAWN", "LAPSED"
SOURCE = "handbook 2.2"
EXPERTS = frozenset({Role.CASEWORKER, Role.COORDINATOR, Role.CONSULTANT})
MENTORS = EXPERTS | {Role.MENTOR}
POLICY, CLOCK = frozenset({Role.POLICY}), frozenset({Role.CLOCK})
BENEFIT = SourceKind.BENEFIT_ADVANCE


class DraftApplication(Command, frozen=True, kw_only=True):
    """Money is to be asked for: by whom, from whom, how much. `entitled_on`: the day from which a benefit advance can be
    asked for, that of the share subscribed or of the start."""

    case: UUID
    venture: UUID | None = None
    source: SourceKind
    funder: PublicName
    amount: Money
    entitled_on: date | None = None
    conditions: Note | None = None


class FileApplication(Command, frozen=True, kw_only=True):
    """The application is handed in."""

    amount: Money | None = None


class GrantApplication(Command, frozen=True, kw_only=True):
    """The funder says yes. `theoretical_end`: until when the benefit would have run."""

    amount: Money
    theoretical_end: date | None = None
    conditions: Note | None = None


class RefuseApplication(Command, frozen=True, kw_only=True):
    """The funder says no."""

    reason_code: ReasonCode
    reason: Reason | None = None


class WithdrawApplication(Command, frozen=True, kw_only=True):
    """The application is taken back, or the money granted is not drawn."""

    reason_code: ReasonCode
    reason: Reason | None = None


class PayTranche(Command, frozen=True, kw_only=True):
    """A tranche arrived."""

    amount: Money


class CheckTranche(Command, frozen=True, kw_only=True):
    """Whether the conditions of the next tranche still hold: for a benefit advance, that nobody was hired."""

    conditions_met: bool
    note: Note | None = None


class LapseApplication(Command, frozen=True, kw_only=True):
    """The window has closed and nothing was handed in: the right is lost."""


class PassRisk(Command, frozen=True, kw_only=True):
    """The day has passed until which the benefit would have run: a job does not put the advance at risk any longer."""


class ApplicationDrafted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.drafted"
    case: UUID
    concerns: UUID
    desk: UUID
    place: Place
    venture: UUID | None = None
    source: SourceKind
    funder: PublicName
    amount: Money
    entitled_on: date | None = None
    conditions: Note | None = None


class ApplicationFiled(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.filed"
    amount: Money | None = None


class ApplicationGranted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.granted"
    amount: Money
    tranches: tuple[Money, ...]
    theoretical_end: date | None = None
    conditions: Note | None = None


class ApplicationRefused(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.refused"
    reason_code: ReasonCode
    reason: Reason | None = None


class ApplicationWithdrawn(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.withdrawn"
    reason_code: ReasonCode
    reason: Reason | None = None


class TranchePaid(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.tranche_paid"
    number: int
    amount: Money


class TrancheChecked(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.tranche_checked"
    number: int
    conditions_met: bool
    note: Note | None = None


class ApplicationLapsed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.lapsed"
    due_on: date


class RiskPassed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.risk_passed"
    theoretical_end: date


class FundingCorrectionProposed(CorrectionProposed, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.correction_proposed"


class FundingCorrectionRejected(CorrectionRejected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.correction_rejected"


class FundingFactCorrected(FactCorrected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "funding.fact_corrected"


class Funding(Aggregate):
    """An application for money."""

    kind = "funding"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.case: UUID | None = None
        self.concerns: UUID | None = None
        self.venture: UUID | None = None
        self.source = SourceKind.OTHER
        self.funder = ""
        self.asked = self.granted = self.paid = Decimal(0)
        self.tranches: tuple[Decimal, ...] = ()
        self.tranches_paid = 0
        self.entitled_on: date | None = None
        self.granted_on: date | None = None
        self.theoretical_end: date | None = None
        self.conditions_met: bool | None = None

    @property
    def subject(self) -> UUID:
        return self.concerns or self.id


@Funding.on(ApplicationDrafted)
def _(funding: Funding, event: Event[ApplicationDrafted]) -> None:
    said = event.facts
    funding.case, funding.concerns, funding.venture = said.case, said.concerns, said.venture
    funding.desk, funding.place, funding.source, funding.funder = said.desk, said.place, said.source, said.funder
    funding.asked, funding.entitled_on = said.amount, said.entitled_on


@Funding.on(ApplicationFiled)
def _(funding: Funding, event: Event[ApplicationFiled]) -> None:
    funding.asked = event.facts.amount or funding.asked


@Funding.on(ApplicationGranted)
def _(funding: Funding, event: Event[ApplicationGranted]) -> None:
    said = event.facts
    funding.granted, funding.tranches, funding.theoretical_end = said.amount, said.tranches, said.theoretical_end
    funding.granted_on = event.on


@Funding.on(TranchePaid)
def _(funding: Funding, event: Event[TranchePaid]) -> None:
    funding.paid += event.facts.amount
    funding.tranches_paid = event.facts.number


@Funding.on(TrancheChecked)
def _(funding: Funding, event: Event[TrancheChecked]) -> None:
    funding.conditions_met = event.facts.conditions_met


@of_request("case_there", "case_subject", "case_desk", "place", source=SOURCE)
def case_known(it: Asking[Funding]) -> bool:
    """Money is asked for in an open case within your reach.

    Check the case.
    """
    return bool(it.seen["case_there"])


@of_request("venture_alive", source=SOURCE)
def venture_there(it: Asking[Funding]) -> bool:
    """The venture, if one is named, has not ended and is within your reach.

    Check the venture, or leave it out.
    """
    return it.asked.venture is None or bool(it.seen["venture_alive"])


@of_request(source="rulebook: benefit_advance")
def benefit_known(it: Asking[Funding]) -> bool:
    """A benefit advance has a day from which it can be asked for.

    Give the day of the share or of the start in entitled_on.
    """
    return it.asked.source is not BENEFIT or it.asked.entitled_on is not None


@of_request(source="rulebook: benefit_application", tells=lambda it: {
    "due_on": due.due_on if (due := it.subject.deadlines.get("benefit_application")) else ""})  # fmt: skip
def within_the_window(it: Asking[Funding]) -> bool:
    """A benefit advance is asked for within the window of the law.

    Ask the employment service whether a later application is still read; record its answer as a new application.
    """
    due = it.subject.deadlines.get("benefit_application")
    return due is None or it.on <= due.due_on


@of_request(source="rulebook: benefit_advance")
def end_known(it: Asking[Funding]) -> bool:
    """Of a benefit advance one knows until when the benefit would have run.

    Take theoretical_end from the decision: until then a job puts the advance at risk.
    """
    return it.subject.source is not BENEFIT or it.asked.theoretical_end is not None


@of_case(source=SOURCE)
def tranche_left(it: Asking[Funding]) -> bool:
    """There is a tranche that has not arrived.

    Everything granted has been paid.
    """
    return it.subject.tranches_paid < len(it.subject.tranches)


@of_request(source=SOURCE)
def not_more_than_granted(it: Asking[Funding]) -> bool:
    """No more is paid than was granted.

    Correct the amount.
    """
    return bool(it.subject.paid + it.asked.amount <= it.subject.granted)


@of_case(source="rulebook: benefit_second_check")
def checked_first(it: Asking[Funding]) -> bool:
    """A later tranche of a benefit advance comes after the check that its conditions still hold.

    Record the check first.
    """
    first = it.subject.source is not BENEFIT or not it.subject.tranches_paid
    return first or it.subject.conditions_met is True


@of_request(source=SOURCE)
def last_tranche(it: Asking[Funding]) -> bool:
    """This is the last tranche.

    Nothing to do.
    """
    return it.subject.tranches_paid + 1 >= len(it.subject.tranches)


@of_case(source="rulebook: benefit_application")
def window_closed(it: Asking[Funding]) -> bool:
    """The window has closed.

    Wait for its last day.
    """
    due = it.subject.deadlines.get("benefit_application")
    return due is not None and it.on > due.due_on


@of_case(source="rulebook: repayment_risk")
def end_passed(it: Asking[Funding]) -> bool:
    """The day until which the benefit would have run has passed.

    Wait for that day.
    """
    due = it.subject.deadlines.get("repayment_risk")
    return due is not None and it.on > due.due_on


def _is_benefit(it: Asking[Any]) -> bool:
    """A window exists only where the law sets one; `entitled_on` begins it."""
    source = getattr(it.asked, "source", it.subject.source)
    return source is BENEFIT and it.rulebook.seek("benefit_application", it.on, it.place) is not None


def _window(it: Asking[Any]) -> int:
    """Days from the day of the step until the window that began at `entitled_on` closes."""
    begun = it.asked.entitled_on or it.on
    return it.limit("benefit_application") - (it.on - begun).days


def _tranches(it: Asking[Any]) -> dict[str, Any]:
    """By the regime in force when the application is granted: its percentages; anything else comes at once."""
    amount: Decimal = it.asked.amount
    if it.subject.source is not BENEFIT:
        return {"tranches": (amount,)}
    day = it.subject.entitled_on or it.on
    shares = it.rulebook.find("benefit_advance", day, it.place).numbers
    parts = [(amount * share / 100).quantize(Decimal("0.01")) for share in shares[:-1]]
    return {"tranches": (*parts, amount - sum(parts, Decimal(0)))}


def _several(it: Asking[Any]) -> bool:
    return it.subject.source is BENEFIT and len(_tranches(it)["tranches"]) > 1


def _next(it: Asking[Any]) -> dict[str, Any]:
    return {"number": it.subject.tranches_paid + 1}


def _drafted(it: Asking[Any]) -> dict[str, Any]:
    return {"concerns": it.seen["case_subject"], "desk": it.seen["case_desk"], "place": it.seen["place"]}


OPEN = frozenset({DRAFTED, FILED, GRANTED})
OWED = ("benefit_application", "funding_answer", "benefit_second_check", "repayment_risk")

STEPS: tuple[Step, ...] = (
    Step(asks=DraftApplication, by=EXPERTS | POLICY, source=frozenset({""}), target=DRAFTED, records=ApplicationDrafted,
         rules=(case_known, venture_there, benefit_known), fills=_drafted,
         sets=(Term("benefit_application", days=_window, when=_is_benefit), Term("funding_draft"))),
    Step(asks=FileApplication, by=EXPERTS, source=frozenset({DRAFTED}), target=FILED, records=ApplicationFiled,
         rules=(within_the_window,), sets=(Term("funding_answer"),), ends=("benefit_application", "funding_draft")),
    Step(asks=GrantApplication, by=EXPERTS, source=frozenset({FILED}), target=GRANTED, records=ApplicationGranted,
         rules=(end_known,), fills=_tranches, ends=("funding_answer",),
         sets=(Term("benefit_second_check", when=_several), Term("repayment_risk", on="theoretical_end"))),
    Step(asks=RefuseApplication, by=EXPERTS, source=frozenset({FILED}), target=REFUSED, records=ApplicationRefused,
         ends=OWED),
    Step(asks=PayTranche, by=MENTORS, source=frozenset({GRANTED}), target=PAID, records=TranchePaid, when=last_tranche,
         rules=(tranche_left, checked_first, not_more_than_granted), fills=_next, ends=("benefit_second_check",)),
    Step(asks=PayTranche, by=MENTORS, source=frozenset({GRANTED}), target=None, records=TranchePaid,
         rules=(tranche_left, not_more_than_granted), fills=_next),
    Step(asks=CheckTranche, by=MENTORS, source=frozenset({GRANTED}), target=None, records=TrancheChecked,
         rules=(tranche_left,), fills=_next, ends=("benefit_second_check",)),
    Step(asks=WithdrawApplication, by=EXPERTS, source=OPEN, target=WITHDRAWN, records=ApplicationWithdrawn,
         ends=(*OWED, "funding_draft")),
    Step(asks=LapseApplication, by=CLOCK, source=frozenset({DRAFTED}), target=LAPSED, records=ApplicationLapsed,
         rules=(window_closed,), fills=lambda it: {"due_on": it.subject.deadlines["benefit_application"].due_on},
         ends=(*OWED, "funding_draft")),
    Step(asks=PassRisk, by=CLOCK, source=frozenset({GRANTED, PAID}), target=None, records=RiskPassed, rules=(end_passed,),
         fills=lambda it: {"theoretical_end": it.subject.deadlines["repayment_risk"].due_on}, ends=("repayment_risk",)),
    *correction_rows(
        FundingCorrectionProposed, FundingCorrectionRejected, FundingFactCorrected, source=OPEN | {PAID}, by=EXPERTS,
        confirmed_by=frozenset({Role.COORDINATOR}), steps=lambda: STEPS,
    ),
)  # fmt: skip

FUNDING = Procedure(
    name="funding", version=1, aggregate=Funding, steps=STEPS,
    states=(DRAFTED, FILED, GRANTED, PAID, REFUSED, WITHDRAWN, LAPSED),
    final=frozenset({PAID, REFUSED, WITHDRAWN, LAPSED}),
    lifeline=Lifeline(without_deadline={GRANTED: "What is granted waits for the funder."}),
)  # fmt: skip
