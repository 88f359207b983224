"""What desks, operators, looks beyond reach and reports refuse, where no story meets the rule."""

from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest

from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.vocabulary import Role
from tests.support.world import TestCase, World

NUMBERS = count()
NOBODY = str(uuid4())
PAPER = {"title": "Lettera inventata", "media_type": "PDF", "size": 9, "digest": "0" * 64, "key": NOBODY}
ROOMS = {"case": "add_document", "document": "add_version", "resource": "attach_file"}


def _person(world: World) -> UUID:
    """Somebody who is like nobody else."""
    number = next(NUMBERS)
    letters = "".join("bcdfglmnrstv"[number // 12**place % 12] + "aeiou"[number % 5] for place in range(3))
    return world.person(f"Uff{letters}", letters.title(), f"19{50 + number % 49}-0{1 + number % 9}-1{number // 9 % 9}")


def _case(world: World, state: str = "CONTACT") -> TestCase:
    return world.case(state, person=_person(world))


def _flag(world: World, first: UUID, second: UUID) -> UUID:
    return world.ask(
        world.irene, "duplicate", "flag_duplicate", first=str(first), second=str(second), reasons=["SIMILAR_NAME"]
    ).id


def test_a_desk_has_the_clock_of_its_country_and_a_code_of_its_own(shared: World) -> None:
    asked = {
        "code": "SV-BIC",
        "name": "Altro",
        "type": "PILOT",
        "host": "BIC",
        "country": "IT",
        "region": "ITC3",
        "province": "SV",
    }
    assert shared.refused(shared.admin, "desk", "open_desk", **asked, zone="Europe/Paris") == {"zone_of_the_country"}
    assert shared.refused(shared.admin, "desk", "open_desk", **asked, zone="Europe/Rome") == {"desk_code_free"}


@pytest.mark.parametrize(
    ("step", "values", "rules"),
    [
        ("post_operator", {"operator": NOBODY, "role": "MENTOR", "since": "2026-02-02"}, {"operator_enrolled"}),
        ("post_operator", {"operator": "irene", "role": "AUDITOR", "since": "2026-02-02"}, {"role_of_a_desk"}),
        ("withdraw_operator", {"operator": NOBODY}, {"posted"}),
        (
            "record_absence",
            {"operator": "irene", "cover": "irene", "since": "2026-02-02", "until": "2026-02-09"},
            {"both_work_here"},
        ),
        (
            "record_absence",
            {"operator": "irene", "cover": NOBODY, "since": "2026-02-02", "until": "2026-02-09"},
            {"both_work_here"},
        ),
        (
            "record_absence",
            {"operator": NOBODY, "cover": "irene", "since": "2026-02-02", "until": "2026-02-09"},
            {"both_work_here"},
        ),
        (
            "record_absence",
            {"operator": "irene", "cover": "nives", "since": "2026-02-09", "until": "2026-02-08"},
            {"ends_after_it_begins"},
        ),
        ("end_absence", {"operator": "irene"}, {"away_now"}),
    ],
)
def test_a_desk_refuses(shared: World, step: str, values: dict[str, str], rules: set[str]) -> None:
    named = {
        each: str(getattr(shared, value).id) if value in ("irene", "nives") else value for each, value in values.items()
    }
    assert shared.refused(shared.admin, "desk", step, shared.desk, **named) == rules


@pytest.mark.parametrize(
    ("kind", "step", "values"),
    [
        ("person", "register_person", {"family_name": "Finzioni", "given_names": "Ada"}),
        (
            "appointment",
            "book_appointment",
            {"operator": "irene", "service": "TRAINING", "channel": "PHONE", "day": "2026-02-02", "time": "10:00"},
        ),
        ("company", "report_company", {"name": "Ceramiche Inesistenti s.r.l.", "employees": 31}),
    ],
)
def test_nothing_begins_at_a_desk_that_is_not_open_yet(
    shared: World, kind: str, step: str, values: dict[str, Any]
) -> None:
    named = {each: str(shared.irene.id) if value == "irene" else value for each, value in values.items()}
    assert shared.refused(shared.irene, kind, step, desk=str(shared.desk), **named, on="2026-01-30") == {"desk_open"}


def test_nothing_is_recorded_of_a_day_before_the_record_began(shared: World) -> None:
    assert _case(shared).refused("add_note", text="Prima.", on="2026-01-30") == {"not_before_the_beginning"}


def test_figures_are_submitted_of_a_period_that_is_over_once_for_a_region_with_desks(shared: World) -> None:
    regional = Principal(
        shared.employ("Rina Esempini", Role.REGIONAL_COORDINATOR).id, Role.REGIONAL_COORDINATOR, region="ITC3"
    )
    asked = {"region": "ITC3", "since": "2026-01-01", "until": "2026-01-31"}
    assert shared.refused(regional, "submission", "freeze_report", **{**asked, "until": "2026-02-02"}) == {
        "period_is_over"
    }
    assert shared.refused(regional, "submission", "freeze_report", **{**asked, "region": "ITG2"}) == {
        "region_has_desks"
    }
    shared.ask(regional, "submission", "freeze_report", **asked)
    again = {**asked, "since": "2026-01-31", "until": "2026-02-01"}
    assert shared.refused(regional, "submission", "freeze_report", **again) == {"follows_the_last_period"}


@pytest.mark.parametrize("days", [-1, 367])
def test_a_token_ends_within_a_year_and_not_before_today(shared: World, days: int) -> None:
    ends = (shared.begins + timedelta(days=days)).isoformat()
    asked = {"token": "abc", "role": "CASEWORKER", "desks": [str(shared.desk)], "expires_on": ends}
    assert "token_within_a_year" in shared.refused(shared.irene, "operator", "issue_token", shared.irene.id, **asked)


def test_nobody_has_more_than_twenty_calendars_at_a_time(shared: World) -> None:
    asked = {"role": "MENTOR", "desks": [str(shared.desk)], "expires_on": "2026-12-31"}
    for number in range(20):
        shared.ask(
            shared.elio,
            "operator",
            "open_calendar",
            shared.elio.id,
            calendar=f"c{number}",
            secret=str(uuid4()),
            **asked,
        )
    assert shared.refused(
        shared.elio, "operator", "open_calendar", shared.elio.id, calendar="c20", secret=NOBODY, **asked
    ) == {"calendars_bounded"}


def test_a_calendar_is_opened_by_whom_it_belongs_to(shared: World) -> None:
    asked = {
        "calendar": "c",
        "secret": NOBODY,
        "role": "CASEWORKER",
        "desks": [str(shared.desk)],
        "expires_on": "2026-12-31",
    }
    assert "own_record" in shared.refused(shared.irene, "operator", "open_calendar", shared.nives.id, **asked)


def test_what_is_within_reach_is_opened_as_usual(shared: World) -> None:
    asked = {"file_number": _case(shared).now.file_number, "reason": "Il collega è assente e la persona è qui."}
    assert shared.refused(shared.irene, "access", "take_access", **asked) == {"beyond_reach"}


def test_a_look_beyond_reach_is_judged_by_somebody_else(small: World) -> None:
    small.second_desk()
    case = small.case("INTAKE")
    taken = {"file_number": case.now.file_number, "reason": "Il collega è assente e la persona è qui."}
    access = small.ask(small.delia, "access", "take_access", **taken).id
    here_too = Principal(small.delia.id, Role.COORDINATOR, small.delia.desks | {small.desk})
    small.ask(
        small.admin,
        "desk",
        "post_operator",
        small.desk,
        operator=str(small.delia.id),
        role="COORDINATOR",
        since="2026-02-02",
    )
    assert small.refused(here_too, "access", "review_access", access, verdict="JUSTIFIED") == {"not_own_access"}
    small.ask(small.nives, "access", "review_access", access, verdict="JUSTIFIED")
