"""What a person asks about their own data, and who has to be told when a consent is withdrawn (handbook 5.5)."""

from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.access.roles import AT_THEIR_DESKS
from opera_cases.domain.kernel import calendar
from opera_cases.domain.kernel.events import Deadline, Event, Facts
from opera_cases.domain.kernel.personal import Note, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, fill
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.people.events import Purpose
from opera_cases.domain.people.person import KNOWN, Person

rules = Rules("person")

SOURCE = "Reg. (EU) 2016/679 art. 12"
DESK, OFFICER = AT_THEIR_DESKS, frozenset({Role.DPO})
SHARED_WITH_OTHERS = frozenset(
    {Purpose.PROFILE_TO_FIRMS, Purpose.SHARE_WITH_PARTNERS, Purpose.SHARE_WITH_GROUP, Purpose.PICTURES}
)


class RightAsked(StrEnum):
    """Articles 15 to 21."""

    ACCESS = "ACCESS"
    RECTIFICATION = "RECTIFICATION"
    ERASURE = "ERASURE"
    RESTRICTION = "RESTRICTION"
    PORTABILITY = "PORTABILITY"
    OBJECTION = "OBJECTION"


class RequestOutcome(StrEnum):
    GRANTED = "GRANTED"
    PARTLY_GRANTED = "PARTLY_GRANTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class ReceiveDataRequest(Command, frozen=True, kw_only=True):
    """The person asks about their own data. The answer is due within a month, whoever received the letter."""

    right: RightAsked
    words: Note | None = None


class ExtendDataRequest(Command, frozen=True, kw_only=True):
    """The answer takes two months more; the person was told why."""

    request: UUID
    reason: Reason


class AnswerDataRequest(Command, frozen=True, kw_only=True):
    """The person has been given the answer, with the reasons and how to complain."""

    request: UUID
    outcome: RequestOutcome
    reason: Reason | None = None


class TellRecipients(Command, frozen=True, kw_only=True):
    """Whoever had received the data was told that the consent is withdrawn."""

    note: Note | None = None


class DataRequestReceived(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "person.data_request_received"
    right: RightAsked
    number: int
    words: Note | None = None


class DataRequestExtended(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "person.data_request_extended"
    request: UUID
    reason: Reason


class DataRequestAnswered(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "person.data_request_answered"
    request: UUID
    outcome: RequestOutcome
    reason: Reason | None = None


class RecipientsTold(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "person.recipients_told"
    note: Note | None = None


@Person.on(DataRequestReceived)
def _(person: Person, event: Event[DataRequestReceived]) -> None:
    person.requests = {**person.requests, event.event_id: event.facts.number}


@rules.of_request(source=SOURCE)
def request_waits(it: DecisionContext[Person]) -> bool:
    """The request has been received and has not been answered yet.

    There is no such request, or it has already been answered.

    Choose a request that is still open in the history of the record.
    """
    return _key(it) in it.subject.deadlines


@rules.of_request(source=SOURCE)
def extended_once(it: DecisionContext[Person]) -> bool:
    """The time for answering is extended only once.

    The time for answering has already been extended.

    Answer now.
    """
    return not any(
        isinstance(e.facts, DataRequestExtended) and e.facts.request == it.asked.request
        for e in it.subject.known.values()
    )


@rules.of_request(source=SOURCE)
def recipients_to_tell(it: DecisionContext[Person]) -> bool:
    """Consent to share data has been withdrawn and the recipients still have to be informed.

    No recipients still have to be informed that consent was withdrawn.

    There is nobody to inform.
    """
    return "recipients_told" in it.subject.deadlines


def _number(it: DecisionContext[Any]) -> int:
    return len(it.subject.requests) + 1


def _key(it: DecisionContext[Any]) -> str:
    return f"data_request:{it.subject.requests.get(it.asked.request, 0)}"


def _longer(it: DecisionContext[Any]) -> tuple[Deadline, ...]:
    due = it.subject.deadlines[_key(it)]
    later = calendar.add_months(due.due_on, it.limit("data_request_extension"))
    return (it.rulebook.fixed("data_request", later, due.cycle),)


def shared_with_others(it: DecisionContext[Any]) -> bool:
    return it.asked.purpose in SHARED_WITH_OTHERS


RECIPIENTS_TOLD = DeadlineSpec("recipients_told", when=shared_with_others)
THERE = frozenset({KNOWN})
ROWS = (
    Step(asks=ReceiveDataRequest, by=DESK | OFFICER, source=THERE, target=None, records=DataRequestReceived,
         fills=fill(number=lambda it: _number(it)), sets=(DeadlineSpec("data_request", number=_number),)),
    Step(asks=ExtendDataRequest, by=OFFICER, source=THERE, target=None, records=DataRequestExtended,
         rules=(request_waits, extended_once), resets=_longer),
    Step(asks=AnswerDataRequest, by=OFFICER, source=THERE, target=None, records=DataRequestAnswered,
         rules=(request_waits,), ends=lambda it: (_key(it),)),
    Step(asks=TellRecipients, by=DESK | OFFICER, source=THERE, target=None, records=RecipientsTold,
         rules=(recipients_to_tell,), ends=("recipients_told",)),
)  # fmt: skip
