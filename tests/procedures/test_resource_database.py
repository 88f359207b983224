"""The resource database: one holder at a time, found where it lies, stale when nobody looked; people by pseudonym."""

import threading
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.domain.kernel.errors import InvalidInput, OperaError, Refused
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.resources.resource import Resource
from opera_cases.jobs.rounds import run_until_idle
from tests.support.group import TestGroup, company_of, resource_of, vacancy_of
from tests.support.over_http import Desk
from tests.support.world import MONDAY, TestCase, World

SCAN = b"\x89PNG\r\n\x1a\n invented"


def _resource(world: World, ident: UUID) -> Resource:
    return world.runtime.application.load("resource", ident, world.auditor)  # type: ignore[no-any-return]


def test_the_loser_of_a_race_is_told_by_whom_and_until_when(world: World) -> None:
    first, second = (
        world.case("BUSINESS_PLAN"),
        world.case("BUSINESS_PLAN", person=world.person("Seconda", "Ada", "1985-01-01")),
    )
    oven = resource_of(world)
    together, told = threading.Barrier(2), {}

    def reserve(case: TestCase) -> None:
        together.wait()
        try:
            told[case.id] = world.ask(world.irene, "resource", "reserve", oven, venture=str(case.venture), days=20)
        except Refused as refused:
            told[case.id] = refused

    threads = [threading.Thread(target=reserve, args=(case,)) for case in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    losers = [each for each in told.values() if isinstance(each, Refused)]
    assert len(losers) == 1
    assert {each.rule: dict(each.told) for each in losers[0].refusals} == {
        "resource.held_by_nobody_else": {"held_by_desk": str(world.desk), "held_until": "2026-02-22"}}  # fmt: skip
    assert _resource(world, oven).holder in (first.venture, second.venture)
    assert verify_everything(world.runtime) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["reserve", "release", "take_over", "return_resource", "tick"]), st.integers(0, 1),
                          st.integers(0, 20)), max_size=14))  # fmt: skip
def test_no_resource_has_two_holders_on_one_day(small_office: object, moves: list[tuple[str, int, int]]) -> None:
    """The holders by the log, day by day: the one who has it keeps it until they give it up or their time is over."""
    world: World = small_office()  # type: ignore[operator]
    ventures = [
        world.case("BUSINESS_PLAN", person=world.person(f"Prova{'ab'[n]}", "Ada", f"198{n}-01-01")).venture
        for n in range(2)
    ]
    thing, day = resource_of(world), MONDAY
    steps = {
        "reserve": "reserve",
        "release": "release_resource",
        "take_over": "take_over",
        "return_resource": "return_resource",
    }
    for move, who, days in moves:
        day += timedelta(days=days)
        world.clock.turn_to(day)
        run_until_idle(world.runtime)
        if move == "tick":
            continue
        try:
            world.ask(world.irene, "resource", steps[move], thing, venture=str(ventures[who]))
        except OperaError:
            continue
    holder: UUID | None = None
    until: date | None = None
    for event in world.runtime.application.records.history(thing):
        if event.topic in ("resource.reserved", "resource.taken_over"):
            assert holder in (None, event.facts.venture), "somebody else has it still"
            assert until is None or event.on <= until
            holder, until = event.facts.venture, getattr(event.facts, "until", None)
        elif event.topic in ("resource.released", "resource.reservation_expired", "resource.returned"):
            assert holder == event.facts.venture
            holder = until = None
    assert _resource(world, thing).holder == holder
    world.runtime.close()


def test_a_reservation_ends_by_itself_the_day_after(small: World) -> None:
    case, thing = small.case("BUSINESS_PLAN"), resource_of(small)
    assert small.refused(small.irene, "resource", "reserve", thing, venture=str(case.venture), days=31) == {
        "not_held_too_long"
    }
    small.ask(small.irene, "resource", "reserve", thing, venture=str(case.venture), days=10)
    small.clock.turn_to("2026-02-12")
    small.settle()
    assert _resource(small, thing).state == "RESERVED"
    small.clock.turn_to("2026-02-13")
    small.settle()
    assert (_resource(small, thing).state, _resource(small, thing).holder) == ("AVAILABLE", None)


