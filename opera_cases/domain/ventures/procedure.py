"""The life of a venture, as a table (handbook 6.5)."""

from opera_cases.domain.access.roles import EXPERTS, MENTORS
from opera_cases.domain.companies.naming import company_there
from opera_cases.domain.corrections.doubts import doubt_rows
from opera_cases.domain.corrections.overruling import overrule_row
from opera_cases.domain.corrections.pausing import pause_rows
from opera_cases.domain.corrections.steps import correction_rows
from opera_cases.domain.kernel.events import Deadline
from opera_cases.domain.kernel.rules import DecisionContext
from opera_cases.domain.kernel.steps import DeadlineSpec, StateNotes, Step, filled, filling, seen
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.kernel.workflow import Procedure
from opera_cases.domain.ventures import alerts, business, members, setting_up
from opera_cases.domain.ventures import commands as c
from opera_cases.domain.ventures import events as e
from opera_cases.domain.ventures import remembering as _remembering  # noqa: F401 (what a venture remembers of the chapters)
from opera_cases.domain.ventures import rules as r
from opera_cases.domain.ventures.states import (
    ABANDONED,
    ALONE,
    AT_RISK,
    BEFORE_TRADING,
    CEASED,
    CLOCK,
    CONSOLIDATED,
    DESK,
    DRAFT,
    ENDED,
    FEASIBILITY,
    GROUP_FORMED,
    GROUPS,
    LIVING,
    NEW,
    PLAN_VALIDATED,
    PLANNING,
    POLICY,
    SETTING_UP,
    SOLD,
    SPIN_OFF,
    STATES,
    TRADING,
    TRANSFORMED,
    at,
)  # fmt: skip
from opera_cases.domain.ventures.venture import Venture


@filling("plan_version", "validator")
def _plan_version(it: DecisionContext[Venture]) -> dict[str, object]:
    return {"plan_version": it.subject.plan.version if it.subject.plan else 0, "validator": it.by.id}


@filling("plan_version")
def _next_version(it: DecisionContext[Venture]) -> dict[str, object]:
    return {"plan_version": it.subject.plan.version + 1 if it.subject.plan else 1}


def _this_check_in(it: DecisionContext[Venture]) -> tuple[str, ...]:
    return (f"check_in:{it.asked.month}",)


def _moved_check_in(it: DecisionContext[Venture]) -> tuple[Deadline, ...]:
    return (it.rulebook.fixed("check_in", it.asked.to, it.asked.month),)


def _added_check_in(it: DecisionContext[Venture]) -> tuple[Deadline, ...]:
    return (it.rulebook.fixed("check_in", r.day_of_month(it), it.asked.month),)


