"""An id that is not yours answers like one that does not exist: as an argument of any step, whichever rules look at it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import MOUNT
from opera_cases.api.openapi.examples import example
from opera_cases.api.schemas import request_bodies
from opera_cases.application.application import Application
from opera_cases.domain.access import POLICY, AccessLevel, Principal
from opera_cases.domain.kernel.errors import OperaError, Refused
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.procedures import PROCEDURES
from tests.support.group import application_of, resource_of, session_of
from tests.support.over_http import Desk
from tests.support.world import World

UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Argument(NamedTuple):
    """A field of a step that takes an id, with a body that is valid but for it."""

    kind: str
    step: str
    field: str
    body: dict[str, Any]
    several: bool


def arguments(role: Role) -> Iterator[Argument]:
    """Every such field of every step that a role may ask for."""
    for kind, procedure in PROCEDURES.items():
        for step, command in procedure.commands.items():
            if not any(role in row.by for row in procedure.steps if row.name == step):
                continue
            schema = request_bodies.model(command).model_json_schema()
            body = {
                name: value for name, value in example(schema, schema.get("$defs", {})).items() if name != "occurred_on"
            }
            for field, value in body.items():
                of = value[0] if isinstance(value, list) and value else value
                if isinstance(of, str) and UUIDS.fullmatch(of):
                    yield Argument(kind, step, field, body, isinstance(value, list))


class Elsewhere:
    """What Savona has, and what those of Armea, who reach none of it, have to ask about."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.second_desk()
        case = world.case("FUNDING")
        self.foreign = {"case": case.id, "person": case.person, "venture": case.venture, "document": world.file(case.id),
                        "funding": application_of(world, case.id), "appointment": case.meet(), "pair": world.pair()}  # fmt: skip
        self.regional = replace(world.employ("Piero Altrove", Role.REGIONAL_COORDINATOR), region="ITC1")
        contact = world.ask(world.oreste, "case", "record_contact", desk=str(world.armea), channel="PHONE").id
        person = world.ask(
            world.oreste, "person", "register_person", desk=str(world.armea), family_name="Armeani", given_names="Ugo"
        ).id
        session = world.ask(world.oreste, "session", "schedule_session", desk=str(world.armea), title="Incontro", service="INFORMATION_EVENT",
                            day="2026-02-02", time="17:30", capacity=4).id  # fmt: skip
        self.own = {"case": contact, "person": person, "resource": resource_of(world), "session": session}

    def answer(self, who: Principal, asked: Argument, named: UUID) -> tuple[Any, ...]:
        value: Any = [str(named)] if asked.several else str(named)
        begins = any("" in row.source for row in PROCEDURES[asked.kind].steps if row.name == asked.step)
        body = (
            {**asked.body, "desk": str(self.world.armea), asked.field: value}
            if "desk" in asked.body
            else {**asked.body, asked.field: value}
        )
        try:
            self.world.ask(who, asked.kind, asked.step, None if begins else self.own[asked.kind], dry_run=True, **body)
        except OperaError as wrong:
            told = [each._asdict() for each in wrong.refusals] if isinstance(wrong, Refused) else wrong.detail
            return type(wrong), UUIDS.sub("…", str(told))
        return ("would",)

    def told_apart(self, who: Principal) -> set[tuple[str, str, str, str]]:
        """Where a foreign id is answered otherwise than one of nothing: of which kind, by which step and field."""
        found = set()
        for asked in arguments(who.role):
            if asked.kind in self.own or any(
                "" in row.source for row in PROCEDURES[asked.kind].steps if row.name == asked.step
            ):
                nothing = self.answer(who, asked, uuid4())
                found |= {
                    (*asked[:3], kind)
                    for kind, foreign in self.foreign.items()
                    if foreign and self.answer(who, asked, foreign) != nothing
                }
        return found


