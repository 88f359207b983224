"""What records of people, papers, meetings, firms and things refuse, where no story meets the rule."""

from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest

from opera_cases.application.requests import CommandRequest
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.errors import Refused
from opera_cases.domain.kernel.vocabulary import Role
from tests.support.group import company_of, resource_of, session_of
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


def _file(world: World, where: str, stream: UUID, by: Principal | None = None, **values: Any) -> UUID:
    """A paper goes on a case, onto a document or to a resource; nothing of its content is kept."""
    on_a_case = {"case": str(stream), "document_kind": "CURRICULUM"} if where == "case" else {}
    ask = CommandRequest(kind="document" if on_a_case else where, step=ROOMS[where], values={**PAPER, **on_a_case, **values}, by=by or world.irene,
              stream=None if on_a_case else stream)  # fmt: skip
    return world.runtime.application.execute(ask).id


def _not_filed(world: World, where: str, stream: UUID, by: Principal | None = None, **values: Any) -> set[str]:
    with pytest.raises(Refused) as told:
        _file(world, where, stream, by, **values)
    return {each.name for each in told.value.refusals}


# -- people and their records ---------------------------------------------------------------------------------------


def test_a_number_is_verified_once_after_it_was_declared_and_for_one_person(shared: World) -> None:
    def declare(person: UUID) -> dict[str, str]:
        declared = shared.ask(
            shared.irene,
            "person",
            "declare_identifier",
            person,
            identifier_kind="CODICE_FISCALE",
            value="PRVRDS79C54Z999L",
        )
        return {"declaration": str(declared.event_ids[0]), "seen_document": "HEALTH_CARD"}

    person, other = _person(shared), _person(shared)
    never = {"declaration": NOBODY, "seen_document": "HEALTH_CARD"}
    assert shared.refused(shared.irene, "person", "verify_identifier", person, **never) == {"declared_before"}
    mine, theirs = declare(person), declare(other)
    shared.ask(shared.irene, "person", "verify_identifier", person, **mine)
    assert shared.refused(shared.irene, "person", "verify_identifier", person, **mine) == {"not_verified_yet"}
    assert shared.refused(shared.irene, "person", "verify_identifier", other, **theirs) == {"identifier_free"}


@pytest.mark.parametrize(
    ("step", "values", "rules"),
    [
        ("extend_data_request", {"request": NOBODY, "reason": "Molte carte."}, {"request_waits"}),
        ("answer_data_request", {"request": NOBODY, "outcome": "GRANTED"}, {"request_waits"}),
        ("tell_recipients", {}, {"recipients_to_tell"}),
    ],
)
def test_nothing_is_answered_that_nobody_asked_about_their_data(
    shared: World, step: str, values: dict[str, Any], rules: set[str]
) -> None:
    assert shared.refused(Principal(uuid4(), Role.DPO), "person", step, _person(shared), **values) == rules


def test_a_suspicion_is_about_two_records_and_flagged_once(shared: World) -> None:
    first, second = _person(shared), _person(shared)
    alone = {"first": str(first), "second": str(first), "reasons": ["SAME_NAME"]}
    assert shared.refused(shared.irene, "duplicate", "flag_duplicate", **alone) == {"two_records"}
    assert shared.refused(shared.irene, "duplicate", "flag_duplicate", **{**alone, "second": NOBODY}) == {"two_records"}
    pair = _flag(shared, first, second)
    turned = {"first": str(second), "second": str(first), "reasons": ["SAME_NAME"]}
    assert shared.refused(shared.irene, "duplicate", "flag_duplicate", **turned) == {"not_flagged_yet"}
    asked = {"survivor": str(_person(shared)), "reason": "Una."}
    assert shared.refused(shared.nives, "duplicate", "confirm_duplicate", pair, **asked) == {"survivor_is_one_of_them"}


def test_records_stay_merged_while_the_person_who_would_be_parted_has_a_newer_case(shared: World) -> None:
    first, second = shared.case("INTAKE", person=_person(shared)), shared.case("INTAKE", person=_person(shared))
    assert first.person
    assert second.person
    pair = _flag(shared, first.person, second.person)
    keep = {"survivor": str(first.person), "keep_case": str(second.id), "reason": "Una."}
    shared.ask(shared.nives, "duplicate", "confirm_duplicate", pair, **keep)
    second.do("close", outcome="WITHDREW", reason_code="OTHER", exit_situation="JOB_SEARCH")
    shared.case("INTAKE", person=first.person)
    assert shared.refused(shared.nives, "duplicate", "separate_records", pair, reason="Due.") == {"parted_case_free"}


def test_whoever_decides_on_two_records_may_see_both(small: World) -> None:
    small.second_desk()
    gone, here = small.case("PLAN", person=_person(small)), _person(small)
    assert gone.person
    pair = _flag(small, gone.person, here)
    gone.do("request_transfer", to_desk=str(small.armea), informed_on=gone.today, note="Si trasferisce.", grace_days=0)
    gone.do("accept_transfer", by=small.oreste, caseworker=str(small.oreste.id))
    small.clock.turn_to("2026-02-09")
    assert small.refused(small.nives, "duplicate", "reject_duplicate", pair, reason="Due.") == {"both_within_reach"}
    asked = {"survivor": str(here), "reason": "Una."}
    assert small.refused(small.nives, "duplicate", "confirm_duplicate", pair, **asked) == {"both_within_reach"}
    small.ask(small.rino, "duplicate", "reject_duplicate", pair, reason="Due.")


# -- papers, meetings, firms and things -----------------------------------------------------------------------------


