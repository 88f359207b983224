"""Closing: the case ends with outcome and reason; exit data and the follow-up come after (handbook 6.4)."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from opera_cases.domain.cases.case import Case, Closing
from opera_cases.domain.cases.states import ACTIVE, CLOSED, DESK, TEAM, WHILE_SUSPENDED
from opera_cases.domain.cases.transfers import OVER, voids_transfer
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.journey_codes import ExitSituation, Outcome, ReasonCode
from opera_cases.domain.kernel.personal import Note, PrivateReasonCode, Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, at
from opera_cases.domain.kernel.vocabulary import Channel

rules = Rules("case")

SOURCE = "handbook 6.4"


class Close(Command, frozen=True, kw_only=True):
    """The case ends, with outcome and reason."""

    derives: ClassVar[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
        "no_answer": lambda typed: typed["reason_code"] is ReasonCode.NO_ANSWER
    }
    outcome: Outcome
    reason_code: PrivateReasonCode
    exit_situation: ExitSituation | None = None
    reason: Reason | None = None
    no_answer: bool = False


class RecordExitData(Command, frozen=True, kw_only=True):
    """The situation at exit, soon after closing."""

    exit_situation: ExitSituation


class RecordFollowUp(Command, frozen=True, kw_only=True):
    """How things stand some months after closing."""

    situation: ExitSituation
    improved: bool
    channel: Channel
    note: Note | None = None


class CaseClosed(Facts, frozen=True, kw_only=True):
    """The end. `reason_code` is clear where the procedure itself gives it (COMPLETED), sealed where somebody does."""

    topic: ClassVar[str] = "case.closed"
    required: ClassVar[frozenset[str]] = frozenset({"reason_code"})
    outcome: Outcome
    reason_code: ReasonCode | None = None
    exit_situation: ExitSituation | None = None
    reason: Reason | None = None
    reason_code_sealed: PrivateReasonCode | None = None
    no_answer: bool = False


class ExitDataRecorded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.exit_data_recorded"
    exit_situation: ExitSituation


class FollowUpRecorded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.follow_up_recorded"
    situation: ExitSituation
    improved: bool
    channel: Channel
    note: Note | None = None


@Case.on(CaseClosed)
def _(case: Case, event: Event[CaseClosed]) -> None:
    case.outcome, case.closed_on = event.facts.outcome, event.on
    case.exit_recorded = event.facts.exit_situation is not None
    case.closings = (*case.closings, Closing(event.on, event.facts.outcome))
    case.identities = frozenset()


@Case.on(ExitDataRecorded)
def _(case: Case, event: Event[ExitDataRecorded]) -> None:
    case.exit_recorded = True


@Case.on(FollowUpRecorded)
def _(case: Case, event: Event[FollowUpRecorded]) -> None:
    case.followed_up = True


def _tried(it: DecisionContext[Case]) -> tuple[int, int, int]:
    """How often somebody was tried since they last answered, by how many channels, over how many days."""
    answered = [attempt.on for attempt in it.subject.attempts if attempt.reached]
    since = max(answered, default=None)
    tried = [attempt for attempt in it.subject.attempts if since is None or attempt.on > since]
    channels: set[Channel] = {attempt.channel for attempt in tried}
    return len(tried), len(channels), (it.on - min(attempt.on for attempt in tried)).days if tried else 0


def _attempts(it: DecisionContext[Case]) -> dict[str, int]:
    limits = {name: it.limit(f"{name}_before_unreachable") for name in ("attempts", "channels", "days")}
    return {**limits, **dict(zip(("made", "by", "over"), _tried(it), strict=True))}


@rules.of_request(source="rulebook: attempts_before_unreachable", tells=_attempts)
def unreachable_shown(it: DecisionContext[Case]) -> bool:
    """A person counts as unreachable after enough unanswered attempts, by enough channels and over enough days, as the
    rulebook requires.

    A person counts as unreachable after {attempts:unanswered attempt|unanswered attempts}, by
    {channels:channel|channels}, over {days:day|days}; so far there have been {made:attempt|attempts}, by
    {by:channel|channels}, over {over:day|days}.

    Record the attempts already made; try again by another channel.
    """
    if it.asked.outcome is not Outcome.UNREACHABLE:
        return True
    made, by, over = _tried(it)
    return (
        made >= it.limit("attempts_before_unreachable")
        and by >= it.limit("channels_before_unreachable")
        and over >= it.limit("days_before_unreachable")
    )


@rules.of_request(source="handbook 5.2")
def closed_without_success_claimed(it: DecisionContext[Case]) -> bool:
    """A consolidated venture is an outcome of mentoring, not of closing early.

    A case closed early cannot have a consolidated venture as its outcome: that is an outcome of mentoring.

    End the mentoring, or choose another outcome.
    """
    return it.asked.outcome is not Outcome.VENTURE_CONSOLIDATED


@rules.of_request(source="handbook 2.9")
def reason_fits(it: DecisionContext[Case]) -> bool:
    """The reason no answer is used when the person could not be reached, and only then.

    The outcome and the reason do not match: no answer is used when the person could not be reached, and only then.

    Choose an outcome and a reason that match.
    """
    no_answer = it.asked.no_answer or it.asked.reason_code is ReasonCode.NO_ANSWER
    return (it.asked.outcome is Outcome.UNREACHABLE) == no_answer


@rules.of_record(source=SOURCE)
def exit_data_missing(it: DecisionContext[Case]) -> bool:
    """The exit data are recorded only once.

    The exit data have already been recorded.

    To put a mistake right, propose a correction.
    """
    return not it.subject.exit_recorded


@rules.of_record(source=SOURCE)
def not_followed_up_yet(it: DecisionContext[Case]) -> bool:
    """The follow-up is recorded only once.

    The follow-up has already been recorded.

    To put a mistake right, propose a correction.
    """
    return not it.subject.followed_up


def _follow_up_window(it: DecisionContext[Case]) -> dict[str, object]:
    """From when to when the follow-up of the case is recorded; nothing while it has none."""
    due = it.subject.deadlines.get("follow_up")
    if due is None:
        return {}
    before, after = it.limit("follow_up_opens_before"), it.limit("follow_up_closes_after")
    opens, closes = due.due_on - timedelta(days=before), due.due_on + timedelta(days=after)
    return {"opens": opens, "closes": closes, "before": before, "after": after, "due_on": due.due_on}


@rules.of_request(source="rulebook: follow_up", tells=_follow_up_window)
def within_the_follow_up_window(it: DecisionContext[Case]) -> bool:
    """The follow-up takes place around its planned date, within the limits set by the rulebook.

    The follow-up is recorded from {opens} to {closes}: from {before:day|days} before the planned date, {due_on}, to
    {after:day|days} after it.

    Wait for this period; if it has passed, the answer stays unknown.
    """
    due = it.subject.deadlines.get("follow_up")
    if due is None:
        return False
    earliest = due.due_on - timedelta(days=it.limit("follow_up_opens_before"))
    return earliest <= it.on <= due.due_on + timedelta(days=it.limit("follow_up_closes_after"))


WORKING_DEADLINES = ("call_back", "assessment_held", "next_contact", "idea_study", "plan_ready", "set_up", "review", "choice",
           "transfer_answer", "after_leaving", "after_venture", "job_search", "stay_check_first", "stay_check",
           "proposal_answer", "proposal_result", "consequence", "cpi_contact")  # fmt: skip
"""What a case at work may owe, and a closed one owes no longer."""
ROWS = (
    Step(asks=Close, by=DESK, source=ACTIVE, target=CLOSED, records=CaseClosed,
         rules=(unreachable_shown, closed_without_success_claimed, reason_fits), drops=WHILE_SUSPENDED | OVER,
         releases=lambda it: it.subject.open_claims, also=voids_transfer,
         sets=(DeadlineSpec("exit_data", when=lambda it: it.asked.exit_situation is None), DeadlineSpec("follow_up"),
               DeadlineSpec("retention_review")), ends=WORKING_DEADLINES),
    Step(asks=RecordExitData, by=DESK, source=at(CLOSED), target=None, records=ExitDataRecorded,
         rules=(exit_data_missing,), ends=("exit_data",)),
    Step(asks=RecordFollowUp, by=TEAM, source=at(CLOSED), target=None, records=FollowUpRecorded,
         rules=(not_followed_up_yet, within_the_follow_up_window), ends=("follow_up",)),
)  # fmt: skip
