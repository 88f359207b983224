"""The life of an application for money, as a table (handbook 2.2)."""

from decimal import Decimal
from typing import Any

from opera_cases.domain.access.roles import EXPERTS
from opera_cases.domain.corrections.doubts import doubt_rows
from opera_cases.domain.corrections.steps import correction_rows
from opera_cases.domain.funding.application import DRAFTED, FILED, GRANTED, LAPSED, PAID, REFUSED, WITHDRAWN, Funding
from opera_cases.domain.funding.commands import (
    CheckTranche,
    DraftApplication,
    FileApplication,
    GrantApplication,
    LapseApplication,
    PassRisk,
    PayTranche,
    RefuseApplication,
    WithdrawApplication,
)
from opera_cases.domain.funding.events import (
    ApplicationDrafted,
    ApplicationFiled,
    ApplicationGranted,
    ApplicationLapsed,
    ApplicationRefused,
    ApplicationWithdrawn,
    FundingCorrectionProposed,
    FundingCorrectionRejected,
    FundingDoubtSettled,
    FundingDoubtsLifted,
    FundingFactCorrected,
    FundingStepsDoubted,
    RiskPassed,
    TrancheChecked,
    TranchePaid,
)
from opera_cases.domain.funding.rules import (
    BENEFIT,
    benefit_known,
    case_known,
    checked_first,
    end_known,
    end_passed,
    last_tranche,
    not_more_than_granted,
    tranche_left,
    venture_there,
    window_closed,
    within_the_window,
)
from opera_cases.domain.kernel.rules import DecisionContext
from opera_cases.domain.kernel.steps import DeadlineSpec, StateNotes, Step, fill, filling
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.kernel.workflow import Procedure

MENTORS_AND_EXPERTS = EXPERTS | {Role.MENTOR}
POLICY, CLOCK = frozenset({Role.POLICY}), frozenset({Role.CLOCK})


def _is_benefit(it: DecisionContext[Any]) -> bool:
    """A window exists only where the law sets one; `entitled_on` begins it."""
    source = getattr(it.asked, "source", it.subject.source)
    return source is BENEFIT and it.rulebook.seek("benefit_application", it.on, it.place) is not None


def _window(it: DecisionContext[Any]) -> int:
    """Days from the day of the step until the window that began at `entitled_on` closes."""
    begun = it.asked.entitled_on or it.on
    return it.limit("benefit_application") - (it.on - begun).days


@filling("tranches")
def _tranches(it: DecisionContext[Any]) -> dict[str, Any]:
    """By the regime in force when the application is granted: its percentages; anything else comes at once."""
    amount: Decimal = it.asked.amount
    if it.subject.source is not BENEFIT:
        return {"tranches": (amount,)}
    day = it.subject.entitled_on or it.on
    shares = it.rulebook.find("benefit_advance", day, it.place).numbers
    parts = [(amount * share / 100).quantize(Decimal("0.01")) for share in shares[:-1]]
    return {"tranches": (*parts, amount - sum(parts, Decimal(0)))}


def _several(it: DecisionContext[Any]) -> bool:
    return it.subject.source is BENEFIT and len(_tranches(it)["tranches"]) > 1


@filling("number")
def _next(it: DecisionContext[Any]) -> dict[str, Any]:
    return {"number": it.subject.tranches_paid + 1}


@filling("concerns", "desk", "place")
def _drafted(it: DecisionContext[Any]) -> dict[str, Any]:
    return {"concerns": it.seen["case_subject"], "desk": it.seen["case_desk"], "place": it.seen["place"]}


OPEN = frozenset({DRAFTED, FILED, GRANTED})
OWED = ("benefit_application", "funding_answer", "benefit_second_check", "repayment_risk")
STEPS: tuple[Step, ...] = (
    Step(asks=DraftApplication, by=EXPERTS | POLICY, source=frozenset({""}), target=DRAFTED, records=ApplicationDrafted,
         rules=(case_known, venture_there, benefit_known), fills=_drafted,
         sets=(DeadlineSpec("benefit_application", days=_window, when=_is_benefit), DeadlineSpec("funding_draft"))),
    Step(asks=FileApplication, by=EXPERTS, source=frozenset({DRAFTED}), target=FILED, records=ApplicationFiled,
         rules=(within_the_window,), sets=(DeadlineSpec("funding_answer"),), ends=("benefit_application", "funding_draft")),
    Step(asks=GrantApplication, by=EXPERTS, source=frozenset({FILED}), target=GRANTED, records=ApplicationGranted,
         rules=(end_known,), fills=_tranches, ends=("funding_answer",),
         sets=(DeadlineSpec("benefit_second_check", when=_several), DeadlineSpec("repayment_risk", on="theoretical_end"))),
    Step(asks=RefuseApplication, by=EXPERTS, source=frozenset({FILED}), target=REFUSED, records=ApplicationRefused,
         ends=OWED),
    Step(asks=PayTranche, by=MENTORS_AND_EXPERTS, source=frozenset({GRANTED}), target=PAID, records=TranchePaid, when=last_tranche,
         rules=(tranche_left, checked_first, not_more_than_granted), fills=_next, ends=("benefit_second_check",)),
    Step(asks=PayTranche, by=MENTORS_AND_EXPERTS, source=frozenset({GRANTED}), target=None, records=TranchePaid,
         rules=(tranche_left, not_more_than_granted), fills=_next),
    Step(asks=CheckTranche, by=MENTORS_AND_EXPERTS, source=frozenset({GRANTED}), target=None, records=TrancheChecked,
         rules=(tranche_left,), fills=_next, ends=("benefit_second_check",)),
    Step(asks=WithdrawApplication, by=EXPERTS, source=OPEN, target=WITHDRAWN, records=ApplicationWithdrawn,
         ends=(*OWED, "funding_draft")),
    Step(asks=LapseApplication, by=CLOCK, source=frozenset({DRAFTED}), target=LAPSED, records=ApplicationLapsed,
         rules=(window_closed,), fills=fill(due_on=lambda it: it.subject.deadlines["benefit_application"].due_on),
         ends=(*OWED, "funding_draft")),
    Step(asks=PassRisk, by=CLOCK, source=frozenset({GRANTED, PAID}), target=None, records=RiskPassed, rules=(end_passed,),
         fills=fill(theoretical_end=lambda it: it.subject.deadlines["repayment_risk"].due_on), ends=("repayment_risk",)),
    *correction_rows(
        FundingCorrectionProposed, FundingCorrectionRejected, FundingFactCorrected, source=OPEN | {PAID}, by=EXPERTS,
        confirmed_by=frozenset({Role.COORDINATOR}), steps=lambda: STEPS,
    ),
    *doubt_rows(
        FundingStepsDoubted, FundingDoubtsLifted, FundingDoubtSettled, source=OPEN | {PAID, REFUSED, WITHDRAWN, LAPSED},
        by=frozenset({Role.COORDINATOR}),
    ),
)  # fmt: skip
FUNDING = Procedure(
    name="funding", version=2, aggregate=Funding, steps=STEPS,
    states=(DRAFTED, FILED, GRANTED, PAID, REFUSED, WITHDRAWN, LAPSED),
    final=frozenset({PAID, REFUSED, WITHDRAWN, LAPSED}),
    lifeline=StateNotes(without_deadline={GRANTED: "What is granted waits for the funder."}),
)  # fmt: skip
