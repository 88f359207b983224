"""Transfers: another desk is asked to take the case over (handbook 6.10).

A transfer is asked for, then accepted, refused, cancelled or expired; it is void when responsibility changes meanwhile.
"""

from datetime import date, timedelta
from typing import Annotated, Any, ClassVar
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.access import AccessLevel
from opera_cases.domain.cases.case import Case, Transfer
from opera_cases.domain.cases.plan import amends_agreement
from opera_cases.domain.cases.states import ACTIVE, ALWAYS, CLOCK, DESK, TRANSFER_PENDING
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import Note, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules, due_day
from opera_cases.domain.kernel.scalars import Code, Days
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, fill, filling, step_name
from opera_cases.domain.kernel.vocabulary import Place

rules = Rules("case")

SOURCE = "handbook 6.10"


class RequestTransfer(Command, frozen=True, kw_only=True):
    """Another desk is asked to take the case over. The person knows about it."""

    to_desk: UUID
    informed_on: date
    note: Note
    grace_days: Annotated[int, Meta(ge=0, le=90)] = 30


class AcceptTransfer(Command, frozen=True, kw_only=True):
    """The receiving desk takes the case over and names who is responsible from now on."""

    caseworker: UUID


class RefuseTransfer(Command, frozen=True, kw_only=True):
    """The receiving desk does not take the case over."""

    reason: Reason


class CancelTransfer(Command, frozen=True, kw_only=True):
    """The desk that asked withdraws its request."""

    reason: Reason | None = None


class ExpireTransfer(Command, frozen=True, kw_only=True):
    """The receiving desk did not answer in time: the request is over."""


