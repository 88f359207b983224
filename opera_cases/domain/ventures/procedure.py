"""The life of a venture, as a table (handbook 6.5). These steps may move it; every other leaves it where it stands:

    in                           by                                                    to
    (beginning)                  open_venture                                          DRAFT
    DRAFT                        start_feasibility                                     FEASIBILITY
    FEASIBILITY                  form_group                                            GROUP_FORMED
    FEASIBILITY, GROUP_FORMED    find_feasible                                         PLANNING
    GROUP_FORMED                 submit_plan                                           PLANNING
    PLANNING                     validate_plan                                         PLAN_VALIDATED
    PLAN_VALIDATED               begin_setting_up                                      SETTING_UP
    VALIDATED                    submit_plan, revise_uses                              PLANNING
    VALIDATED                    commit_member, withdraw_member, exclude_member        PLANNING
    SETTING_UP                   admit_member                                          PLANNING
    SETTING_UP                   start_trading                                         TRADING
    LIVING                       record_check_in, miss_check_in, raise_alert           AT_RISK
    LIVING                       withdraw_member, exclude_member, dissolution_nears    AT_RISK
    AT_RISK                      clear_alert                                           TRADING
    LIVING                       transform                                             TRANSFORMED
    LIVING                       sell                                                  SOLD
    TRANSFORMED, SOLD            resume_trading                                        TRADING
    TRADING, TRANSFORMED, SOLD   consolidate                                           CONSOLIDATED
    LIVING                       cease                                                 CEASED
    BEFORE_TRADING               abandon, withdraw_member, exclude_member              ABANDONED

Groups of states, as LIVING, are named in `states`. The rows stand in the chapters.
"""

from opera_cases.domain.kernel.steps import StateNotes, Step
from opera_cases.domain.kernel.workflow import Procedure
from opera_cases.domain.ventures import (
    alerts,
    assignments,
    bids,
    check_in_series,
    check_ins,
    conflicts,
    corrections,
    ending,
    feasibility,
    invitations,
    joining,
    leaving,
    legal_form,
    opening,
    plan,
    promises,
    setting_up,
    shares,
    takeover,
    trading,
)
from opera_cases.domain.ventures.states import ENDED, STATES
from opera_cases.domain.ventures.venture import Venture

STEPS: tuple[Step, ...] = (
    # The project
    *opening.ROWS,
    *feasibility.ROWS,
    *plan.ROWS,
    *setting_up.ROWS,
    *promises.ROWS,
    *setting_up.REGISTERING,
    *assignments.ROWS,
    # The firm at work, and the end
    *check_ins.ROWS,
    *check_in_series.ROWS,
    *alerts.ROWS,
    *ending.ROWS,
    # The group
    *invitations.ROWS,
    *joining.ROWS,
    *shares.ROWS,
    *joining.ADMITTING,
    *leaving.ROWS,
    # Out of a firm
    *takeover.ROWS,
    *bids.ROWS,
    *takeover.DECIDED,
    *conflicts.ROWS,
    # From the project to the firm
    *legal_form.ROWS,
    *setting_up.HOSTING,
    *plan.REVISING,
    *promises.WITHDRAWING,
    *trading.ROWS,
    *trading.CHANGING,
    *leaving.DISSOLVING,
    # The record itself
    *corrections.venture_correction_rows(lambda: STEPS),
)

VENTURE = Procedure(
    name="venture", version=5, aggregate=Venture, steps=STEPS, states=STATES,
    final=ENDED, lifeline=StateNotes(without_deadline={}),
)  # fmt: skip
