"""Leaving the group: who withdraws or is excluded, and what follows when too few are left (handbook 6.5).

When fewer are left than the legal form needs, a year begins in which they must be replaced.
"""

from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.journey_codes import ReasonCode
from opera_cases.domain.kernel.personal import PrivateReasonCode, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules, due_day
from opera_cases.domain.kernel.scalars import Money
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.ventures.alerts import AlertRaised
from opera_cases.domain.ventures.codes import Alert
from opera_cases.domain.ventures.ending import VentureAbandoned, everything_owed
from opera_cases.domain.ventures.invitations import in_the_group
from opera_cases.domain.ventures.joining import after, lapsed, minimum, plan_lapses, too_few
from opera_cases.domain.ventures.legal_form import members_counted
from opera_cases.domain.ventures.states import (
    ABANDONED,
    AT_RISK,
    BEFORE_TRADING,
    CLOCK,
    DESK,
    ENDED,
    LIVING,
    PLANNING,
    PROJECT,
    VALIDATED,
    WITH_MEMBERS,
)
from opera_cases.domain.ventures.venture import Venture

rules = Rules("venture")

SOURCE = "handbook 6.5"


class WithdrawMember(Command, frozen=True, kw_only=True):
    """A member leaves, or somebody invited does not come. Always possible."""

    about: ClassVar[str] = "person"
    person: UUID
    reason_code: PrivateReasonCode
    reason: Reason | None = None
    due_back: Money = Decimal(0)


class ExcludeMember(Command, frozen=True, kw_only=True):
    """The group excludes a member, for a reason."""

    about: ClassVar[str] = "person"
    person: UUID
    reason: Reason
    due_back: Money = Decimal(0)


class DissolutionNears(Command, frozen=True, kw_only=True):
    """A year after members fell below the legal minimum they are not replaced: the law dissolves the company."""


class MemberWithdrew(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.member_withdrew"
    required: ClassVar[frozenset[str]] = frozenset({"reason_code"})
    person: UUID
    reason_code: ReasonCode | None = None
    reason: Reason | None = None
    due_back: Money = Decimal(0)
    reason_code_sealed: PrivateReasonCode | None = None


class MemberExcluded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.member_excluded"
    person: UUID
    reason: Reason
    due_back: Money = Decimal(0)


class MinimumNotRestored(Facts, frozen=True, kw_only=True):
    """The year is over and members are still missing: the law dissolves the company."""

    topic: ClassVar[str] = "venture.minimum_not_restored"
    members: int


@Venture.on(MemberWithdrew)
def _(venture: Venture, event: Event[MemberWithdrew]) -> None:
    if venture.entry(event.facts.person):
        told = event.facts.reason_code
        venture.member_changed(event.facts.person, left_on=event.on, why_left=told.value if told else "WITHDREW")


@Venture.on(MemberExcluded)
def _(venture: Venture, event: Event[MemberExcluded]) -> None:
    if venture.entry(event.facts.person):
        venture.member_changed(event.facts.person, left_on=event.on, why_left="EXCLUDED")


@rules.of_request(source=SOURCE)
def last_one(it: DecisionContext[Venture]) -> bool:
    """The last member leaves before trading starts.

    There is nothing to do: the venture ends here.
    """
    return it.subject.entry(it.asked.person) in it.subject.present and not after(it).people


@rules.of_request(source="rulebook: minimum_members")
def leaves_few(it: DecisionContext[Venture]) -> bool:
    """The number of members is close to, or below, the minimum required by the legal form.

    Look for new members.
    """
    least = minimum(it)
    return least is not None and len(after(it).people) <= least + it.limit("members_margin")


@rules.of_request(source="rulebook: members_restored", tells=lambda it: due_day(it, "members_restored"))
def a_year_below_minimum(it: DecisionContext[Venture]) -> bool:
    """The date has passed by which the number of members required by the legal form had to be restored.

    The number of members required by the legal form can still be restored until {due_on}.

    Wait until that day has passed.
    """
    due = it.subject.deadlines.get("members_restored")
    return due is not None and it.on > due.due_on


def _warned(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    found = too_few(it)
    alert = Alert.MEMBERS_BELOW_MINIMUM if len(after(it).people) < (minimum(it) or 0) else Alert.MEMBERS_NEAR_MINIMUM
    news = () if alert in it.subject.alerts else ((AlertRaised(alert=alert), (DeadlineSpec("alert_reaction"),)),)
    return (*found, *news)


def _abandoned(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    """Nobody is left. Why the last one went stands with their leaving, sealed."""
    code = ReasonCode.PARTNERS_WITHDREW if isinstance(it.asked, WithdrawMember) else ReasonCode.CONFLICT
    return ((VentureAbandoned(reason_code=code), ()),)


def _of_promoter(it: DecisionContext[Any]) -> tuple[tuple[str, Any], ...]:
    mine = it.asked.person == it.subject.promoter and it.subject.case is not None and it.subject.state not in ENDED
    return (("venture_of_case", it.subject.case),) if mine else ()


def _dissolution(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    return ((AlertRaised(alert=Alert.DISSOLUTION_NEAR), (DeadlineSpec("alert_reaction"),)),)


DESK_OR_POLICY = DESK | {Role.POLICY}


def leaving(asks: type[Command], records: type[Facts]) -> tuple[Step, ...]:
    """The rows by which a member leaves, in any state."""
    common: dict[str, Any] = {"asks": asks, "by": DESK_OR_POLICY, "records": records, "rules": (in_the_group,),
                              "releases": _of_promoter}  # fmt: skip
    return (
        Step(**common, source=BEFORE_TRADING, target=ABANDONED, when=last_one, also=_abandoned, ends=everything_owed),
        Step(**common, source=VALIDATED, target=PLANNING, when=plan_lapses, also=lapsed, ends=("set_up",)),
        Step(**common, source=LIVING, target=AT_RISK, when=leaves_few, also=_warned),
        Step(**common, source=PROJECT | ENDED, target=None),
        Step(**common, source=VALIDATED | LIVING, target=None, also=too_few),
    )


ROWS = leaving(WithdrawMember, MemberWithdrew) + leaving(ExcludeMember, MemberExcluded)

DISSOLVING = (
    Step(asks=DissolutionNears, by=CLOCK, source=LIVING, target=AT_RISK, records=MinimumNotRestored,
         kinds=WITH_MEMBERS, rules=(a_year_below_minimum,), fills=members_counted, ends=("members_restored",), also=_dissolution),
)  # fmt: skip