def test_another_desk_reserves_what_it_may_read_for_a_venture_of_its_own(world: World, client: TestClient) -> None:
    world.second_desk()
    case, thing = world.case("BUSINESS_PLAN"), resource_of(world)
    oreste = Desk(client, world.token(world.oreste))
    assert oreste.sees(f"resources/{thing}"), "what the crisis left is shared by all desks"
    refused = oreste.try_step(f"resources/{thing}", "verify_resource", condition="GOOD").json()["refusals"]
    assert [each["rule"] for each in refused] == ["record.not_your_desk"]
    beyond, absent = (
        oreste.try_step(f"resources/{thing}", "reserve", venture=str(each)).json() for each in (case.venture, uuid4())
    )
    assert [each["rule"] for each in beyond["refusals"]] == ["resource.venture_may_hold"]
    assert beyond == absent, "a venture beyond reach is not told from one that is absent"


def test_resources_are_found_by_words_place_and_activity_until_nobody_looked_for_long(
    world: World, client: TestClient
) -> None:
    oven = resource_of(world)
    resource_of(
        world, title="Marchio Splendor", resource_kind="TRADEMARK", area="NUTS/2024:ITG2F", sector="NACE/2.1:55.10"
    )
    irene = Desk(client, world.token(world.irene))

    def found(**asked: object) -> list[str]:
        return [each["title"] for each in irene.send("resources/searches", **asked).json()["items"]]

    assert found(text="FORNO ceramica") == ["Forno a tunnel per ceramica"]
    assert found(area="NUTS/2024:ITC3") == ["Forno a tunnel per ceramica"]
    assert found(area="NUTS/2024:ITG2") == ["Marchio Splendor"]
    assert found(sector="NACE/2.1:55") == ["Marchio Splendor"]
    assert found(kinds=["TRADEMARK", "PATENT"]) == ["Marchio Splendor"]
    assert found(municipality="COMUNI/2026:B369", text="100%") == []
    assert found(text="forno_") == [], "a character of the database's own is a character like another"
    world.clock.turn_to("2026-05-10")
    assert [each["stale"] for each in irene.send("resources/searches", text="forno").json()["items"]] == [True]
    world.clock.turn_to("2026-08-20")
    assert found() == []
    world.ask(world.irene, "resource", "verify_resource", oven, condition="USABLE")
    assert found() == ["Forno a tunnel per ceramica"]


def test_labels_are_looked_up_when_shown_in_the_readers_language(world: World, client: TestClient) -> None:
    resource_of(world)
    headers = {"Authorization": f"Bearer {world.token(world.irene)}"}
    told = {}
    for language in ("it", "fr", "en"):
        answer = client.post(
            "/rest/opera/v1/resources/searches", json={}, headers={**headers, "Accept-Language": language}
        )
        told[language] = answer.json()["items"][0]["labels"]["sector"]
    assert len(set(told.values())) == 3, told


def test_a_firm_is_found_by_words_of_its_name_before_it_is_reported_twice(world: World, client: TestClient) -> None:
    company = company_of(world)
    irene = Desk(client, world.token(world.irene))
    assert [each["company_id"] for each in irene.get("companies", text="INESISTENTI ceramiche")["items"]] == [
        str(company)
    ]
    assert irene.get("companies", text="esistenti%")["items"] == []
    shown = irene.get(f"companies/{company}")
    assert shown["labels"]["COMUNI/2026:B369"] == "Cairo Montenotte"
    assert "words" not in irene.get("companies")["items"][0]
    exported = irene.result(
        irene.send("exports", kind="company", format="CSV", filters={"text": "ceramiche"}), world.settle
    ).text
    assert "Ceramiche Inesistenti" in exported
    assert "words" not in exported.splitlines()[0]


