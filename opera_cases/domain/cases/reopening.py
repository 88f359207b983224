"""After closing: the case reopens, or a new one follows it (handbook 6.13)."""

from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.intake import no_other_open_case
from opera_cases.domain.cases.states import ASSESSMENT, CLOSED, DESK, PLAN
from opera_cases.domain.kernel import calendar
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.journey_codes import Outcome, ReasonCode
from opera_cases.domain.kernel.personal import PrivateReasonCode, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rule, Rules
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, facts_seen

rules = Rules("case")

SOURCE = "handbook 6.13"
BackTo = Annotated[str, Meta(pattern="^(ASSESSMENT|PLAN)$", max_length=40)]
ENDED_FOR_GOOD = frozenset({
    Outcome.VENTURE_CONSOLIDATED, Outcome.VENTURE_ALIVE_LEFT, Outcome.VENTURE_CEASED, Outcome.HOSTED_CESA,
    Outcome.DECEASED,
})  # fmt: skip


class Reopen(Command, frozen=True, kw_only=True):
    """The person comes back in time: the same case continues, from the assessment or from the plan."""

    back_to: BackTo
    reason_code: PrivateReasonCode
    reason: Reason


class CaseReopened(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.reopened"
    required: ClassVar[frozenset[str]] = frozenset({"reason_code"})
    back_to: Code
    identities: tuple[UUID, ...]
    reason_code: ReasonCode | None = None
    reason: Reason
    reason_code_sealed: PrivateReasonCode | None = None


@Case.on(CaseReopened)
def _(case: Case, event: Event[CaseReopened]) -> None:
    case.outcome = case.closed_on = case.venture = case.pathway = None
    case.exit_recorded = case.followed_up = False
    case.identities = frozenset(event.facts.identities)


@rules.of_request(
    source="rulebook: reopen_within",
    tells=lambda it: {"closed_on": it.subject.closed_on, "months": it.limit("reopen_within")},
)
def closed_lately(it: DecisionContext[Case]) -> bool:
    """A case can be reopened for a number of months after closing, as set by the rulebook.

    The case was closed on {closed_on}, more than {months:month|months} ago.

    Record a new contact that follows on from this case.
    """
    closed = it.subject.closed_on
    return closed is not None and it.on <= calendar.add_months(closed, it.limit("reopen_within"))


@rules.of_record(source=SOURCE)
def not_ended_for_good(it: DecisionContext[Case]) -> bool:
    """A case that ended with the outcome of a venture, or with the person's death, is not reopened.

    The case ended with the outcome of a venture, or with the person's death, and cannot be reopened.

    If the person comes back, record a new contact that follows on from this case.
    """
    return it.subject.outcome not in ENDED_FOR_GOOD


@rules.of_record("notice_version", source="Reg. (EU) 2016/679 art. 13")
def notice_still_in_force(it: DecisionContext[Case]) -> bool:
    """The person has been given the privacy notice currently in force.

    The person has not been given the privacy notice currently in force.

    Give the person the new notice and record its version on their record.
    """
    return bool(it.seen["notice_version"] == it.find("privacy_notice").value)


@rules.of_record(source=SOURCE)
def was_beyond_contact(it: DecisionContext[Case]) -> bool:
    """Only a case whose person was registered can be reopened.

    The person of this case was never registered.

    Record a new contact.
    """
    return it.subject.person is not None


def _back_to(state: str) -> Rule:
    @rules.of_request(source=SOURCE)
    def back_to_assessment_or_plan(it: DecisionContext[Case]) -> bool:
        """A case reopens at the assessment or, if there was a service agreement, at the agreed plan.

        The case cannot reopen at this stage: only the assessment and, if there was a service agreement, the agreed plan
        are possible.

        Choose the assessment or the agreed plan; the plan requires a service agreement.
        """
        return it.asked.back_to == state and (state == ASSESSMENT or it.subject.agreement is not None)

    return back_to_assessment_or_plan


ROWS = tuple(
    Step(asks=Reopen, by=DESK, source=frozenset({CLOSED}), target=state, records=CaseReopened, when=_back_to(state),
         rules=(was_beyond_contact, not_ended_for_good, closed_lately, notice_still_in_force, no_other_open_case),
         fills=facts_seen("identities"),
         claims=lambda it: tuple(("open_case", each) for each in it.seen["identities"]),
         sets=terms, ends=("exit_data", "follow_up", "retention_review"))
    for state, terms in ((ASSESSMENT, (DeadlineSpec("assessment_held"),)), (PLAN, (DeadlineSpec("next_contact"),)))
)  # fmt: skip
