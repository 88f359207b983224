"""The life of a case, as a table (handbook 6.3 and 6.4).

Read a row aloud: *a caseworker or coordinator may ask to open the intake of a contact; it records that the intake was
opened and leads to INTAKE, if the notice was given …; it ends the call-back and sets the day of the assessment.*
"""

from collections.abc import Mapping
from typing import Any

from opera_cases.domain.cases import (
    assignments,
    entry_rules,
    following,
    holds,
    identities,
    job_rules,
    redeployment,
    referrals,
    remembering,  # noqa: F401 (what a case remembers of the chapters)
    reopening,
    retention,
    transfers,
)
from opera_cases.domain.cases import business_rules as b
from opera_cases.domain.cases import commands as c
from opera_cases.domain.cases import entry_commands as ask
from opera_cases.domain.cases import entry_events as entry
from opera_cases.domain.cases import events as e
from opera_cases.domain.cases import rules as r
from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.states import (
    ACTIVE,
    ALWAYS,
    ASSESSMENT,
    BLOCKING,
    BUSINESS,
    BUSINESS_PLAN,
    CLOSED,
    CONTACT,
    DESK,
    DESK_OR_POLICY,
    FUNDING,
    IDEA,
    INTAKE,
    JOB_SEARCH,
    LEAD,
    MATCHING,
    MENTORING,
    NEW,
    PLAN,
    POLICY,
    START_UP,
    STATES,
    SUSPENDED,
    TEAM,
    TRANSFER_PENDING,
    WHILE_SUSPENDED,
    at,
)  # fmt: skip
from opera_cases.domain.cases.transfers import voids_transfer
from opera_cases.domain.corrections.doubts import doubt_rows
from opera_cases.domain.corrections.overruling import overrule_row
from opera_cases.domain.corrections.pausing import pause_rows
from opera_cases.domain.corrections.steps import correction_rows
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import CompanionStep, DeadlineSpec, StateNotes, Step, Typed, filled, filling, seen
from opera_cases.domain.kernel.vocabulary import Pathway, ReasonCode
from opera_cases.domain.kernel.workflow import Procedure

rules = Rules("case")


def _agreed(it: DecisionContext[Any]) -> int | None:
    agreed = getattr(it.asked, "contact_every_days", None)
    return int(agreed) if agreed else it.subject.contact_every_days


def _at_work(it: DecisionContext[Any]) -> bool:
    return it.subject.state != CLOSED and it.subject.contact_every_days is not None


def _reached(it: DecisionContext[Any]) -> bool:
    return bool(it.asked.reached) and _at_work(it)


def _declared_available(it: DecisionContext[Any]) -> bool:
    """Declared before the employment centre, whose time for the pact is not over: in France nothing is owed."""
    found, since = it.rulebook.seek("cpi_contact", it.on, it.place), it.asked.declared_on
    return bool(found and since and it.rulebook.due("cpi_contact", since, it.place).due_on >= it.on)


NEXT_CONTACT = DeadlineSpec("next_contact", days=_agreed)
AT_WORK = (
    "call_back",
    "assessment_held",
    "next_contact",
    "idea_study",
    "plan_ready",
    "set_up",
    "review",
    "choice",
    "transfer_answer",
    "after_leaving",
    "after_venture",
    "job_search",
    "stay_check_first",
    "stay_check",
    "proposal_answer",
    "proposal_result",
    "consequence",
    "cpi_contact",
)


ON_THE_WAY = ("idea_study", "plan_ready", "set_up", "after_leaving", "after_venture", "job_search", "stay_check_first",
              "stay_check", "proposal_answer", "proposal_result")  # fmt: skip


def _back_to(state: str) -> Any:
    @rules.of_request(source="handbook 6.4")
    def stage_named(it: DecisionContext[Case]) -> bool:
        """Rework goes back to an earlier stage of the business branch.

        The stage named is not an earlier one of the business branch.

        Name the idea, the business plan or the funding, earlier than the present stage.
        """
        return bool(it.asked.back_to == state)

    return stage_named


