"""What is recorded of a case as of every record: rules overruled, reminders paused, facts corrected, steps in doubt (handbook 6.9)."""

from collections.abc import Callable
from typing import ClassVar

from opera_cases.domain.cases.states import ACTIVE, ALWAYS, CLOSED, DESK, LEAD, TEAM, WHILE_SUSPENDED
from opera_cases.domain.corrections.doubts import doubt_rows
from opera_cases.domain.corrections.events import (
    CorrectionProposed,
    CorrectionRejected,
    DoubtSettled,
    DoubtsLifted,
    FactCorrected,
    StepsDoubted,
)
from opera_cases.domain.corrections.overruling import overrule_row
from opera_cases.domain.corrections.pausing import pause_rows
from opera_cases.domain.corrections.steps import correction_rows
from opera_cases.domain.kernel.events import RemindersPaused, RemindersResumed, RuleOverruled
from opera_cases.domain.kernel.steps import Step


class CaseRuleOverruled(RuleOverruled, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.rule_overruled"


class CaseRemindersPaused(RemindersPaused, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.reminders_paused"


class CaseRemindersResumed(RemindersResumed, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.reminders_resumed"


class CaseCorrectionProposed(CorrectionProposed, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.correction_proposed"


class CaseCorrectionRejected(CorrectionRejected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.correction_rejected"


class CaseFactCorrected(FactCorrected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.fact_corrected"


class CaseStepsDoubted(StepsDoubted, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.steps_doubted"


class CaseDoubtsLifted(DoubtsLifted, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.doubts_lifted"


class CaseDoubtSettled(DoubtSettled, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.doubt_settled"


def case_correction_rows(steps: Callable[[], tuple[Step, ...]]) -> tuple[Step, ...]:
    """The rows for all that; `steps` gives the whole table, by which a correction finds the steps that it puts in doubt."""
    return (
        overrule_row(CaseRuleOverruled, source=ACTIVE, despite=WHILE_SUSPENDED),
        *pause_rows(CaseRemindersPaused, CaseRemindersResumed, source=ACTIVE | {CLOSED}, by=TEAM, despite=WHILE_SUSPENDED),
        *correction_rows(
            CaseCorrectionProposed, CaseCorrectionRejected, CaseFactCorrected, source=ACTIVE | {CLOSED}, by=DESK,
            confirmed_by=LEAD, despite=WHILE_SUSPENDED, steps=steps,
        ),
        *doubt_rows(CaseStepsDoubted, CaseDoubtsLifted, CaseDoubtSettled, source=ACTIVE | {CLOSED}, by=LEAD, despite=ALWAYS),
    )  # fmt: skip
