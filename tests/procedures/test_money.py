"""Money with dates: benefit advances by country and day, windows that close, tranches that are checked, promises."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from opera_cases.application.runtime import Runtime, StoreLocations, edition
from opera_cases.domain.kernel.errors import InvalidInput
from opera_cases.domain.kernel.vocabulary import Country, Place, Role
from tests.domain.test_random_walks import SAVONA
from tests.support.group import TestGroup, application_of, session_of
from tests.support.world import STAFF, SetClock, TestCase, World

BASTIA = Place(country=Country.FR, region="FRM0", province="2B", zone="Europe/Paris")


def _funding(world: World, ident: UUID) -> object:
    return world.runtime.application.load("funding", ident, world.auditor)


@pytest.mark.parametrize(
    ("place", "day", "shares"),
    [(SAVONA, date(2025, 12, 31), (100,)), (SAVONA, date(2026, 1, 1), (70, 30)), (BASTIA, date(2026, 1, 1), (50, 50))],
)
def test_the_regime_of_the_advance_follows_country_and_day(place: Place, day: date, shares: tuple[int, ...]) -> None:
    assert edition().find("benefit_advance", day, place).numbers == shares


def test_what_is_asked_for_today_follows_the_regime_of_the_day_of_entitlement(
    office_at: Callable[[str], StoreLocations],
) -> None:
    clock = SetClock(date(2026, 1, 12))
    small = World(Runtime(office_at("sqlite"), clock=clock), clock)
    case = small.case("PLAN")
    old = application_of(small, case.id, source="BENEFIT_ADVANCE", amount="9999.99", entitled_on="2025-12-30")
    small.ask(small.irene, "funding", "file_application", old, on="2026-01-12")
    small.ask(small.irene, "funding", "grant_application", old, amount="9999.99", theoretical_end="2026-09-30")
    assert _funding(small, old).tranches == (Decimal("9999.99"),)  # type: ignore[attr-defined]
    new = application_of(small, case.id, source="BENEFIT_ADVANCE", amount="9999.99", entitled_on="2026-01-02")
    small.ask(small.irene, "funding", "file_application", new)
    small.ask(small.irene, "funding", "grant_application", new, amount="9999.99", theoretical_end="2026-09-30")
    tranches = _funding(small, new).tranches  # type: ignore[attr-defined]
    assert (tranches, sum(tranches)) == ((Decimal("6999.99"), Decimal("3000.00")), Decimal("9999.99"))
    small.runtime.close()


def test_the_right_is_lost_when_the_window_closes(small: World) -> None:
    case = small.case("PLAN")
    asked = application_of(small, case.id, source="BENEFIT_ADVANCE", entitled_on="2026-01-20")
    assert _funding(small, asked).deadlines["benefit_application"].due_on == date(2026, 2, 19)  # type: ignore[attr-defined]
    small.clock.turn_to("2026-02-19")
    small.settle()
    assert _funding(small, asked).state == "DRAFTED"  # type: ignore[attr-defined]
    small.clock.turn_to("2026-02-20")
    assert small.refused(small.irene, "funding", "file_application", asked) == {"within_the_window"}
    small.settle()
    assert _funding(small, asked).state == "LAPSED"  # type: ignore[attr-defined]


def test_the_second_tranche_comes_after_its_check(small: World) -> None:
    case = small.case("PLAN")
    asked = application_of(small, case.id, source="BENEFIT_ADVANCE", amount="1000.00", entitled_on=case.today)
    small.ask(small.irene, "funding", "file_application", asked)
    assert small.refused(small.irene, "funding", "grant_application", asked, amount="1000.00") == {"end_known"}
    small.ask(small.irene, "funding", "grant_application", asked, amount="1000.00", theoretical_end="2026-12-31")
    assert _funding(small, asked).deadlines["benefit_second_check"].due_on == date(2026, 8, 2)  # type: ignore[attr-defined]
    small.ask(small.irene, "funding", "pay_tranche", asked, amount="700.00")
    assert small.refused(small.irene, "funding", "pay_tranche", asked, amount="300.00") == {"checked_first"}
    small.ask(small.irene, "funding", "check_tranche", asked, conditions_met=False)
    assert small.refused(small.irene, "funding", "pay_tranche", asked, amount="300.00") == {"checked_first"}
    small.ask(small.irene, "funding", "check_tranche", asked, conditions_met=True)
    assert small.refused(small.irene, "funding", "pay_tranche", asked, amount="300.01") == {"not_more_than_granted"}
    small.ask(small.irene, "funding", "pay_tranche", asked, amount="300.00")
    assert _funding(small, asked).state == "PAID"  # type: ignore[attr-defined]


def test_a_job_is_warned_of_until_the_benefit_would_have_ended_and_no_debt_is_computed(small: World) -> None:
    case = small.case("PLAN")
    asked = application_of(small, case.id, source="BENEFIT_ADVANCE", amount="1000.00", entitled_on=case.today)
    small.ask(small.irene, "funding", "file_application", asked)
    small.ask(small.irene, "funding", "grant_application", asked, amount="1000.00", theoretical_end="2026-04-30")
    case.do("record_situation", employment_status="UNEMP_LT12", income_support="NONE")
    assert "repayment_warning" not in case.now.deadlines
    case.do("choose_pathway", pathway="REDEPLOYMENT")
    job = {"employer": "Mensa Fittizia", "starts_on": case.today, "contract": "FIXED_TERM", "evidence_seen": True}
    assert case.refused("answer_repayment_warning", answer="x") == {"warning_stands"}
    case.do("confirm_placement", **job)
    events = small.runtime.application.records.history(case.id)
    assert [e.topic for e in events[-2:]] == ["case.placement_confirmed", "case.repayment_warned"]
    assert set(events[-1].facts.__struct_fields__) == {"application", "risk_until", "late_reason"}, "no amount"
    case.do("answer_repayment_warning", answer="Va al patronato.")
    case.do("end_placement", ended_by="RESIGNED")
    small.clock.turn_to("2026-05-02")
    small.settle()
    assert "repayment_risk" not in _funding(small, asked).deadlines  # type: ignore[attr-defined]
    case.do("confirm_placement", **{**job, "starts_on": "2026-05-02"})
    assert "repayment_warning" not in case.now.deadlines


def test_the_cooperative_that_one_subscribed_to_is_no_risk(small: World) -> None:
    case = small.case("PLAN")
    asked = application_of(small, case.id, source="BENEFIT_ADVANCE", amount="1000.00", entitled_on=case.today)
    small.ask(small.irene, "funding", "file_application", asked)
    small.ask(small.irene, "funding", "grant_application", asked, amount="1000.00", theoretical_end="2026-04-30")
    case.do("choose_pathway", pathway="REDEPLOYMENT")
    case.do("confirm_placement", employer="La propria coop", starts_on=case.today, contract="PERMANENT", evidence_seen=True,
            own_cooperative=True)  # fmt: skip
    assert "repayment_warning" not in case.now.deadlines


def test_money_granted_to_a_venture_counts_among_its_sources_until_it_is_withdrawn(small: World) -> None:
    case = small.case("FUNDING")
    asked = application_of(small, case.id, venture=str(case.venture), source="MICROCREDIT", amount="12000.00")
    small.ask(small.irene, "funding", "file_application", asked)
    small.ask(small.irene, "funding", "grant_application", asked, amount="12000.00")
    small.settle()
    assert case.venture_now.promised == 12000
    assert not case.venture_now.funds_cover
    case.of_venture("promise_funds", source="OWN_FUNDS", amount="8000.00")
    assert case.venture_now.funds_cover
    small.ask(small.irene, "funding", "withdraw_application", asked, reason_code="OTHER")
    small.settle()
    assert (case.venture_now.promised, case.venture_now.funds_cover) == (8000, False)


def test_who_starts_alone_with_an_advance_is_given_the_window_of_thirty_days(small: World) -> None:
    case = small.case("FUNDING")
    case.of_venture("promise_funds", source="BENEFIT_ADVANCE", amount="20000.00")
    case.do("secure_funding")
    case._to_mentoring()
    row = small.runtime.log.rows("SELECT funding_id FROM read.funding_v1")
    assert len(row) == 1
    drafted = _funding(small, UUID(str(row[0][0])))
    assert drafted.deadlines["benefit_application"].due_on == date(2026, 3, 4)  # type: ignore[attr-defined]
    small.settle()
    assert len(small.runtime.log.rows("SELECT funding_id FROM read.funding_v1")) == 1


def test_money_is_asked_for_in_a_case_within_reach(small: World) -> None:
    small.second_desk()
    case = small.case("PLAN")
    for each in (case.id, uuid4()):
        refused = small.refused(
            small.oreste, "funding", "draft_application", case=str(each), source="GRANT", funder="X", amount="1.00"
        )
        assert refused == {"case_known"}
    with pytest.raises(InvalidInput):
        application_of(small, case.id, amount="-1.00")


def test_cash_may_be_negative_and_a_check_in_is_entered_once(small: World) -> None:
    case = small.case("MENTORING")
    small.clock.turn_to("2026-03-02")
    case.check_in(1, cash_balance="-1500.00")
    assert case.venture_refused("record_check_in", by=small.elio, month=1, channel="PHONE", turnover="1.00", staff=STAFF,
                                light="GREEN") == {"check_in_open"}  # fmt: skip


# -- sessions ---------------------------------------------------------------------------------------------------------


def test_a_session_of_forty_makes_no_participants(world: World) -> None:
    known = world.case("PLAN")
    world.settle()
    counts = [
        world.runtime.log.rows(f"SELECT count(*) FROM read.{table}")[0][0] for table in ("caseload_v4", "person_v2")
    ]
    before = known.now.version
    session = session_of(world)
    world.ask(world.irene, "session", "enrol", session, case=str(known.id))
    world.ask(world.irene, "session", "hold_session", session, attendees=40, present=[str(known.id)])
    world.settle()
    after = [
        world.runtime.log.rows(f"SELECT count(*) FROM read.{table}")[0][0] for table in ("caseload_v4", "person_v2")
    ]
    assert after == counts
    assert known.now.version == before, "sitting in a room is no contact with the caseworker"
    held = world.runtime.application.load("session", session, world.auditor)
    assert (held.attendees, held.present, held.state) == (40, (known.id,), "HELD")


def test_places_are_as_many_as_the_room_has(small: World) -> None:
    session = session_of(small, capacity=1)
    first = small.case("PLAN")
    second = TestCase(small, small.person("Attesa", "Ada", "1984-02-02")).up_to("INTAKE")
    small.ask(small.irene, "session", "enrol", session, case=str(first.id))
    assert small.refused(small.irene, "session", "enrol", session, case=str(first.id)) == {
        "not_enrolled_yet",
        "places_left",
    }
    assert small.refused(small.irene, "session", "enrol", session, case=str(second.id)) == {"places_left"}
    small.ask(small.irene, "session", "give_up_place", session, case=str(first.id))
    small.ask(small.irene, "session", "enrol", session, case=str(second.id))
    assert small.refused(small.irene, "session", "hold_session", session, attendees=5, present=[str(first.id)]) == {
        "attendance_adds_up"
    }


def test_a_consultant_drafts_and_a_mentor_pays_but_neither_overrules(small: World) -> None:
    group = TestGroup(small).planned()
    consultant = small.employ("Cora Esperti", Role.CONSULTANT, small.desk)
    for who in (small.irene, consultant, small.elio):
        with pytest.raises(Exception, match=r"role|record"):
            small.ask(who, "venture", "overrule", group.id, parameter="set_up", value=6, reason="No.")
