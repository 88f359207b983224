"""The rules of the way back to a job. Each says what must hold, what stands in the way, and what to do."""

from datetime import date
from typing import Any

from opera_cases.domain.cases.case import Case
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.people.events import Purpose

rules = Rules("case")

SOURCE = "handbook 2.8"


@rules.of_record("consents", source="handbook 4.4 (b)")
def agrees_to_be_seen(it: DecisionContext[Case]) -> bool:
    """The person agrees that firms see the profile, under a pseudonym.

    The person has not agreed that firms see the profile.

    Record the consent on the person; the service goes on without it.
    """
    return Purpose.PROFILE_TO_FIRMS in it.seen["consents"]


@rules.of_request("profile_id", source=SOURCE)
def confirmed_by_the_person(it: DecisionContext[Case]) -> bool:
    """The person has confirmed the profile.

    The person has not confirmed the profile by that day.

    Go through it together and give the day.
    """
    return bool(it.asked.confirmed_on <= it.on)


@rules.of_record(source=SOURCE)
def profile_there(it: DecisionContext[Case]) -> bool:
    """A profile is published.

    No profile is published.

    There is nothing to withdraw.
    """
    return it.subject.profile is not None


@rules.of_request("vacancy_open", source=SOURCE)
def vacancy_open(it: DecisionContext[Case]) -> bool:
    """The vacancy is open.

    The vacancy is not open.

    Choose another vacancy.
    """
    return bool(it.seen["vacancy_open"])


@rules.of_request(source=SOURCE)
def proposal_waits_for_the_person(it: DecisionContext[Case]) -> bool:
    """The proposal was made on this case, and the person has not answered yet.

    The case has no such proposal, or the person has answered it already.

    Choose a proposal that the history of the case shows as open.
    """
    found = it.subject.job_proposals.get(it.asked.proposal)
    return found is not None and found.agreed is None


@rules.of_request(source=SOURCE)
def person_agreed(it: DecisionContext[Case]) -> bool:
    """The person agreed to this sending, and its result is not known yet.

    The person has not agreed to this sending, or its result is known already.

    Ask the person first: each sending needs their consent.
    """
    found = it.subject.job_proposals.get(it.asked.proposal)
    return found is not None and bool(found.agreed) and not found.result


def begun_by_then(said: Any, on: date) -> bool:
    """Whether a job had begun on the day of its confirmation, as it is asked for or was recorded."""
    return bool(said.begun_by_then or (isinstance(said.starts_on, date) and said.starts_on <= on))


@rules.of_request("evidence_of_placement", source=SOURCE)
def placement_shown(it: DecisionContext[Case]) -> bool:
    """The contract, or a document on file, shows the job, and it begins by then.

    Nothing seen or on file shows the job, or it begins later.

    Look at the contract, or file the document; give the first day of work.
    """
    shown = it.asked.evidence_seen or bool(it.seen["evidence_of_placement"])
    return bool(shown and begun_by_then(it.asked, it.on))


@rules.of_record(source=SOURCE)
def warning_stands(it: DecisionContext[Case]) -> bool:
    """A warning about a benefit advance waits for an answer.

    No warning about a benefit advance waits for an answer.

    There is nothing to answer.
    """
    return "repayment_warning" in it.subject.deadlines


@rules.of_request("benefit_advances", source="handbook 2.2")
def advance_looked_up(it: DecisionContext[Case]) -> bool:
    """The benefit advances of the person are looked up, to warn of one that a job puts at risk.

    The benefit advances of the person could not be looked up.

    This is for the office to find out.
    """
    return isinstance(it.seen["benefit_advances"], tuple | list)
