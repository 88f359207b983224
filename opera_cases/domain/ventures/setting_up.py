"""Setting up: a number in the register, or a cooperative that hosts the entrepreneur, in any order (handbook 2.6, 6.5)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, ClassVar

from opera_cases.domain.kernel import calendar
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import IdentifierValue
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Code, PublicName
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, at, filling
from opera_cases.domain.people.identifiers import Check, IdentifierKind, checked
from opera_cases.domain.ventures.codes import HostContract
from opera_cases.domain.ventures.states import DESK, HOSTED, LIVING, OWN_NUMBER, PLAN_VALIDATED, SETTING_UP, VALIDATED
from opera_cases.domain.ventures.venture import Venture

rules = Rules("venture")

SOURCE = "handbook 6.5"


class BeginSettingUp(Command, frozen=True, kw_only=True):
    """The validated plan is carried out: money, registration, premises, in any order."""


class RegisterVenture(Command, frozen=True, kw_only=True):
    """The venture has its number: partita IVA in Italy, SIRET in France."""

    derives: ClassVar[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
        "check": lambda typed: checked(typed["identifier_kind"], typed["number"])
    }
    identifier_kind: IdentifierKind
    number: IdentifierValue
    check: Check


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


class SettingUpBegun(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.setting_up_begun"


class VentureRegistered(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.registered"
    identifier_kind: IdentifierKind
    number: IdentifierValue
    check: Check


class VentureHosted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.hosted"
    host: PublicName
    contract: HostContract
    host_number: Code
    contract_number: IdentifierValue
    ends_on: date


class HostingRenewed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.hosting_renewed"
    number: int
    ends_on: date


@Venture.on(VentureRegistered)
def _(venture: Venture, event: Event[VentureRegistered]) -> None:
    venture.registered = True
    venture.reached = {**venture.reached, "registered": event.on}


@Venture.on(VentureHosted)
def _(venture: Venture, event: Event[VentureHosted]) -> None:
    venture.reached = {**venture.reached, "hosted": event.on}


@Venture.on(HostingRenewed)
def _(venture: Venture, event: Event[HostingRenewed]) -> None:
    venture.renewals = event.facts.number


@rules.of_request(source="handbook 4.3")
def number_valid(it: DecisionContext[Venture]) -> bool:
    """The check digit of the registration number is correct.

    The check digit of the registration number is wrong.

    Compare the number with the registration certificate.
    """
    return it.asked.check is Check.VALID


@rules.of_record(source=SOURCE)
def registered(it: DecisionContext[Venture]) -> bool:
    """The venture is registered.

    The venture has not been registered yet.

    Record its number.
    """
    return it.subject.registered


@rules.of_record(source=SOURCE)
def not_registered_yet(it: DecisionContext[Venture]) -> bool:
    """The venture has not been registered yet.

    The venture has already been registered.

    To put a wrong number right, propose a correction.
    """
    return not it.subject.registered


@rules.of_record(source="handbook 2.6")
def hosted(it: DecisionContext[Venture]) -> bool:
    """A cooperative hosts the entrepreneur under a contract.

    No cooperative hosts the entrepreneur under a contract yet.

    Record the contract with the cooperative.
    """
    return "hosted" in it.subject.reached


@rules.of_request(
    source="rulebook: host_contract_months", tells=lambda it: {"months": it.limit("host_contract_months")}
)
def host_contract_short_enough(it: DecisionContext[Venture]) -> bool:
    """The contract runs from that day, for at most as many months as the law allows.

    The contract ends before it begins, or lasts longer than {months:month|months}.

    Correct the end date.
    """
    most = calendar.add_months(it.on, it.limit("host_contract_months"))
    cesa = getattr(it.asked, "contract", None) is HostContract.CESA
    return bool(it.asked.ends_on > it.on and (cesa or it.asked.ends_on <= most))


@rules.of_record(source="rulebook: host_renewals", tells=lambda it: {"most": it.limit("host_renewals")})
def renewals_left(it: DecisionContext[Venture]) -> bool:
    """The law limits how often the contract can be renewed.

    The contract has already been renewed as often as the law allows: {most:time|times}.

    Plan what comes next: a company of their own, a salaried place in the cooperative, or a job.
    """
    return it.subject.renewals < it.limit("host_renewals")


@filling("number")
def _renewal(it: DecisionContext[Any]) -> dict[str, Any]:
    return {"number": it.subject.renewals + 1}


ROWS = (
    Step(asks=BeginSettingUp, by=DESK, source=at(PLAN_VALIDATED), target=SETTING_UP, records=SettingUpBegun),
)  # fmt: skip

REGISTERING = (
    Step(asks=RegisterVenture, by=DESK, source=at(PLAN_VALIDATED, SETTING_UP), target=None,
         records=VentureRegistered, rules=(number_valid, not_registered_yet), kinds=OWN_NUMBER,
         ends=("register_filing",)),
)  # fmt: skip

HOSTING = (
    Step(asks=HostVenture, by=DESK, source=VALIDATED | LIVING, target=None, records=VentureHosted, kinds=HOSTED,
         rules=(host_contract_short_enough,), sets=(DeadlineSpec("host_contract", on="ends_on"),)),
    Step(asks=RenewHosting, by=DESK, source=VALIDATED | LIVING, target=None, records=HostingRenewed, kinds=HOSTED,
         rules=(hosted, renewals_left, host_contract_short_enough), fills=_renewal,
         sets=(DeadlineSpec("host_contract", on="ends_on"),)),
)  # fmt: skip
