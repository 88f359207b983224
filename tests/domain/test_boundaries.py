"""The day itself: what a limit of the rulebook lets through on its last day and refuses on the next."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.given import Given, GivenKind
from opera_cases.domain.kernel.vocabulary import Role
from tests.support.world import ENTRY, MONDAY, World

LAST_CALL = {"outcome": "UNREACHABLE", "reason_code": "NO_ANSWER"}
BACK = {"back_to": "PLAN", "reason_code": "OTHER", "reason": "Torna."}


def _after(days: int) -> date:
    return MONDAY + timedelta(days=days)


def test_the_follow_up_window_ends_with_its_forty_second_day(small: World) -> None:
    asked: dict[str, Any] = {"situation": "EMPLOYED", "improved": True, "channel": "PHONE"}
    late, in_time = small.case("PLAN"), small.case("PLAN", person=small.person("Finzioni", "Ada", "1980-01-01"))
    for each in (late, in_time):
        each.do("close", outcome="TRAINING", reason_code="TOO_EARLY", exit_situation="TRAINING")
    due = late.now.deadlines["follow_up"].due_on
    small.clock.turn_to(due + timedelta(days=43))
    assert late.refused("record_follow_up", **asked) == {"within_the_follow_up_window"}
    in_time.do("record_follow_up", **asked, on=due + timedelta(days=42))


def test_attempts_are_spread_over_thirty_days_before_somebody_is_unreachable(small: World) -> None:
    case = small.case("INTAKE")
    for days, channel in ((0, "PHONE"), (3, "LETTER"), (6, "EMAIL")):
        small.clock.turn_to(_after(days))
        case.do("record_attempt", channel=channel, reached=False)
    small.clock.turn_to(_after(29))
    assert case.refused("close", **LAST_CALL) == {"unreachable_shown"}
    small.clock.turn_to(_after(30))
    case.do("close", **LAST_CALL)


@pytest.mark.parametrize(
    ("attempts", "refused"),
    [(("PHONE", "LETTER"), True), (("PHONE", "PHONE", "PHONE"), True), (("PHONE", "LETTER", "PHONE"), False)],
)
def test_and_there_are_three_of_them_by_two_channels(small: World, attempts: tuple[str, ...], refused: bool) -> None:
    case = small.case("INTAKE")
    for channel in attempts:
        case.do("record_attempt", channel=channel, reached=False)
    small.clock.turn_to(_after(30))
    if refused:
        assert case.refused("close", **LAST_CALL) == {"unreachable_shown"}
    else:
        case.do("close", **LAST_CALL)


def test_what_happened_thirty_days_ago_needs_no_reason_and_the_day_before_does(small: World) -> None:
    case = small.case()
    small.clock.turn_to(_after(31))
    case.do("add_note", text="Era venuta.", on=_after(1))
    assert case.refused("add_note", text="Era venuta.", on=_after(0)) == {"late_entry_has_a_reason"}


@pytest.mark.parametrize(
    ("born", "since", "status", "other"),
    [
        ("1979-03-14", "2025-02-02", "UNEMP_LT12", "UNEMP_GE12"),
        ("1979-03-14", "2025-02-01", "UNEMP_GE12", "UNEMP_LT12"),
        ("2001-02-03", "2025-08-02", "UNEMP_LT12", "UNEMP_GE12"),
        ("2001-02-03", "2025-08-01", "UNEMP_GE12", "UNEMP_LT12"),
        ("2001-02-02", "2025-08-01", "UNEMP_LT12", "UNEMP_GE12"),
    ],
)
def test_unemployment_is_long_from_the_day_after_twelve_months_or_six_before_the_twenty_fifth_birthday(
    small: World, born: str, since: str, status: str, other: str
) -> None:
    case = small.case("INTAKE", person=small.person(born=born))
    data = {**ENTRY, "unemployed_since": since}
    assert case.refused("record_entry_data", **{**data, "employment_status": other}) == {"long_term_fits"}
    case.do("record_entry_data", **{**data, "employment_status": status})


def test_a_case_reopens_until_the_same_day_a_year_later(small: World) -> None:
    case = small.case("PLAN")
    case.do("close", outcome="TRAINING", reason_code="TOO_EARLY", exit_situation="TRAINING")
    small.clock.turn_to("2027-02-03")
    assert case.refused("reopen", **BACK) == {"closed_lately"}
    case.do("reopen", **BACK, on="2027-02-02")


@pytest.mark.parametrize(
    ("step", "field", "days", "rule"),
    [("suspend", "review_on", 90, "review_in_time"), ("pause_reminders", "until", 180, "pause_in_time")],
)
def test_what_rests_does_so_from_tomorrow_and_for_so_many_days_at_most(
    small: World, step: str, field: str, days: int, rule: str
) -> None:
    case = small.case("PLAN")
    asked = {"reason": "Va in cura.", **({"reason_code": "OTHER"} if step == "suspend" else {})}
    for wrong in (0, days + 1):
        assert case.refused(step, **asked, **{field: _after(wrong).isoformat()}) == {rule}
    for right in (1, days):
        case.do(step, **asked, **{field: _after(right).isoformat()}, dry_run=True)


@pytest.mark.parametrize(("month", "before"), [(1, 15), (6, 15), (9, 30)])
def test_the_window_of_a_check_in_opens_fifteen_days_before_its_day_and_thirty_from_month_nine_on(
    small: World, month: int, before: int
) -> None:
    case = small.case("MENTORING")
    due = case.venture_now.deadlines[f"check_in:{month}"].due_on
    small.clock.turn_to(due)
    figures = {
        "month": month,
        "channel": "PHONE",
        "turnover": "1.00",
        "staff": {"full_time_equivalents": "1.00"},
        "light": "GREEN",
        "late_reason": "Appunti.",
    }
    early, opens = due - timedelta(days=before + 1), due - timedelta(days=before)
    assert case.venture_refused("record_check_in", by=small.elio, on=early, **figures) == {"not_before_its_window"}
    case.of_venture("record_check_in", by=small.elio, on=opens, **figures, dry_run=True)


def test_a_check_in_is_moved_from_today_to_the_last_day_of_mentoring(small: World) -> None:
    case = small.case("MENTORING")
    last = case.venture_now.deadlines["consolidation"].due_on
    for day in (MONDAY - timedelta(days=1), last + timedelta(days=1)):
        assert case.venture_refused("move_check_in", by=small.elio, month=3, to=day.isoformat(), reason="Ferie.") == {
            "moved_to_a_day_to_come"
        }
    for day in (MONDAY, last):
        case.of_venture("move_check_in", by=small.elio, month=3, to=day.isoformat(), reason="Ferie.", dry_run=True)


def test_a_regional_coordinator_without_a_region_reaches_nothing(small: World) -> None:
    case = small.case("PLAN")
    nowhere = Principal(uuid4(), Role.REGIONAL_COORDINATOR)
    records = small.runtime.application.records
    for record in (case.now, small.runtime.application.load("person", case.person, small.auditor)):
        assert not records.reach(nowhere, record, MONDAY)
        record.place = None
        assert not records.reach(nowhere, record, MONDAY), "no region is not the region of what has none"


def test_what_is_only_tried_and_refused_is_not_put_on_record(small: World) -> None:
    case = small.case()

    def count() -> int:
        return int(small.runtime.application.database.rows("SELECT count(*) FROM log.refusal")[0][0])

    before = count()
    assert case.refused("resume_reminders", reason="No.", dry_run=True) == {"reminders_paused"}
    assert count() == before
    assert case.refused("resume_reminders", reason="No.") == {"reminders_paused"}
    assert count() == before + 1


@pytest.mark.parametrize(("days", "good"), [(-1, False), (0, True), (10, True), (11, False)])
def test_what_is_given_is_good_on_its_first_and_on_its_last_day(days: int, good: bool) -> None:
    given = Given(GivenKind.GRANT, uuid4(), Role.AUDITOR.value, since=MONDAY, until=_after(10))
    assert given.covers(_after(days)) is good
