"""The states of a venture, and the groups of states, kinds and roles that its table speaks of (handbook 6.5)."""

from opera_cases.domain.access.roles import AT_THEIR_DESKS
from opera_cases.domain.kernel.journey_codes import GROUP_PATHWAYS, Pathway
from opera_cases.domain.kernel.vocabulary import Role

DRAFT, FEASIBILITY, GROUP_FORMED, PLANNING = "DRAFT", "FEASIBILITY", "GROUP_FORMED", "PLANNING"
PLAN_VALIDATED, SETTING_UP, TRADING, AT_RISK = "PLAN_VALIDATED", "SETTING_UP", "TRADING", "AT_RISK"
TRANSFORMED, SOLD = "TRANSFORMED", "SOLD"
CONSOLIDATED, CEASED, ABANDONED = "CONSOLIDATED", "CEASED", "ABANDONED"
STATES = (
    DRAFT, FEASIBILITY, GROUP_FORMED, PLANNING, PLAN_VALIDATED, SETTING_UP, TRADING, AT_RISK, TRANSFORMED, SOLD,
    CONSOLIDATED, CEASED, ABANDONED,
)  # fmt: skip

NEW = frozenset({""})
PROJECT = frozenset({DRAFT, FEASIBILITY, GROUP_FORMED, PLANNING})
VALIDATED = frozenset({PLAN_VALIDATED, SETTING_UP})
BEFORE_TRADING = PROJECT | VALIDATED
LIVING = frozenset({TRADING, AT_RISK, TRANSFORMED, SOLD})
"""A venture that changed its form or its owner and goes on with the same activity survives."""
ENDED = frozenset({CONSOLIDATED, CEASED, ABANDONED})

ALONE = frozenset({Pathway.MICRO_ENTERPRISE, Pathway.HOSTED_ENTREPRENEUR})
GROUPS = GROUP_PATHWAYS
BUY_OUT, SPIN_OFF = frozenset({Pathway.WORKER_BUY_OUT}), frozenset({Pathway.SPIN_OFF})
HOSTED = frozenset({Pathway.HOSTED_ENTREPRENEUR})
WITH_MEMBERS = GROUPS | SPIN_OFF
OUT_OF_A_FIRM = BUY_OUT | SPIN_OFF

CHECKLIST: dict[Pathway, tuple[str, ...]] = {
    Pathway.MICRO_ENTERPRISE: ("registered", "funded"),
    Pathway.COOPERATIVE: ("constituted", "registered", "funded"),
    Pathway.WORKER_BUY_OUT: ("constituted", "registered", "business_secured", "funded"),
    Pathway.SPIN_OFF: ("registered", "business_secured", "funded"),
    Pathway.HOSTED_ENTREPRENEUR: ("hosted", "funded"),
}
"""Which milestones a venture needs before it trades, in any order, by its kind."""
OWN_NUMBER = frozenset(CHECKLIST) - HOSTED

DESK = AT_THEIR_DESKS
CLOCK, POLICY = frozenset({Role.CLOCK}), frozenset({Role.POLICY})