def test_no_argument_of_any_step_tells_a_foreign_record_from_nothing(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Elsewhere(small)
    for who in (small.oreste, there.regional):
        assert there.told_apart(who) == set()
    monkeypatch.setattr(Application, "reach", lambda office, record, by: AccessLevel.WRITE)
    blind = {each[:3] for each in there.told_apart(small.oreste)}
    assert blind >= {
        ("funding", "draft_application", "case"),
        ("resource", "reserve", "venture"),
        ("session", "enrol", "case"),
    }, "who looks at every id would be told apart"


def test_over_http_both_are_the_same_answer_and_both_tries_are_on_record(world: World, client: TestClient) -> None:
    world.second_desk()
    case, other = world.case("IDEA"), world.person("Altrui", "Ada")
    thing, session = resource_of(world), session_of(world)
    oreste = Desk(client, world.token(world.oreste))
    foreign, absent = [str(case.id), str(case.person), str(other)], [str(uuid4()) for _ in range(3)]

    def tries(ids: list[str]) -> list[Any]:
        one, two, three = ids
        return [
            oreste.send("ventures", kind="MICRO_ENTERPRISE", case=one, working_title="x"),
            oreste.send("funding-applications", case=one, source="GRANT", funder="x", amount="1.00"),
            oreste.send("duplicates", first=two, second=three, reasons=["SIMILAR_NAME"]),
            oreste.try_step(f"resources/{thing}", "reserve", venture=one),
            oreste.try_step(f"sessions/{session}", "enrol", case=one),
            oreste.raw(f"cases/{one}"), oreste.raw(f"people/{two}"), oreste.raw(f"cases/{one}/timeline"),
            oreste.send(f"cases/{one}/dossier"),
        ]  # fmt: skip

    def told(answers: list[Any], ids: list[str]) -> list[tuple[int, str]]:
        return [(each.status_code, re.sub("|".join(ids), "…", each.text)) for each in answers]

    assert told(tries(foreign), foreign) == told(tries(absent), absent)
    asked = "SELECT stream, rules FROM log.refusal WHERE principal = $1 AND operation LIKE '%.read'"
    rows = {(str(UUID(str(stream))), rules) for stream, rules in world.runtime.log.rows(asked, world.oreste.id)}
    assert rows >= {
        (foreign[0], "record.out_of_reach"),
        (foreign[1], "record.out_of_reach"),
        (absent[0], "record.no_such_record"),
        (absent[1], "record.no_such_record"),
    }
    assert client.get(f"{MOUNT}/cases/{uuid4()}").status_code == 401


def test_whoever_coordinates_one_of_two_regions_decides_about_a_pair_that_spans_both(small: World) -> None:
    """The pair names both records and their cases: what it tells already is no foreign id."""
    small.second_desk()
    turin = small.open_desk("TO-ALT", "TO", region="ITC1")
    ugo = small.employ("Ugo Torinesi", Role.CASEWORKER, turin)
    theirs = small.ask(
        ugo,
        "person",
        "register_person",
        desk=str(turin),
        family_name="Doppi",
        given_names="Anna",
        birth_date="1990-01-01",
    ).id
    small.ask(ugo, "person", "give_notice", theirs, version="2019-07", language="it")
    contact = small.ask(ugo, "case", "record_contact", desk=str(turin), channel="PHONE").id
    small.ask(ugo, "case", "open_intake", contact, person=str(theirs), duplicate_search_on="2026-02-02")
    ours = small.case("INTAKE", person=small.person("Doppio", "Anna", "1991-01-01"))
    pair = small.ask(
        POLICY, "duplicate", "flag_duplicate", first=str(theirs), second=str(ours.person), reasons=["SIMILAR_NAME"]
    ).id
    small.ask(
        small.rino,
        "duplicate",
        "confirm_duplicate",
        pair,
        survivor=str(theirs),
        keep_case=str(contact),
        reason="La stessa persona.",
    )
    assert ours.now.survivor == contact
