"""Setting up is a checklist in any order: constituted or hosted, registered, funded, business secured (handbook 6.5).

Which of them a venture needs before it trades is said once, by kind, in `CHECKLIST`.
"""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from opera_cases.domain import calendar
from opera_cases.domain.events import Event, Facts
from opera_cases.domain.personal import IdentifierValue, Reason
from opera_cases.domain.rulebook import Of
from opera_cases.domain.rules import Asking, Rule, of_case, of_request
from opera_cases.domain.steps import Command, Step, Term
from opera_cases.domain.ventures import events as e
from opera_cases.domain.ventures import rules as r
from opera_cases.domain.ventures.commands import DissolutionNears, StartTrading, UseLines
from opera_cases.domain.ventures.states import (
    AT_RISK,
    CLOCK,
    DESK,
    EXPERTS,
    FEASIBILITY,
    GROUP_FORMED,
    HOSTED,
    LIVING,
    MENTORS,
    PLANNING,
    POLICY,
    SETTING_UP,
    SOLD,
    TRADING,
    TRANSFORMED,
    VALIDATED,
    WITH_MEMBERS,
    at,
)  # fmt: skip
from opera_cases.domain.ventures.venture import Venture
from opera_cases.domain.vocabulary import Code, LegalForm, Money, Pathway, PublicName

LIFE = "handbook 6.5"


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
    contract: e.HostContract
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

    source: e.SourceKind
    amount: Money
    reason: Reason | None = None


class WithdrawGrant(Command, frozen=True, kw_only=True):
    """The money granted to an application will not come."""

    source: e.SourceKind
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


# -- rules ------------------------------------------------------------------------------------------------------------


@of_case(source=LIFE)
def found_feasible(it: Asking[Venture]) -> bool:
    """The study ended with the verdict go.

    End the study first.
    """
    return "feasible" in it.subject.reached


@of_request(source="rulebook: forms_of_pathway")
def form_of_the_pathway(it: Asking[Venture]) -> bool:
    """The legal form is one that this kind of venture takes in this country.

    Choose a form that the rulebook lists.
    """
    found = it.seek("forms_of_pathway")
    return found is not None and it.asked.legal_form in found.codes


def _in_form(it: Asking[Venture], parameter: str) -> int | None:
    found = it.rulebook.seek(parameter, it.on, it.place, Of(it.subject.pathway, it.asked.legal_form))
    return found.number if found else None


@of_request(source="rulebook: minimum_members", tells=lambda it: {
    "members": len(it.subject.present), "needed": _in_form(it, "minimum_members")})  # fmt: skip
def enough_members(it: Asking[Venture]) -> bool:
    """The group has as many members as the legal form needs in this country.

    Wait for more commitments, or choose another form.
    """
    least = _in_form(it, "minimum_members")
    return least is None or len(it.subject.present) >= least


@of_request(source="rulebook: maximum_members", tells=lambda it: {
    "members": len(it.subject.present), "at_most": _in_form(it, "maximum_members")})  # fmt: skip
def not_too_many_members(it: Asking[Venture]) -> bool:
    """The group has no more members than the legal form bears, with these assets.

    Choose another form.
    """
    most = _in_form(it, "maximum_members")
    small = _in_form(it, "small_cooperative_assets")
    if small is not None and (getattr(it.asked, "assets", None) or Decimal(0)) <= small:
        return True
    return most is None or len(it.subject.present) <= most


@of_case(source=LIFE)
def not_constituted_yet(it: Asking[Venture]) -> bool:
    """The company does not exist already.

    A change of form after the deed is a transformation.
    """
    return "constituted" not in it.subject.reached


@of_case(source=LIFE)
def constituted(it: Asking[Venture]) -> bool:
    """The deed is signed.

    Record the deed.
    """
    return "constituted" in it.subject.reached


@of_case(source="handbook 2.6")
def hosted(it: Asking[Venture]) -> bool:
    """A cooperative hosts the entrepreneur by contract.

    Record the contract with the host.
    """
    return "hosted" in it.subject.reached