def test_the_file_of_a_case_holds_two_hundred_documents_and_a_document_fifty_versions(shared: World) -> None:
    case = _case(shared).id
    papers = [_file(shared, "case", case) for _ in range(200)]
    assert _not_filed(shared, "case", case) == {"room_in_the_file"}
    for _ in range(49):
        _file(shared, "document", papers[0])
    assert _not_filed(shared, "document", papers[0]) == {"versions_left"}
    assert _not_filed(shared, "document", papers[1], size=10_000_001) == {"small_enough"}


def test_documents_are_filed_by_whoever_works_on_the_case(small: World) -> None:
    small.second_desk()
    case = small.case("PLAN")
    case.do("request_transfer", to_desk=str(small.armea), informed_on=case.today, note="Si trasferisce.")
    assert _not_filed(small, "case", case.id, small.oreste) == {"works_on_the_case"}


def test_a_meeting_is_held_by_somebody_of_the_desk_with_a_case_of_it(shared: World) -> None:
    asked = {"desk": str(shared.desk), "service": "TRAINING", "channel": "PHONE", "day": "2026-02-02", "time": "10:00"}
    assert shared.refused(shared.irene, "appointment", "book_appointment", **asked, operator=NOBODY) == {
        "operator_of_the_desk"
    }
    mine = {**asked, "operator": str(shared.irene.id)}
    assert shared.refused(shared.irene, "appointment", "book_appointment", **mine, case=NOBODY) == {"case_of_the_desk"}


def test_a_session_names_a_firm_that_is_known_and_gives_up_places_that_were_taken(shared: World) -> None:
    case = _case(shared)
    session = session_of(shared, day="2026-02-03")
    assert shared.refused(shared.irene, "session", "give_up_place", session, case=str(case.id)) == {"has_a_place"}
    assert shared.refused(shared.irene, "session", "enrol", session, case=NOBODY) == {"case_known"}
    assert shared.refused(shared.irene, "session", "hold_session", session, attendees=3) == {"day_has_come"}
    planned = {
        "desk": str(shared.desk),
        "title": "Incontro",
        "service": "INFORMATION_EVENT",
        "day": "2026-02-03",
        "time": "17:30",
        "capacity": 4,
    }
    assert shared.refused(shared.irene, "session", "schedule_session", **planned, company=NOBODY) == {"company_there"}


def test_a_firm_looks_until_a_day_to_come(shared: World) -> None:
    asked = {
        "desk": str(shared.desk),
        "firm": "Cantiere Fittizio",
        "occupation": "ISCO-08/2008:7214",
        "contract": "PERMANENT",
    }
    assert shared.refused(shared.irene, "vacancy", "post_vacancy", **asked, open_until="2026-02-01") == {
        "open_for_a_while"
    }
    shared.ask(shared.irene, "vacancy", "post_vacancy", **asked, open_until="2026-02-02")


def test_what_a_firm_in_difficulty_is_given_has_a_day_to_come(shared: World) -> None:
    company = company_of(shared)
    assert shared.refused(shared.irene, "company", "set_bid_date", company, bid_date="2026-02-02") == {"day_to_come"}
    support = {"support": "CIGS", "employees": 3, "until": "2026-02-02"}
    assert shared.refused(shared.irene, "company", "record_wage_support", company, **support) == {"day_to_come"}
    fallen = {"procedure": "FALLIMENTO", "since": "2026-01-12"}
    assert shared.refused(shared.irene, "company", "open_procedure", company, **fallen) == {"procedure_of_the_law"}
    assert shared.refused(shared.irene, "company", "inform_employees", company, informed_on="2026-02-02") == {
        "french_law"
    }


def test_a_resource_names_a_known_firm_has_twenty_files_and_goes_to_the_venture_that_holds_it(shared: World) -> None:
    listed = {
        "desk": str(shared.desk),
        "resource_kind": "MACHINERY",
        "title": "Forno",
        "owner": "Ceramiche Inesistenti s.r.l.",
    }
    assert shared.refused(shared.irene, "resource", "list_resource", **listed, company=NOBODY) == {"company_there"}
    oven = resource_of(shared)
    holder, other = _case(shared, "BUSINESS_PLAN"), _case(shared, "BUSINESS_PLAN")
    held, wanted = {"venture": str(holder.venture)}, {"venture": str(other.venture)}
    assert shared.refused(shared.irene, "resource", "reserve", oven, **held, days=31) == {"not_held_too_long"}
    assert shared.refused(shared.irene, "resource", "reserve", oven, venture=NOBODY) == {"venture_may_hold"}
    shared.ask(shared.irene, "resource", "reserve", oven, **held, days=30)
    assert shared.refused(shared.irene, "resource", "reserve", oven, **wanted) == {"held_by_nobody_else"}
    assert shared.refused(shared.irene, "resource", "take_over", oven, **wanted) == {"held_by_that_venture"}
    for _ in range(20):
        _file(shared, "resource", oven)
    assert _not_filed(shared, "resource", oven) == {"few_files"}


def test_an_office_is_put_back_with_ledger_and_keys_or_with_the_reason_why_not(shared: World) -> None:
    at = shared.clock().isoformat()
    whole = {
        "backup_format": 2,
        "backup_release": "0.0.0",
        "log_made_at": at,
        "keys_made_at": at,
        "ledger": "GIVEN",
        "erasures": 0,
        "not_revived": 0,
    }
    assert shared.refused(shared.admin, "restoration", "record_restoration", **{**whole, "ledger": "NONE"}) == {
        "ledger_or_reason"
    }
    assert shared.refused(shared.admin, "restoration", "record_restoration", **whole, why_no_keys="Perdute.") == {
        "keys_or_reason"
    }
    assert shared.refused(shared.admin, "restoration", "record_restoration", **{**whole, "keys_made_at": None}) == {
        "keys_or_reason"
    }
