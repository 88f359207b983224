"""Whether somebody is known here is told to whoever registers people, and it stands in the ledger of that person who asked."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.errors import Refused
from opera_cases.domain.kernel.vocabulary import Role
from tests.support.over_http import Desk
from tests.support.world import World

ARDESIA = {"family_name": "Provaletti", "given_names": "Ardesia", "birth_date": "1979-03-14"}


def _readers(world: World, person: UUID | None, who: Principal) -> list[tuple[str, str, str]]:
    """Where and for what somebody read of a person, and in which classes."""
    sql = "SELECT place, purpose, classes FROM log.reading WHERE subject = $1 AND principal = $2 ORDER BY recorded_at"
    return [
        (str(place), str(purpose), str(classes))
        for place, purpose, classes in world.runtime.log.rows(sql, person, who.id)
    ]


def _there(world: World) -> UUID:
    world.second_desk()
    person = world.case("INTAKE").person
    world.settle()
    assert person is not None
    return person


def test_a_search_that_hits_elsewhere_is_told_to_whoever_asks_who_asked_about_them(
    world: World, client: TestClient
) -> None:
    person = _there(world)
    oreste, irene = Desk(client, world.token(world.oreste)), Desk(client, world.token(world.irene))
    for asked in (ARDESIA, {"family_name": "Provaleti"}, {"birth_date": "1979-03-14", "given_names": "Ardesia"}):
        told = oreste.send("people/searches", **asked).json()
        assert (told["items"], len(told["elsewhere"])) == ([], 1)
    assert _readers(world, person, world.oreste) == [("search of people", "known elsewhere", "IDENTITY")] * 3
    assert oreste.send("people/searches", family_name="Sconosciuti").json()["elsewhere"] == []
    irene.send("people/searches", **ARDESIA)
    assert _readers(world, person, world.irene)[-1] == ("search of people", "case work", "IDENTITY"), (
        "who reaches the file reads a name"
    )
    lines = irene.get(f"people/{person}/readers")["items"]
    elsewhere = next(each for each in lines if each["purpose_label"] == "persona nota altrove, senza nome")
    assert (elsewhere["desk"], elsewhere["place_label"], elsewhere["times"]) == (
        "Sportello IM-VAL",
        "ricerca di persone",
        3,
    )


def test_who_registers_nobody_learns_nothing_and_the_try_is_on_record(world: World, client: TestClient) -> None:
    person = _there(world)
    refused = [world.employ("Cleo Consulenti", Role.CONSULTANT, world.armea), world.employ("Mino Mentori", Role.MENTOR, world.armea),
               Principal(uuid4(), Role.MONITOR), Principal(uuid4(), Role.ADMINISTRATOR)]  # fmt: skip
    for who in refused:
        answer = Desk(client, world.token(who)).send("people/searches", **ARDESIA)
        assert (answer.status_code, "LIKELY" in answer.text) == (403, False)
        assert _readers(world, person, who) == []
        rows = world.runtime.log.rows("SELECT operation, rules FROM log.refusal WHERE principal = $1", who.id)
        assert [tuple(row) for row in rows] == [("search_people", "record.not_your_role")]
    for who in (world.oreste, world.delia, world.rino, world.dina):
        assert Desk(client, world.token(who)).send("people/searches", **ARDESIA).status_code == 200


def test_the_likeness_told_at_a_registration_or_a_try_of_one_is_a_reading(world: World, client: TestClient) -> None:
    person = _there(world)
    oreste = Desk(client, world.token(world.oreste))
    told = client.post(
        "/rest/opera/v1/people?dry_run=true", json={"desk": str(world.armea), **ARDESIA}, headers=oreste.headers
    )
    assert [each["rule"] for each in told.json()["refusals"]] == ["person.likeness_considered"]
    assert _readers(world, person, world.oreste) == [("registration", "known elsewhere", "IDENTITY")]
    assert oreste.send("people", desk=str(world.armea), **ARDESIA).status_code == 409
    rows = f"family_name;given_names;birth_date;channel\r\n{ARDESIA['family_name']};{ARDESIA['given_names']};{ARDESIA['birth_date']};PHONE\r\n"
    preview = oreste.result(
        oreste.upload("imports", rows.encode(), desk=str(world.armea), dry_run="true"), world.settle
    ).json()
    assert preview["items"][0]["refusals"][0]["rule"] == "person.likeness_considered"
    assert _readers(world, person, world.oreste) == [("registration", "known elsewhere", "IDENTITY")] * 3
    other = oreste.send(
        "people", desk=str(world.armea), family_name="Altrimenti", given_names="Ugo", birth_date="1990-01-01"
    )
    assert other.status_code == 201
    assert len(_readers(world, person, world.oreste)) == 3


def test_a_number_that_turns_out_to_be_another_persons_is_a_reading_of_theirs(world: World) -> None:
    person = _there(world)

    def verified(who: Principal, whose: UUID) -> Any:
        declared = world.ask(
            who, "person", "declare_identifier", whose, identifier_kind="CODICE_FISCALE", value="PRVRDS79C54Z999L"
        ).event_ids[0]
        return world.ask(
            who, "person", "verify_identifier", whose, declaration=str(declared), seen_document="HEALTH_CARD"
        )

    verified(world.irene, person)
    theirs = world.ask(
        world.oreste, "person", "register_person", desk=str(world.armea), family_name="Copiati", given_names="Ugo"
    ).id
    with pytest.raises(Refused, match="Another person's record"):
        verified(world.oreste, theirs)
    assert _readers(world, person, world.oreste) == [("check of a number", "known elsewhere", "IDENTITY")]
