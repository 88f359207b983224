"""Consequences: what one record's event, or a day that has come, asks of another record.

A policy proposes and the other record disposes: it may refuse, and the refusal is recorded. Its command id follows
from the event, so that repeating it is harmless.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID, uuid5

from opera_cases.domain.access import CONSOLE, GUARDIANS
from opera_cases.domain.appointments import Appointment, AppointmentHeld
from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.corrections import CaseFactCorrected
from opera_cases.domain.cases.placement import PlacementConfirmed
from opera_cases.domain.cases.transfers import CaseTransferred
from opera_cases.domain.corrections.events import FactCorrected
from opera_cases.domain.funding.application import Funding
from opera_cases.domain.funding.events import ApplicationGranted, ApplicationWithdrawn, FundingFactCorrected
from opera_cases.domain.kernel.aggregate import Aggregate, Doubt
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.vocabulary import Language, Role
from opera_cases.domain.messages.events import Form
from opera_cases.domain.operators.credentials import OperatorTokenIssued
from opera_cases.domain.operators.operator import Operator
from opera_cases.domain.operators.roles import RoleGranted, RoleProposed, RoleRejected, RoleWithdrawn
from opera_cases.domain.people.events import ConsentWithdrawn, Purpose
from opera_cases.domain.people.person import Person
from opera_cases.domain.ventures.corrections import VentureFactCorrected
from opera_cases.domain.ventures.ending import VentureAbandoned, VentureCeased
from opera_cases.domain.ventures.joining import MemberAdmitted, MemberCommitted
from opera_cases.domain.ventures.leaving import MemberExcluded, MemberWithdrew
from opera_cases.domain.ventures.opening import VentureOpened
from opera_cases.domain.ventures.shares import ShareSubscribed
from opera_cases.domain.ventures.takeover import BusinessAwarded, BusinessLost
from opera_cases.domain.ventures.trading import TradingStarted
from opera_cases.domain.ventures.venture import Venture


class Lookups(Protocol):
    """What a policy may look up: who else is concerned. It may be a moment old; each record decides for itself."""

    def following(self, venture: UUID) -> list[tuple[UUID, UUID]]:
        """The cases that follow a venture, each with its person."""

    def open_case(self, person: UUID) -> UUID | None:
        """The open case of a person, under any of their records."""

    def held_by(self, venture: UUID) -> list[UUID]:
        """The resources that a venture has reserved or has in use."""

    def reserved_by(self, venture: UUID) -> list[UUID]:
        """The resources that a venture has reserved."""

    def published(self, person: UUID) -> list[UUID]:
        """The cases with a published profile of a person."""

    def told_of_roles(self) -> list[tuple[UUID, Language]]:
        """Who holds a role that guards the others and can be written to, with their language."""

    def language_of(self, operator: UUID) -> Language | None:
        """The language of an operator who can be written to; None for whoever cannot."""

    def first_desk(self) -> UUID | None:
        """A desk in whose name the programme writes to those who work for it."""

    def in_doubt(self, record: Aggregate) -> tuple[dict[UUID, tuple[str, ...]], Mapping[UUID, Doubt]]:
        """The steps of a record that are in doubt now, with the rules that would refuse them, and those flagged before."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """A step to be asked of a record, because of an event or a deadline. Without `stream` it begins a new record.

    Where `refused_to` names a case, a refusal is noted there, so that somebody looks at it.
    """

    kind: str
    stream: UUID | None
    step: str
    values: dict[str, Any]
    on: date
    cause: UUID
    key: UUID
    refused_to: UUID | None = None


def _because(
    event: Event[Any], kind: str, stream: UUID | None, step: str, refused_to: UUID | None = None, **values: Any
) -> Consequence:  # fmt: skip
    key = uuid5(event.event_id, f"{kind}.{step}.{stream}")
    return Consequence(kind, stream, step, values, event.on, event.event_id, key, refused_to)


def _joins_venture(event: Event[VentureOpened], _: Venture, around: Lookups) -> tuple[Consequence, ...]:
    """A venture was opened for a case: the case follows it."""
    return (_because(event, "case", event.facts.case, "join_venture", venture=str(event.stream)),)


def _follows_its_person(
    event: Event[MemberCommitted | MemberAdmitted | ShareSubscribed], venture: Venture, around: Lookups
) -> tuple[Consequence, ...]:  # fmt: skip
    """Somebody became a member: their open case follows the venture, unless it does already."""
    case = around.open_case(event.facts.person)
    if case is None or case == venture.case or case in {each for each, _ in around.following(event.stream)}:
        return ()
    return (_because(event, "case", case, "join_venture", case, venture=str(event.stream)),)


def _subscribes(event: Event[ShareSubscribed], venture: Venture, around: Lookups) -> tuple[Consequence, ...]:
    """A share paid from a benefit advance: the advance has to be asked for within its window."""
    joins = _follows_its_person(event, venture, around)
    case = around.open_case(event.facts.person)
    if not event.facts.from_benefit or case is None:
        return joins
    return (*joins, _drafts_advance(event, venture, case, event.facts.from_benefit))


def _drafts_advance(event: Event[Any], venture: Venture, case: UUID, amount: Any) -> Consequence:
    payer = "France Travail" if venture.place and venture.place.country == "FR" else "INPS"
    return _because(
        event, "funding", None, "draft_application", case, case=str(case), venture=str(event.stream),
        source="BENEFIT_ADVANCE", funder=payer, amount=str(amount), entitled_on=event.on.isoformat(),
    )  # fmt: skip


def _leaves_venture(
    event: Event[MemberWithdrew | MemberExcluded], venture: Venture, around: Lookups
) -> tuple[Consequence, ...]:  # fmt: skip
    """A member left: their case is told, and a person decides where it goes."""
    return tuple(
        _because(event, "case", case, "note_departure", venture=str(event.stream))
        for case, _ in _of_person(around, event.stream, event.facts.person)
    )


def _of_person(around: Lookups, venture: UUID, person: UUID) -> list[tuple[UUID, UUID]]:
    mine = around.open_case(person)
    return [(case, whose) for case, whose in around.following(venture) if whose == person or case == mine]


def _starts(event: Event[TradingStarted], venture: Venture, around: Lookups) -> tuple[Consequence, ...]:
    """A venture trades: the case of each member moves on to mentoring, or says why not."""
    following = around.following(event.stream)
    moves = []
    for member in venture.present:
        mine = around.open_case(member.person)
        case = next((each for each, whose in following if whose == member.person or each == mine), mine)
        if case is not None:
            moves.append(_because(event, "case", case, "confirm_launch", case))
    advance = venture.promised_from.get("BENEFIT_ADVANCE")
    if advance and venture.case is not None and len(venture.present) == 1:
        moves.append(_drafts_advance(event, venture, venture.case, advance))
    return tuple(moves)


def _ends(
    event: Event[VentureCeased | VentureAbandoned], venture: Venture, around: Lookups
) -> tuple[Consequence, ...]:  # fmt: skip
    """A venture ended: each case is told, and what the venture held is to be had again."""
    how = "CEASED" if isinstance(event.facts, VentureCeased) else "ABANDONED"
    told = [_because(event, "case", case, "note_venture_end", venture=str(event.stream), how=how)
            for case, _ in around.following(event.stream)]  # fmt: skip
    return (*told, *(_because(event, "resource", each, "return_resource", venture=str(event.stream))
                     for each in around.held_by(event.stream)))  # fmt: skip


def _wins_business(event: Event[BusinessAwarded], venture: Venture, around: Lookups) -> tuple[Consequence, ...]:
    """A group got the business: the firm's record says so, and what was reserved of it is the group's."""
    noted = _because(event, "company", event.facts.company, "note_award", venture=str(event.stream))
    return (noted, *(_because(event, "resource", each, "take_over", venture=str(event.stream))
                     for each in around.reserved_by(event.stream)))  # fmt: skip


def _loses_business(event: Event[BusinessLost], venture: Venture, around: Lookups) -> tuple[Consequence, ...]:
    """A group did not get the business: what it had reserved is free."""
    return tuple(_because(event, "resource", each, "release_resource", venture=str(event.stream))
                 for each in around.reserved_by(event.stream))  # fmt: skip


def _promises(event: Event[ApplicationGranted], funding: Funding, around: Lookups) -> tuple[Consequence, ...]:
    """Money was granted to a venture: it counts among its sources. An advance is the member's own, and comes as share."""
    if funding.venture is None or funding.source == "BENEFIT_ADVANCE":
        return ()
    return (_because(event, "venture", funding.venture, "promise_funds", funding.case, source=funding.source.value,
                     amount=str(event.facts.amount), application=str(event.stream)),)  # fmt: skip


