"""Shares: a member subscribes, perhaps from a benefit advance, whose window may close too soon (handbook 2.2, 6.5)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Money
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step
from opera_cases.domain.ventures.codes import Adviser
from opera_cases.domain.ventures.conflicts import ClockConflictRaised
from opera_cases.domain.ventures.invitations import in_the_group
from opera_cases.domain.ventures.states import BUY_OUT, DESK, LIVING, VALIDATED, WITH_MEMBERS
from opera_cases.domain.ventures.venture import Member, Venture

rules = Rules("venture")

SOURCE = "handbook 6.5"


class SubscribeShare(Command, frozen=True, kw_only=True):
    """A member subscribes a share; `from_benefit` is the part paid from a benefit advance."""

    person: UUID
    amount: Money
    from_benefit: Money = Decimal(0)


class ShareSubscribed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.share_subscribed"
    person: UUID
    amount: Money
    from_benefit: Money = Decimal(0)


@Venture.on(ShareSubscribed)
def _(venture: Venture, event: Event[ShareSubscribed]) -> None:
    said, entry = event.facts, venture.entry(event.facts.person)
    before = entry or Member(said.person, 0)
    venture.member_changed(said.person, since=before.since or event.on, subscribed=before.subscribed + said.amount,
                           from_benefit=before.from_benefit + said.from_benefit)  # fmt: skip


@rules.of_request(source=SOURCE)
def part_of_the_share(it: DecisionContext[Venture]) -> bool:
    """The part paid from a benefit advance does not exceed the share.

    The part paid from a benefit advance exceeds the share.

    Correct the amounts.
    """
    return bool(it.asked.from_benefit <= it.asked.amount)


def window_of_the_share(it: DecisionContext[Venture]) -> date | None:
    """The day on which the window for a benefit advance closes that the share opens, where the law sets one."""
    window = it.seek("benefit_application")
    return it.on + timedelta(days=window.number) if window and it.asked.from_benefit else None


@rules.of_request(source="rulebook: benefit_application")
def window_closes_before_the_award(it: DecisionContext[Venture]) -> bool:
    """The share opens a time limit for requesting the benefit advance that ends before the decision on the business is
    expected.

    Ask the adviser named.
    """
    closes, expected = window_of_the_share(it), it.subject.decision_expected_on
    waits = "conflict_answer" in it.subject.deadlines
    return closes is not None and expected is not None and closes < expected and not waits


def _conflict(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    raised = ClockConflictRaised(
        rule="benefit_application", due_on=window_of_the_share(it) or it.on, waits_until=it.subject.decision_expected_on or it.on,
        to_ask=Adviser(str(it.find("benefit_adviser").value)),
    )  # fmt: skip
    return ((raised, (DeadlineSpec("conflict_answer"),)),)


ROWS = (
    Step(asks=SubscribeShare, by=DESK, source=VALIDATED, target=None, records=ShareSubscribed, kinds=BUY_OUT,
         when=window_closes_before_the_award, rules=(in_the_group, part_of_the_share), also=_conflict),
    Step(asks=SubscribeShare, by=DESK, source=VALIDATED | LIVING, target=None, records=ShareSubscribed,
         rules=(in_the_group, part_of_the_share), kinds=WITH_MEMBERS),
)  # fmt: skip
