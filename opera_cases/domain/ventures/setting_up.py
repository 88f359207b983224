"""Setting up is a checklist in any order: constituted or hosted, registered, funded, business secured (handbook 6.5).

Which of them a venture needs before it trades is said once, by kind, in `CHECKLIST`.
"""

from datetime import date
from typing import Any
from uuid import UUID

from opera_cases.domain.access.roles import EXPERTS, MENTORS
from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.kernel.personal import IdentifierValue, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rule
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, filling
from opera_cases.domain.kernel.vocabulary import Code, LegalForm, Money, Pathway, PublicName
from opera_cases.domain.ventures import events as e
from opera_cases.domain.ventures import group_events as g
from opera_cases.domain.ventures import rules as r
from opera_cases.domain.ventures.codes import Alert, HostContract, LapseCause, SourceKind
from opera_cases.domain.ventures.commands import DissolutionNears, StartTrading, UseLines
from opera_cases.domain.ventures.milestones import (
    _uses_share,
    a_year_below_minimum,
    business_secured,
    constituted,
    enough_members,
    form_of_the_pathway,
    found_feasible,
    host_contract_short_enough,
    hosted,
    not_constituted_yet,
    not_too_many_members,
    promised_that_much,
    renewals_left,
    uses_change_too_much,
    uses_covered,
)
from opera_cases.domain.ventures.states import (
    AT_RISK,
    CLOCK,
    DESK,
    FEASIBILITY,
    GROUP_FORMED,
    HOSTED,
    LIVING,
    PLANNING,
    POLICY,
    SETTING_UP,
    SOLD,
    TRADING,
    TRANSFORMED,
    VALIDATED,
    WITH_MEMBERS,
    at,
)


class FormGroup(Command, frozen=True, kw_only=True):
    """Enough people have committed: the promoter group stands, and knows which legal form it wants."""

    legal_form: LegalForm


class Constitute(Command, frozen=True, kw_only=True):
    """The deed is signed: the company exists. `assets` decide on the rules of the s.p.a. for large cooperatives."""

    legal_form: LegalForm
    assets: Money | None = None


class HostVenture(Command, frozen=True, kw_only=True):
    """A cooperative hosts the entrepreneur: no number of one's own, but the host's and the contract's."""

    host: PublicName
    contract: HostContract
    host_number: Code
    contract_number: IdentifierValue
    ends_on: date


class RenewHosting(Command, frozen=True, kw_only=True):
    """The contract with the host is renewed."""

    ends_on: date


class ReviseUses(Command, frozen=True, kw_only=True):
    """Money of the validated plan is to be spent otherwise. Beyond the rulebook's share the validation lapses."""

    uses: UseLines


class WithdrawFunds(Command, frozen=True, kw_only=True):
    """A promise does not hold any longer."""

    source: SourceKind
    amount: Money
    reason: Reason | None = None


class WithdrawGrant(Command, frozen=True, kw_only=True):
    """The money granted to an application will not come."""

    source: SourceKind
    amount: Money
    application: UUID


class Transform(Command, frozen=True, kw_only=True):
    """The venture takes another legal form and goes on: it survives."""

    legal_form: LegalForm
    reason: Reason | None = None


class Sell(Command, frozen=True, kw_only=True):
    """The business goes on under another owner: it survives."""

    price: Money | None = None
    reason: Reason | None = None


class ResumeTrading(Command, frozen=True, kw_only=True):
    """After the change of form or owner the activity is accompanied as before."""