LIFE = (
    Step(asks=c.OpenVenture, by=DESK, source=NEW, target=DRAFT, records=e.VentureOpened,
         rules=(r.case_in_business, r.kind_of_the_pathway, r.no_other_venture, company_there, r.sector_of_the_region),
         fills=seen("place", "desk", "promoter"),
         also=lambda it: ((e.MemberAdmitted(person=it.seen["promoter"], promoter=True), ()),),
         claims=lambda it: (("venture_of_case", it.asked.case),), sets=(DeadlineSpec("idea_study"),)),
    Step(asks=c.StartFeasibility, by=EXPERTS, source=at(DRAFT), target=FEASIBILITY, records=e.FeasibilityStarted),
    Step(asks=c.FindFeasible, by=EXPERTS, source=at(FEASIBILITY), target=PLANNING, records=e.FeasibilityFound, kinds=ALONE,
         rules=(r.verdict_go,), sets=(DeadlineSpec("plan_ready"),), ends=("idea_study",)),
    Step(asks=c.FindFeasible, by=EXPERTS, source=at(FEASIBILITY, GROUP_FORMED), target=PLANNING, records=e.FeasibilityFound,
         kinds=SPIN_OFF, rules=(r.verdict_go, r.letter_of_intent), sets=(DeadlineSpec("plan_ready"),), ends=("idea_study",)),
    Step(asks=c.FindFeasible, by=EXPERTS, source=at(FEASIBILITY), target=None, records=e.FeasibilityFound, kinds=GROUPS,
         rules=(r.verdict_go,)),
    Step(asks=c.SubmitPlan, by=EXPERTS, source=at(GROUP_FORMED, PLANNING, PLAN_VALIDATED, SETTING_UP), target=PLANNING,
         records=e.PlanSubmitted, rules=(r.sources_cover_uses,), fills=_next_version, sets=(DeadlineSpec("plan_ready"),),
         ends=("set_up",)),
    Step(asks=c.ValidatePlan, by=EXPERTS, source=at(PLANNING), target=PLAN_VALIDATED, records=e.PlanValidated,
         rules=(r.plan_waiting, r.not_own_plan), fills=_plan_version, sets=(DeadlineSpec("set_up"),), ends=("plan_ready",)),
    Step(asks=c.RejectPlan, by=EXPERTS, source=at(PLANNING), target=None, records=e.PlanRejected,
         rules=(r.plan_waiting, r.not_own_plan), fills=_plan_version),
    Step(asks=c.BeginSettingUp, by=DESK, source=at(PLAN_VALIDATED), target=SETTING_UP, records=e.SettingUpBegun),
    Step(asks=c.PromiseFunds, by=EXPERTS | POLICY, source=at(PLANNING, PLAN_VALIDATED, SETTING_UP), target=None,
         records=e.FundsPromised),
    Step(asks=c.RegisterVenture, by=DESK, source=at(PLAN_VALIDATED, SETTING_UP), target=None,
         records=e.VentureRegistered, rules=(r.number_valid, r.not_registered_yet), kinds=setting_up.OWN_NUMBER,
         ends=("register_filing",)),
    Step(asks=c.AssignMentor, by=DESK, source=BEFORE_TRADING | LIVING, target=None, records=e.MentorAssigned,
         rules=(r.mentor_active,)),
    Step(asks=c.MoveVenture, by=POLICY, source=frozenset(STATES), target=None, records=e.VentureMoved,
         rules=(r.goes_to_another_desk,),
         fills=filled(from_desk=lambda it: it.subject.desk, place=lambda it: it.seen["receiving_place"])),
    Step(asks=c.RecordCheckIn, by=MENTORS, source=LIVING, target=AT_RISK, records=e.CheckInRecorded,
         when=r.warnings_follow, rules=(r.check_in_open, r.not_before_its_window),
         fills=alerts.compared, also=alerts.raised, ends=_this_check_in),
    Step(asks=c.RecordCheckIn, by=MENTORS, source=LIVING, target=None, records=e.CheckInRecorded,
         rules=(r.check_in_open, r.not_before_its_window),
         fills=alerts.compared, ends=_this_check_in),
    Step(asks=c.WaiveCheckIn, by=MENTORS, source=LIVING, target=None, records=e.CheckInWaived,
         rules=(r.check_in_open,), ends=_this_check_in),
    Step(asks=c.MoveCheckIn, by=MENTORS, source=LIVING, target=None, records=e.CheckInMoved,
         rules=(r.check_in_open, r.moved_to_a_day_to_come), resets=_moved_check_in,
         fills=filled(was=lambda it: it.subject.deadlines[f"check_in:{it.asked.month}"].due_on)),
    Step(asks=c.AddCheckIn, by=MENTORS, source=LIVING, target=None, records=e.CheckInAdded,
         rules=(r.check_in_new, r.added_to_come), resets=_added_check_in,
         fills=filled(due_on=lambda it: r.day_of_month(it))),
    Step(asks=c.MissCheckIn, by=CLOCK, source=LIVING, target=AT_RISK, records=e.CheckInMissed, when=r.missed_twice,
         rules=(r.thirty_days_late,),
         fills=filled(due_on=lambda it: it.subject.deadlines[f"check_in:{it.asked.month}"].due_on),
         also=alerts.raised_for_missing, ends=_this_check_in),
    Step(asks=c.MissCheckIn, by=CLOCK, source=LIVING, target=None, records=e.CheckInMissed,
         rules=(r.thirty_days_late,),
         fills=filled(due_on=lambda it: it.subject.deadlines[f"check_in:{it.asked.month}"].due_on),
         ends=_this_check_in),
    Step(asks=c.RaiseAlert, by=MENTORS, source=LIVING, target=AT_RISK, records=e.AlertRaised, rules=(r.alert_new,),
         sets=(DeadlineSpec("alert_reaction"),)),
    Step(asks=c.AnswerAlerts, by=MENTORS, source=at(AT_RISK), target=None, records=e.AlertsAnswered,
         rules=(r.alerts_stand,), ends=("alert_reaction",)),
    Step(asks=c.ClearAlert, by=MENTORS, source=at(AT_RISK), target=TRADING, records=e.AlertCleared,
         when=r.last_alert, ends=("alert_reaction",)),
    Step(asks=c.ClearAlert, by=MENTORS, source=at(AT_RISK), target=None, records=e.AlertCleared,
         rules=(r.alert_stands,)),
    Step(asks=c.Abandon, by=DESK, source=BEFORE_TRADING, target=ABANDONED, records=e.VentureAbandoned,
         releases=lambda it: (("venture_of_case", it.subject.case),), ends=members.everything_owed),
    Step(asks=c.Cease, by=MENTORS, source=LIVING, target=CEASED, records=e.VentureCeased,
         releases=lambda it: (("venture_of_case", it.subject.case),), ends=members.everything_owed),
    Step(asks=c.Consolidate, by=CLOCK | DESK, source=at(TRADING, TRANSFORMED, SOLD), target=CONSOLIDATED, records=e.VentureConsolidated,
         rules=(r.all_check_ins_settled, r.thirty_six_months_passed),
         fills=filled(trading_since=lambda it: it.subject.trading_since), ends=members.everything_owed),
)  # fmt: skip

STEPS: tuple[Step, ...] = LIFE + members.ROWS + business.ROWS + setting_up.ROWS + (
    overrule_row(e.VentureRuleOverruled, source=BEFORE_TRADING | LIVING),
    *pause_rows(e.VentureRemindersPaused, e.VentureRemindersResumed, source=BEFORE_TRADING | LIVING, by=MENTORS | EXPERTS),
) + correction_rows(
    e.VentureCorrectionProposed, e.VentureCorrectionRejected, e.VentureFactCorrected, source=frozenset(STATES),
    by=MENTORS, confirmed_by=frozenset({Role.COORDINATOR}), steps=lambda: STEPS,
) + doubt_rows(
    e.VentureStepsDoubted, e.VentureDoubtsLifted, e.VentureDoubtSettled, source=frozenset(STATES), by=frozenset({Role.COORDINATOR}),
)  # fmt: skip

VENTURE = Procedure(
    name="venture", version=5, aggregate=Venture, steps=STEPS, states=STATES,
    final=ENDED, lifeline=StateNotes(without_deadline={}),
)  # fmt: skip
