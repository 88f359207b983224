"""The rules of a case. Each says what must hold, what stands in the way, and what to do."""

from datetime import timedelta

from opera_cases.domain.cases.case import Case
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.vocabulary import Channel, Outcome, ReasonCode

rules = Rules("case")

LIFE = "handbook 6.4"


@rules.of_request("desk_open", "place", "file_number", source=LIFE)
def desk_open(it: DecisionContext[Case]) -> bool:
    """The desk is open on the day of the contact.

    The desk is not open on the day of the contact.

    Choose another desk, or correct the date; an administrator can record when the desk opened.
    """
    return bool(it.seen["desk_open"])


@rules.of_request("followed_case_closed", source="handbook 6.13")
def follows_a_closed_case(it: DecisionContext[Case]) -> bool:
    """A new case may follow an earlier one that is closed and within reach.

    The earlier case is not closed, or not within your reach.

    Check the earlier case; a case that closed not long ago may be reopened instead.
    """
    return it.asked.follows is None or bool(it.seen["followed_case_closed"])


@rules.of_request("person_known", "notice_version", source="Reg. (EU) 2016/679 art. 13")
def notice_given(it: DecisionContext[Case]) -> bool:
    """The person has been given the privacy notice in force.

    The person has not been given the privacy notice in force.

    Give the notice and record its version on the person.
    """
    version = it.find("privacy_notice").value
    return bool(it.seen["person_known"]) and it.seen["notice_version"] == version


@rules.of_request("person_known", source=LIFE)
def person_registered(it: DecisionContext[Case]) -> bool:
    """The person is registered, under the record that goes on.

    The person is not registered, or under another record that goes on.

    Search for the person first; if there is no record, register the person; a merged record points to the other.
    """
    return bool(it.seen["person_known"])


@rules.of_request(source="handbook 6.6")
def duplicates_searched(it: DecisionContext[Case]) -> bool:
    """The search for duplicates was done before the intake, not after it.

    The search for duplicates is dated after the intake, or missing.

    Search for the person by name and identifier, then give the day of the search.
    """
    return bool(it.asked.duplicate_search_on <= it.on)


@rules.of_request("other_open_case", "identities", source=LIFE)
def no_other_open_case(it: DecisionContext[Case]) -> bool:
    """A person has one open case at a time.

    The person has an open case already, and has one at a time.

    Continue the open case, or ask its desk for a transfer; a duplicate record is merged by a coordinator.
    """
    return not it.seen["other_open_case"]


@rules.of_record(source=LIFE)
def eligibility_confirmed(it: DecisionContext[Case]) -> bool:
    """Eligibility is confirmed.

    Eligibility is not confirmed yet.

    Record the target group and the paper that proves it.
    """
    return it.subject.eligible


@rules.of_record(source=LIFE)
def entry_data_complete(it: DecisionContext[Case]) -> bool:
    """The entry data are complete.

    The entry data are not complete yet.

    Record the entry data; each optional question is answered too, if only by declining.
    """
    return it.subject.entry_recorded


@rules.of_record("meetings_held", source=LIFE)
def meeting_held(it: DecisionContext[Case]) -> bool:
    """At least one meeting with the person was held.

    No meeting with the person was held yet.

    Record the appointment as held, then the assessment.
    """
    return int(it.seen["meetings_held"]) >= 1


@rules.of_record(source=LIFE)
def needs_known(it: DecisionContext[Case]) -> bool:
    """The needs are assessed.

    The needs are not assessed yet.

    Record the assessment first.
    """
    return it.subject.needs_assessed


@rules.of_record(source="D.Lgs. 150/2015 art. 20 c. 2 a)")
def caseworker_named(it: DecisionContext[Case]) -> bool:
    """The agreement names the caseworker responsible.

    No caseworker is responsible for the case yet.

    Assign a caseworker to the case.
    """
    return it.subject.caseworker is not None


@rules.of_request(source=LIFE)
def pathway_or_day(it: DecisionContext[Case]) -> bool:
    """The agreement names a pathway, or the day by which it will be chosen.

    The agreement names neither a pathway nor the day by which it will be chosen.

    Give the pathway, or the day by which it will be chosen.
    """
    return it.asked.pathway is not None or it.asked.undecided_until is not None