@of_case(source=LIFE)
def business_secured(it: Asking[Venture]) -> bool:
    """The business is secured: awarded, bought or rented; for a spin-off all four papers of the parent are signed.

    Record the award, or the papers still missing.
    """
    return "business_secured" in it.subject.reached


@of_request(source="rulebook: host_contract_months")
def host_contract_short_enough(it: Asking[Venture]) -> bool:
    """The contract lasts from that day on, at most as many months as the law allows.

    Correct the last day.
    """
    most = calendar.add_months(it.on, it.limit("host_contract_months"))
    cesa = getattr(it.asked, "contract", None) is e.HostContract.CESA
    return bool(it.asked.ends_on > it.on and (cesa or it.asked.ends_on <= most))


@of_case(source="rulebook: host_renewals")
def renewals_left(it: Asking[Venture]) -> bool:
    """The contract is renewed at most as often as the law allows.

    Look at what comes after: a company of one's own, a salaried place in the cooperative, a job.
    """
    return it.subject.renewals < it.limit("host_renewals")


@of_request(source=LIFE)
def uses_covered(it: Asking[Venture]) -> bool:
    """The sources of the plan cover the uses as revised.

    Spend less, or submit a new version of the plan with another source.
    """
    plan = it.subject.plan
    return plan is not None and sum(line.amount for line in it.asked.uses) <= plan.sources


@of_request(source=LIFE)
def promised_that_much(it: Asking[Venture]) -> bool:
    """No more is withdrawn than that source promised.

    Correct the amount.
    """
    return bool(it.asked.amount <= it.subject.promised_from.get(it.asked.source.value, Decimal(0)))


def _uses_share(it: Asking[Venture]) -> Decimal:
    now, was = sum((line.amount for line in it.asked.uses), Decimal(0)), it.subject.basis.uses
    return (100 * abs(now - was) / was if was else Decimal(100)).quantize(Decimal("0.01"))


@of_request(source="rulebook: plan_lapse_share")
def uses_change_too_much(it: Asking[Venture]) -> bool:
    """The uses change by more than the share that the validated plan bears.

    Submit a new version of the plan.
    """
    return _uses_share(it) > it.limit("plan_lapse_share")


@of_request(source="rulebook: members_restored")
def a_year_below_minimum(it: Asking[Venture]) -> bool:
    """A year has passed since fewer members were left than the legal form needs.

    Wait for that day.
    """
    due = it.subject.deadlines.get("members_restored")
    return due is not None and it.on > due.due_on


def _dissolution(it: Asking[Any]) -> tuple[tuple[Facts, tuple[Term, ...]], ...]:
    return ((e.AlertRaised(alert=e.Alert.DISSOLUTION_NEAR), (Term("alert_reaction"),)),)


# -- the table --------------------------------------------------------------------------------------------------------

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


def _lapsed(it: Asking[Any]) -> tuple[tuple[Facts, tuple[Term, ...]], ...]:
    lapse = e.PlanLapsed(plan_version=it.subject.plan.version, cause=e.LapseCause.USES, share=_uses_share(it))
    return ((lapse, (Term("plan_ready"),)),)


def _members(it: Asking[Any]) -> dict[str, Any]:
    return {"members": len(it.subject.present)}


def _renewal(it: Asking[Any]) -> dict[str, Any]:
    return {"number": it.subject.renewals + 1}


OWN_NUMBER = frozenset(CHECKLIST) - HOSTED

