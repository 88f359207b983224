"""The rules of a venture. First paragraph: what must hold, as the person hears it. Second: what to do."""

from datetime import date, timedelta

from opera_cases.domain import calendar
from opera_cases.domain.people.identifiers import Check
from opera_cases.domain.rules import Asking, Rules
from opera_cases.domain.ventures import alerts
from opera_cases.domain.ventures.codes import Alert
from opera_cases.domain.ventures.venture import Venture
from opera_cases.domain.vocabulary import Verdict

rules = Rules("venture")

LIFE = "handbook 6.5"


@rules.of_request("case_in_business", "place", "desk", "promoter", source=LIFE)
def case_in_business(it: Asking[Venture]) -> bool:
    """A venture is opened for a person whose case has chosen to start a business.

    Choose the pathway on the case first.
    """
    return bool(it.seen["case_in_business"])


@rules.of_request("case_pathway", source=LIFE)
def kind_of_the_pathway(it: Asking[Venture]) -> bool:
    """The venture is of the kind that the person chose as pathway.

    Correct the kind, or change the pathway of the case.
    """
    return bool(it.asked.kind == it.seen["case_pathway"])


@rules.of_request("case_has_venture", source=LIFE)
def no_other_venture(it: Asking[Venture]) -> bool:
    """The case does not follow another venture already.

    Abandon that venture first, or change the pathway of the case.
    """
    return not it.seen["case_has_venture"]


@rules.of_request("place", source="rulebook: regional_sectors")
def sector_of_the_region(it: Asking[Venture]) -> bool:
    """The activity is in a sector that the region chose for the programme.

    Choose the sector as the plan has it; where the region chose none, every sector is open.
    """
    chosen = it.seek("regional_sectors")
    if chosen is None or it.asked.sector is None:
        return True
    scheme, _, code = it.asked.sector.partition(":")
    return not scheme.startswith("NACE/") or any(code.startswith(each) for each in chosen.codes)


@rules.of_record(source=LIFE)
def letter_of_intent(it: Asking[Venture]) -> bool:
    """The parent firm has signed a letter of intent.

    Record the letter.
    """
    return "LETTER_OF_INTENT" in it.subject.papers


@rules.of_request(source=LIFE)
def verdict_go(it: Asking[Venture]) -> bool:
    """Only a study with the verdict go leads to the plan.

    Study further, or abandon the venture.
    """
    return it.asked.verdict is Verdict.GO


@rules.of_request(source=LIFE)
def sources_cover_uses(it: Asking[Venture]) -> bool:
    """In a plan the sources are at least as much as the uses.

    Find another source or spend less.
    """
    return bool(sum(line.amount for line in it.asked.sources) >= sum(line.amount for line in it.asked.uses))


@rules.of_record(source=LIFE)
def plan_waiting(it: Asking[Venture]) -> bool:
    """A version of the plan waits for a decision.

    Submit the plan first.
    """
    return it.subject.plan is not None and not it.subject.plan.decided


@rules.of_record(source="handbook 2.2, four eyes")
def not_own_plan(it: Asking[Venture]) -> bool:
    """Nobody decides on a plan that they wrote or submitted.

    Ask a colleague to decide.
    """
    plan = it.subject.plan
    return plan is None or it.by.id not in (plan.author, plan.submitted_by)


@rules.of_request(source="handbook 4.3")
def number_valid(it: Asking[Venture]) -> bool:
    """The number of the register passes its check digit.

    Compare it with the certificate: partita IVA has 11 digits, SIRET 14.
    """
    return it.asked.check is Check.VALID


@rules.of_record(source=LIFE)
def registered(it: Asking[Venture]) -> bool:
    """The venture is registered.

    Record its number.
    """
    return it.subject.registered


@rules.of_record(source=LIFE)
def not_registered_yet(it: Asking[Venture]) -> bool:
    """The venture is not registered already.

    A wrong number is corrected, not recorded again.
    """
    return not it.subject.registered


@rules.of_request(source=LIFE)
def funded(it: Asking[Venture]) -> bool:
    """The promised sources cover the uses of the plan, unless the promoter pays alone.

    Record the promises, or say that the venture is self-funded.
    """
    return bool(it.asked.self_funded) or it.subject.funds_cover


@rules.of_request("to_desk_open", "receiving_place", source="handbook 6.10")
def goes_to_another_desk(it: Asking[Venture]) -> bool:
    """A venture moves to another desk with the case of its promoter.

    This is for the office to know.
    """
    of_promoter = it.asked.case in (None, it.subject.case)
    return of_promoter and it.asked.to_desk != it.subject.desk and it.seen["receiving_place"] is not None


