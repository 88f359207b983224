"""The group: who is invited, commits, subscribes, leaves, is excluded or admitted, with what amount (handbook 6.5).

Order is life's: a member may subscribe without having committed, leave at any time, and come back. When members or what
they bring change by more than the rulebook's share, the validation of the plan lapses; when fewer are left than the
legal form needs, a year begins in which they must be replaced.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.events import Event, Facts
from opera_cases.domain.people.events import Purpose
from opera_cases.domain.personal import Reason
from opera_cases.domain.rulebook import Of
from opera_cases.domain.rules import Asking, Rule, of_request
from opera_cases.domain.scope import Reach
from opera_cases.domain.steps import Command, Step, Term
from opera_cases.domain.ventures import events as e
from opera_cases.domain.ventures.states import (
    ABANDONED,
    AT_RISK,
    BEFORE_TRADING,
    DESK,
    ENDED,
    LIVING,
    PLANNING,
    PROJECT,
    SETTING_UP,
    VALIDATED,
    WITH_MEMBERS,
    at,
)  # fmt: skip
from opera_cases.domain.ventures.venture import Member, Venture
from opera_cases.domain.vocabulary import Money, Pathway, ReasonCode, Role

LIFE = "handbook 6.5"
DESK_OR_POLICY = DESK | {Role.POLICY}


class InviteMember(Command, frozen=True, kw_only=True):
    """A person is asked to take part: an expression of interest, which binds nobody."""

    person: UUID


class CommitMember(Command, frozen=True, kw_only=True):
    """A person commits to the project, with an amount: from that day a member of the promoter group."""

    person: UUID
    amount: Money
    former_employee: bool = False
    not_barred: bool = False


class SubscribeShare(Command, frozen=True, kw_only=True):
    """A member subscribes a share; `from_benefit` is the part paid from a benefit advance."""

    person: UUID
    amount: Money
    from_benefit: Money = Decimal(0)


class AdmitMember(Command, frozen=True, kw_only=True):
    """A new member joins what is already set up, with a share."""

    person: UUID
    amount: Money
    former_employee: bool = False
    not_barred: bool = False


class WithdrawMember(Command, frozen=True, kw_only=True):
    """A member leaves, or somebody invited does not come. Always possible."""

    about: ClassVar[str] = "person"
    person: UUID
    reason_code: ReasonCode
    reason: Reason | None = None
    due_back: Money = Decimal(0)


class ExcludeMember(Command, frozen=True, kw_only=True):
    """The group excludes a member, for a reason."""

    about: ClassVar[str] = "person"
    person: UUID
    reason: Reason
    due_back: Money = Decimal(0)


class InviteDesk(Command, frozen=True, kw_only=True):
    """Another desk has people who take part: it may read the venture and bring its people in."""

    to_desk: UUID


@of_request("person_known", "member_within_reach", source=LIFE)
def member_known(it: Asking[Venture]) -> bool:
    """Whoever takes part is registered, under the record that goes on.

    Register the person first; a merged record points to the other.
    """
    return bool(it.seen["person_known"] and it.seen["member_within_reach"])


@of_request(source=LIFE)
def not_in_the_group(it: Asking[Venture]) -> bool:
    """The person is neither invited nor a member already.

    Record the commitment or the share of who is there.
    """
    return it.subject.entry(it.asked.person) is None


@of_request(source=LIFE)
def not_committed_yet(it: Asking[Venture]) -> bool:
    """The person has not committed already, and joins after leaving if they come back.

    A share replaces the commitment; check the date of someone who was there before.
    """
    entry = it.subject.entry(it.asked.person)
    left = (each.left_on for each in it.subject.members if each.person == it.asked.person and each.left_on)
    after = max(left, default=None)
    return (entry is None or not entry.committed) and (after is None or it.on >= after)


@of_request(source=LIFE)
def in_the_group(it: Asking[Venture]) -> bool:
    """Only who was invited, committed or admitted can subscribe or leave, and not before they came.

    Check the person and the date.
    """
    entry = it.subject.entry(it.asked.person)
    return entry is not None and (entry.since is None or it.on >= entry.since)


@of_request("consents", source="handbook 4.4")
def shares_with_the_group(it: Asking[Venture]) -> bool:
    """The person agrees that the group learns of their taking part.

    Record the consent to share with the group on the person.
    """
    return Purpose.SHARE_WITH_GROUP in it.seen["consents"]


@of_request(source="rulebook: barred_bidders")
def not_barred(it: Asking[Venture]) -> bool:
    """Whoever bids for a firm in difficulty declares to be neither its debtor, nor its manager, nor a near relative.

    Ask for the written declaration; who cannot give it cannot take part, not even through others.
    """
    asks_for_it = it.subject.pathway is Pathway.WORKER_BUY_OUT and it.seek("barred_bidders") is not None
    return bool(it.asked.not_barred) or not asks_for_it


@of_request(source=LIFE)
def part_of_the_share(it: Asking[Venture]) -> bool:
    """The part paid from a benefit advance is not more than the share.

    Correct the amounts.
    """
    return bool(it.asked.from_benefit <= it.asked.amount)


@of_request("to_desk_open", source=LIFE)
def another_open_desk(it: Asking[Venture]) -> bool:
    """The desk invited is open, and not the one of the venture.

    Choose another desk.
    """
    return bool(it.seen["to_desk_open"]) and it.asked.to_desk not in (it.subject.desk, *it.subject.desks)


# -- what a change does -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """The group as it will be after a step."""

    people: frozenset[UUID]
    capital: Decimal

    def share_of(self, venture: Venture) -> Decimal:
        """By how many percent members or capital differ from those of the validated plan, whichever differs more."""
        was = venture.basis
        people = Decimal(100 * len(was.people ^ self.people)) / max(1, len(was.people))
        capital = 100 * abs(self.capital - was.capital) / was.capital if was.capital else Decimal(0)
        return max(people, capital).quantize(Decimal("0.01"))


def after(it: Asking[Venture]) -> Change:
    """What the step asked for makes of the group."""
    venture, asked = it.subject, it.asked
    entry = venture.entry(asked.person) or Member(asked.person, 0)
    others = [each for each in venture.present if each.person != asked.person]
    people, capital = {each.person for each in others}, sum((each.brings for each in others), Decimal(0))
    if isinstance(asked, CommitMember | AdmitMember):
        people, capital = people | {asked.person}, capital + max(entry.brings, asked.amount)
    return Change(frozenset(people), capital)


@of_request(source="rulebook: plan_lapse_share")
def plan_lapses(it: Asking[Venture]) -> bool:
    """Members or capital change by more than the share that the validated plan bears.

    Submit a new version of the plan.
    """
    valid = it.subject.plan is not None and it.subject.plan.valid
    return valid and after(it).share_of(it.subject) > it.limit("plan_lapse_share")


@of_request(source=LIFE)
def last_one(it: Asking[Venture]) -> bool:
    """The last member leaves before the start.

    Nothing to do: the project ends with that.
    """
    return it.subject.entry(it.asked.person) in it.subject.present and not after(it).people


def minimum(it: Asking[Venture]) -> int | None:
    """How many members the legal form needs, once there is one."""
    form = it.subject.legal_form
    if form is None or "constituted" not in it.subject.reached:
        return None
    least = it.rulebook.seek("minimum_members", it.on, it.place, Of(it.subject.pathway, form))
    return least.number if least else None


@of_request(source="rulebook: minimum_members")
def leaves_few(it: Asking[Venture]) -> bool:
    """As few members are left as the legal form needs, or one more, or fewer.

    Look for new members.
    """
    least = minimum(it)
    return least is not None and len(after(it).people) <= least + it.limit("members_margin")


def _too_few(it: Asking[Any]) -> tuple[tuple[Facts, tuple[Term, ...]], ...]:
    least, count = minimum(it), len(after(it).people)
    if least is None or count >= least or "members_restored" in it.subject.deadlines:
        return ()
    return ((e.MembershipBelowMinimum(members=count, minimum=least), (Term("members_restored"),)),)


def _warned(it: Asking[Any]) -> tuple[tuple[Facts, tuple[Term, ...]], ...]:
    found = _too_few(it)
    alert = e.Alert.MEMBERS_BELOW_MINIMUM if len(after(it).people) < (minimum(it) or 0) else e.Alert.MEMBERS_NEAR_MINIMUM
    news = () if alert in it.subject.alerts else ((e.AlertRaised(alert=alert), (Term("alert_reaction"),)),)
    return (*found, *news)


def _lapsed(it: Asking[Any]) -> tuple[tuple[Facts, tuple[Term, ...]], ...]:
    lapse = e.PlanLapsed(plan_version=it.subject.plan.version, cause=e.LapseCause.MEMBERS, share=after(it).share_of(it.subject))
    return ((lapse, (Term("plan_ready"),)), *_too_few(it))


def _abandoned(it: Asking[Any]) -> tuple[tuple[Facts, tuple[Term, ...]], ...]:
    code = getattr(it.asked, "reason_code", ReasonCode.CONFLICT)
    return ((e.VentureAbandoned(reason_code=code), ()),)


def _of_promoter(it: Asking[Any]) -> tuple[tuple[str, Any], ...]:
    mine = it.asked.person == it.subject.promoter and it.subject.case is not None and it.subject.state not in ENDED
    return (("venture_of_case", it.subject.case),) if mine else ()


def _restored(it: Asking[Any]) -> tuple[str, ...]:
    least = minimum(it)
    return ("members_restored",) if least is not None and len(after(it).people) >= least else ()


def everything_owed(it: Asking[Any]) -> tuple[str, ...]:
    """Every open deadline but those of corrections, which are decided all the same."""
    return tuple(key for key in it.subject.deadlines if not key.startswith("correction_answer"))


def leaving(asks: type[Command], records: type[Facts]) -> tuple[Step, ...]:
    """The rows by which a member leaves, in any state."""
    common: dict[str, Any] = {"asks": asks, "by": DESK_OR_POLICY, "records": records, "rules": (in_the_group,),
                              "releases": _of_promoter}  # fmt: skip
    return (
        Step(**common, source=BEFORE_TRADING, target=ABANDONED, when=last_one, also=_abandoned, ends=everything_owed),
        Step(**common, source=VALIDATED, target=PLANNING, when=plan_lapses, also=_lapsed, ends=("set_up",)),
        Step(**common, source=LIVING, target=AT_RISK, when=leaves_few, also=_warned),
        Step(**common, source=PROJECT | ENDED, target=None),
        Step(**common, source=VALIDATED | LIVING, target=None, also=_too_few),
    )


def joining(
    asks: type[Command], records: type[Facts], source: frozenset[str], rules: tuple[Rule, ...], reach: Reach = Reach.WORKS
) -> tuple[Step, ...]:  # fmt: skip
    """The rows by which a member comes."""
    common: dict[str, Any] = {"asks": asks, "by": DESK, "records": records, "rules": rules, "kinds": WITH_MEMBERS,
                              "reach": reach}  # fmt: skip
    lapsing = VALIDATED & source
    return (
        Step(**common, source=lapsing, target=PLANNING, when=plan_lapses, also=_lapsed, ends=lambda it: ("set_up", *_restored(it))),
        Step(**common, source=source, target=None, ends=_restored),
    )


ROWS: tuple[Step, ...] = (
    Step(asks=InviteDesk, by=DESK, source=BEFORE_TRADING | LIVING, target=None, records=e.DeskInvited,
         rules=(another_open_desk,), kinds=WITH_MEMBERS),
    Step(asks=InviteMember, by=DESK, source=BEFORE_TRADING | LIVING, target=None, records=e.MemberInvited,
         rules=(member_known, not_in_the_group), kinds=WITH_MEMBERS, reach=Reach.ANSWERS),
    *joining(CommitMember, e.MemberCommitted, BEFORE_TRADING, (member_known, not_committed_yet, shares_with_the_group, not_barred), Reach.ANSWERS),
    Step(asks=SubscribeShare, by=DESK, source=VALIDATED | LIVING, target=None, records=e.ShareSubscribed,
         rules=(in_the_group, part_of_the_share), kinds=WITH_MEMBERS),
    *joining(AdmitMember, e.MemberAdmitted, at(SETTING_UP) | LIVING,
             (member_known, not_in_the_group, not_committed_yet, shares_with_the_group, not_barred)),
    *leaving(WithdrawMember, e.MemberWithdrew),
    *leaving(ExcludeMember, e.MemberExcluded),
)  # fmt: skip


# -- what is remembered -----------------------------------------------------------------------------------------------


def _changed(venture: Venture, person: UUID, **news: Any) -> None:
    """The open period of a person says something else, or begins."""
    entry = venture.entry(person)
    if entry is None:
        venture.members = (*venture.members, Member(person, len(venture.members) + 1)._replace(**news))
    else:
        venture.members = tuple(each._replace(**news) if each is entry else each for each in venture.members)


@Venture.on(e.DeskInvited)
def _(venture: Venture, event: Event[e.DeskInvited]) -> None:
    venture.desks |= {event.facts.to_desk}


@Venture.on(e.MemberInvited)
def _(venture: Venture, event: Event[e.MemberInvited]) -> None:
    _changed(venture, event.facts.person)


@Venture.on(e.MemberCommitted)
def _(venture: Venture, event: Event[e.MemberCommitted]) -> None:
    said, entry = event.facts, venture.entry(event.facts.person)
    _changed(venture, said.person, since=(entry and entry.since) or event.on, committed=said.amount,
             former_employee=said.former_employee, not_barred=said.not_barred)  # fmt: skip


@Venture.on(e.ShareSubscribed)
def _(venture: Venture, event: Event[e.ShareSubscribed]) -> None:
    said, entry = event.facts, venture.entry(event.facts.person)
    before = entry or Member(said.person, 0)
    _changed(venture, said.person, since=before.since or event.on, subscribed=before.subscribed + said.amount,
             from_benefit=before.from_benefit + said.from_benefit)  # fmt: skip


@Venture.on(e.MemberAdmitted)
def _(venture: Venture, event: Event[e.MemberAdmitted]) -> None:
    said, entry = event.facts, venture.entry(event.facts.person)
    _changed(venture, said.person, since=(entry and entry.since) or event.on, promoter=said.promoter, subscribed=said.amount or Decimal(0),
             former_employee=said.former_employee, not_barred=said.not_barred)  # fmt: skip


@Venture.on(e.MemberWithdrew)
def _(venture: Venture, event: Event[e.MemberWithdrew]) -> None:
    if venture.entry(event.facts.person):
        _changed(venture, event.facts.person, left_on=event.on, why_left=event.facts.reason_code.value)


@Venture.on(e.MemberExcluded)
def _(venture: Venture, event: Event[e.MemberExcluded]) -> None:
    if venture.entry(event.facts.person):
        _changed(venture, event.facts.person, left_on=event.on, why_left="EXCLUDED")


@Venture.on(e.PlanLapsed)
def _(venture: Venture, event: Event[e.PlanLapsed]) -> None:
    if venture.plan:
        venture.plan = venture.plan._replace(valid=False)


