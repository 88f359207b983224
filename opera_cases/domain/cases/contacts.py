"""Contacts: somebody asks for help; attempts to reach them, meetings and notes for as long as the case lasts (handbook 6.4)."""

from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.cases.case import Attempt, Case
from opera_cases.domain.cases.states import ACTIVE, CLOSED, CONTACT, DESK, NEW, POLICY, TEAM, WHILE_SUSPENDED
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import Email, Note, PersonName, Phone
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, facts_seen
from opera_cases.domain.kernel.vocabulary import Channel, HeardFrom, Language, Place

rules = Rules("case")

SOURCE = "handbook 6.4"


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


class ContactRecorded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.contact_recorded"
    desk: UUID
    place: Place
    file_number: Code
    channel: Channel
    heard_from: HeardFrom
    language: Language
    name: PersonName | None = None
    phone: Phone | None = None
    email: Email | None = None
    wish: Note | None = None
    follows: UUID | None = None


class ContactAttempted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.contact_attempted"
    channel: Channel
    reached: bool
    note: Note | None = None


class MeetingHeld(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.meeting_held"
    appointment: UUID
    channel: Channel


class NoteAdded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.note_added"
    text: Note


@Case.on(ContactRecorded)
def _(case: Case, event: Event[ContactRecorded]) -> None:
    case.desk, case.place, case.file_number = event.facts.desk, event.facts.place, event.facts.file_number
    case.follows = event.facts.follows


@Case.on(ContactAttempted)
def _(case: Case, event: Event[ContactAttempted]) -> None:
    case.attempts = (*case.attempts, Attempt(event.on, event.facts.channel, event.facts.reached))


@Case.on(MeetingHeld)
def _(case: Case, event: Event[MeetingHeld]) -> None:
    case.meetings = (*case.meetings, event.on)


@rules.of_request("desk_open", "place", "file_number", source=SOURCE)
def desk_open(it: DecisionContext[Case]) -> bool:
    """The desk is open on the day of the contact.

    The desk is not open on the day of the contact.

    Choose another desk, or correct the date; an administrator can record when the desk opened.
    """
    return bool(it.seen["desk_open"])


@rules.of_request("followed_case_closed", source="handbook 6.13")
def follows_a_closed_case(it: DecisionContext[Case]) -> bool:
    """A new case can follow on from an earlier one that is closed and that you may see.

    The earlier case is not closed, or you may not see it.

    Check the earlier case; if it was closed recently, it can be reopened instead.
    """
    return it.asked.follows is None or bool(it.seen["followed_case_closed"])


def _agreed(it: DecisionContext[Any]) -> int | None:
    agreed = getattr(it.asked, "contact_every_days", None)
    return int(agreed) if agreed else it.subject.contact_every_days


def _at_work(it: DecisionContext[Any]) -> bool:
    return it.subject.state != CLOSED and it.subject.contact_every_days is not None


def _reached(it: DecisionContext[Any]) -> bool:
    return bool(it.asked.reached) and _at_work(it)


NEXT_CONTACT = DeadlineSpec("next_contact", days=_agreed)
ROWS = (
    Step(asks=RecordContact, by=DESK, source=NEW, target=CONTACT, records=ContactRecorded,
         rules=(desk_open, follows_a_closed_case), fills=facts_seen("place", "file_number"),
         claims=lambda it: (("file_number", it.seen["file_number"]),), sets=(DeadlineSpec("call_back"),)),
    Step(asks=RecordAttempt, by=TEAM, source=ACTIVE, target=None, records=ContactAttempted,
         sets=(DeadlineSpec("next_contact", days=_agreed, when=_reached),), despite=WHILE_SUSPENDED,
         ends=lambda it: ("call_back",) if it.asked.reached else ()),
    Step(asks=RecordMeeting, by=POLICY, source=ACTIVE | {CLOSED}, target=None, records=MeetingHeld,
         sets=(DeadlineSpec("next_contact", days=_agreed, when=_at_work),), ends=("call_back",), despite=WHILE_SUSPENDED),
    Step(asks=AddNote, by=TEAM, source=ACTIVE | {CLOSED}, target=None, records=NoteAdded,
         despite=WHILE_SUSPENDED),
)  # fmt: skip
