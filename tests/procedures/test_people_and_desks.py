"""People, desks, operators and appointments."""

import pytest

from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.errors import InvalidInput, NotFound
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.people.identifiers import Check, checked
from tests.support.world import World

OWN = "PRVRDS79C54Z999L"


@pytest.mark.parametrize(
    ("kind", "value", "check"),
    [
        ("CODICE_FISCALE", OWN, Check.VALID),
        ("CODICE_FISCALE", "PRVRDS79C54Z99VA", Check.VALID),  # omocodia: letters for digits
        ("CODICE_FISCALE", "PRVRDS79C54Z999M", Check.INVALID),
        ("PARTITA_IVA", "99990019996", Check.VALID),
        ("SIRET", "99900017700017", Check.VALID),
        ("SIRET", "99900017700018", Check.INVALID),
        ("IDENTITY_CARD", "AX1234567", Check.UNVERIFIABLE),
    ],
)
def test_identifiers_tell_what_their_form_tells(kind: str, value: str, check: Check) -> None:
    assert checked(kind, value) is check


def _declare(world: World, person: object, value: str = OWN) -> str:
    answer = world.ask(
        world.irene, "person", "declare_identifier", person, identifier_kind="CODICE_FISCALE", value=value
    )
    return str(answer.event_ids[0])


def test_a_verified_identifier_belongs_to_one_person(world: World) -> None:
    ardesia, other = world.person(), world.person("Finti", "Nives")
    first, second = _declare(world, ardesia), _declare(world, other, "prv rds 79c54 z999l")
    seen = {"seen_document": "HEALTH_CARD"}
    world.ask(world.irene, "person", "verify_identifier", ardesia, declaration=first, **seen)
    refused = world.refused(world.irene, "person", "verify_identifier", other, declaration=second, **seen)
    assert refused == {"identifier_free"}


def test_an_invalid_number_stays_declared_and_cannot_be_verified(small: World) -> None:
    person = small.person()
    wrong = _declare(small, person, "PRVRDS79C54Z999M")
    asked = {"declaration": wrong, "seen_document": "HEALTH_CARD"}
    assert small.refused(small.irene, "person", "verify_identifier", person, **asked) == {"not_invalid"}


def test_the_check_of_a_number_is_the_offices_own(small: World) -> None:
    with pytest.raises(InvalidInput, match="works this out itself"):
        small.ask(
            small.irene,
            "person",
            "declare_identifier",
            small.person(),
            identifier_kind="PASSPORT",
            value="X",
            check="VALID",
        )


