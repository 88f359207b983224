"""What is recorded of a venture as of every record: rules overruled, reminders paused, facts corrected, steps in doubt (handbook 6.9)."""

from collections.abc import Callable
from typing import ClassVar

from opera_cases.domain.access.roles import EXPERTS, MENTORS
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
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.ventures.states import BEFORE_TRADING, LIVING, STATES


class VentureRuleOverruled(RuleOverruled, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.rule_overruled"


class VentureRemindersPaused(RemindersPaused, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.reminders_paused"


class VentureRemindersResumed(RemindersResumed, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.reminders_resumed"


class VentureCorrectionProposed(CorrectionProposed, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.correction_proposed"


class VentureCorrectionRejected(CorrectionRejected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.correction_rejected"


class VentureFactCorrected(FactCorrected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.fact_corrected"


class VentureStepsDoubted(StepsDoubted, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.steps_doubted"


class VentureDoubtsLifted(DoubtsLifted, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.doubts_lifted"


class VentureDoubtSettled(DoubtSettled, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.doubt_settled"


LEAD = frozenset({Role.COORDINATOR})


def venture_correction_rows(steps: Callable[[], tuple[Step, ...]]) -> tuple[Step, ...]:
    """The rows for all that; `steps` gives the whole table, by which a correction finds the steps that it puts in doubt."""
    return (
        overrule_row(VentureRuleOverruled, source=BEFORE_TRADING | LIVING),
        *pause_rows(VentureRemindersPaused, VentureRemindersResumed, source=BEFORE_TRADING | LIVING, by=MENTORS | EXPERTS),
        *correction_rows(
            VentureCorrectionProposed, VentureCorrectionRejected, VentureFactCorrected, source=frozenset(STATES), by=MENTORS,
            confirmed_by=LEAD, steps=steps,
        ),
        *doubt_rows(VentureStepsDoubted, VentureDoubtsLifted, VentureDoubtSettled, source=frozenset(STATES), by=LEAD),
    )  # fmt: skip
