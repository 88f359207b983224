"""What can be asked of an application for money."""

from datetime import date
from uuid import UUID

from opera_cases.domain.kernel.personal import Note, PrivateReasonCode, Reason
from opera_cases.domain.kernel.scalars import Money, PublicName
from opera_cases.domain.kernel.steps import Command
from opera_cases.domain.ventures.codes import SourceKind


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
    """The application is submitted."""

    amount: Money | None = None


class GrantApplication(Command, frozen=True, kw_only=True):
    """The funder says yes. `theoretical_end`: until when the benefit would have run."""

    amount: Money
    theoretical_end: date | None = None
    conditions: Note | None = None


class RefuseApplication(Command, frozen=True, kw_only=True):
    """The funder says no."""

    reason_code: PrivateReasonCode
    reason: Reason | None = None


class WithdrawApplication(Command, frozen=True, kw_only=True):
    """The application is taken back, or the money granted is not drawn."""

    reason_code: PrivateReasonCode
    reason: Reason | None = None


class PayTranche(Command, frozen=True, kw_only=True):
    """A payment arrived."""

    amount: Money


class CheckTranche(Command, frozen=True, kw_only=True):
    """Whether the conditions of the next tranche still hold: for a benefit advance, that nobody was hired."""

    conditions_met: bool
    note: Note | None = None


class LapseApplication(Command, frozen=True, kw_only=True):
    """The deadline has passed and nothing was submitted: the right is lost."""


class PassRisk(Command, frozen=True, kw_only=True):
    """The day has passed until which the benefit would have run: a job does not put the advance at risk any longer."""
