"""The rules of a group, and what a change of it does to the plan and to the legal minimum."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from opera_cases.domain.kernel.rulebook import Of
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.vocabulary import Pathway
from opera_cases.domain.people.events import Purpose
from opera_cases.domain.ventures.member_commands import AdmitMember, CommitMember
from opera_cases.domain.ventures.venture import Member, Venture

rules = Rules("venture")

LIFE = "handbook 6.5"


@rules.of_request("person_known", "member_within_reach", source=LIFE)
def member_known(it: DecisionContext[Venture]) -> bool:
    """Whoever takes part is registered, under the record that goes on.

    The person is not registered, or under another record that goes on, or beyond your reach.

    Register the person first; a merged record points to the other.
    """
    return bool(it.seen["person_known"] and it.seen["member_within_reach"])


@rules.of_request(source=LIFE)
def not_in_the_group(it: DecisionContext[Venture]) -> bool:
    """The person is neither invited nor a member.

    The person is invited or a member already.

    Record the commitment or the share of who is there.
    """
    return it.subject.entry(it.asked.person) is None


@rules.of_request(source=LIFE)
def not_committed_yet(it: DecisionContext[Venture]) -> bool:
    """The person has not committed, and joins after leaving if they come back.

    The person has committed already, or would come back before having left.

    A share replaces the commitment; check the date of someone who was there before.
    """
    entry = it.subject.entry(it.asked.person)
    left = (each.left_on for each in it.subject.members if each.person == it.asked.person and each.left_on)
    after = max(left, default=None)
    return (entry is None or not entry.committed) and (after is None or it.on >= after)


@rules.of_request(source=LIFE)
def in_the_group(it: DecisionContext[Venture]) -> bool:
    """Only who was invited, committed or admitted can subscribe or leave, and not before they came.

    The person is not in the group, or was not yet on that day.

    Check the person and the date.
    """
    entry = it.subject.entry(it.asked.person)
    return entry is not None and (entry.since is None or it.on >= entry.since)


@rules.of_request("consents", source="handbook 4.4")
def shares_with_the_group(it: DecisionContext[Venture]) -> bool:
    """The person agrees that the group learns of their taking part.

    The person has not agreed that the group learns of their taking part.

    Record the consent to share with the group on the person.
    """
    return Purpose.SHARE_WITH_GROUP in it.seen["consents"]


@rules.of_request(source="rulebook: barred_bidders")
def not_barred(it: DecisionContext[Venture]) -> bool:
    """Whoever bids for a firm in difficulty declares to be neither its debtor, nor its manager, nor a near relative.

    The declaration to be neither debtor of the firm, nor its manager, nor a near relative is missing.

    Ask for the written declaration; who cannot give it cannot take part, not even through others.
    """
    asks_for_it = it.subject.pathway is Pathway.WORKER_BUY_OUT and it.seek("barred_bidders") is not None
    return bool(it.asked.not_barred) or not asks_for_it


@rules.of_request(source=LIFE)
def part_of_the_share(it: DecisionContext[Venture]) -> bool:
    """The part paid from a benefit advance is not more than the share.

    The part paid from a benefit advance is more than the share.

    Correct the amounts.
    """
    return bool(it.asked.from_benefit <= it.asked.amount)


@rules.of_request("to_desk_open", source=LIFE)
def another_open_desk(it: DecisionContext[Venture]) -> bool:
    """The desk invited is open, and not one of the venture.

    The desk is not open, or takes part in the venture already.

    Choose another desk.
    """
    return bool(it.seen["to_desk_open"]) and it.asked.to_desk not in (it.subject.desk, *it.subject.desks)


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


def after(it: DecisionContext[Venture]) -> Change:
    """What the step asked for makes of the group."""
    venture, asked = it.subject, it.asked
    entry = venture.entry(asked.person) or Member(asked.person, 0)
    others = [each for each in venture.present if each.person != asked.person]
    people, capital = {each.person for each in others}, sum((each.brings for each in others), Decimal(0))
    if isinstance(asked, CommitMember | AdmitMember):
        people, capital = people | {asked.person}, capital + max(entry.brings, asked.amount)
    return Change(frozenset(people), capital)


@rules.of_request(source="rulebook: plan_lapse_share")
def plan_lapses(it: DecisionContext[Venture]) -> bool:
    """Members or capital change by more than the share that the validated plan bears.

    Submit a new version of the plan.
    """
    valid = it.subject.plan is not None and it.subject.plan.valid
    return valid and after(it).share_of(it.subject) > it.limit("plan_lapse_share")


@rules.of_request(source=LIFE)
def last_one(it: DecisionContext[Venture]) -> bool:
    """The last member leaves before the start.

    Nothing to do: the project ends with that.
    """
    return it.subject.entry(it.asked.person) in it.subject.present and not after(it).people


def minimum(it: DecisionContext[Venture]) -> int | None:
    """How many members the legal form needs, once there is one."""
    form = it.subject.legal_form
    if form is None or "constituted" not in it.subject.reached:
        return None
    least = it.seek("minimum_members", Of(it.subject.pathway, form))
    return least.number if least else None


@rules.of_request(source="rulebook: minimum_members")
def leaves_few(it: DecisionContext[Venture]) -> bool:
    """As few members are left as the legal form needs, or hardly more, or fewer.

    Look for new members.
    """
    least = minimum(it)
    return least is not None and len(after(it).people) <= least + it.limit("members_margin")


def window_of_the_share(it: DecisionContext[Venture]) -> date | None:
    """The day on which the window for a benefit advance closes that the share opens, where the law sets one."""
    window = it.seek("benefit_application")
    return it.on + timedelta(days=window.number) if window and it.asked.from_benefit else None


@rules.of_request(source="rulebook: benefit_application")
def window_closes_before_the_award(it: DecisionContext[Venture]) -> bool:
    """The share opens a window for the benefit advance that closes before the decision on the business is expected.

    Ask the adviser named.
    """
    closes, expected = window_of_the_share(it), it.subject.decision_expected_on
    waits = "conflict_answer" in it.subject.deadlines
    return closes is not None and expected is not None and closes < expected and not waits