def _review_limit(it: DecisionContext[Case]) -> dict[str, object]:
    days = it.limit("review")
    return {"days": days, "until": it.on + timedelta(days=days)}


@rules.of_request(source="rulebook: review", tells=_review_limit)
def review_in_time(it: DecisionContext[Case]) -> bool:
    """A suspension has a day of review after its beginning, within the days that the rulebook gives.

    The day of review must lie after the beginning and by {until}, within {days:day|days}.

    Choose an earlier day; the suspension can be renewed then.
    """
    return bool(it.on < it.asked.review_on <= it.on + timedelta(days=it.limit("review")))


@rules.of_record(source=LIFE)
def suspended(it: DecisionContext[Case]) -> bool:
    """Only a suspended case can be resumed.

    The case is not suspended.

    There is nothing to resume.
    """
    return "SUSPENDED" in it.subject.overlays


@rules.of_record(source=LIFE)
def not_suspended_yet(it: DecisionContext[Case]) -> bool:
    """The case is not suspended.

    The case is suspended already.

    Resume it first if the reason has changed.
    """
    return "SUSPENDED" not in it.subject.overlays


@rules.of_request("caseworker_active", source=LIFE)
def caseworker_active(it: DecisionContext[Case]) -> bool:
    """The caseworker works at the desk of the case on that day.

    The caseworker does not work at the desk of the case on that day.

    Choose a caseworker of this desk, or have the administrator post the person to it.
    """
    return bool(it.seen["caseworker_active"])


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
    """A person is unreachable after attempts without answer, as many, by as many channels and over as many days as the
    rulebook asks.

    A person is unreachable after {attempts:attempt|attempts} without answer, by {channels:channel|channels}, over
    {days:day|days}; on record are {made:attempt|attempts}, by {by:channel|channels}, over {over:day|days}.

    Record the attempts made; try once more by another channel.
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
    """A consolidated venture is the outcome of mentoring, not of closing early.

    Closing early cannot claim a consolidated venture: that is the outcome of mentoring.

    End the mentoring, or choose another outcome.
    """
    return it.asked.outcome is not Outcome.VENTURE_CONSOLIDATED


@rules.of_request(source="handbook 2.9")
def reason_fits(it: DecisionContext[Case]) -> bool:
    """Whoever could not be reached is closed for the reason no answer, and only they.

    Outcome and reason do not belong together: no answer is the reason of whoever could not be reached, and only theirs.

    Choose outcome and reason that belong together.
    """
    no_answer = it.asked.no_answer or it.asked.reason_code is ReasonCode.NO_ANSWER
    return (it.asked.outcome is Outcome.UNREACHABLE) == no_answer


@rules.of_record(source=LIFE)
def exit_data_missing(it: DecisionContext[Case]) -> bool:
    """The exit data are recorded once.

    The exit data are recorded already.

    A mistake is corrected, not recorded again.
    """
    return not it.subject.exit_recorded


@rules.of_record(source=LIFE)
def not_followed_up_yet(it: DecisionContext[Case]) -> bool:
    """The follow-up is recorded once.

    The follow-up is recorded already.

    A mistake is corrected, not recorded again.
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
    """The follow-up happens around its day, as long before and after as the rulebook gives.

    The follow-up is recorded from {opens} to {closes}: from {before:day|days} before its day, {due_on}, to
    {after:day|days} after it.

    Wait for the window, or leave the answer unknown when it has passed.
    """
    due = it.subject.deadlines.get("follow_up")
    if due is None:
        return False
    earliest = due.due_on - timedelta(days=it.limit("follow_up_opens_before"))
    return earliest <= it.on <= due.due_on + timedelta(days=it.limit("follow_up_closes_after"))


@rules.of_request(source="D.Lgs. 150/2015 art. 20")
def pact_signed_by_now(it: DecisionContext[Case]) -> bool:
    """A pact that is recorded is signed already.

    The day on which the pact was signed is still to come.

    Correct the day.
    """
    return bool(it.asked.signed_on <= it.today)
