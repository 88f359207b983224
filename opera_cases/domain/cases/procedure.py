"""The life of a case, as a table (handbook 6.3 and 6.4). These steps move it; every other leaves it where it stands:

    in                      by                  to
    (beginning)             record_contact      CONTACT
    CONTACT                 open_intake         INTAKE
    INTAKE                  start_assessment    ASSESSMENT
    ASSESSMENT              sign_agreement      PLAN
    PLAN                    choose_pathway      IDEA, MATCHING
    IDEA                    pass_idea           BUSINESS_PLAN
    BUSINESS_PLAN           pass_plan           FUNDING
    FUNDING                 secure_funding      START_UP
    BUSINESS_PLAN           rework              IDEA
    FUNDING                 rework              IDEA, BUSINESS_PLAN
    START_UP                rework              IDEA, BUSINESS_PLAN, FUNDING
    START_UP                confirm_launch      MENTORING
    MENTORING               end_mentoring       CLOSED
    PLAN, MATCHING          confirm_placement   PLACED
    PLACED                  end_placement       MATCHING
    BUSINESS, JOB_SEARCH    change_pathway      PLAN
    ACTIVE                  close               CLOSED
    CLOSED                  reopen              ASSESSMENT, PLAN
    ACTIVE                  merge_into          MERGED
    MERGED                  unmerge             ACTIVE

Groups of states, as ACTIVE, are named in `states`. The rows stand in the chapters. Read a row aloud: *a caseworker or
coordinator may ask to open the intake of a contact; it records that the intake was opened and leads to INTAKE, if the
notice was given …; it ends the call-back and sets the day of the assessment.*
"""

from opera_cases.domain.cases import (
    assessment,
    assignments,
    business,
    closing,
    contacts,
    corrections,
    entry_data,
    following,
    holds,
    identities,
    intake,
    matching,
    mentoring,
    placement,
    plan,
    profile,
    referrals,
    reopening,
    retention,
    situation,
    transfers,
)
from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.states import ACTIVE, BLOCKING, STATES
from opera_cases.domain.kernel.steps import DeadlineSpec, StateNotes, Step
from opera_cases.domain.kernel.workflow import Procedure

STEPS: tuple[Step, ...] = (
    # Reception: who asks for help, who is responsible, what is known at entry
    *contacts.ROWS,
    *assignments.CASEWORKER,
    *situation.ROWS,
    *intake.ROWS,
    *entry_data.ROWS,
    # The way: assessment, agreement, a business of one's own
    *assessment.ROWS,
    *plan.ROWS,
    *following.JOINING,
    *business.ROWS,
    *mentoring.ROWS,
    *plan.CHANGING,
    # Rest and end
    *holds.SUSPENSION,
    *closing.ROWS,
    # The way to others, and back
    *assignments.HANDING_OVER,
    *transfers.ROWS,
    *referrals.ROWS,
    *reopening.ROWS,
    *following.ROWS,
    # The way back to a job
    *profile.ROWS,
    *matching.ROWS,
    *placement.ROWS,
    *situation.ANSWERING,
    # The record itself: put right, kept as it is, kept for how long, of whom, read by whom
    *corrections.case_correction_rows(lambda: STEPS),
    *holds.ROWS,
    *retention.ROWS,
    *identities.ROWS,
    *assignments.ROWS,
)

CASE = Procedure(
    name="case", version=6, aggregate=Case, steps=STEPS, states=STATES, final=frozenset(), blocking=BLOCKING,
    lifeline=StateNotes(
        without_deadline={"CLOSED": "A closed case owes its follow-up and, in time, a decision on how long it is kept.",
                          "MERGED": "The surviving case owes what is owed."},
        standing=(DeadlineSpec("silence"),), standing_in=ACTIVE,
    ),
)  # fmt: skip