def test_a_code_that_its_list_does_not_have_is_refused_by_its_field(small: World) -> None:
    for wrong in ("NACE/2.1:99.99", "NACE/9.9:10.71", "NOSUCH/1:1"):
        with pytest.raises(InvalidInput) as told:
            resource_of(small, sector=wrong)
        assert told.value.field == "sector"
        assert "NACE/2.1" in told.value.detail


def test_photos_are_kept_by_the_hash_of_their_sealed_content(world: World, client: TestClient) -> None:
    thing = resource_of(world)
    irene = Desk(client, world.token(world.irene))
    key = UUID(int=77)
    headers = {"Authorization": f"Bearer {world.token(world.irene)}", "If-Match": irene.get(f"resources/{thing}")["etag"],
               "Idempotency-Key": str(key)}  # fmt: skip
    for _ in range(2):  # a repeat attaches it once
        sent = client.post(f"/rest/opera/v1/resources/{thing}/files", headers=headers, data={"title": "Il forno"},
                           files={"content": ("forno.png", SCAN, "image/png")})  # fmt: skip
        assert sent.status_code == 201, sent.text
    files = irene.get(f"resources/{thing}")["files"]
    assert [(each["media_type"], each["size"]) for each in files] == [("PNG", len(SCAN))]
    digest = files[0]["digest"]
    assert irene.raw(f"resources/{thing}/files/{digest}").content == SCAN
    assert SCAN not in world.runtime.files.path(digest).read_bytes()
    assert irene.raw(f"resources/{thing}/files/{'0' * 64}").status_code == 404
    assert verify_everything(world.runtime) == []
    world.runtime.files.path(digest).unlink()
    assert irene.raw(f"resources/{thing}/files/{digest}").status_code == 500
    assert [each.invariant for each in verify_everything(world.runtime)] == ["I13"]


# -- people -----------------------------------------------------------------------------------------------------------


def _seeker(world: World, **profile: object) -> TestCase:
    case = world.case("PLAN")
    case.do("choose_pathway", pathway="REDEPLOYMENT")
    world.ask(world.irene, "person", "give_consent", case.person, purpose="PROFILE_TO_FIRMS")
    asked = {"occupations": ["ISCO-08/2008:7214"], "languages": ["fr:B2"], "licences": ["C"], "area": "NUTS/2024:ITC32",
             "sectors": ["NACE/2.1:30.11"], "municipality": "COMUNI/2026:B369",
             "confirmed_on": case.today}  # fmt: skip
    case.do("publish_profile", **{**asked, **profile})
    return case


def test_a_profile_is_published_with_consent_and_gone_without(small: World) -> None:
    case = small.case("PLAN")
    case.do("choose_pathway", pathway="REDEPLOYMENT")
    asked = {"occupations": ["ISCO-08/2008:7214"], "confirmed_on": case.today}
    assert case.refused("publish_profile", **asked) == {"agrees_to_be_seen"}
    small.ask(small.irene, "person", "give_consent", case.person, purpose="PROFILE_TO_FIRMS")
    case.do("publish_profile", **asked)
    small.ask(small.irene, "person", "withdraw_consent", case.person, purpose="PROFILE_TO_FIRMS")
    small.settle()
    assert case.now.published is None
    assert case.now.state == "MATCHING", "the service goes on"


def test_profiles_are_found_under_a_pseudonym_and_the_case_is_named_to_its_desk_only(
    world: World, client: TestClient
) -> None:
    world.second_desk()
    case = _seeker(world)
    irene, oreste = Desk(client, world.token(world.irene)), Desk(client, world.token(world.oreste))
    for asked in (
        {"occupation": "ISCO-08/2008:721"},
        {"language": "fr"},
        {"licence": "C"},
        {"area": "NUTS/2024:ITC3"},
        {"sector": "NACE/2.1:30"},
        {"municipality": "COMUNI/2026:B369"},
        {"text": "structural metal"},
    ):
        mine, theirs = (who.send("profiles/searches", **asked).json()["items"] for who in (irene, oreste))
        assert [each["case"] for each in mine] == [str(case.id)], asked
        assert [each["case"] for each in theirs] == [None], asked
        assert str(case.person) not in str(theirs)
        assert theirs[0]["profile"] == mine[0]["profile"]
    for asked in ({"occupation": "ISCO-08/2008:9"}, {"text": "bakers"}, {"text": "xyzzy"}):
        assert irene.send("profiles/searches", **asked).json()["items"] == [], asked
    monitor = Desk(client, world.token(world.employ("Mona Itoraggi", Role.MONITOR)))
    assert monitor.send("profiles/searches").status_code == 403