def _identities(it: DecisionContext[Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(("open_case", each) for each in it.seen["identities"])


def _leaves_the_group(it: DecisionContext[Any]) -> tuple[CompanionStep, ...]:
    """Whoever is still a member of a project leaves it in the same write."""
    if it.seen["still_member"] != "PROJECT":
        return ()
    values = {"person": it.seen["member_id"], "reason_code": Typed("reason_code")}
    return (CompanionStep("venture", it.subject.venture, "withdraw_member", values),)


OVER = frozenset({TRANSFER_PENDING})


@filling("venture")
def _venture(it: DecisionContext[Case]) -> Mapping[str, Any]:
    return {"venture": it.subject.venture}


TRUNK = (
    Step(asks=c.RecordContact, by=DESK, source=NEW, target=CONTACT, records=e.ContactRecorded,
         rules=(r.desk_open, r.follows_a_closed_case), fills=seen("place", "file_number"),
         claims=lambda it: (("file_number", it.seen["file_number"]),), sets=(DeadlineSpec("call_back"),)),
    Step(asks=c.RecordAttempt, by=TEAM, source=ACTIVE, target=None, records=e.ContactAttempted,
         sets=(DeadlineSpec("next_contact", days=_agreed, when=_reached),), despite=WHILE_SUSPENDED,
         ends=lambda it: ("call_back",) if it.asked.reached else ()),
    Step(asks=c.RecordMeeting, by=POLICY, source=ACTIVE | {CLOSED}, target=None, records=e.MeetingHeld,
         sets=(DeadlineSpec("next_contact", days=_agreed, when=_at_work),), ends=("call_back",), despite=WHILE_SUSPENDED),
    Step(asks=c.AddNote, by=TEAM, source=ACTIVE | {CLOSED}, target=None, records=e.NoteAdded,
         despite=WHILE_SUSPENDED),
    Step(asks=c.Assign, by=DESK, source=ACTIVE, target=None, records=e.CaseworkerAssigned,
         rules=(r.caseworker_active,), also=voids_transfer, drops=OVER, ends=("transfer_answer",),
         despite=WHILE_SUSPENDED),
    Step(asks=c.RecordSituation, by=DESK, source=ACTIVE - {CONTACT}, target=None, records=e.SituationRecorded,
         rules=(job_rules.advance_looked_up,), also=redeployment.warned, despite=WHILE_SUSPENDED),
    Step(asks=c.OpenIntake, by=DESK, source=at(CONTACT), target=INTAKE, records=e.IntakeOpened,
         rules=(r.person_registered, r.notice_given, r.duplicates_searched, r.no_other_open_case),
         fills=seen("notice_version", "identities"), claims=_identities,
         sets=(DeadlineSpec("assessment_held"),), ends=("call_back",)),
    Step(asks=ask.ConfirmEligibility, by=DESK, source=at(INTAKE), target=None, records=entry.EligibilityConfirmed,
         rules=(entry_rules.evidence_accepted, entry_rules.evidence_document_there), fills=filled(criteria=lambda it: it.rulebook.edition),
         sets=(DeadlineSpec("cpi_contact", after="declared_on", when=_declared_available),)),
    Step(asks=c.RecordServicePact, by=DESK, source=ACTIVE - {CONTACT}, target=None, records=e.ServicePactRecorded,
         rules=(r.pact_signed_by_now,), ends=("cpi_contact",), despite=WHILE_SUSPENDED),
    Step(asks=ask.RecordEntryData, by=DESK, source=at(INTAKE), target=None, records=entry.EntryDataRecorded,
         rules=(entry_rules.age_known, entry_rules.unemployment_dated, entry_rules.long_term_fits, entry_rules.last_employer_known), fills=seen("age_group")),
    Step(asks=ask.StartAssessment, by=DESK, source=at(INTAKE), target=ASSESSMENT, records=entry.AssessmentStarted,
         rules=(r.eligibility_confirmed, r.entry_data_complete, entry_rules.registration_signed)),
    Step(asks=ask.RecordAssessment, by=DESK, source=at(ASSESSMENT), target=None, records=entry.NeedsAssessed,
         rules=(r.meeting_held,), ends=("assessment_held",)),
    Step(asks=ask.RecordProfile, by=DESK, source=at(ASSESSMENT, PLAN), target=None, records=entry.ProfileRecorded),
    Step(asks=c.SignAgreement, by=DESK, source=at(ASSESSMENT), target=PLAN, records=e.AgreementSigned,
         rules=(r.needs_known, r.caseworker_named, r.pathway_or_day),
         fills=filled(caseworker=lambda it: it.subject.caseworker),
         sets=(NEXT_CONTACT, DeadlineSpec("choice", on="undecided_until")), ends=("assessment_held",)),
    Step(asks=c.ChoosePathway, by=DESK, source=at(PLAN), target=IDEA, records=e.PathwayChosen,
         when=b.leads_to_business, rules=(b.pathway_open,), sets=(DeadlineSpec("idea_study"),), ends=("choice",)),
    Step(asks=c.ChoosePathway, by=DESK, source=at(PLAN), target=MATCHING, records=e.PathwayChosen,
         when=b.leads_to_a_job, rules=(b.pathway_open,), sets=(DeadlineSpec("job_search"),), ends=("choice",)),
    Step(asks=c.JoinVenture, by=DESK_OR_POLICY, source=at(IDEA, BUSINESS_PLAN, FUNDING, START_UP), target=None,
         records=e.VentureJoined, rules=(b.member_of_the_venture,)),
    Step(asks=c.PassIdea, by=DESK, source=at(IDEA), target=BUSINESS_PLAN, records=e.IdeaPassed,
         rules=(b.venture_joined, b.idea_ripe, b.verdict_go), fills=_venture, sets=(DeadlineSpec("plan_ready"),), ends=("idea_study",)),
    Step(asks=c.PassPlan, by=DESK, source=at(BUSINESS_PLAN), target=FUNDING, records=e.PlanPassed,
         rules=(b.plan_validated,), fills=_venture | seen("plan_version"),
         sets=(DeadlineSpec("set_up"),), ends=("plan_ready",)),
    Step(asks=c.SecureFunding, by=DESK, source=at(FUNDING), target=START_UP, records=e.FundingSecured,
         rules=(b.money_found,), fills=_venture),
    Step(asks=c.Rework, by=DESK, source=at(BUSINESS_PLAN, FUNDING, START_UP), target=IDEA, records=e.StageReworked,
         when=_back_to(IDEA), sets=(DeadlineSpec("idea_study"),), ends=("plan_ready", "set_up")),
    Step(asks=c.Rework, by=DESK, source=at(FUNDING, START_UP), target=BUSINESS_PLAN, records=e.StageReworked,
         when=_back_to(BUSINESS_PLAN), sets=(DeadlineSpec("plan_ready"),), ends=("set_up",)),
    Step(asks=c.Rework, by=DESK, source=at(START_UP), target=FUNDING, records=e.StageReworked,
         when=_back_to(FUNDING), sets=(DeadlineSpec("set_up"),)),
    Step(asks=c.ConfirmLaunch, by=DESK_OR_POLICY, source=at(START_UP), target=MENTORING, records=e.LaunchConfirmed,
         rules=(b.venture_trades,), fills=_venture | seen("trading_since"),
         ends=("set_up", "consequence")),
    Step(asks=c.EndMentoring, by=DESK, source=at(MENTORING), target=CLOSED, records=e.CaseClosed,
         rules=(b.check_ins_settled, b.ends_as_a_venture_does, b.consolidated_if_it_says_so),
         fills=filled(reason_code=lambda it: ReasonCode.COMPLETED),
         releases=lambda it: it.subject.open_claims, also=voids_transfer, drops=OVER,
         sets=(DeadlineSpec("follow_up"), DeadlineSpec("retention_review")), ends=AT_WORK),
    Step(asks=c.ChangePathway, by=DESK, source=BUSINESS | JOB_SEARCH, target=PLAN, records=e.PathwayChanged,
         rules=(b.leaves_with_the_case,), together=_leaves_the_group,
         fills=filled(left_pathway=lambda it: it.subject.pathway or Pathway.REDEPLOYMENT, left_venture=lambda it: it.subject.venture),
         sets=(NEXT_CONTACT,), ends=(*ON_THE_WAY, "consequence")),
    Step(asks=c.Suspend, by=DESK, source=ACTIVE - {CONTACT}, target=None, records=e.CaseSuspended,
         rules=(r.not_suspended_yet, r.review_in_time), adds=SUSPENDED, sets=(DeadlineSpec("review", on="review_on"),),
         despite=WHILE_SUSPENDED),
    Step(asks=c.Resume, by=DESK, source=ACTIVE - {CONTACT}, target=None, records=e.CaseResumed,
         rules=(r.suspended,), drops=WHILE_SUSPENDED, ends=("review",)),
    Step(asks=c.Close, by=DESK, source=ACTIVE, target=CLOSED, records=e.CaseClosed,
         rules=(r.unreachable_shown, r.closed_without_success_claimed, r.reason_fits), drops=WHILE_SUSPENDED | OVER,
         releases=lambda it: it.subject.open_claims, also=voids_transfer,
         sets=(DeadlineSpec("exit_data", when=lambda it: it.asked.exit_situation is None), DeadlineSpec("follow_up"),
               DeadlineSpec("retention_review")), ends=AT_WORK),
    Step(asks=c.RecordExitData, by=DESK, source=at(CLOSED), target=None, records=e.ExitDataRecorded,
         rules=(r.exit_data_missing,), ends=("exit_data",)),
    Step(asks=c.RecordFollowUp, by=TEAM, source=at(CLOSED), target=None, records=e.FollowUpRecorded,
         rules=(r.not_followed_up_yet, r.within_the_follow_up_window), ends=("follow_up",)),
)  # fmt: skip

CORRECTIONS = correction_rows(
    e.CaseCorrectionProposed, e.CaseCorrectionRejected, e.CaseFactCorrected, source=ACTIVE | {CLOSED}, by=DESK,
    confirmed_by=LEAD, despite=WHILE_SUSPENDED, steps=lambda: STEPS,
) + doubt_rows(
    e.CaseStepsDoubted, e.CaseDoubtsLifted, e.CaseDoubtSettled, source=ACTIVE | {CLOSED}, by=LEAD, despite=ALWAYS,
)  # fmt: skip
STEPS: tuple[Step, ...] = (
    *TRUNK, *transfers.ROWS, *referrals.ROWS, *reopening.ROWS, *following.ROWS, *redeployment.ROWS,
    overrule_row(e.CaseRuleOverruled, source=ACTIVE, despite=WHILE_SUSPENDED),
    *pause_rows(e.CaseRemindersPaused, e.CaseRemindersResumed, source=ACTIVE | {CLOSED}, by=TEAM, despite=WHILE_SUSPENDED),
    *CORRECTIONS, *holds.ROWS, *retention.ROWS, *identities.ROWS, *assignments.ROWS,
)  # fmt: skip

CASE = Procedure(
    name="case", version=6, aggregate=Case, steps=STEPS, states=STATES, final=frozenset(), blocking=BLOCKING,
    lifeline=StateNotes(
        without_deadline={"CLOSED": "A closed case owes its follow-up and, in time, a decision on how long it is kept.",
                          "MERGED": "The surviving case owes what is owed."},
        standing=(DeadlineSpec("silence"),), standing_in=ACTIVE,
    ),
)  # fmt: skip
