"""The table of an operator (handbook 6.8): enrolled, given roles and what shows them, gone."""

from opera_cases.domain.kernel.steps import StateNotes, Step
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.kernel.workflow import Procedure
from opera_cases.domain.operators import credentials, role_proposals, roles
from opera_cases.domain.operators.operator import (
    ENROLLED,
    LEFT,
    ChangeOperatorContacts,
    EnrolOperator,
    LeaveOperator,
    Operator,
    OperatorContactsChanged,
    OperatorEnrolled,
    OperatorLeft,
)

ADMIN = frozenset({Role.ADMINISTRATOR})
OPERATOR = Procedure(
    name="operator", version=4, aggregate=Operator, states=(ENROLLED, LEFT), final=frozenset({LEFT}),
    steps=(
        Step(asks=EnrolOperator, by=ADMIN, source=frozenset({""}), target=ENROLLED, records=OperatorEnrolled),
        Step(asks=ChangeOperatorContacts, by=ADMIN, source=frozenset({ENROLLED}), target=None, records=OperatorContactsChanged),
        Step(asks=LeaveOperator, by=ADMIN, source=frozenset({ENROLLED}), target=LEFT, records=OperatorLeft),
        *roles.GRANT_ROWS,
        *role_proposals.PROPOSAL_ROWS,
        *roles.WITHDRAWAL_ROWS,
        *credentials.ROWS,
    ),
    lifeline=StateNotes(without_deadline={ENROLLED: "Whoever works here owes no date to the procedure."}),
)  # fmt: skip
