"""The group: who is invited, commits, subscribes, leaves, is excluded or admitted, with what amount (handbook 6.5).

Order is life's: a member may subscribe without having committed, leave at any time, and come back. When members or what
they bring change by more than the rulebook's share, the validation of the plan lapses; when fewer are left than the
legal form needs, a year begins in which they must be replaced.
"""

from typing import Any

from opera_cases.domain.access import AccessLevel
from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.kernel.rules import DecisionContext, Rule
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step
from opera_cases.domain.kernel.vocabulary import ReasonCode, Role
from opera_cases.domain.ventures import events as e
from opera_cases.domain.ventures import group_events as g
from opera_cases.domain.ventures.codes import Adviser, Alert, LapseCause
from opera_cases.domain.ventures.member_commands import (
    AdmitMember,
    CommitMember,
    ExcludeMember,
    InviteDesk,
    InviteMember,
    SubscribeShare,
    WithdrawMember,
)
from opera_cases.domain.ventures.member_rules import (
    after,
    another_open_desk,
    in_the_group,
    last_one,
    leaves_few,
    member_known,
    minimum,
    not_barred,
    not_committed_yet,
    not_in_the_group,
    part_of_the_share,
    plan_lapses,
    shares_with_the_group,
    window_closes_before_the_award,
    window_of_the_share,
)
from opera_cases.domain.ventures.states import (
    ABANDONED,
    AT_RISK,
    BEFORE_TRADING,
    BUY_OUT,
    DESK,
    ENDED,
    LIVING,
    PLANNING,
    PROJECT,
    SETTING_UP,
    VALIDATED,
    WITH_MEMBERS,
    at,
)

DESK_OR_POLICY = DESK | {Role.POLICY}


def _too_few(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    least, count = minimum(it), len(after(it).people)
    if least is None or count >= least or "members_restored" in it.subject.deadlines:
        return ()
    return ((g.MembershipBelowMinimum(members=count, minimum=least), (DeadlineSpec("members_restored"),)),)


def _warned(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    found = _too_few(it)
    alert = Alert.MEMBERS_BELOW_MINIMUM if len(after(it).people) < (minimum(it) or 0) else Alert.MEMBERS_NEAR_MINIMUM
    news = () if alert in it.subject.alerts else ((e.AlertRaised(alert=alert), (DeadlineSpec("alert_reaction"),)),)
    return (*found, *news)


def _lapsed(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    lapse = g.PlanLapsed(
        plan_version=it.subject.plan.version, cause=LapseCause.MEMBERS, share=after(it).share_of(it.subject)
    )
    return ((lapse, (DeadlineSpec("plan_ready"),)), *_too_few(it))


def _abandoned(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    """Nobody is left. Why the last one went stands with their leaving, sealed."""
    code = ReasonCode.PARTNERS_WITHDREW if isinstance(it.asked, WithdrawMember) else ReasonCode.CONFLICT
    return ((e.VentureAbandoned(reason_code=code), ()),)


def _of_promoter(it: DecisionContext[Any]) -> tuple[tuple[str, Any], ...]:
    mine = it.asked.person == it.subject.promoter and it.subject.case is not None and it.subject.state not in ENDED
    return (("venture_of_case", it.subject.case),) if mine else ()


def _restored(it: DecisionContext[Any]) -> tuple[str, ...]:
    least = minimum(it)
    return ("members_restored",) if least is not None and len(after(it).people) >= least else ()


def everything_owed(it: DecisionContext[Any]) -> tuple[str, ...]:
    """Every open deadline but those of corrections and of doubts, which are decided all the same."""
    return tuple(
        key for key in it.subject.deadlines if key.partition(":")[0] not in ("correction_answer", "doubt_review")
    )


def _conflict(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    raised = g.ClockConflictRaised(
        rule="benefit_application", due_on=window_of_the_share(it) or it.on, waits_until=it.subject.decision_expected_on or it.on,
        to_ask=Adviser(str(it.find("benefit_adviser").value)),
    )  # fmt: skip
    return ((raised, (DeadlineSpec("conflict_answer"),)),)


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
            also=_lapsed,
            ends=lambda it: ("set_up", *_restored(it)),
        ),
        Step(**common, source=source, target=None, ends=_restored),
    )


ROWS: tuple[Step, ...] = (
    Step(asks=InviteDesk, by=DESK, source=BEFORE_TRADING | LIVING, target=None, records=g.DeskInvited,
         rules=(another_open_desk,), kinds=WITH_MEMBERS),
    Step(asks=InviteMember, by=DESK, source=BEFORE_TRADING | LIVING, target=None, records=g.MemberInvited,
         rules=(member_known, not_in_the_group), kinds=WITH_MEMBERS, reach=AccessLevel.RESPOND),
    *joining(CommitMember, g.MemberCommitted, BEFORE_TRADING, (member_known, not_committed_yet, shares_with_the_group, not_barred), AccessLevel.RESPOND),
    Step(asks=SubscribeShare, by=DESK, source=VALIDATED, target=None, records=g.ShareSubscribed, kinds=BUY_OUT,
         when=window_closes_before_the_award, rules=(in_the_group, part_of_the_share), also=_conflict),
    Step(asks=SubscribeShare, by=DESK, source=VALIDATED | LIVING, target=None, records=g.ShareSubscribed,
         rules=(in_the_group, part_of_the_share), kinds=WITH_MEMBERS),
    *joining(AdmitMember, e.MemberAdmitted, at(SETTING_UP) | LIVING,
             (member_known, not_in_the_group, not_committed_yet, shares_with_the_group, not_barred)),
    *leaving(WithdrawMember, g.MemberWithdrew),
    *leaving(ExcludeMember, g.MemberExcluded),
)  # fmt: skip
