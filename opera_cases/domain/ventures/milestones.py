"""What a venture needs before it trades, by kind, and the rules of setting up."""

from decimal import Decimal

from opera_cases.domain.kernel import calendar
from opera_cases.domain.kernel.rulebook import Of
from opera_cases.domain.kernel.rules import DecisionContext, Rules, amount, due_day
from opera_cases.domain.ventures.codes import HostContract
from opera_cases.domain.ventures.venture import Venture

rules = Rules("venture")

LIFE = "handbook 6.5"


@rules.of_record(source=LIFE)
def found_feasible(it: DecisionContext[Venture]) -> bool:
    """The study ended with the verdict go.

    The study has not ended with the verdict go.

    End the study first.
    """
    return "feasible" in it.subject.reached


@rules.of_request(source="rulebook: forms_of_pathway")
def form_of_the_pathway(it: DecisionContext[Venture]) -> bool:
    """The legal form is one that this kind of venture takes in this country.

    This kind of venture does not take that legal form in this country.

    Choose a form that the rulebook lists.
    """
    found = it.seek("forms_of_pathway")
    return found is not None and it.asked.legal_form in found.codes


def _in_form(it: DecisionContext[Venture], parameter: str) -> int | None:
    found = it.seek(parameter, Of(it.subject.pathway, it.asked.legal_form))
    return found.number if found else None


@rules.of_request(source="rulebook: minimum_members", tells=lambda it: {
    "members": len(it.subject.present), "needed": _in_form(it, "minimum_members")})  # fmt: skip
def enough_members(it: DecisionContext[Venture]) -> bool:
    """The group has as many members as the legal form needs in this country.

    The group has {members:member|members}; the legal form needs at least {needed} in this country.

    Wait for more commitments, or choose another form.
    """
    least = _in_form(it, "minimum_members")
    return least is None or len(it.subject.present) >= least


@rules.of_request(source="rulebook: maximum_members", tells=lambda it: {
    "members": len(it.subject.present), "at_most": _in_form(it, "maximum_members")})  # fmt: skip
def not_too_many_members(it: DecisionContext[Venture]) -> bool:
    """The group has no more members than the legal form bears, with these assets.

    The group has {members:member|members}; the legal form bears at most {at_most}, with these assets.

    Choose another form.
    """
    most = _in_form(it, "maximum_members")
    small = _in_form(it, "small_cooperative_assets")
    if small is not None and (getattr(it.asked, "assets", None) or Decimal(0)) <= small:
        return True
    return most is None or len(it.subject.present) <= most


@rules.of_record(source=LIFE)
def not_constituted_yet(it: DecisionContext[Venture]) -> bool:
    """The company does not exist yet.

    The company exists already.

    A change of form after the deed is a transformation.
    """
    return "constituted" not in it.subject.reached


@rules.of_record(source=LIFE)
def constituted(it: DecisionContext[Venture]) -> bool:
    """The deed is signed.

    The deed is not signed yet.

    Record the deed.
    """
    return "constituted" in it.subject.reached


@rules.of_record(source="handbook 2.6")
def hosted(it: DecisionContext[Venture]) -> bool:
    """A cooperative hosts the entrepreneur by contract.

    No cooperative hosts the entrepreneur by contract yet.

    Record the contract with the host.
    """
    return "hosted" in it.subject.reached


@rules.of_record(source=LIFE)
def business_secured(it: DecisionContext[Venture]) -> bool:
    """The business is secured: awarded, bought or rented; for a spin-off all papers of the parent are signed.

    The business is not secured yet: it is neither awarded, nor bought, nor rented, or papers of the parent are missing.

    Record the award, or the papers still missing.
    """
    return "business_secured" in it.subject.reached


@rules.of_request(
    source="rulebook: host_contract_months", tells=lambda it: {"months": it.limit("host_contract_months")}
)
def host_contract_short_enough(it: DecisionContext[Venture]) -> bool:
    """The contract lasts from that day on, at most as many months as the law allows.

    The contract ends before it begins, or lasts longer than {months:month|months}.

    Correct the last day.
    """
    most = calendar.add_months(it.on, it.limit("host_contract_months"))
    cesa = getattr(it.asked, "contract", None) is HostContract.CESA
    return bool(it.asked.ends_on > it.on and (cesa or it.asked.ends_on <= most))


@rules.of_record(source="rulebook: host_renewals", tells=lambda it: {"most": it.limit("host_renewals")})
def renewals_left(it: DecisionContext[Venture]) -> bool:
    """The contract is renewed at most as often as the law allows.

    The contract was renewed already as often as the law allows: {most:time|times}.

    Look at what comes after: a company of one's own, a salaried place in the cooperative, a job.
    """
    return it.subject.renewals < it.limit("host_renewals")


@rules.of_request(source=LIFE)
def uses_covered(it: DecisionContext[Venture]) -> bool:
    """The sources of the plan cover the uses as revised.

    The sources of the plan do not cover the uses as revised.

    Spend less, or submit a new version of the plan with another source.
    """
    plan = it.subject.plan
    return plan is not None and sum(line.amount for line in it.asked.uses) <= plan.sources


@rules.of_request(
    source=LIFE, tells=lambda it: {"promised": amount(it.subject.promised_from.get(it.asked.source.value, Decimal(0)))}
)
def promised_that_much(it: DecisionContext[Venture]) -> bool:
    """No more is withdrawn than that source promised.

    That source promised {promised}, less than would be withdrawn.

    Correct the amount.
    """
    return bool(it.asked.amount <= it.subject.promised_from.get(it.asked.source.value, Decimal(0)))


def _uses_share(it: DecisionContext[Venture]) -> Decimal:
    now, was = sum((line.amount for line in it.asked.uses), Decimal(0)), it.subject.basis.uses
    return (100 * abs(now - was) / was if was else Decimal(100)).quantize(Decimal("0.01"))


@rules.of_request(source="rulebook: plan_lapse_share")
def uses_change_too_much(it: DecisionContext[Venture]) -> bool:
    """The uses change by more than the share that the validated plan bears.

    Submit a new version of the plan.
    """
    return _uses_share(it) > it.limit("plan_lapse_share")


@rules.of_request(source="rulebook: members_restored", tells=lambda it: due_day(it, "members_restored"))
def a_year_below_minimum(it: DecisionContext[Venture]) -> bool:
    """The day has passed by which the members that the legal form needs had to be restored.

    The members that the legal form needs may be restored until {due_on}.

    Wait for that day.
    """
    due = it.subject.deadlines.get("members_restored")
    return due is not None and it.on > due.due_on
