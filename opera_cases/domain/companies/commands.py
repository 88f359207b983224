"""What can be asked of the record of a firm in difficulty."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.companies.events import WageSupport
from opera_cases.domain.kernel.journey_codes import ProgrammeChain
from opera_cases.domain.kernel.personal import Note, PersonName, Reason
from opera_cases.domain.kernel.scalars import Count, Listed, PublicName
from opera_cases.domain.kernel.steps import Command

ProcedureKind = Annotated[str, Meta(pattern=r"^[A-Z_]{3,40}$", max_length=40)]
Participants = Annotated[tuple[PublicName, ...], Meta(max_length=20)]


class ReportCompany(Command, frozen=True, kw_only=True):
    """A firm in difficulty becomes known to a desk: from the union, the employment centre, the receiver, its workers.

    The name stands in the clear: name a sole trader by trade and place, never by the person's name.
    """

    desk: UUID
    name: PublicName
    municipality: Listed | None = None
    sector: Listed | None = None
    chain: ProgrammeChain | None = None
    employees: Count


class OpenProcedure(Command, frozen=True, kw_only=True):
    """A court or the debtor opened a procedure, on the day in `since`. The receiver speaks for the firm."""

    procedure: ProcedureKind
    since: date
    court: PublicName | None = None
    receiver: PersonName | None = None


class RecordWageSupport(Command, frozen=True, kw_only=True):
    """Wage support runs until that day: the deadline everyone works to."""

    support: WageSupport
    employees: Count
    until: date


class SetBidDate(Command, frozen=True, kw_only=True):
    """The receiver sets, or moves, the day by which offers must have arrived."""

    bid_date: date


class InformEmployees(Command, frozen=True, kw_only=True):
    """The owner told the employees of the planned sale, as French law requires; from then on they may make an offer."""

    informed_on: date


class RecordWorkforce(Command, frozen=True, kw_only=True):
    """How many people work there now, and how many of them would take part in a take-over."""

    employees: Count
    interested: Count = 0


class HoldCrisisTable(Command, frozen=True, kw_only=True):
    """The crisis table met: which institutions were there, what was agreed. Persons are not named."""

    participants: Participants
    agreed: Note | None = None


class NoteAward(Command, frozen=True, kw_only=True):
    """The business, or a branch of it, went to a group."""

    venture: UUID


class Recover(Command, frozen=True, kw_only=True):
    """The firm recovers and goes on by itself."""

    reason: Reason | None = None


class WindUp(Command, frozen=True, kw_only=True):
    """The firm has been wound up."""

    reason: Reason | None = None
