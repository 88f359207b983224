"""What somebody shows to act, or to read their calendar: issued for a role that was given to them, good until a day.

An event names it without telling it: the office makes what is shown from the id in `secret`, under a key of its own.
"""

from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.access import CONSOLE, PEOPLE, AccessLevel
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.given import Given, GivenKind
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.steps import Command, Step, filling
from opera_cases.domain.kernel.vocabulary import Role
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
    """None of the person's tokens and calendar addresses is valid any more."""


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
    """None of the person's calendar addresses is valid any more."""


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
    given = Given(GivenKind.TOKEN, operator.id, said.role.value, said.desks, said.region or "", "", event.on, said.expires_on, said.secret,
                  said.token, said.grant)  # fmt: skip
    operator.given = {**operator.given, event.event_id: given}


@Operator.on(CalendarOpened)
def _(operator: Operator, event: Event[CalendarOpened]) -> None:
    said = event.facts
    purpose = "names" if said.names else ""
    given = Given(GivenKind.CALENDAR, operator.id, said.role.value, said.desks, said.region or "", purpose, event.on, said.expires_on,
                  said.secret, said.calendar, said.grant)  # fmt: skip
    operator.given = {**operator.given, event.event_id: given}


@Operator.on(OperatorTokensWithdrawn)
def _(operator: Operator, event: Event[OperatorTokensWithdrawn]) -> None:
    operator.given = {each: what for each, what in operator.given.items() if what.kind is GivenKind.GRANT}


@Operator.on(CalendarsClosed)
def _(operator: Operator, event: Event[CalendarsClosed]) -> None:
    operator.given = {each: what for each, what in operator.given.items() if what.kind is not GivenKind.CALENDAR}


@rules.of_request(source=SOURCE)
def role_of_people(it: DecisionContext[Operator]) -> bool:
    """The scheduler and the automatic rules do not need a token.

    Nobody acts in this role, so it does not need a token.

    Choose a role in which people act.
    """
    return it.asked.role in PEOPLE


@rules.of_request("posting", source=SOURCE)
def role_given(it: DecisionContext[Operator]) -> bool:
    """People act in a role they have been given: at a desk by being assigned to it, in the programme by being granted
    it.

    The person has not been given this role, or not for that long.

    Assign the person to a desk, or grant them the role first; nothing lasts longer than the role.
    """
    return _grant(it) is not None


@rules.of_request(source=SOURCE, tells=lambda it: {"until": it.today + timedelta(days=TOKEN_DAYS)})
def token_within_a_year(it: DecisionContext[Operator]) -> bool:
    """A token expires within a year.

    A token expires by {until} at the latest, and not before today.

    Choose an earlier day; a new token can be issued later.
    """
    return bool(it.today <= it.asked.expires_on <= it.today + timedelta(days=TOKEN_DAYS))


@rules.of_record(source=SOURCE)
def own_or_by_an_administrator(it: DecisionContext[Operator]) -> bool:
    """Everyone manages their own access; an administrator manages that of others.

    This access belongs to someone else.

    Ask an administrator.
    """
    return it.by.role is Role.ADMINISTRATOR or it.by.id == it.subject.id


@rules.of_record(source=SOURCE)
def own_record(it: DecisionContext[Operator]) -> bool:
    """A calendar is opened by the person it belongs to.

    This calendar would belong to someone else.

    Open your own.
    """
    return it.by.id == it.subject.id


@rules.of_record(source=SOURCE, tells=lambda it: {"most": MOST_CALENDARS})
def calendars_bounded(it: DecisionContext[Operator]) -> bool:
    """The number of calendar addresses open at a time is limited.

    You already have {most:calendar address|calendar addresses}, the most allowed at a time.

    Close your calendars, and reopen those that you use.
    """
    open_now = [each for each in it.subject.given.values() if each.kind is GivenKind.CALENDAR and each.covers(it.today)]
    return len(open_now) < MOST_CALENDARS


@rules.of_request(source=SOURCE)
def role_in_hand(it: DecisionContext[Operator]) -> bool:
    """People manage their own access in the role they are currently using.

    This is not the role you are currently using.

    Ask again in that role, or ask an administrator.
    """
    return it.by.role is it.asked.role or (it.by.role is Role.ADMINISTRATOR and type(it.asked) is IssueToken)


@rules.of_request(source=SOURCE)
def owner_can_be_sent_it(it: DecisionContext[Operator]) -> bool:
    """A token for another person is sent to them, at an address not changed by the person issuing it, and nobody else
    sees it.

    The token cannot be sent: the person has no email address, or one that you recorded yourself.

    Ask a colleague to record the person's email address, or issue the token on the office computer and hand it over.
    """
    recorded = it.subject.email is not None and it.subject.addressed_by != it.by.id
    return it.by.id in (it.subject.id, CONSOLE.id) or recorded


def _grant(it: DecisionContext[Operator]) -> UUID | None:
    """The event that gave the role asked for: a grant, or work at a desk."""
    asked = it.asked
    for event, given in it.subject.given.items():
        wanted = given.kind is GivenKind.GRANT and (given.role, given.region) == (asked.role.value, asked.region or "")
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
