"""Mentoring: the venture trades, and the case ends when its check-ins are settled (handbook 6.4)."""

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.closing import WORKING_DEADLINES, CaseClosed
from opera_cases.domain.cases.states import CLOSED, DESK, MENTORING
from opera_cases.domain.cases.transfers import OVER, voids_transfer
from opera_cases.domain.kernel.journey_codes import ExitSituation, Outcome, ReasonCode
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, at, fill

rules = Rules("case")

SOURCE = "handbook 6.4"


class EndMentoring(Command, frozen=True, kw_only=True):
    """The last check-in is done or waived: the case closes with its exit data."""

    outcome: Outcome
    exit_situation: ExitSituation


@rules.of_record("check_ins_open", source=SOURCE)
def check_ins_settled(it: DecisionContext[Case]) -> bool:
    """The last scheduled check-in has been held, waived or missed.

    Some scheduled check-ins have been neither held, nor waived, nor missed.

    On the venture, record or waive the check-ins that are still open.
    """
    return int(it.seen["check_ins_open"]) == 0


@rules.of_request(source=SOURCE)
def ends_as_a_venture_does(it: DecisionContext[Case]) -> bool:
    """Mentoring ends with one of the outcomes of a venture.

    Mentoring cannot end with this outcome.

    Choose the outcome that says what became of the venture; in any other event, close the case.
    """
    ends = (Outcome.VENTURE_CONSOLIDATED, Outcome.VENTURE_ALIVE_LEFT, Outcome.HOSTED_CESA, Outcome.VENTURE_CEASED)
    return it.asked.outcome in ends


@rules.of_request("venture_consolidated", source=SOURCE)
def consolidated_if_it_says_so(it: DecisionContext[Case]) -> bool:
    """A venture is consolidated once it has been trading for as long as the programme requires, with no open alert.

    The venture is not consolidated: it has not been trading for long enough, or an alert is open.

    Clear the alerts on the venture, or choose the outcome venture trading, mentoring over.
    """
    return it.asked.outcome is not Outcome.VENTURE_CONSOLIDATED or bool(it.seen["venture_consolidated"])


ROWS = (
    Step(asks=EndMentoring, by=DESK, source=at(MENTORING), target=CLOSED, records=CaseClosed,
         rules=(check_ins_settled, ends_as_a_venture_does, consolidated_if_it_says_so),
         fills=fill(reason_code=lambda it: ReasonCode.COMPLETED),
         releases=lambda it: it.subject.open_claims, also=voids_transfer, drops=OVER,
         sets=(DeadlineSpec("follow_up"), DeadlineSpec("retention_review")), ends=WORKING_DEADLINES),
)  # fmt: skip
