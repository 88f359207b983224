"""The table of a desk (handbook 1.5): open, closed, who works there, who is away."""

from opera_cases.domain.access.roles import AT_A_DESK
from opera_cases.domain.desks.absences import ROWS
from opera_cases.domain.desks.desk import (
    OPEN,
    SHUT,
    SOURCE,
    CloseDesk,
    Desk,
    DeskClosed,
    DeskOpened,
    DeskReopened,
    OpenDesk,
    OperatorPosted,
    OperatorWithdrawn,
    PostOperator,
    ReopenDesk,
    WithdrawOperator,
)
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import StateNotes, Step, filling
from opera_cases.domain.kernel.vocabulary import Country, Place, Role
from opera_cases.domain.kernel.workflow import Procedure

rules = Rules("desk")

ZONES = {Country.IT: "Europe/Rome", Country.FR: "Europe/Paris"}


@rules.of_request(source=SOURCE)
def zone_of_the_country(it: DecisionContext[Desk]) -> bool:
    """A desk keeps the time of its country.

    The time zone is not that of the desk's country.

    Give the time zone of Rome for Italy, of Paris for France.
    """
    return bool(it.asked.zone == ZONES[it.asked.country])


@rules.of_request("operator_enrolled", source=SOURCE)
def operator_enrolled(it: DecisionContext[Desk]) -> bool:
    """Only someone who works for the programme can be assigned to a desk.

    This person does not work for the programme.

    Register the person as an operator first.
    """
    return bool(it.seen["operator_enrolled"])


@rules.of_request(source=SOURCE)
def role_of_a_desk(it: DecisionContext[Desk]) -> bool:
    """People work at a desk as a caseworker, consultant, mentor or coordinator.

    This is not a role at a desk.

    The other roles belong to the programme: grant them to the person directly.
    """
    return it.asked.role in AT_A_DESK


@rules.of_request(source=SOURCE)
def posted(it: DecisionContext[Desk]) -> bool:
    """Only someone who works at the desk on that day can be withdrawn from it.

    This person does not work at the desk on that day.

    Check the operator and the date.
    """
    return bool(it.subject.working(it.asked.operator, it.on))


@filling("place")
def _place(it: DecisionContext[Desk]) -> dict[str, Place]:
    asked = it.asked
    return {"place": Place(country=asked.country, region=asked.region, province=asked.province, zone=asked.zone)}


ADMIN, THERE = frozenset({Role.ADMINISTRATOR}), frozenset({OPEN})

DESK = Procedure(
    name="desk", version=2, aggregate=Desk, states=(OPEN, SHUT), final=frozenset(),
    steps=(
        Step(asks=OpenDesk, by=ADMIN, source=frozenset({""}), target=OPEN, records=DeskOpened, fills=_place,
             rules=(zone_of_the_country,),
             claims=lambda it: (("desk_code", it.asked.code),)),
        Step(asks=CloseDesk, by=ADMIN, source=THERE, target=SHUT, records=DeskClosed),
        Step(asks=ReopenDesk, by=ADMIN, source=frozenset({SHUT}), target=OPEN, records=DeskReopened),
        Step(asks=PostOperator, by=ADMIN, source=THERE, target=None, records=OperatorPosted,
             rules=(operator_enrolled, role_of_a_desk)),
        Step(asks=WithdrawOperator, by=ADMIN, source=THERE | {SHUT}, target=None, records=OperatorWithdrawn,
             rules=(posted,)),
        *ROWS,
    ),
    lifeline=StateNotes(without_deadline={OPEN: "An open desk owes no date.", SHUT: "A closed desk owes no date."}),
)  # fmt: skip
