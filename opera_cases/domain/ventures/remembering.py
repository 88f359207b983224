"""What a venture remembers of its group, its setting up, its money and its form."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from opera_cases.domain.kernel.events import Event
from opera_cases.domain.ventures import events as e
from opera_cases.domain.ventures import group_events as g
from opera_cases.domain.ventures.venture import Member, Venture


def _changed(venture: Venture, person: UUID, **news: Any) -> None:
    """The open period of a person says something else, or begins."""
    entry = venture.entry(person)
    if entry is None:
        venture.members = (*venture.members, Member(person, len(venture.members) + 1)._replace(**news))
    else:
        venture.members = tuple(each._replace(**news) if each is entry else each for each in venture.members)


@Venture.on(g.DeskInvited)
def _(venture: Venture, event: Event[g.DeskInvited]) -> None:
    venture.desks |= {event.facts.to_desk}


@Venture.on(g.MemberInvited)
def _(venture: Venture, event: Event[g.MemberInvited]) -> None:
    _changed(venture, event.facts.person)


@Venture.on(g.MemberCommitted)
def _(venture: Venture, event: Event[g.MemberCommitted]) -> None:
    said, entry = event.facts, venture.entry(event.facts.person)
    _changed(venture, said.person, since=(entry and entry.since) or event.on, committed=said.amount,
             former_employee=said.former_employee, not_barred=said.not_barred)  # fmt: skip


@Venture.on(g.ShareSubscribed)
def _(venture: Venture, event: Event[g.ShareSubscribed]) -> None:
    said, entry = event.facts, venture.entry(event.facts.person)
    before = entry or Member(said.person, 0)
    _changed(venture, said.person, since=before.since or event.on, subscribed=before.subscribed + said.amount,
             from_benefit=before.from_benefit + said.from_benefit)  # fmt: skip


@Venture.on(e.MemberAdmitted)
def _(venture: Venture, event: Event[e.MemberAdmitted]) -> None:
    said, entry = event.facts, venture.entry(event.facts.person)
    _changed(venture, said.person, since=(entry and entry.since) or event.on, promoter=said.promoter, subscribed=said.amount or Decimal(0),
             former_employee=said.former_employee, not_barred=said.not_barred)  # fmt: skip


@Venture.on(g.MemberWithdrew)
def _(venture: Venture, event: Event[g.MemberWithdrew]) -> None:
    if venture.entry(event.facts.person):
        told = event.facts.reason_code
        _changed(venture, event.facts.person, left_on=event.on, why_left=told.value if told else "WITHDREW")


@Venture.on(g.MemberExcluded)
def _(venture: Venture, event: Event[g.MemberExcluded]) -> None:
    if venture.entry(event.facts.person):
        _changed(venture, event.facts.person, left_on=event.on, why_left="EXCLUDED")


@Venture.on(g.PlanLapsed)
def _(venture: Venture, event: Event[g.PlanLapsed]) -> None:
    if venture.plan:
        venture.plan = venture.plan._replace(valid=False)


@Venture.on(e.FeasibilityFound)
def _(venture: Venture, event: Event[e.FeasibilityFound]) -> None:
    venture.reached = {**venture.reached, "feasible": event.on}


@Venture.on(g.GroupFormed)
def _(venture: Venture, event: Event[g.GroupFormed]) -> None:
    venture.legal_form = event.facts.legal_form


@Venture.on(g.VentureConstituted)
def _(venture: Venture, event: Event[g.VentureConstituted]) -> None:
    venture.legal_form = event.facts.legal_form
    venture.reached = {**venture.reached, "constituted": event.on}


@Venture.on(g.VentureHosted)
def _(venture: Venture, event: Event[g.VentureHosted]) -> None:
    venture.reached = {**venture.reached, "hosted": event.on}


@Venture.on(g.HostingRenewed)
def _(venture: Venture, event: Event[g.HostingRenewed]) -> None:
    venture.renewals = event.facts.number


@Venture.on(g.UsesRevised)
def _(venture: Venture, event: Event[g.UsesRevised]) -> None:
    uses = sum((use.amount for use in event.facts.uses), Decimal(0))
    if venture.plan:
        venture.plan = venture.plan._replace(uses=uses)


@Venture.on(g.FundsWithdrawn)
def _(venture: Venture, event: Event[g.FundsWithdrawn]) -> None:
    said = event.facts
    venture.promised -= said.amount
    left = venture.promised_from.get(said.source.value, Decimal(0)) - said.amount
    venture.promised_from = {**venture.promised_from, said.source.value: left}


@Venture.on(g.VentureTransformed)
def _(venture: Venture, event: Event[g.VentureTransformed]) -> None:
    venture.legal_form = event.facts.legal_form