def _withdraws(event: Event[ApplicationWithdrawn], funding: Funding, around: Lookups) -> tuple[Consequence, ...]:
    """Money granted to a venture will not come: it does not count any longer."""
    if funding.venture is None or not funding.granted or funding.source == "BENEFIT_ADVANCE":
        return ()
    return (_because(event, "venture", funding.venture, "withdraw_grant", funding.case, source=funding.source.value,
                     amount=str(funding.granted), application=str(event.stream)),)  # fmt: skip


def _counts_as_contact(
    event: Event[AppointmentHeld], appointment: Appointment, around: Lookups
) -> tuple[Consequence, ...]:
    """A meeting of a case was held: the case had contact that day."""
    if appointment.case is None:
        return ()
    return (_because(event, "case", appointment.case, "record_meeting", appointment=str(event.stream),
                     channel=appointment.channel),)  # fmt: skip


def _moves_venture(event: Event[CaseTransferred], case: Case, around: Lookups) -> tuple[Consequence, ...]:
    """The case of a promoter went to another desk: the venture goes with it. Those of other members do not move it."""
    if case.venture is None:
        return ()
    return (
        _because(event, "venture", case.venture, "move_venture", to_desk=str(event.facts.to_desk), case=str(case.id)),
    )


def _hides_profile(event: Event[ConsentWithdrawn], person: Person, around: Lookups) -> tuple[Consequence, ...]:
    """The person does not want to be seen by firms any longer: the profile is withdrawn."""
    if event.facts.purpose is not Purpose.PROFILE_TO_FIRMS:
        return ()
    return tuple(_because(event, "case", case, "withdraw_profile") for case in around.published(event.stream))


