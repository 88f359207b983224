"""A message to one recipient, and its way there, as a table (handbook 6.18)."""

from datetime import date, datetime
from uuid import UUID, uuid5

from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.steps import Command, StateNotes, Step, facts_seen
from opera_cases.domain.kernel.vocabulary import Language, Role
from opera_cases.domain.kernel.workflow import Procedure
from opera_cases.domain.messages import events as e

rules = Rules("message")

WAITING, HANDED_OVER, FAILED, BOUNCED, WITHDRAWN = "WAITING", "HANDED_OVER", "FAILED", "BOUNCED", "WITHDRAWN"
SOURCE = "handbook 6.18"


def message_id(recipient: UUID, form: e.Form, of: str) -> UUID:
    """The id of a message: one digest a day, one message for each urgent rung, one week of a supervisor."""
    return uuid5(recipient, f"message/{form}/{of}")


class ComposeMessage(Command, frozen=True, kw_only=True):
    """What somebody is to be told goes into one message."""

    recipient: UUID
    person: bool = False
    form: e.Form
    day: date
    desk: UUID
    language: Language
    items: tuple[e.Item, ...] = ()
    event: UUID | None = None
    record: UUID | None = None


class HandOverMessage(Command, frozen=True, kw_only=True):
    """The mail server took the message."""

    reply: Code
    left_out: tuple[e.Item, ...] = ()


class DeferMessage(Command, frozen=True, kw_only=True):
    """The mail server did not take the message now; it is tried again later."""

    reply: Code
    again_at: datetime


class FailMessage(Command, frozen=True, kw_only=True):
    """The mail server does not take the message, or was tried for too long."""

    reply: Code


class BounceMessage(Command, frozen=True, kw_only=True):
    """The message came back."""

    status: Code


class WithdrawMessage(Command, frozen=True, kw_only=True):
    """The message is not sent."""

    because: Code


class Message(Aggregate):
    kind = "message"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.recipient: UUID | None = None
        self.person = False
        self.form = e.Form.DIGEST
        self.day: date | None = None
        self.language = Language.IT
        self.items: tuple[e.Item, ...] = ()
        self.left_out: tuple[e.Item, ...] = ()
        self.event: UUID | None = None
        self.record: UUID | None = None
        self.attempts = 0
        self.again_at: datetime | None = None
        self.handed_over_at: datetime | None = None
        self.reply = ""


@Message.on(e.MessageComposed)
def _(message: Message, event: Event[e.MessageComposed]) -> None:
    said = event.facts
    message.recipient, message.person, message.form, message.day = said.recipient, said.person, said.form, said.day
    message.desk, message.place, message.language, message.items = said.desk, said.place, said.language, said.items
    message.event, message.record = said.event, said.record


@Message.on(e.MessageHandedOver)
def _(message: Message, event: Event[e.MessageHandedOver]) -> None:
    message.attempts += 1
    message.reply, message.left_out = event.facts.reply, event.facts.left_out
    message.handed_over_at = event.meta.recorded_at


@Message.on(e.MessageDeferred)
def _(message: Message, event: Event[e.MessageDeferred]) -> None:
    message.attempts += 1
    message.reply, message.again_at = event.facts.reply, event.facts.again_at


@Message.on(e.MessageFailed)
def _(message: Message, event: Event[e.MessageFailed]) -> None:
    message.attempts += 1
    message.reply = event.facts.reply


@Message.on(e.MessageBounced)
def _(message: Message, event: Event[e.MessageBounced]) -> None:
    message.reply = event.facts.status


@Message.on(e.MessageWithdrawn)
def _(message: Message, event: Event[e.MessageWithdrawn]) -> None:
    message.reply = event.facts.because


@rules.of_request("place", source=SOURCE)
def desk_of_the_message(it: DecisionContext[Message]) -> bool:
    """The desk on whose behalf the message is sent is known.

    The desk on whose behalf the message would be sent is not known.

    The system checks this itself; if the message comes back, tell an administrator.
    """
    return it.seen["place"] is not None


CLOCK_ONLY = frozenset({Role.CLOCK})
THERE = frozenset({WAITING})
MESSAGE = Procedure(
    name="message", version=2, aggregate=Message, states=(WAITING, HANDED_OVER, FAILED, BOUNCED, WITHDRAWN),
    final=frozenset({FAILED, BOUNCED, WITHDRAWN}),
    steps=(
        Step(asks=ComposeMessage, by=CLOCK_ONLY | {Role.POLICY}, source=frozenset({""}), target=WAITING, records=e.MessageComposed,
             rules=(desk_of_the_message,), fills=facts_seen("place")),
        Step(asks=HandOverMessage, by=CLOCK_ONLY, source=THERE, target=HANDED_OVER, records=e.MessageHandedOver),
        Step(asks=DeferMessage, by=CLOCK_ONLY, source=THERE, target=None, records=e.MessageDeferred),
        Step(asks=FailMessage, by=CLOCK_ONLY, source=THERE, target=FAILED, records=e.MessageFailed),
        Step(asks=WithdrawMessage, by=CLOCK_ONLY, source=THERE, target=WITHDRAWN, records=e.MessageWithdrawn),
        Step(asks=BounceMessage, by=frozenset({Role.CLOCK, Role.ADMINISTRATOR}), source=frozenset({HANDED_OVER}),
             target=BOUNCED, records=e.MessageBounced),
    ),
    lifeline=StateNotes(without_deadline={WAITING: "It is sent, or tried again.", HANDED_OVER: "It is on its way."}),
)  # fmt: skip
