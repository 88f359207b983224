"""Invitations: another desk, and people who are asked to take part in the group (handbook 6.5)."""

from typing import ClassVar
from uuid import UUID

from opera_cases.domain.access import AccessLevel
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, Step
from opera_cases.domain.ventures.states import BEFORE_TRADING, DESK, LIVING, WITH_MEMBERS
from opera_cases.domain.ventures.venture import Venture

rules = Rules("venture")

SOURCE = "handbook 6.5"


class InviteDesk(Command, frozen=True, kw_only=True):
    """Another desk has people who take part: it may read the venture and bring its people in."""

    to_desk: UUID


class InviteMember(Command, frozen=True, kw_only=True):
    """A person is asked to take part: an expression of interest, which binds nobody."""

    person: UUID


class DeskInvited(Facts, frozen=True, kw_only=True):
    """Another desk may read the venture and bring its people in."""

    topic: ClassVar[str] = "venture.desk_invited"
    to_desk: UUID


class MemberInvited(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.member_invited"
    person: UUID


@Venture.on(DeskInvited)
def _(venture: Venture, event: Event[DeskInvited]) -> None:
    venture.desks |= {event.facts.to_desk}


@Venture.on(MemberInvited)
def _(venture: Venture, event: Event[MemberInvited]) -> None:
    venture.member_changed(event.facts.person)


@rules.of_request("to_desk_open", source=SOURCE)
def another_open_desk(it: DecisionContext[Venture]) -> bool:
    """The desk invited is open, and does not take part in the venture yet.

    The desk is not open, or already takes part in the venture.

    Choose another desk.
    """
    return bool(it.seen["to_desk_open"]) and it.asked.to_desk not in (it.subject.desk, *it.subject.desks)


@rules.of_request("person_known", "member_within_reach", source=SOURCE)
def member_known(it: DecisionContext[Venture]) -> bool:
    """The member is registered, under the record that was kept.

    The person is not registered, their record has been merged into another, or you may not see it.

    Register the person first; a merged record points to the one that was kept.
    """
    return bool(it.seen["person_known"] and it.seen["member_within_reach"])


@rules.of_request(source=SOURCE)
def not_in_the_group(it: DecisionContext[Venture]) -> bool:
    """The person has not been invited and is not a member.

    The person has already been invited or is a member.

    Record their commitment or share instead.
    """
    return it.subject.entry(it.asked.person) is None


@rules.of_request(source=SOURCE)
def in_the_group(it: DecisionContext[Venture]) -> bool:
    """Only someone who has been invited, committed or admitted can subscribe shares or leave, and not before joining.

    The person is not in the group, or had not joined it by that day.

    Check the person and the date.
    """
    entry = it.subject.entry(it.asked.person)
    return entry is not None and (entry.since is None or it.on >= entry.since)


ROWS = (
    Step(asks=InviteDesk, by=DESK, source=BEFORE_TRADING | LIVING, target=None, records=DeskInvited,
         rules=(another_open_desk,), kinds=WITH_MEMBERS),
    Step(asks=InviteMember, by=DESK, source=BEFORE_TRADING | LIVING, target=None, records=MemberInvited,
         rules=(member_known, not_in_the_group), kinds=WITH_MEMBERS, reach=AccessLevel.RESPOND),
)  # fmt: skip