ROWS: tuple[Step, ...] = (
    Step(asks=FormGroup, by=EXPERTS, source=at(FEASIBILITY), target=GROUP_FORMED, records=e.GroupFormed, kinds=WITH_MEMBERS,
         rules=(found_feasible, form_of_the_pathway, enough_members), fills=_members, sets=(Term("plan_ready"),),
         ends=("idea_study",)),
    Step(asks=Constitute, by=DESK, source=VALIDATED, target=None, records=e.VentureConstituted, kinds=OWN_NUMBER,
         rules=(not_constituted_yet, form_of_the_pathway, enough_members, not_too_many_members), fills=_members,
         sets=(Term("register_filing"),)),
    Step(asks=HostVenture, by=DESK, source=VALIDATED | LIVING, target=None, records=e.VentureHosted, kinds=HOSTED,
         rules=(host_contract_short_enough,), sets=(Term("host_contract", on="ends_on"),)),
    Step(asks=RenewHosting, by=DESK, source=VALIDATED | LIVING, target=None, records=e.HostingRenewed, kinds=HOSTED,
         rules=(hosted, renewals_left, host_contract_short_enough), fills=_renewal,
         sets=(Term("host_contract", on="ends_on"),)),
    Step(asks=ReviseUses, by=EXPERTS, source=VALIDATED, target=PLANNING, records=e.UsesRevised, when=uses_change_too_much,
         rules=(uses_covered,), also=_lapsed, ends=("set_up",)),
    Step(asks=ReviseUses, by=EXPERTS, source=VALIDATED, target=None, records=e.UsesRevised, rules=(uses_covered,)),
    Step(asks=WithdrawFunds, by=EXPERTS, source=at(PLANNING) | VALIDATED, target=None, records=e.FundsWithdrawn,
         rules=(promised_that_much,)),
    Step(asks=WithdrawGrant, by=POLICY, source=at(PLANNING, GROUP_FORMED) | VALIDATED | LIVING, target=None,
         records=e.FundsWithdrawn, rules=(promised_that_much,)),
    *(
        Step(asks=StartTrading, by=DESK, source=at(SETTING_UP), target=TRADING, records=e.TradingStarted,
             kinds=frozenset({kind}), rules=tuple(MILESTONES[each] for each in milestones),
             sets=(Term("check_in", series=True), Term("consolidation")),
             ends=("set_up", "register_filing", "conflict_answer"))
        for kind, milestones in CHECKLIST.items()
    ),
    Step(asks=Transform, by=MENTORS, source=LIVING, target=TRANSFORMED, records=e.VentureTransformed, kinds=OWN_NUMBER),
    Step(asks=Sell, by=MENTORS, source=LIVING - {SOLD}, target=SOLD, records=e.VentureSold, kinds=OWN_NUMBER),
    Step(asks=ResumeTrading, by=MENTORS, source=at(TRANSFORMED, SOLD), target=TRADING, records=e.TradingResumed),
    Step(asks=DissolutionNears, by=CLOCK, source=LIVING, target=AT_RISK, records=e.MinimumNotRestored,
         kinds=WITH_MEMBERS, rules=(a_year_below_minimum,), fills=_members, ends=("members_restored",), also=_dissolution),
)  # fmt: skip
# -- what is remembered -----------------------------------------------------------------------------------------------


@Venture.on(e.FeasibilityFound)
def _(venture: Venture, event: Event[e.FeasibilityFound]) -> None:
    venture.reached = {**venture.reached, "feasible": event.on}


@Venture.on(e.GroupFormed)
def _(venture: Venture, event: Event[e.GroupFormed]) -> None:
    venture.legal_form = event.facts.legal_form


@Venture.on(e.VentureConstituted)
def _(venture: Venture, event: Event[e.VentureConstituted]) -> None:
    venture.legal_form = event.facts.legal_form
    venture.reached = {**venture.reached, "constituted": event.on}


@Venture.on(e.VentureHosted)
def _(venture: Venture, event: Event[e.VentureHosted]) -> None:
    venture.reached = {**venture.reached, "hosted": event.on}


@Venture.on(e.HostingRenewed)
def _(venture: Venture, event: Event[e.HostingRenewed]) -> None:
    venture.renewals = event.facts.number


@Venture.on(e.UsesRevised)
def _(venture: Venture, event: Event[e.UsesRevised]) -> None:
    uses = sum((use.amount for use in event.facts.uses), Decimal(0))
    if venture.plan:
        venture.plan = venture.plan._replace(uses=uses)


@Venture.on(e.FundsWithdrawn)
def _(venture: Venture, event: Event[e.FundsWithdrawn]) -> None:
    said = event.facts
    venture.promised -= said.amount
    left = venture.promised_from.get(said.source.value, Decimal(0)) - said.amount
    venture.promised_from = {**venture.promised_from, said.source.value: left}


@Venture.on(e.VentureTransformed)
def _(venture: Venture, event: Event[e.VentureTransformed]) -> None:
    venture.legal_form = event.facts.legal_form
