"""What follows from the life of a venture: for the cases of its members, for the firm that it takes over, for what it holds."""

from typing import Any
from uuid import UUID

from opera_cases.domain.kernel.events import Event
from opera_cases.domain.policies.consequence import Consequence, Lookups, because
from opera_cases.domain.ventures.ending import VentureAbandoned, VentureCeased
from opera_cases.domain.ventures.joining import MemberAdmitted, MemberCommitted
from opera_cases.domain.ventures.leaving import MemberExcluded, MemberWithdrew
from opera_cases.domain.ventures.opening import VentureOpened
from opera_cases.domain.ventures.shares import ShareSubscribed
from opera_cases.domain.ventures.takeover import BusinessAwarded, BusinessLost
from opera_cases.domain.ventures.trading import TradingStarted
from opera_cases.domain.ventures.venture import Venture


def joins_venture(event: Event[VentureOpened], _: Venture, around: Lookups) -> tuple[Consequence, ...]:
    """A venture was opened for a case: the case follows it."""
    return (because(event, "case", event.facts.case, "join_venture", venture=str(event.stream)),)


def follows_its_person(
    event: Event[MemberCommitted | MemberAdmitted | ShareSubscribed], venture: Venture, around: Lookups
) -> tuple[Consequence, ...]:  # fmt: skip
    """Somebody became a member: their open case follows the venture, unless it does already."""
    case = around.open_case(event.facts.person)
    if case is None or case == venture.case or case in {each for each, _ in around.following(event.stream)}:
        return ()
    return (because(event, "case", case, "join_venture", case, venture=str(event.stream)),)


def subscribes(event: Event[ShareSubscribed], venture: Venture, around: Lookups) -> tuple[Consequence, ...]:
    """A share paid from a benefit advance: the advance has to be asked for within its window."""
    joins = follows_its_person(event, venture, around)
    case = around.open_case(event.facts.person)
    if not event.facts.from_benefit or case is None:
        return joins
    return (*joins, drafts_advance(event, venture, case, event.facts.from_benefit))


def drafts_advance(event: Event[Any], venture: Venture, case: UUID, amount: Any) -> Consequence:
    payer = "France Travail" if venture.place and venture.place.country == "FR" else "INPS"
    return because(
        event, "funding", None, "draft_application", case, case=str(case), venture=str(event.stream),
        source="BENEFIT_ADVANCE", funder=payer, amount=str(amount), entitled_on=event.on.isoformat(),
    )  # fmt: skip


def leaves_venture(
    event: Event[MemberWithdrew | MemberExcluded], venture: Venture, around: Lookups
) -> tuple[Consequence, ...]:  # fmt: skip
    """A member left: their case is told, and a person decides where it goes."""
    return tuple(
        because(event, "case", case, "note_departure", venture=str(event.stream))
        for case, _ in _of_person(around, event.stream, event.facts.person)
    )


def _of_person(around: Lookups, venture: UUID, person: UUID) -> list[tuple[UUID, UUID]]:
    mine = around.open_case(person)
    return [(case, whose) for case, whose in around.following(venture) if whose == person or case == mine]


def starts_mentoring(event: Event[TradingStarted], venture: Venture, around: Lookups) -> tuple[Consequence, ...]:
    """A venture trades: the case of each member moves on to mentoring, or says why not."""
    following = around.following(event.stream)
    moves = []
    for member in venture.present:
        mine = around.open_case(member.person)
        case = next((each for each, whose in following if whose == member.person or each == mine), mine)
        if case is not None:
            moves.append(because(event, "case", case, "confirm_launch", case))
    advance = venture.promised_from.get("BENEFIT_ADVANCE")
    if advance and venture.case is not None and len(venture.present) == 1:
        moves.append(drafts_advance(event, venture, venture.case, advance))
    return tuple(moves)


def ends_with_venture(
    event: Event[VentureCeased | VentureAbandoned], venture: Venture, around: Lookups
) -> tuple[Consequence, ...]:  # fmt: skip
    """A venture ended: each case is told, and what the venture held is to be had again."""
    how = "CEASED" if isinstance(event.facts, VentureCeased) else "ABANDONED"
    told = [because(event, "case", case, "note_venture_end", venture=str(event.stream), how=how)
            for case, _ in around.following(event.stream)]  # fmt: skip
    return (*told, *(because(event, "resource", each, "return_resource", venture=str(event.stream))
                     for each in around.held_by(event.stream)))  # fmt: skip


def wins_business(event: Event[BusinessAwarded], venture: Venture, around: Lookups) -> tuple[Consequence, ...]:
    """A group got the business: the firm's record says so, and what was reserved of it is the group's."""
    noted = because(event, "company", event.facts.company, "note_award", venture=str(event.stream))
    return (noted, *(because(event, "resource", each, "take_over", venture=str(event.stream))
                     for each in around.reserved_by(event.stream)))  # fmt: skip


def loses_business(event: Event[BusinessLost], venture: Venture, around: Lookups) -> tuple[Consequence, ...]:
    """A group did not get the business: what it had reserved is free."""
    return tuple(because(event, "resource", each, "release_resource", venture=str(event.stream))
                 for each in around.reserved_by(event.stream))  # fmt: skip
