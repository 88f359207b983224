"""Finding people and cases: slips forgiven, nothing out of reach shown, nothing personal in the index."""

from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.projections.followed.name_index import folded, shortened
from tests.support.over_http import Desk
from tests.support.world import World


@pytest.mark.parametrize(
    "typed",
    [
        "Provaletti",
        "Provaleti",
        "Provalettti",
        "Provaletty",
        "Porvaletti",
        "provaletti",
        "PROVALETTI",
        "Próvalettì",
        "rovaletti",
    ],
)
def test_one_slip_in_a_name_is_forgiven(world: World, client: TestClient, typed: str) -> None:
    irene = Desk(client, world.token(world.irene))
    person = str(world.case("INTAKE").person)
    world.settle()
    found = irene.send("people/searches", family_name=typed).json()
    assert [each["id"] for each in found["items"]] == [person]
    assert found["items"][0]["score"] == "WEAK"


def test_two_slips_are_another_name(world: World, client: TestClient) -> None:
    irene = Desk(client, world.token(world.irene))
    world.case("INTAKE")
    world.settle()
    assert irene.send("people/searches", family_name="Prvlettis").json()["items"] == []


@given(
    st.text("abcdeilmnorstu", min_size=5, max_size=14), st.integers(0, 13), st.sampled_from("abcxyz"), st.integers(0, 3)
)
@settings(max_examples=300)
def test_any_single_slip_shares_a_shortened_form(name: str, at: int, letter: str, kind: int) -> None:
    at %= len(name)
    slips = (name[:at] + name[at + 1 :], name[:at] + letter + name[at:], name[:at] + letter + name[at + 1 :],
             name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :])  # fmt: skip
    typed = slips[kind]
    assert ({name} | shortened(name)) & ({typed} | shortened(typed))


def test_names_are_compared_without_accents_case_and_apostrophes() -> None:
    assert folded("D'Ambròsio  Nuñez-Łukasz") == ["d", "ambrosio", "nunez", "lukasz"]


def test_by_number_and_by_birth_date(world: World, client: TestClient) -> None:
    irene = Desk(client, world.token(world.irene))
    person = world.case("INTAKE").person
    declared = irene.step(
        f"people/{person}", "declare_identifier", identifier_kind="CODICE_FISCALE", value="PRVRDS79C54Z999L"
    )
    world.settle()
    asked = {"number": "prvrds79c54 z999l"}
    assert [(e["score"], e["reasons"]) for e in irene.send("people/searches", **asked).json()["items"]] == [
        ("LIKELY", ["NUMBER"])
    ]
    irene.step(
        f"people/{person}", "verify_identifier", declaration=declared["event_ids"][0], seen_document="HEALTH_CARD"
    )
    world.settle()
    assert irene.send("people/searches", **asked).json()["items"][0]["score"] == "CERTAIN"
    assert (
        irene.send("people/searches", family_name="Provaleti", birth_date="1979-03-14").json()["items"][0]["score"]
        == "LIKELY"
    )


def test_people_of_other_desks_are_counted_and_not_shown(world: World, client: TestClient) -> None:
    world.second_desk()
    oreste = Desk(client, world.token(world.oreste))
    person = str(world.case("INTAKE").person)
    world.settle()
    answer = oreste.send("people/searches", family_name="Provaletti", given_names="Ardesia", birth_date="1979-03-14")
    assert answer.json()["items"] == []
    assert answer.json()["elsewhere"] == [{"score": "LIKELY", "reasons": ["BIRTH_DATE", "SAME_NAME"]}]
    assert person not in answer.text
    assert "Provaletti" not in answer.text


def test_cases_by_number_by_words_and_by_name(world: World, client: TestClient) -> None:
    irene = Desk(client, world.token(world.irene))
    one, two = world.case("IDEA"), world.case("INTAKE", person=world.person("Bianchini", "Ugo"))
    world.settle()
    number = irene.get(f"cases/{one.id}")["file_number"]

    def found(text: str) -> list[str]:
        return [each["id"] for each in irene.send("cases/searches", text=text).json()["items"]]

    assert found(number) == [str(one.id)]
    assert found(number.replace("-", " ")) == [str(one.id)]
    assert found("accoglienza") == [str(two.id)]
    assert found("étude") == [str(one.id)]
    assert found("Ugo Bianchinni") == [str(two.id)]
    assert found("bianchini accoglienza") == [str(two.id)]
    assert found("bianchini idea") == []
    assert set(found("micro")) == {str(one.id)}
    assert irene.send("cases/searches", text="").status_code == 422


def test_the_index_holds_digests_and_nothing_else(world: World) -> None:
    world.case("INTAKE", person=world.person("Riconoscibili", "Teodolinda"))
    world.settle()
    part = world.runtime.models.names.part
    with world.runtime.read.engine.connect().execution_options(reads=True) as connection:
        rows = list(connection.execute(sa.select(part)))
    assert len(rows) > 20
    assert all(len(bytes(row.digest)) == 16 for row in rows)
    assert not any(word in repr(row).lower() for row in rows for word in ("riconoscibili", "teodolinda"))


def test_nothing_personal_can_be_asked_for_in_a_url(world: World, client: TestClient) -> None:
    irene = Desk(client, world.token(world.irene))
    assert irene.raw("people", family_name="Provaletti").status_code == 422
    assert irene.raw("people/searches").status_code in (404, 405, 422)


def test_who_has_no_business_with_people_learns_nothing_of_them(world: World, client: TestClient) -> None:
    world.case("INTAKE")
    world.settle()
    for role in (Role.ADMINISTRATOR, Role.MONITOR):
        desk = Desk(client, world.token(Principal(uuid4(), role)))
        assert desk.send("people/searches", family_name="Provaletti").status_code == 403
        assert desk.send("cases/searches", text="Provaletti").status_code == 403
