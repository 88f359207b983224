"""The legal form: the promoter group chooses one, and the deed gives it to the company (handbook 6.5)."""

from decimal import Decimal
from typing import Any, ClassVar

from opera_cases.domain.access.roles import EXPERTS
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.journey_codes import LegalForm
from opera_cases.domain.kernel.rulebook import Of
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Money
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, at, filling
from opera_cases.domain.ventures.feasibility import found_feasible
from opera_cases.domain.ventures.states import DESK, FEASIBILITY, GROUP_FORMED, OWN_NUMBER, VALIDATED, WITH_MEMBERS
from opera_cases.domain.ventures.venture import Venture

rules = Rules("venture")

SOURCE = "handbook 6.5"


class FormGroup(Command, frozen=True, kw_only=True):
    """Enough people have committed: the promoter group stands, and knows which legal form it wants."""

    legal_form: LegalForm


class Constitute(Command, frozen=True, kw_only=True):
    """The deed is signed: the company exists. `assets` decide on the rules of the s.p.a. for large cooperatives."""

    legal_form: LegalForm
    assets: Money | None = None


class GroupFormed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.group_formed"
    legal_form: LegalForm
    members: int


class VentureConstituted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.constituted"
    legal_form: LegalForm
    members: int
    assets: Money | None = None


@Venture.on(GroupFormed)
def _(venture: Venture, event: Event[GroupFormed]) -> None:
    venture.legal_form = event.facts.legal_form


@Venture.on(VentureConstituted)
def _(venture: Venture, event: Event[VentureConstituted]) -> None:
    venture.legal_form = event.facts.legal_form
    venture.reached = {**venture.reached, "constituted": event.on}


@rules.of_request(source="rulebook: forms_of_pathway")
def form_of_the_pathway(it: DecisionContext[Venture]) -> bool:
    """In this country, the legal form is open to this kind of venture.

    In this country, this legal form is not open to this kind of venture.

    Choose a legal form listed in the rulebook.
    """
    found = it.seek("forms_of_pathway")
    return found is not None and it.asked.legal_form in found.codes


def _in_form(it: DecisionContext[Venture], parameter: str) -> int | None:
    found = it.seek(parameter, Of(it.subject.pathway, it.asked.legal_form))
    return found.number if found else None


@rules.of_request(source="rulebook: minimum_members", tells=lambda it: {
    "members": len(it.subject.present), "needed": _in_form(it, "minimum_members")})  # fmt: skip
def enough_members(it: DecisionContext[Venture]) -> bool:
    """The group has at least as many members as the legal form requires in this country.

    The group has {members:member|members}; in this country, the legal form requires at least {needed}.

    Wait for more commitments, or choose another legal form.
    """
    least = _in_form(it, "minimum_members")
    return least is None or len(it.subject.present) >= least


@rules.of_request(source="rulebook: maximum_members", tells=lambda it: {
    "members": len(it.subject.present), "at_most": _in_form(it, "maximum_members")})  # fmt: skip
def not_too_many_members(it: DecisionContext[Venture]) -> bool:
    """The group has no more members than the legal form allows with these assets.

    The group has {members:member|members}; with these assets, the legal form allows at most {at_most}.

    Choose another legal form.
    """
    most = _in_form(it, "maximum_members")
    small = _in_form(it, "small_cooperative_assets")
    if small is not None and (getattr(it.asked, "assets", None) or Decimal(0)) <= small:
        return True
    return most is None or len(it.subject.present) <= most


@rules.of_record(source=SOURCE)
def not_constituted_yet(it: DecisionContext[Venture]) -> bool:
    """The company has not been formed yet.

    The company has already been formed.

    After the deed of incorporation, a change of legal form is a transformation.
    """
    return "constituted" not in it.subject.reached


@rules.of_record(source=SOURCE)
def constituted(it: DecisionContext[Venture]) -> bool:
    """The deed of incorporation has been signed.

    The deed of incorporation has not been signed yet.

    Record the deed.
    """
    return "constituted" in it.subject.reached


@filling("members")
def members_counted(it: DecisionContext[Any]) -> dict[str, Any]:
    """How many members the group has now."""
    return {"members": len(it.subject.present)}


ROWS = (
    Step(asks=FormGroup, by=EXPERTS, source=at(FEASIBILITY), target=GROUP_FORMED, records=GroupFormed, kinds=WITH_MEMBERS,
         rules=(found_feasible, form_of_the_pathway, enough_members), fills=members_counted, sets=(DeadlineSpec("plan_ready"),),
         ends=("idea_study",)),
    Step(asks=Constitute, by=DESK, source=VALIDATED, target=None, records=VentureConstituted, kinds=OWN_NUMBER,
         rules=(not_constituted_yet, form_of_the_pathway, enough_members, not_too_many_members), fills=members_counted,
         sets=(DeadlineSpec("register_filing"),)),
)  # fmt: skip
