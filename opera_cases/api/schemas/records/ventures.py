"""A venture over HTTP: the group, its plan, its money, and how far it came."""

from datetime import date
from typing import Annotated
from uuid import UUID

from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Amount, Code, Number, at_most
from opera_cases.domain.ventures import venture as domain
from opera_cases.domain.ventures.states import CHECKLIST


class Member(Shown):
    """Somebody of the group, how far they came in it, and what they bring."""

    person: UUID | None
    promoter: bool
    stage: Code
    since: date | None
    left_on: date | None
    committed: Amount
    subscribed: Amount
    from_benefit: Amount
    former_employee: bool
    why_left: Code


class Plan(Shown):
    """The business plan: its last version."""

    version: Number
    author: UUID | None
    sources: Amount
    uses: Amount
    decided: bool
    valid: bool


class Milestone(Shown):
    """Something that this kind of venture has to reach; the day, where one is known."""

    milestone: Code
    reached: bool
    on: date | None


class VentureFields(Shown):
    """What is shown of a venture."""

    kind: Code
    promoter: UUID | None
    case: UUID | None
    mentor: UUID | None
    company: UUID | None
    legal_form: Code | None
    desks: Annotated[list[UUID], at_most(100)]
    members: Annotated[list[Member], at_most(1000)]
    plan: Plan | None
    checklist: Annotated[list[Milestone], at_most(10)]
    perimeter: Annotated[list[UUID], at_most(100)]
    papers: Annotated[list[Code], at_most(10)]
    capital: Amount
    promised: Amount
    money: Amount
    registered: bool
    trading_since: date | None
    ended_on: date | None
    alerts: Annotated[list[Code], at_most(50)]
    light: Code | None
    check_ins_done: Number
    check_ins_open: Annotated[list[Number], at_most(100)]


def of_venture(venture: domain.Venture) -> VentureFields:
    """What is shown of it."""
    reached = {**venture.reached, **({"funded": None} if venture.funds_cover else {})}
    return VentureFields(
        kind=venture.pathway, promoter=venture.promoter, case=venture.case, mentor=venture.mentor, company=venture.company,
        legal_form=venture.legal_form, desks=sorted(venture.desks), members=[_member(each) for each in venture.members],
        plan=_plan(venture.plan) if venture.plan else None,
        checklist=[
            Milestone(milestone=each, reached=each in reached, on=reached.get(each)) for each in CHECKLIST[venture.pathway]
        ],
        perimeter=list(venture.perimeter), papers=sorted(venture.papers), capital=str(venture.capital),
        promised=str(venture.promised), money=str(venture.money), registered=venture.registered,
        trading_since=venture.trading_since, ended_on=venture.ended_on, alerts=[*sorted(venture.alerts)], light=venture.light,
        check_ins_done=venture.check_ins_done, check_ins_open=list(venture.check_ins_open),
    )  # fmt: skip


def _member(member: domain.Member) -> Member:
    return Member(
        person=member.person, promoter=member.promoter, stage=_stage(member), since=member.since, left_on=member.left_on,
        committed=str(member.committed), subscribed=str(member.subscribed), from_benefit=str(member.from_benefit),
        former_employee=member.former_employee, why_left=member.why_left,
    )  # fmt: skip


def _stage(member: domain.Member) -> str:
    if member.left_on:
        return "LEFT"
    if member.since is None:
        return "INVITED"
    return "SUBSCRIBED" if member.subscribed else "MEMBER"


def _plan(plan: domain.Plan) -> Plan:
    return Plan(
        version=plan.version, author=plan.author, sources=str(plan.sources), uses=str(plan.uses), decided=plan.decided, valid=plan.valid
    )  # fmt: skip
