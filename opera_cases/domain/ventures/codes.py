"""The code lists of a venture and the figures that it reports."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from opera_cases.domain.kernel.personal import Sealed, statistical
from opera_cases.domain.kernel.scalars import Count, Days, Money, Quantity


class SourceKind(StrEnum):
    OWN_FUNDS = "OWN_FUNDS"
    BENEFIT_ADVANCE = "BENEFIT_ADVANCE"
    BANK_LOAN = "BANK_LOAN"
    MICROCREDIT = "MICROCREDIT"
    GRANT = "GRANT"
    FAMILY = "FAMILY"
    INVESTOR_MEMBER = "INVESTOR_MEMBER"
    MEMBER_SHARES = "MEMBER_SHARES"
    GUARANTEE = "GUARANTEE"
    BRIDGE_LOAN = "BRIDGE_LOAN"
    OTHER = "OTHER"


class UseKind(StrEnum):
    EQUIPMENT = "EQUIPMENT"
    PREMISES = "PREMISES"
    STOCK = "STOCK"
    SET_UP_COSTS = "SET_UP_COSTS"
    WORKING_CAPITAL = "WORKING_CAPITAL"
    TRAINING = "TRAINING"
    OTHER = "OTHER"


class VentureCondition(StrEnum):
    """How a mentor finds the venture (handbook 3.2)."""

    TRADING = "TRADING"
    NOT_YET_TRADING = "NOT_YET_TRADING"
    PAUSED = "PAUSED"
    SOLD = "SOLD"
    CHANGED_FORM = "CHANGED_FORM"
    CLOSED = "CLOSED"
    UNREACHABLE = "UNREACHABLE"


class Light(StrEnum):
    GREEN = "GREEN"
    AMBER = "AMBER"
    RED = "RED"


class FigureSource(StrEnum):
    """Where a mentor's figure comes from."""

    DECLARED = "DECLARED"
    ACCOUNTS = "ACCOUNTS"


class Conditions(StrEnum):
    """Whether the conditions of the second tranche of the benefit advance still hold."""

    MET = "MET"
    NOT_MET = "NOT_MET"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class Problem(StrEnum):
    MARKET = "MARKET"
    PRICE = "PRICE"
    CASH = "CASH"
    STAFF = "STAFF"
    CONFLICT = "CONFLICT"
    ADMINISTRATION = "ADMINISTRATION"
    PREMISES = "PREMISES"
    HEALTH_OR_FAMILY = "HEALTH_OR_FAMILY"
    REGULATION = "REGULATION"


class Alert(StrEnum):
    """Signals of trouble (handbook 3.3). Thresholds stand in the rulebook."""

    RED_LIGHT = "RED_LIGHT"
    CASH_SHORT = "CASH_SHORT"
    TURNOVER_LOW = "TURNOVER_LOW"
    WAGES_OVERDUE = "WAGES_OVERDUE"
    SUPPLIERS_OVERDUE = "SUPPLIERS_OVERDUE"
    BANK_OVERDUE = "BANK_OVERDUE"
    CONTRIBUTIONS_OVERDUE = "CONTRIBUTIONS_OVERDUE"
    TAX_OVERDUE = "TAX_OVERDUE"
    MISSED_CHECK_INS = "MISSED_CHECK_INS"
    MENTOR_CONCERN = "MENTOR_CONCERN"
    MEMBERS_NEAR_MINIMUM = "MEMBERS_NEAR_MINIMUM"
    MEMBERS_BELOW_MINIMUM = "MEMBERS_BELOW_MINIMUM"
    DISSOLUTION_NEAR = "DISSOLUTION_NEAR"


class CeaseCause(StrEnum):
    CASH = "CASH"
    MARKET = "MARKET"
    CONFLICT = "CONFLICT"
    HEALTH_OR_FAMILY = "HEALTH_OR_FAMILY"
    FOUND_A_JOB = "FOUND_A_JOB"
    RETIREMENT = "RETIREMENT"
    OTHER = "OTHER"


PrivateCause = Annotated[Sealed, statistical(CeaseCause)]
PrivateProblems = Annotated[Sealed, statistical(Annotated[tuple[Problem, ...], Meta(max_length=9)])]
"""Both may tell of somebody's health or family."""


class LapseCause(StrEnum):
    """Why the validation of a plan lapsed (handbook 6.5)."""

    MEMBERS = "MEMBERS"
    USES = "USES"


class ParentPaper(StrEnum):
    """What a spin-off and its parent firm agree upon (handbook 2.7)."""

    LETTER_OF_INTENT = "LETTER_OF_INTENT"
    ASSET_LIST = "ASSET_LIST"
    NON_COMPETITION = "NON_COMPETITION"
    SUPPLY_CONTRACT = "SUPPLY_CONTRACT"


class Access(StrEnum):
    """How a group gets the business (handbook 2.4)."""

    AWARD = "AWARD"
    PURCHASE = "PURCHASE"
    RENT = "RENT"


class HostContract(StrEnum):
    """The contract of an entrepreneur with the cooperative that hosts them (handbook 2.6)."""

    CAPE = "CAPE"
    CESA = "CESA"


class Adviser(StrEnum):
    """Who is asked when two deadlines conflict."""

    INPS_OR_PATRONATO = "INPS_OR_PATRONATO"
    FRANCE_TRAVAIL = "FRANCE_TRAVAIL"


class Source(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where money of a plan shall come from."""

    kind: SourceKind
    amount: Money


class Use(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What money of a plan shall be spent on."""

    kind: UseKind
    amount: Money


class Arrears(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A debt overdue, and the figure it is compared with: the monthly wage bill, the supplier debts not yet due, all
    bank exposure, last year's contributions or turnover."""

    amount: Money
    days: Days
    compared_with: Money


class Staff(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """People at work in the venture."""

    members: Count = 1
    employees: Count = 0
    full_time_equivalents: Quantity
    women: Count = 0
    under_30: Count = 0
    from_crisis: Count = 0