def test_a_consent_is_given_and_taken_back_and_the_service_goes_on(small: World) -> None:
    case = small.case("INTAKE")
    assert small.refused(small.irene, "person", "withdraw_consent", case.person, purpose="PICTURES") == {
        "consent_there"
    }
    small.ask(small.irene, "person", "give_consent", case.person, purpose="PICTURES")
    small.ask(small.irene, "person", "withdraw_consent", case.person, purpose="PICTURES")
    assert case.now.state == "INTAKE"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("phone", "12", "5 to 15 digits"),
        ("email", "nobody", "one @"),
        ("phone", "\x00", "cannot be stored"),
        ("address", "   ", "empty"),
        ("address", "x" * 241, "241 characters"),
    ],
)
def test_what_cannot_be_read_is_told_by_field(small: World, field: str, value: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as told:
        small.ask(small.irene, "person", "record_contacts", small.person(), preferred_channel="PHONE", **{field: value})
    assert told.value.field == field


def test_a_desk_takes_no_contacts_after_it_closed_and_again_after_it_reopened(small: World) -> None:
    small.clock.turn_to("2026-03-02")
    small.ask(small.admin, "desk", "close_desk", small.desk)
    contact = {"desk": str(small.desk), "channel": "PHONE"}
    small.clock.turn_to("2026-03-03")
    assert small.refused(small.irene, "case", "record_contact", **contact) == {"desk_open"}
    small.clock.turn_to("2026-03-09")
    small.ask(small.admin, "desk", "reopen_desk", small.desk)
    small.ask(small.irene, "case", "record_contact", **contact)


def test_two_desks_have_two_codes(world: World) -> None:
    asked = {"code": "SV-BIC", "name": "Doppio", "type": "PILOT", "host": "BIC", "country": "IT", "region": "ITC3",
             "province": "SV", "zone": "Europe/Rome"}  # fmt: skip
    assert world.refused(world.admin, "desk", "open_desk", **asked) == {"desk_code_free"}


def test_only_someone_enrolled_is_posted_to_a_desk_and_only_in_a_role_of_a_desk(small: World) -> None:
    asked = {"operator": str(small.desk), "role": "AUDITOR", "since": "2026-02-02"}
    assert small.refused(small.admin, "desk", "post_operator", small.desk, **asked) == {
        "operator_enrolled",
        "role_of_a_desk",
    }


def test_someone_withdrawn_from_a_desk_no_longer_takes_its_cases(small: World) -> None:
    case = small.case()
    small.clock.turn_to("2026-03-02")
    small.ask(small.admin, "desk", "withdraw_operator", small.desk, operator=str(small.elio.id))
    case.do("assign", caseworker=str(small.elio.id))
    small.clock.turn_to("2026-03-03")
    assert case.refused("assign", caseworker=str(small.elio.id)) == {"caseworker_active"}


def test_one_works_only_at_ones_own_desk(small: World) -> None:
    elsewhere = small.open_desk("GE", "GE")
    with pytest.raises(NotFound):
        small.ask(small.irene, "case", "record_contact", desk=str(elsewhere), channel="PHONE")


def test_a_meeting_is_held_on_its_day_or_later(small: World) -> None:
    booked = small.ask(small.irene, "appointment", "book_appointment", desk=str(small.desk), operator=str(small.irene.id),
                       service="INFORMATION_EVENT", channel="EVENT", day="2026-02-20", time="17:30").id  # fmt: skip
    assert small.refused(small.irene, "appointment", "hold_appointment", booked, minutes=90) == {"day_has_come"}
    small.clock.turn_to("2026-02-20")
    small.ask(small.irene, "appointment", "hold_appointment", booked, minutes=90, attendees=40)
    assert small.runtime.application.load("appointment", booked, small.irene).attendees == 40


def test_an_appointment_belongs_to_an_open_case_of_the_desk(small: World) -> None:
    case = small.case("INTAKE")
    case.do("close", outcome="WITHDREW", reason_code="OTHER")
    asked = {"desk": str(small.desk), "case": str(case.id), "operator": str(small.irene.id), "service": "ORIENTATION",
             "channel": "PHONE", "day": "2026-02-20", "time": "10:00"}  # fmt: skip
    assert small.refused(small.irene, "appointment", "book_appointment", **asked) == {"case_of_the_desk"}


def test_a_token_names_who_in_which_role_until_it_expires_or_is_revoked(world: World) -> None:
    today = world.clock.at.date()
    shown, find = world.token(world.irene, days=0), world.runtime.application.authorities.find
    assert find(shown, today) == world.irene
    assert find(shown, today.replace(year=2027)) is None
    assert find(shown + "x", today) is None
    world.ask(world.admin, "operator", "withdraw_tokens", world.irene.id)
    assert find(shown, today) is None


def test_a_regional_coordinator_sees_the_region(small: World) -> None:
    case = small.case()
    of_liguria = Principal(small.nives.id, Role.REGIONAL_COORDINATOR, region="ITC3")
    of_corsica = Principal(small.nives.id, Role.REGIONAL_COORDINATOR, region="FRM0")
    assert small.runtime.application.load("case", case.id, of_liguria).id == case.id
    with pytest.raises(NotFound):
        small.runtime.application.load("case", case.id, of_corsica)
