"""What somebody shows to act, or to read their calendar: issued for a role that was given to them, good until a day.

An event names it without telling it: the office makes what is shown from the id in `secret`, under a key of its own.
"""

from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.access import CONSOLE, PEOPLE, AccessLevel
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.given import Given, Kind
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, Step, filling
from opera_cases.domain.kernel.vocabulary import Code, Role
from opera_cases.domain.operators.operator import ENROLLED, LEFT, Operator

rules = Rules("operator")

SOURCE = "handbook 6.8"
TOKEN_DAYS = 366
MOST_CALENDARS = 20


class IssueToken(Command, frozen=True, kw_only=True):
    """Someone may act in a role that was given to them, until a day, with a token that only they are shown. `token` names it without telling it."""

    token: Code
    secret: UUID | None = None
    role: Role
    desks: tuple[UUID, ...] = ()
    region: Code | None = None
    expires_on: date


class WithdrawTokens(Command, frozen=True, kw_only=True):
    """None of the tokens and calendar addresses of someone is good any longer."""


class OpenCalendar(Command, frozen=True, kw_only=True):
    """Someone reads their own calendar under a secret address until a day. `calendar` names it without telling it."""

    calendar: Code
    secret: UUID
    names: bool = False
    role: Role
    desks: tuple[UUID, ...] = ()
    region: Code | None = None
    expires_on: date


class CloseCalendars(Command, frozen=True, kw_only=True):
    """None of the calendar addresses of someone is good any longer."""


class OperatorTokenIssued(Facts, frozen=True, kw_only=True):
    """`grant` is the event that gave the role; `secret` from what the token is made. Both are missing in events of before 0.8."""

    topic: ClassVar[str] = "operator.token_issued"
    token: Code
    role: Role
    desks: tuple[UUID, ...] = ()
    region: Code | None = None
    expires_on: date
    secret: UUID | None = None
    grant: UUID | None = None