def test_nothing_is_sent_to_a_firm_before_the_person_agrees_each_time(small: World) -> None:
    case, vacancy = _seeker(small), vacancy_of(small)
    sent = case.do("propose_vacancy", vacancy=str(vacancy)).event_ids[0]
    assert case.now.deadlines["proposal_answer:1"].due_on == date(2026, 2, 9)
    assert case.refused("record_result", proposal=str(sent), result="HIRED") == {"person_agreed"}
    case.do("agree_to_proposal", proposal=str(sent), agreed=False)
    assert case.refused("record_result", proposal=str(sent), result="HIRED") == {"person_agreed"}
    again = case.do("propose_vacancy", vacancy=str(vacancy)).event_ids[0]
    case.do("agree_to_proposal", proposal=str(again), agreed=True)
    assert "proposal_result:2" in case.now.deadlines
    case.do("record_result", proposal=str(again), result="HIRED")
    assert not [key for key in case.now.deadlines if key.startswith("proposal")]


def test_a_placement_fills_the_place_and_is_looked_at_after_four_weeks_and_six_months(small: World) -> None:
    case, vacancy = _seeker(small), vacancy_of(small)
    asked = {
        "employer": "Cantiere Fittizio s.p.a.",
        "starts_on": case.today,
        "contract": "PERMANENT",
        "vacancy": str(vacancy),
    }
    assert case.refused("confirm_placement", **asked) == {"placement_shown"}
    case.do("confirm_placement", **asked, chain="SHIPBUILDING", evidence_seen=True)
    small.settle()
    assert small.runtime.application.load("vacancy", vacancy, small.auditor).state == "FILLED"
    due = {key: case.now.deadlines[key].due_on for key in ("stay_check_first", "stay_check")}
    assert due == {"stay_check_first": date(2026, 3, 2), "stay_check": date(2026, 8, 2)}
    small.clock.turn_to("2026-03-02")
    case.do("record_stay_check", still_there=True)
    assert [key for key in case.now.deadlines if key.startswith("stay")] == ["stay_check"]
    case.do("end_placement", ended_by="FIRM_CLOSED")
    assert (case.now.state, case.now.placed_on) == ("MATCHING", None)
    case.do("change_pathway", reason_code="OTHER")
    case.do("choose_pathway", pathway="MICRO_ENTERPRISE")
    assert case.now.state == "IDEA", "from one branch to the other without closing"


def test_a_vacancy_closes_by_itself(small: World) -> None:
    vacancy = vacancy_of(small, open_until="2026-02-10")
    small.clock.turn_to("2026-02-11")
    small.settle()
    assert small.runtime.application.load("vacancy", vacancy, small.auditor).state == "EXPIRED"
    assert _seeker(small).refused("propose_vacancy", vacancy=str(vacancy)) == {"vacancy_open"}


def test_a_resource_of_a_firm_goes_to_the_group_that_gets_the_business(small: World) -> None:
    group = TestGroup(small, "WORKER_BUY_OUT").planned()
    oven, mill = resource_of(small, company=str(group.company)), resource_of(small, title="Mulino")
    for each in (oven, mill):
        small.ask(small.irene, "resource", "reserve", each, venture=str(group.id))
    group.do("set_perimeter", company=str(group.company), jobs=3, assets=[str(oven)])
    group.do("file_bid", amount="50000.00")
    group.do("award_business", access="RENT")
    small.settle()
    assert [_resource(small, each).state for each in (oven, mill)] == ["IN_USE", "IN_USE"]
    assert small.runtime.application.load("company", group.company, small.auditor).awards == {group.id}