class TransferRequested(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.transfer_requested"
    from_desk: UUID
    to_desk: UUID
    informed_on: date
    note: Note
    grace_days: Days


class CaseTransferred(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.transferred"
    from_desk: UUID
    from_caseworker: UUID | None = None
    to_desk: UUID
    place: Place
    caseworker: UUID
    grace_until: date


class TransferRefused(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.transfer_refused"
    to_desk: UUID
    reason: Reason


class TransferCancelled(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.transfer_cancelled"
    to_desk: UUID
    reason: Reason | None = None


class TransferExpired(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.transfer_expired"
    to_desk: UUID


class TransferVoided(Facts, frozen=True, kw_only=True):
    """Responsibility changed while another desk was asked: its answer would come too late."""

    topic: ClassVar[str] = "case.transfer_voided"
    to_desk: UUID
    because: Code


@Case.on(TransferRequested)
def _(case: Case, event: Event[TransferRequested]) -> None:
    asked = event.facts
    case.transfer = Transfer(asked.from_desk, asked.to_desk, "PENDING", event.on, asked.grace_days)


@Case.on(CaseTransferred)
def _(case: Case, event: Event[CaseTransferred]) -> None:
    told = event.facts
    case.desk, case.place, case.caseworker = told.to_desk, told.place, told.caseworker
    case.consultants = {}  # the desk that has the case now assigns its own
    case.transfer = case.transfer._replace(answer="ACCEPTED", on=event.on, grace_until=told.grace_until)


ANSWERS: dict[type[Facts], str] = {
    TransferRefused: "REFUSED", TransferCancelled: "CANCELLED", TransferExpired: "EXPIRED", TransferVoided: "VOIDED",
}  # fmt: skip


def _ended(case: Case, event: Event[Any]) -> None:
    case.transfer = case.transfer._replace(answer=ANSWERS[type(event.facts)], on=event.on)


for ended in ANSWERS:
    Case.on(ended)(_ended)


@rules.of_request("to_desk_open", source=SOURCE)
def other_desk_open(it: DecisionContext[Case]) -> bool:
    """The receiving desk is a different desk, and is open on that day.

    The case is already at this desk, or the desk is not open on that day.

    Choose another desk.
    """
    return bool(it.seen["to_desk_open"]) and it.asked.to_desk != it.subject.desk


@rules.of_request(source=SOURCE)
def person_informed(it: DecisionContext[Case]) -> bool:
    """The person is told about the transfer before it is requested.

    The person had not been told about the transfer by that day.

    Speak to the person first, then give the date.
    """
    return bool(it.asked.informed_on <= it.on)


@rules.of_request(source="rulebook: transfer_grace", tells=lambda it: {"days": it.limit("transfer_grace")})
def grace_within_limit(it: DecisionContext[Case]) -> bool:
    """After a transfer, the giving desk can read the file for a number of days limited by the rulebook.

    After a transfer, the giving desk can read the file for at most {days:day|days}.

    Give fewer days.
    """
    return bool(it.asked.grace_days <= it.limit("transfer_grace"))


@rules.of_record(source=SOURCE)
def no_transfer_pending(it: DecisionContext[Case]) -> bool:
    """Only one desk at a time is asked to take a case.

    A transfer has already been requested and is waiting for an answer.

    Wait for the answer, or cancel the request first.
    """
    return TRANSFER_PENDING not in it.subject.overlays


@rules.of_record(source=SOURCE)
def transfer_pending(it: DecisionContext[Case]) -> bool:
    """A transfer has been requested and is waiting for an answer.

    No transfer is waiting for an answer.

    There is nothing to answer.
    """
    return TRANSFER_PENDING in it.subject.overlays


@rules.of_record("asker_at_receiving_desk", source=SOURCE)
def at_the_receiving_desk(it: DecisionContext[Case]) -> bool:
    """The receiving desk gives the answer, not the one that asks.

    Only the receiving desk gives the answer, and you do not work there.

    Wait for the other desk to answer, or cancel the request.
    """
    return bool(it.seen["asker_at_receiving_desk"])


@rules.of_request("caseworker_at_receiving_desk", "receiving_place", source=SOURCE)
def received_by_someone_there(it: DecisionContext[Case]) -> bool:
    """The person who becomes responsible works at the receiving desk on that day.

    The person who would become responsible does not work at the receiving desk on that day.

    Choose a caseworker from your desk.
    """
    return bool(it.seen["caseworker_at_receiving_desk"])


@rules.of_request(source="rulebook: transfer_answer", tells=lambda it: due_day(it, "transfer_answer"))
def answer_overdue(it: DecisionContext[Case]) -> bool:
    """A request expires once the day for answering it has passed.

    The request can still be answered until {due_on}.

    Wait until that day has passed.
    """
    due = it.subject.deadlines.get("transfer_answer")
    return bool(due is not None and it.on > due.due_on)


def voids_transfer(it: DecisionContext[Case]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    """What responsibility changing hands means for a request that still waits."""
    to_desk = it.subject.transfer_to
    asked: type[Command] = type(it.asked)
    return ((TransferVoided(to_desk=to_desk, because=step_name(asked)), ()),) if to_desk else ()


@filling("to_desk", "from_desk", "from_caseworker", "place", "grace_until")
def _transferred(it: DecisionContext[Case]) -> dict[str, Any]:
    case = it.subject
    grace_until = it.on + timedelta(days=case.grace_days)
    return {"to_desk": case.transfer_to, "from_desk": case.desk, "from_caseworker": case.caseworker,
            "place": it.seen["receiving_place"], "grace_until": grace_until}  # fmt: skip


OVER = frozenset({TRANSFER_PENDING})
ANSWERED: dict[str, Any] = {
    "source": ACTIVE, "target": None, "drops": OVER, "ends": ("transfer_answer",), "despite": ALWAYS,
    "fills": fill(to_desk=lambda it: it.subject.transfer_to),
}  # fmt: skip
ROWS = (
    Step(asks=RequestTransfer, by=DESK, source=ACTIVE, target=None, records=TransferRequested, adds=TRANSFER_PENDING, despite=ALWAYS,
         rules=(no_transfer_pending, other_desk_open, person_informed, grace_within_limit),
         fills=fill(from_desk=lambda it: it.subject.desk), sets=(DeadlineSpec("transfer_answer"),)),
    Step(asks=AcceptTransfer, by=DESK, records=CaseTransferred, reach=AccessLevel.RESPOND,
         rules=(transfer_pending, at_the_receiving_desk, received_by_someone_there), also=amends_agreement,
         **{**ANSWERED, "fills": _transferred}),
    Step(asks=RefuseTransfer, by=DESK, records=TransferRefused, reach=AccessLevel.RESPOND,
         rules=(transfer_pending, at_the_receiving_desk), **ANSWERED),
    Step(asks=CancelTransfer, by=DESK, records=TransferCancelled, rules=(transfer_pending,), **ANSWERED),
    Step(asks=ExpireTransfer, by=CLOCK, records=TransferExpired, rules=(transfer_pending, answer_overdue), **ANSWERED),
)  # fmt: skip
