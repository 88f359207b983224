"""Joining the group: who commits, or is admitted, with what amount, and what a change of the group does to the plan (handbook 6.5).

When members or what they bring change by more than the rulebook's share, the validation of the plan lapses.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.access import AccessLevel
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.journey_codes import Pathway
from opera_cases.domain.kernel.rulebook import Of
from opera_cases.domain.kernel.rules import DecisionContext, Rule, Rules
from opera_cases.domain.kernel.scalars import Money
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, at
from opera_cases.domain.people.events import Purpose
from opera_cases.domain.ventures.codes import LapseCause
from opera_cases.domain.ventures.invitations import member_known, not_in_the_group
from opera_cases.domain.ventures.plan import PlanLapsed
from opera_cases.domain.ventures.states import (
    BEFORE_TRADING,
    DESK,
    LIVING,
    PLANNING,
    SETTING_UP,
    VALIDATED,
    WITH_MEMBERS,
)
from opera_cases.domain.ventures.venture import Member, Venture

rules = Rules("venture")

SOURCE = "handbook 6.5"


class CommitMember(Command, frozen=True, kw_only=True):
    """A person commits to the project, with an amount: from that day a member of the promoter group."""

    person: UUID
    amount: Money
    former_employee: bool = False
    not_barred: bool = False


class AdmitMember(Command, frozen=True, kw_only=True):
    """A new member joins what is already set up, with a share."""

    person: UUID
    amount: Money
    former_employee: bool = False
    not_barred: bool = False


class MemberCommitted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.member_committed"
    person: UUID
    amount: Money
    former_employee: bool = False
    not_barred: bool = False


class MemberAdmitted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.member_admitted"
    person: UUID
    promoter: bool = False
    amount: Money | None = None
    former_employee: bool = False
    not_barred: bool = False


class MembershipBelowMinimum(Facts, frozen=True, kw_only=True):
    """Fewer members are left than the legal form needs: a year begins in which they must be replaced."""

    topic: ClassVar[str] = "venture.membership_below_minimum"
    members: int
    minimum: int


@Venture.on(MemberCommitted)
def _(venture: Venture, event: Event[MemberCommitted]) -> None:
    said, entry = event.facts, venture.entry(event.facts.person)
    venture.member_changed(said.person, since=(entry and entry.since) or event.on, committed=said.amount,
                           former_employee=said.former_employee, not_barred=said.not_barred)  # fmt: skip


@Venture.on(MemberAdmitted)
def _(venture: Venture, event: Event[MemberAdmitted]) -> None:
    said, entry = event.facts, venture.entry(event.facts.person)
    venture.member_changed(said.person, since=(entry and entry.since) or event.on, promoter=said.promoter, subscribed=said.amount or Decimal(0),
                           former_employee=said.former_employee, not_barred=said.not_barred)  # fmt: skip


@rules.of_request(source=SOURCE)
def not_committed_yet(it: DecisionContext[Venture]) -> bool:
    """The person has not committed yet; if they come back, they rejoin after having left.

    The person has already committed, or would come back before having left.

    A share replaces the commitment; for someone who comes back, check the date.
    """
    entry = it.subject.entry(it.asked.person)
    left = (each.left_on for each in it.subject.members if each.person == it.asked.person and each.left_on)
    after = max(left, default=None)
    return (entry is None or not entry.committed) and (after is None or it.on >= after)


@rules.of_request("consents", source="handbook 4.4")
def shares_with_the_group(it: DecisionContext[Venture]) -> bool:
    """The person agrees to the group being told that they are taking part.

    The person has not agreed to the group being told that they are taking part.

    Record the consent to share with the group on the person's record.
    """
    return Purpose.SHARE_WITH_GROUP in it.seen["consents"]


@rules.of_request(source="rulebook: barred_bidders")
def not_barred(it: DecisionContext[Venture]) -> bool:
    """Anyone who joins a bid for a firm in difficulty declares that they are neither its debtor, nor its manager, nor a
    close relative of theirs.

    The declaration of being neither the firm's debtor, nor its manager, nor a close relative of theirs is missing.

    Ask for a written declaration; anyone who cannot give it cannot take part, even through someone else.
    """
    asks_for_it = it.subject.pathway is Pathway.WORKER_BUY_OUT and it.seek("barred_bidders") is not None
    return bool(it.asked.not_barred) or not asks_for_it


@dataclass(frozen=True, slots=True)
class GroupAfter:
    """The group as it will be after a step."""

    people: frozenset[UUID]
    capital: Decimal

    def share_of(self, venture: Venture) -> Decimal:
        """By how many percent members or capital differ from those of the validated plan, whichever differs more."""
        was = venture.basis
        people = Decimal(100 * len(was.people ^ self.people)) / max(1, len(was.people))
        capital = 100 * abs(self.capital - was.capital) / was.capital if was.capital else Decimal(0)
        return max(people, capital).quantize(Decimal("0.01"))


def after(it: DecisionContext[Venture]) -> GroupAfter:
    """What the step asked for makes of the group."""
    venture, asked = it.subject, it.asked
    entry = venture.entry(asked.person) or Member(asked.person, 0)
    others = [each for each in venture.present if each.person != asked.person]
    people, capital = {each.person for each in others}, sum((each.brings for each in others), Decimal(0))
    if isinstance(asked, CommitMember | AdmitMember):
        people, capital = people | {asked.person}, capital + max(entry.brings, asked.amount)
    return GroupAfter(frozenset(people), capital)


@rules.of_request(source="rulebook: plan_lapse_share")
def plan_lapses(it: DecisionContext[Venture]) -> bool:
    """The members or the capital change by more than the validated business plan allows.

    Submit a new version of the business plan.
    """
    valid = it.subject.plan is not None and it.subject.plan.valid
    return valid and after(it).share_of(it.subject) > it.limit("plan_lapse_share")


def minimum(it: DecisionContext[Venture]) -> int | None:
    """How many members the legal form needs, once there is one."""
    form = it.subject.legal_form
    if form is None or "constituted" not in it.subject.reached:
        return None
    least = it.seek("minimum_members", Of(it.subject.pathway, form))
    return least.number if least else None


def too_few(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    """Fewer members than the legal form needs: what is recorded when the step leaves the group so."""
    least, count = minimum(it), len(after(it).people)
    if least is None or count >= least or "members_restored" in it.subject.deadlines:
        return ()
    return ((MembershipBelowMinimum(members=count, minimum=least), (DeadlineSpec("members_restored"),)),)


def lapsed(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    """The plan has to be validated anew, after members or capital changed too much."""
    lapse = PlanLapsed(
        plan_version=it.subject.plan.version, cause=LapseCause.MEMBERS, share=after(it).share_of(it.subject)
    )
    return ((lapse, (DeadlineSpec("plan_ready"),)), *too_few(it))


def _restored(it: DecisionContext[Any]) -> tuple[str, ...]:
    least = minimum(it)
    return ("members_restored",) if least is not None and len(after(it).people) >= least else ()


def joining(
    asks: type[Command], records: type[Facts], source: frozenset[str], rules: tuple[Rule, ...], reach: AccessLevel = AccessLevel.WRITE
) -> tuple[Step, ...]:  # fmt: skip
    """The rows by which a member comes."""
    common: dict[str, Any] = {"asks": asks, "by": DESK, "records": records, "rules": rules, "kinds": WITH_MEMBERS,
                              "reach": reach}  # fmt: skip
    lapsing = VALIDATED & source
    return (
        Step(
            **common,
            source=lapsing,
            target=PLANNING,
            when=plan_lapses,
            also=lapsed,
            ends=lambda it: ("set_up", *_restored(it)),
        ),
        Step(**common, source=source, target=None, ends=_restored),
    )


ROWS = joining(
    CommitMember, MemberCommitted, BEFORE_TRADING, (member_known, not_committed_yet, shares_with_the_group, not_barred), AccessLevel.RESPOND,
)  # fmt: skip

ADMITTING = joining(
    AdmitMember, MemberAdmitted, at(SETTING_UP) | LIVING,
    (member_known, not_in_the_group, not_committed_yet, shares_with_the_group, not_barred),
)  # fmt: skip