def _dissolution(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    return ((e.AlertRaised(alert=Alert.DISSOLUTION_NEAR), (DeadlineSpec("alert_reaction"),)),)


MILESTONES: dict[str, Rule] = {
    "constituted": constituted, "registered": r.registered, "hosted": hosted, "business_secured": business_secured,
    "funded": r.funded,
}  # fmt: skip
CHECKLIST: dict[Pathway, tuple[str, ...]] = {
    Pathway.MICRO_ENTERPRISE: ("registered", "funded"),
    Pathway.COOPERATIVE: ("constituted", "registered", "funded"),
    Pathway.WORKER_BUY_OUT: ("constituted", "registered", "business_secured", "funded"),
    Pathway.SPIN_OFF: ("registered", "business_secured", "funded"),
    Pathway.HOSTED_ENTREPRENEUR: ("hosted", "funded"),
}


def _lapsed(it: DecisionContext[Any]) -> tuple[tuple[Facts, tuple[DeadlineSpec, ...]], ...]:
    lapse = g.PlanLapsed(plan_version=it.subject.plan.version, cause=LapseCause.USES, share=_uses_share(it))
    return ((lapse, (DeadlineSpec("plan_ready"),)),)


@filling("members")
def _members(it: DecisionContext[Any]) -> dict[str, Any]:
    return {"members": len(it.subject.present)}


@filling("number")
def _renewal(it: DecisionContext[Any]) -> dict[str, Any]:
    return {"number": it.subject.renewals + 1}


OWN_NUMBER = frozenset(CHECKLIST) - HOSTED
ROWS: tuple[Step, ...] = (
    Step(asks=FormGroup, by=EXPERTS, source=at(FEASIBILITY), target=GROUP_FORMED, records=g.GroupFormed, kinds=WITH_MEMBERS,
         rules=(found_feasible, form_of_the_pathway, enough_members), fills=_members, sets=(DeadlineSpec("plan_ready"),),
         ends=("idea_study",)),
    Step(asks=Constitute, by=DESK, source=VALIDATED, target=None, records=g.VentureConstituted, kinds=OWN_NUMBER,
         rules=(not_constituted_yet, form_of_the_pathway, enough_members, not_too_many_members), fills=_members,
         sets=(DeadlineSpec("register_filing"),)),
    Step(asks=HostVenture, by=DESK, source=VALIDATED | LIVING, target=None, records=g.VentureHosted, kinds=HOSTED,
         rules=(host_contract_short_enough,), sets=(DeadlineSpec("host_contract", on="ends_on"),)),
    Step(asks=RenewHosting, by=DESK, source=VALIDATED | LIVING, target=None, records=g.HostingRenewed, kinds=HOSTED,
         rules=(hosted, renewals_left, host_contract_short_enough), fills=_renewal,
         sets=(DeadlineSpec("host_contract", on="ends_on"),)),
    Step(asks=ReviseUses, by=EXPERTS, source=VALIDATED, target=PLANNING, records=g.UsesRevised, when=uses_change_too_much,
         rules=(uses_covered,), also=_lapsed, ends=("set_up",)),
    Step(asks=ReviseUses, by=EXPERTS, source=VALIDATED, target=None, records=g.UsesRevised, rules=(uses_covered,)),
    Step(asks=WithdrawFunds, by=EXPERTS, source=at(PLANNING) | VALIDATED, target=None, records=g.FundsWithdrawn,
         rules=(promised_that_much,)),
    Step(asks=WithdrawGrant, by=POLICY, source=at(PLANNING, GROUP_FORMED) | VALIDATED | LIVING, target=None,
         records=g.FundsWithdrawn, rules=(promised_that_much,)),
    *(
        Step(asks=StartTrading, by=DESK, source=at(SETTING_UP), target=TRADING, records=e.TradingStarted,
             kinds=frozenset({kind}), rules=tuple(MILESTONES[each] for each in milestones),
             sets=(DeadlineSpec("check_in", series=True), DeadlineSpec("consolidation")),
             ends=("set_up", "register_filing", "conflict_answer"))
        for kind, milestones in CHECKLIST.items()
    ),
    Step(asks=Transform, by=MENTORS, source=LIVING, target=TRANSFORMED, records=g.VentureTransformed, kinds=OWN_NUMBER,
         rules=(enough_members,)),
    Step(asks=Sell, by=MENTORS, source=LIVING - {SOLD}, target=SOLD, records=g.VentureSold, kinds=OWN_NUMBER),
    Step(asks=ResumeTrading, by=MENTORS, source=at(TRANSFORMED, SOLD), target=TRADING, records=g.TradingResumed),
    Step(asks=DissolutionNears, by=CLOCK, source=LIVING, target=AT_RISK, records=g.MinimumNotRestored,
         kinds=WITH_MEMBERS, rules=(a_year_below_minimum,), fills=_members, ends=("members_restored",), also=_dissolution),
)  # fmt: skip
