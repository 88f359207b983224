"""The rules of the business branch of a case: from the chosen pathway to the end of mentoring."""

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.rules import LIFE
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.vocabulary import BUSINESS_PATHWAYS, Outcome, Pathway, Verdict

rules = Rules("case")


@rules.of_request(source="rulebook: pathways_open")
def pathway_open(it: DecisionContext[Case]) -> bool:
    """The desks accompany this pathway at present.

    The desks do not accompany this pathway at present.

    Choose a pathway that the rulebook lists, or refer the person.
    """
    open_now = it.find("pathways_open").codes
    return it.asked.pathway in open_now


@rules.of_request(source=LIFE)
def leads_to_business(it: DecisionContext[Case]) -> bool:
    """The pathway leads to a business of one's own.

    The pathway does not lead to a business of one's own.

    Choose a business pathway.
    """
    return it.asked.pathway in BUSINESS_PATHWAYS


@rules.of_request(source=LIFE)
def leads_to_a_job(it: DecisionContext[Case]) -> bool:
    """The pathway leads back to a job.

    The pathway does not lead back to a job.

    Choose redeployment.
    """
    return it.asked.pathway is Pathway.REDEPLOYMENT


@rules.of_request("still_member", "member_id", source=LIFE)
def leaves_with_the_case(it: DecisionContext[Case]) -> bool:
    """Whoever changes the pathway leaves the venture in the same step; a venture that trades is left on the venture.

    The person would stay in a venture that this step cannot leave.

    Record on the venture that the member withdrew, or that it ceased.
    """
    return bool(it.seen["still_member"] != "TRADING")


@rules.of_request("member_of_venture", source=LIFE)
def member_of_the_venture(it: DecisionContext[Case]) -> bool:
    """The person is a member of the venture.

    The person is not a member of the venture.

    Add the person to the venture first, or correct the venture.
    """
    return bool(it.seen["member_of_venture"])


@rules.of_record(source=LIFE)
def venture_joined(it: DecisionContext[Case]) -> bool:
    """The case follows a venture.

    The case follows no venture yet.

    Open a venture for the person, or join the one they take part in.
    """
    return it.subject.venture is not None


@rules.of_record("idea_ripe", source=LIFE)
def idea_ripe(it: DecisionContext[Case]) -> bool:
    """A group has formed; a buy-out knows the firm and what to take over; a spin-off has its parent's letter of intent.

    Something is missing on the venture: the group has not formed, or a buy-out lacks the firm and what to take over, or
    a spin-off its parent's letter of intent.

    Record on the venture what is missing.
    """
    return bool(it.seen["idea_ripe"])


@rules.of_request(source=LIFE)
def verdict_go(it: DecisionContext[Case]) -> bool:
    """Only an idea with the verdict go is passed on.

    The verdict is not go, and only with it an idea is passed on.

    Send the case back for rework, change the pathway, or close it as an informed renunciation.
    """
    return it.asked.verdict is Verdict.GO


@rules.of_record("plan_validated", "plan_version", source="handbook 6.4, four eyes")
def plan_validated(it: DecisionContext[Case]) -> bool:
    """The current version of the business plan is validated by someone who did not write it.

    The current version of the business plan is not validated by someone who did not write it.

    Submit the plan on the venture and have a colleague validate it.
    """
    return bool(it.seen["plan_validated"])


@rules.of_request("funds_cover", source=LIFE)
def money_found(it: DecisionContext[Case]) -> bool:
    """The promised sources cover the uses of the plan, unless the person pays alone.

    The promised sources do not cover the uses of the plan.

    Record the promises on the venture, or say that it is self-funded.
    """
    return bool(it.asked.self_funded) or bool(it.seen["funds_cover"])


@rules.of_record("venture_trading", "trading_since", source=LIFE)
def venture_trades(it: DecisionContext[Case]) -> bool:
    """The venture is registered and trades.

    The venture is not registered yet, or does not trade yet.

    Record the registration and the start of trading on the venture.
    """
    return bool(it.seen["venture_trading"])


@rules.of_record("check_ins_open", source=LIFE)
def check_ins_settled(it: DecisionContext[Case]) -> bool:
    """The last scheduled check-in is done, waived or missed.

    There are scheduled check-ins that are neither done, nor waived, nor missed.

    Record or waive the check-ins still open on the venture.
    """
    return int(it.seen["check_ins_open"]) == 0


@rules.of_request(source=LIFE)
def ends_as_a_venture_does(it: DecisionContext[Case]) -> bool:
    """Mentoring ends with the outcome of a venture.

    The outcome is not one with which mentoring ends.

    Choose the outcome that says what became of the venture; close the case for any other end.
    """
    ends = (Outcome.VENTURE_CONSOLIDATED, Outcome.VENTURE_ALIVE_LEFT, Outcome.HOSTED_CESA, Outcome.VENTURE_CEASED)
    return it.asked.outcome in ends


@rules.of_request("venture_consolidated", source=LIFE)
def consolidated_if_it_says_so(it: DecisionContext[Case]) -> bool:
    """A venture counts as consolidated when it traded as long as the programme asks, without a standing alert.

    The venture is not consolidated: it has not traded long enough, or an alert stands.

    Clear the alerts on the venture, or choose venture alive, left.
    """
    return it.asked.outcome is not Outcome.VENTURE_CONSOLIDATED or bool(it.seen["venture_consolidated"])