class OperatorTokensWithdrawn(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "operator.tokens_withdrawn"


class CalendarOpened(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "operator.calendar_opened"
    calendar: Code
    secret: UUID
    names: bool
    role: Role
    desks: tuple[UUID, ...] = ()
    region: Code | None = None
    expires_on: date
    grant: UUID


class CalendarsClosed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "operator.calendars_closed"


@Operator.on(OperatorTokenIssued)
def _(operator: Operator, event: Event[OperatorTokenIssued]) -> None:
    said = event.facts
    given = Given(Kind.TOKEN, operator.id, said.role.value, said.desks, said.region or "", "", event.on, said.expires_on, said.secret,
                  said.token, said.grant)  # fmt: skip
    operator.given = {**operator.given, event.event_id: given}


@Operator.on(CalendarOpened)
def _(operator: Operator, event: Event[CalendarOpened]) -> None:
    said = event.facts
    purpose = "names" if said.names else ""
    given = Given(Kind.CALENDAR, operator.id, said.role.value, said.desks, said.region or "", purpose, event.on, said.expires_on,
                  said.secret, said.calendar, said.grant)  # fmt: skip
    operator.given = {**operator.given, event.event_id: given}


@Operator.on(OperatorTokensWithdrawn)
def _(operator: Operator, event: Event[OperatorTokensWithdrawn]) -> None:
    operator.given = {each: what for each, what in operator.given.items() if what.kind is Kind.GRANT}


@Operator.on(CalendarsClosed)
def _(operator: Operator, event: Event[CalendarsClosed]) -> None:
    operator.given = {each: what for each, what in operator.given.items() if what.kind is not Kind.CALENDAR}


@rules.of_request(source=SOURCE)
def role_of_people(it: DecisionContext[Operator]) -> bool:
    """Time and policies need no token.

    People do not act in this role, and it needs no token.

    Choose a role in which people act.
    """
    return it.asked.role in PEOPLE


@rules.of_request("posting", source=SOURCE)
def role_given(it: DecisionContext[Operator]) -> bool:
    """Somebody acts in a role that was given to them: at a desk by posting them there, in the programme by granting it.

    This role was not given to the person, or not for so long.

    Post them at a desk, or give them the role first; nothing is good for longer than the role.
    """
    return _grant(it) is not None


@rules.of_request(source=SOURCE, tells=lambda it: {"until": it.today + timedelta(days=TOKEN_DAYS)})
def token_within_a_year(it: DecisionContext[Operator]) -> bool:
    """A token ends within a year.

    A token ends by {until} at the latest, and not before today.

    Choose a nearer day; a new token can be issued then.
    """
    return bool(it.today <= it.asked.expires_on <= it.today + timedelta(days=TOKEN_DAYS))


@rules.of_record(source=SOURCE)
def own_or_by_an_administrator(it: DecisionContext[Operator]) -> bool:
    """Everybody sees to their own access; to that of others an administrator does.

    This is the access of somebody else.

    Ask an administrator.
    """
    return it.by.role is Role.ADMINISTRATOR or it.by.id == it.subject.id


@rules.of_record(source=SOURCE)
def own_record(it: DecisionContext[Operator]) -> bool:
    """A calendar is opened by whom it belongs to.

    This calendar would belong to somebody else.

    Open your own.
    """
    return it.by.id == it.subject.id


@rules.of_record(source=SOURCE, tells=lambda it: {"most": MOST_CALENDARS})
def calendars_bounded(it: DecisionContext[Operator]) -> bool:
    """Nobody has more than a few calendar addresses at a time.

    There are {most:calendar address|calendar addresses} already, and nobody has more at a time.

    Close your calendars, and open again those that you use.
    """
    open_now = [each for each in it.subject.given.values() if each.kind is Kind.CALENDAR and each.covers(it.today)]
    return len(open_now) < MOST_CALENDARS


@rules.of_request(source=SOURCE)
def role_in_hand(it: DecisionContext[Operator]) -> bool:
    """Whoever sees to their own access stays in the role in which they ask.

    This is not the role in which you are asking.

    Ask in that role, or ask an administrator.
    """
    return it.by.role is it.asked.role or (it.by.role is Role.ADMINISTRATOR and type(it.asked) is IssueToken)


@rules.of_request(source=SOURCE)
def owner_can_be_sent_it(it: DecisionContext[Operator]) -> bool:
    """A token for somebody else is sent to them, at an address that whoever issues it did not change, and nobody else
    sees it.

    The person has no e-mail address, or one that you recorded yourself, and so cannot be sent the token.

    Let a colleague record their e-mail address, or issue the token at the machine of the office and hand it over.
    """
    recorded = it.subject.email is not None and it.subject.addressed_by != it.by.id
    return it.by.id in (it.subject.id, CONSOLE.id) or recorded


def _grant(it: DecisionContext[Operator]) -> UUID | None:
    """The event that gave the role asked for: a grant, or work at a desk."""
    asked = it.asked
    for event, given in it.subject.given.items():
        wanted = given.kind is Kind.GRANT and (given.role, given.region) == (asked.role.value, asked.region or "")
        lasts = given.until is None or asked.expires_on <= given.until
        if wanted and lasts and given.covers(it.today) and (not given.desks or set(asked.desks) <= set(given.desks)):
            return event
    posting: UUID | None = it.seen["posting"]
    return posting


@filling("grant")
def _for_the_role(it: DecisionContext[Operator]) -> dict[str, Any]:
    return {"grant": _grant(it)}


HERE, ADMIN = frozenset({ENROLLED}), frozenset({Role.ADMINISTRATOR})
ROWS = (
    Step(asks=IssueToken, by=PEOPLE, source=HERE, target=None, records=OperatorTokenIssued,
         reach=AccessLevel.READ,
         rules=(own_or_by_an_administrator, role_of_people, role_in_hand, role_given, token_within_a_year, owner_can_be_sent_it),
         fills=_for_the_role),
    Step(asks=WithdrawTokens, by=ADMIN, source=frozenset({ENROLLED, LEFT}), target=None, records=OperatorTokensWithdrawn),
    Step(asks=OpenCalendar, by=PEOPLE, source=HERE, target=None, records=CalendarOpened,
         reach=AccessLevel.READ,
         rules=(own_record, calendars_bounded, role_in_hand, role_given, token_within_a_year), fills=_for_the_role),
    Step(asks=CloseCalendars, by=PEOPLE, source=HERE, target=None, records=CalendarsClosed, reach=AccessLevel.READ,
         rules=(own_or_by_an_administrator,)),
)  # fmt: skip
