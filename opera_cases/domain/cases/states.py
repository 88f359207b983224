"""The states of a case, its overlays, and the groups of states and roles that its table speaks of (handbook 6.3)."""

from opera_cases.domain.access.roles import AT_A_DESK, AT_THEIR_DESKS
from opera_cases.domain.kernel.vocabulary import Role

CONTACT, INTAKE, ASSESSMENT, PLAN = "CONTACT", "INTAKE", "ASSESSMENT", "PLAN"
IDEA, BUSINESS_PLAN, FUNDING, START_UP, MENTORING = "IDEA", "BUSINESS_PLAN", "FUNDING", "START_UP", "MENTORING"
MATCHING, PLACED, CLOSED, MERGED = "MATCHING", "PLACED", "CLOSED", "MERGED"
STATES = (
    CONTACT, INTAKE, ASSESSMENT, PLAN, IDEA, BUSINESS_PLAN, FUNDING, START_UP, MENTORING, MATCHING, PLACED, CLOSED, MERGED,
)  # fmt: skip

SUSPENDED, TRANSFER_PENDING, RESTRICTED, LEGAL_HOLD = "SUSPENDED", "TRANSFER_PENDING", "RESTRICTED", "LEGAL_HOLD"
OVERLAYS = (SUSPENDED, TRANSFER_PENDING, RESTRICTED, LEGAL_HOLD)
BLOCKING = frozenset({SUSPENDED, RESTRICTED})
"""What stops every step that does not say it goes on despite it. A transfer or a hold stops none by itself."""

NEW = frozenset({""})
ACTIVE = frozenset(STATES) - {CLOSED, MERGED}
BUSINESS = frozenset({IDEA, BUSINESS_PLAN, FUNDING, START_UP, MENTORING})
SEEKING = frozenset({PLAN, MATCHING})
JOB_SEARCH = frozenset({MATCHING, PLACED})
DESK = AT_THEIR_DESKS
LEAD = frozenset({Role.COORDINATOR})
TEAM = AT_A_DESK
POLICY, CLOCK = frozenset({Role.POLICY}), frozenset({Role.CLOCK})
DESK_OR_POLICY = DESK | POLICY
WHILE_SUSPENDED = frozenset({SUSPENDED})
ALWAYS = frozenset({SUSPENDED, RESTRICTED})