def _fills_place(event: Event[PlacementConfirmed], case: Case, around: Lookups) -> tuple[Consequence, ...]:
    """Somebody was hired for a vacancy: one place less."""
    if event.facts.vacancy is None:
        return ()
    return (_because(event, "vacancy", event.facts.vacancy, "fill_place", case=str(event.stream)),)


def _doubts_steps(event: Event[FactCorrected], record: Aggregate, around: Lookups) -> tuple[Consequence, ...]:
    """A fact was corrected: steps whose rules would not have held are flagged, and doubts that it removed are lifted."""
    now, flagged = around.in_doubt(record)
    fresh = [
        {"step": str(step), "rules": list(rules)}
        for step, rules in now.items()
        if step not in flagged or set(rules) - set(flagged[step].rules)
    ]
    gone = [str(step) for step, doubt in flagged.items() if not doubt.verdict and step not in now]
    asked = (("doubt_steps", fresh), ("lift_doubts", gone))
    return tuple(
        _because(event, record.kind, event.stream, step, correction=str(event.event_id), steps=steps)
        for step, steps in asked
        if steps
    )


def _tells_of_roles(
    event: Event[RoleProposed | RoleGranted | RoleRejected | RoleWithdrawn | OperatorTokenIssued], operator: Operator, around: Lookups
) -> tuple[Consequence, ...]:  # fmt: skip
    """Who may act as what changed: those who guard are told where it concerns one of them, or was done at the machine; and whoever it
    is about is told what others did. A token goes to its owner this way."""
    desk, by = around.first_desk(), event.meta.actor.id
    guarded = getattr(event.facts, "role", Role.AUDITOR) in GUARDIANS or by == CONSOLE.id
    told = dict(around.told_of_roles()) if guarded else {}
    if (language := around.language_of(operator.id)) is not None:
        told[operator.id] = language
    return tuple(
        Consequence("message", None, "compose_message", {
            "recipient": str(each), "form": Form.NOTICE.value, "day": event.on.isoformat(), "desk": str(desk), "language": language.value,
            "event": str(event.event_id), "record": str(operator.id)}, event.on, event.event_id, uuid5(event.event_id, f"told/{each}"))
        for each, language in sorted(told.items()) if each != by and desk is not None
    )  # fmt: skip


Policy = Callable[[Any, Any, Lookups], tuple[Consequence, ...]]
POLICIES: dict[type[Facts], tuple[type[Aggregate], Policy]] = {
    VentureOpened: (Venture, _joins_venture),
    MemberCommitted: (Venture, _follows_its_person),
    MemberAdmitted: (Venture, _follows_its_person),
    ShareSubscribed: (Venture, _subscribes),
    MemberWithdrew: (Venture, _leaves_venture),
    MemberExcluded: (Venture, _leaves_venture),
    TradingStarted: (Venture, _starts),
    VentureCeased: (Venture, _ends),
    VentureAbandoned: (Venture, _ends),
    BusinessAwarded: (Venture, _wins_business),
    BusinessLost: (Venture, _loses_business),
    ApplicationGranted: (Funding, _promises),
    ApplicationWithdrawn: (Funding, _withdraws),
    CaseTransferred: (Case, _moves_venture),
    PlacementConfirmed: (Case, _fills_place),
    AppointmentHeld: (Appointment, _counts_as_contact),
    ConsentWithdrawn: (Person, _hides_profile),
    RoleProposed: (Operator, _tells_of_roles),
    RoleGranted: (Operator, _tells_of_roles),
    RoleRejected: (Operator, _tells_of_roles),
    RoleWithdrawn: (Operator, _tells_of_roles),
    OperatorTokenIssued: (Operator, _tells_of_roles),
    CaseFactCorrected: (Case, _doubts_steps),
    VentureFactCorrected: (Venture, _doubts_steps),
    FundingFactCorrected: (Funding, _doubts_steps),
}