@rules.of_request("mentor_active", source=LIFE)
def mentor_active(it: Asking[Venture]) -> bool:
    """The mentor works at the desk of the venture on that day.

    Choose a mentor or caseworker of this desk.
    """
    return bool(it.seen["mentor_active"])


@rules.of_request(source="handbook 3.1")
def check_in_open(it: Asking[Venture]) -> bool:
    """The check-in of that month is scheduled and still open.

    Look at the check-ins still open and choose the right month.
    """
    return it.asked.month in it.subject.check_ins_open


@rules.of_request(source="rulebook: check_in_window_later")
def not_before_its_window(it: Asking[Venture]) -> bool:
    """A check-in is held from fifteen days before its day, thirty days from month nine on.

    Wait for the window; anything urgent is a note or an alert.
    """
    due = it.subject.deadlines.get(f"check_in:{it.asked.month}")
    early = it.asked.month <= it.limit("check_in_first_months")
    window = it.limit("check_in_window_first_months" if early else "check_in_window_later")
    return due is None or it.on >= due.due_on - timedelta(days=window)


def day_of_month(it: Asking[Venture]) -> date:
    """The day on which a month after the start is over."""
    return calendar.add_months(it.subject.trading_since or it.on, it.asked.month)


@rules.of_request(source="handbook 3.1")
def moved_to_a_day_to_come(it: Asking[Venture]) -> bool:
    """A check-in is moved to a day to come, before mentoring ends.

    Choose another day.
    """
    ends = it.subject.deadlines.get("consolidation")
    return bool(it.asked.to >= it.today and (ends is None or it.asked.to <= ends.due_on))


@rules.of_request(source="handbook 3.1")
def check_in_new(it: Asking[Venture]) -> bool:
    """The series has no check-in in that month, neither open nor done.

    Choose another month, or move the one that is open.
    """
    done = {getattr(each.facts, "month", None) for each in it.subject.known.values()}
    return it.asked.month not in done and it.asked.month not in it.subject.check_ins_open


@rules.of_request(source="handbook 3.1")
def added_to_come(it: Asking[Venture]) -> bool:
    """A check-in is added for a month to come, before mentoring ends.

    Choose a later month.
    """
    ends = it.subject.deadlines.get("consolidation")
    return day_of_month(it) >= it.today and (ends is None or day_of_month(it) <= ends.due_on)


@rules.of_request(source="rulebook: check_in_missed_after")
def thirty_days_late(it: Asking[Venture]) -> bool:
    """A check-in counts as missed thirty days after its day, not earlier.

    It can still be held.
    """
    due = it.subject.deadlines.get(f"check_in:{it.asked.month}")
    return due is not None and it.on >= due.due_on + timedelta(days=it.limit("check_in_missed_after"))


@rules.of_request(source="handbook 3.3")
def alert_new(it: Asking[Venture]) -> bool:
    """The alert is not standing already.

    Answer the alert that stands.
    """
    return it.asked.alert not in it.subject.alerts


@rules.of_record(source="handbook 3.3")
def alerts_stand(it: Asking[Venture]) -> bool:
    """There is an alert to answer.

    Raise one if there is trouble.
    """
    return bool(it.subject.alerts)


@rules.of_request(source="handbook 3.3")
def alert_stands(it: Asking[Venture]) -> bool:
    """Only an alert that stands can be cleared.

    Check which alerts stand.
    """
    return it.asked.alert in it.subject.alerts


@rules.of_request(source="handbook 3.3")
def last_alert(it: Asking[Venture]) -> bool:
    """This is the last alert that stands.

    Clear the others too.
    """
    return it.subject.alerts == {it.asked.alert}


@rules.of_request(source="handbook 3.3")
def warnings_follow(it: Asking[Venture]) -> bool:
    """The figures give a warning.

    Nothing to do.
    """
    return bool(alerts.new_alerts(it))


@rules.of_request(source="rulebook: missed_in_a_row")
def missed_twice(it: Asking[Venture]) -> bool:
    """Two check-ins in a row were missed.

    Nothing to do.
    """
    return alerts.missed_too_often(it) and Alert.MISSED_CHECK_INS not in it.subject.alerts


@rules.of_record(source="rulebook: consolidation")
def all_check_ins_settled(it: Asking[Venture]) -> bool:
    """Every check-in of the series is done, waived or missed.

    Record or waive the check-ins still open.
    """
    return not it.subject.check_ins_open


@rules.of_request(source="rulebook: consolidation")
def thirty_six_months_passed(it: Asking[Venture]) -> bool:
    """The venture has traded for thirty-six months.

    Wait for that day.
    """
    due = it.subject.deadlines.get("consolidation")
    return due is not None and it.on >= due.due_on
