"""One policy of access, written once and asked in two ways: of a record, and as a condition on rows. Both say the same of every record."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from opera_cases.domain.access import PEOPLE, AccessLevel, Principal
from opera_cases.domain.access import policy as policy_module
from opera_cases.domain.access.conditions import At
from opera_cases.domain.access.roles import ROLES
from opera_cases.domain.access.table import GRANTS, KINDS, Grant
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.projections import access
from opera_cases.projections.registry import TABLE_OF
from tests.access.authorisation.office import Programme, programme
from tests.access.authorisation.table import COVERED, FOREIGN, MATRIX, OWN
from tests.support.over_http import Desk
from tests.support.world import TestCase, World

FAMILIES = ("Traslochini", "Spostazzi", "Migrettoli", "Cambiaroli")
WHY = {"reason": "Non serve più."}
DRAWS = {"sqlite": 78, "postgresql": 26}


def _office(world: World, rng: random.Random) -> Programme:
    """Two desks in two regions with records of every kind; beside them other desks with cases that moved, that were given away, that
    another desk is asked to take, meetings in every state, files that were opened for a reason, and consultants assigned for a while."""
    made = programme(world)
    world.second_desk()
    neighbour = world.employ("Olga Vicinali", Role.MENTOR, world.armea)
    for number in range(rng.choice((1, 2))):
        world.open_desk(f"GE-{number}", "GE")
    for number, answer in enumerate(
        ("accept_transfer", "refuse_transfer", "", *rng.choices(("accept_transfer", ""), k=rng.choice((0, 1))))
    ):
        case = TestCase(world, world.person(FAMILIES[number], "Ida", f"19{60 + 7 * number}-0{number + 1}-01")).up_to(
            "PLAN"
        )
        for step, values in (
            ("", {}),
            ("hold_appointment", {"minutes": 30, "signed": True}),
            ("miss_appointment", {}),
            ("cancel_appointment", WHY),
        ):
            _meeting(world, case, rng.choice((world.elio, made.who[OWN][Role.CONSULTANT])), step, values)
        for helper in rng.sample([world.elio, made.who[OWN][Role.CONSULTANT], neighbour], rng.choice((1, 2))):
            until = world.runtime.application.today() + timedelta(days=rng.choice((1, 3, 30, 31, 60)))
            case.do("assign_consultant", consultant=str(helper.id), until=str(until))
            if rng.random() < 0.3:
                case.do("release_consultant", consultant=str(helper.id))
        case.do(
            "request_transfer",
            to_desk=str(world.armea),
            informed_on=case.today,
            grace_days=rng.choice((0, 3, 30)),
            note="Cambia casa.",
        )
        if answer:
            more = {"caseworker": str(world.oreste.id)} if answer == "accept_transfer" else {"reason": "Non c'è posto."}
            case.do(answer, by=world.oreste, **more)
    number = world.runtime.application.load("case", made.ids["foreign"]["case"], world.auditor).file_number
    world.ask(
        world.irene,
        "access",
        "take_access",
        file_number=number,
        reason="La collega è in malattia e il termine scade domani.",
    )
    world.settle()
    return made


def _meeting(world: World, case: TestCase, who: Principal, step: str, values: dict[str, Any]) -> None:
    booked = {
        "desk": str(world.desk),
        "case": str(case.id),
        "operator": str(who.id),
        "service": "ORIENTATION",
        "channel": "PHONE",
        "day": case.today,
    }
    meeting = world.ask(world.irene, "appointment", "book_appointment", **booked, time="11:00").id
    if step:
        world.ask(world.irene, "appointment", step, meeting, **values)


def _records(world: World) -> Iterator[tuple[str, list[Any]]]:
    for kind, table in TABLE_OF.items():
        rows = world.runtime.log.rows(f"SELECT {access.key(kind).name} FROM {table.fullname}")
        loaded = world.runtime.application.records.load_all(
            PROCEDURES[kind].aggregate, [UUID(str(row[0])) for row in rows]
        )
        yield kind, list(loaded.values())


def _drawn(
    role: Role, rng: random.Random, world: World, operators: list[UUID], desks: list[UUID]
) -> tuple[Principal, date]:
    mine = frozenset(rng.sample(desks, rng.choice((0, 1, 1, 2)))) if ROLES[role].posted else frozenset[UUID]()
    region = rng.choice(("", "ITC3", "ITG2", "FRM0")) if role is Role.REGIONAL_COORDINATOR else ""
    who = Principal(rng.choice([*operators, uuid4()]), role, mine, region, opened=rng.random() < 0.7)
    return who, world.runtime.application.today() + timedelta(days=rng.choice((-40, -1, 0, 1, 3, 29, 30, 31, 60, 400)))


def _as_far_as_the_matrix_says(made: Programme, records: dict[str, list[Any]]) -> None:
    """Cell by cell: somebody in each role reaches a record in each relation just as far; people and partners outside reach none.
    What they opened for a reason is beside that."""
    application = made.home.runtime.application
    for relation in (OWN, FOREIGN, COVERED):
        for kind, levels in MATRIX.reach[relation].items():
            record = next(each for each in records[kind] if each.id == made.ids[relation][kind])
            for role, level in levels.items():
                who = replace(made.who[relation][role], opened=False)
                assert application.records.reach(who, record, application.today()) is level, (relation, kind, role)
            for role in (Role.PERSON, Role.PARTNER):
                who = Principal(uuid4(), role, frozenset({made.home.desk}), "ITC3")
                assert application.records.reach(who, record, application.today()) is AccessLevel.NONE


def test_what_can_be_read_is_listed_and_what_is_listed_can_be_read(world: World, engine: str) -> None:
    rng = random.Random(8)
    made = _office(world, rng)
    records = dict(_records(world))
    assert not [kind for kind, some in records.items() if not some]
    _as_far_as_the_matrix_says(made, records)
    operators = [each.id for each in records["operator"]]
    desks = [each.id for each in records["desk"]]
    reached = dict.fromkeys(Role, 0)
    for number in range(DRAWS[engine]):
        who, day = _drawn(sorted(Role)[number % len(Role)], rng, world, operators, desks)
        with world.runtime.log.reading() as connection:
            for kind, some in records.items():
                listed = access.reached(connection, kind, {each.id for each in some}, who, day) if some else set()
                read = {each.id for each in some if world.runtime.application.records.reach(who, each, day)}
                assert listed == read, (kind, who, day)
                reached[who.role] += len(read)
    assert {role for role, count in reached.items() if count} == PEOPLE | {Role.CLOCK, Role.POLICY}


def test_a_relation_that_only_one_of_both_knows_is_found(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that only lists know: its case is listed for the desk next door, and cannot be read there."""
    small.second_desk()
    case = small.case("PLAN")
    more = (*GRANTS, Grant(frozenset({Role.CASEWORKER}), frozenset({"case"}), At("transfer_to"), AccessLevel.READ))
    monkeypatch.setattr(
        access, "grants_of", lambda role, kind: [each for each in more if role in each.roles and kind in each.kinds]
    )
    case.do("request_transfer", to_desk=str(small.armea), informed_on=case.today, grace_days=0, note="Cambia casa.")
    case.do("cancel_transfer", reason="Resta qui.")
    with small.runtime.log.reading() as connection:
        listed = access.reached(connection, "case", {case.id}, small.oreste, small.runtime.application.today())
    assert listed == {case.id}
    assert not policy_module.reach(small.oreste, case.now, small.runtime.application.today(), None)


def test_every_role_has_a_row_and_every_kind_of_record_somebody_who_reaches_it() -> None:
    assert ROLES.keys() == set(Role)
    assert {kind for grant in GRANTS for kind in grant.kinds} == KINDS == PROCEDURES.keys()


@pytest.mark.parametrize("role", [Role.PERSON, Role.PARTNER])
def test_people_and_partners_outside_the_office_reach_nothing_yet(small: World, role: Role) -> None:
    case = small.case("PLAN")
    who = Principal(case.person, role, frozenset({small.desk}), "ITC3")
    assert not any(grant.roles & {role} for grant in GRANTS)
    assert not small.runtime.application.records.reach(
        who, small.runtime.application.load("person", case.person, small.irene), small.runtime.application.today()
    )


@pytest.mark.parametrize("role", [Role.MONITOR, Role.ADMINISTRATOR])
def test_whoever_counts_or_administers_sees_no_file(small: World, role: Role) -> None:
    who, today = replace(small.admin, role=role, id=uuid4()), small.runtime.application.today()
    programme(small)
    seen = {
        kind
        for kind, some in _records(small)
        for each in some
        if small.runtime.application.records.reach(who, each, today)
    }
    assert seen <= {"desk", "operator", "submission"}


def test_a_mentor_reaches_a_venture_until_some_time_after_its_end_and_not_for_ever(small: World) -> None:
    case = small.case("MENTORING")
    today, reach = small.runtime.application.today(), small.runtime.application.records.reach
    assert reach(small.elio, case.now, today) is reach(small.elio, case.venture_now, today) is AccessLevel.WRITE
    case.of_venture("cease", by=small.elio, cause="CASH", jobs_lost="1.00")
    last = today + timedelta(days=90)
    assert reach(small.elio, case.now, last) is reach(small.elio, case.venture_now, last) is AccessLevel.WRITE
    assert not reach(small.elio, case.now, last + timedelta(days=1))
    assert not reach(small.elio, case.venture_now, last + timedelta(days=1))


def test_a_meeting_lets_a_consultant_reach_the_case_for_a_while(small: World) -> None:
    case = small.case("PLAN")
    carlo = small.employ("Carlo Consigliotti", Role.CONSULTANT, small.desk)
    reach, today = small.runtime.application.records.reach, small.runtime.application.today()
    booked = {"desk": str(small.desk), "case": str(case.id), "operator": str(carlo.id), "service": "ORIENTATION", "channel": "PHONE",
              "day": case.today, "time": "11:00"}  # fmt: skip
    assert not reach(carlo, case.now, today)
    meeting = small.ask(small.irene, "appointment", "book_appointment", **booked).id
    assert reach(carlo, case.now, today + timedelta(days=30)) is AccessLevel.WRITE
    assert not reach(carlo, case.now, today + timedelta(days=31))
    small.ask(small.irene, "appointment", "cancel_appointment", meeting, reason="Non serve più.")
    assert not reach(carlo, case.now, today)


@pytest.mark.parametrize("role", [Role.CONSULTANT, Role.MENTOR])
def test_an_assignment_lets_somebody_reach_the_case_until_its_day_and_not_after_their_release(
    small: World, role: Role
) -> None:
    case, helper = small.case("PLAN"), small.employ("Carlo Consigliotti", role, small.desk)
    reach, today = small.runtime.application.records.reach, small.runtime.application.today()
    person, until = small.runtime.application.load("person", case.person, small.irene), today + timedelta(days=60)
    assert not reach(helper, case.now, today)
    case.do("assign_consultant", consultant=str(helper.id), until=str(until))
    assert (
        reach(helper, case.now, today)
        is reach(helper, case.now, until)
        is reach(helper, person, until)
        is AccessLevel.WRITE
    )
    assert not reach(helper, case.now, until + timedelta(days=1))
    assert not reach(helper, person, until + timedelta(days=1))
    assert not reach(replace(helper, desks=frozenset()), case.now, today)
    case.do("release_consultant", consultant=str(helper.id))
    assert not reach(helper, case.now, today)
    case.do("assign_consultant", consultant=str(helper.id), until=str(until))
    assert reach(helper, case.now, until) is AccessLevel.WRITE


def test_a_case_that_moves_to_another_desk_leaves_its_consultants_behind(world: World, client: TestClient) -> None:
    world.second_desk()
    case, helper = world.case("PLAN"), world.employ("Carlo Consigliotti", Role.CONSULTANT, world.desk)
    until = world.runtime.application.today() + timedelta(days=60)
    case.do("assign_consultant", consultant=str(helper.id), until=str(until))
    told = Desk(client, world.token(world.irene)).get(f"cases/{case.id}")
    assert told["consultants"] == [{"operator": str(helper.id), "until": str(until)}]
    case.do("request_transfer", to_desk=str(world.armea), informed_on=case.today, note="Si trasferisce.")
    case.do("accept_transfer", by=world.oreste, caseworker=str(world.oreste.id))
    assert not world.runtime.application.records.reach(helper, case.now, world.runtime.application.today())
    assert Desk(client, world.token(world.oreste)).get(f"cases/{case.id}")["consultants"] == []


def test_how_a_colleague_is_reached_is_read_by_themselves_and_by_whoever_looks_after_operators(
    world: World, client: TestClient
) -> None:
    world.ask(world.admin, "operator", "change_operator_contacts", world.irene.id, email="irene@posta.example")
    seen = {
        who.id: Desk(client, world.token(who)).get(f"operators/{world.irene.id}")["file"]
        for who in (world.elio, world.irene, world.admin)
    }
    assert "irene@posta.example" in str(seen[world.irene.id])
    assert "irene@posta.example" in str(seen[world.admin.id])
    assert seen[world.elio.id].keys() == {"operator.enrolled"}
    told = Desk(client, world.token(world.elio)).get(
        f"operators/{world.irene.id}/differences", since="2026-01-01", until="2027-01-01"
    )
    assert "posta.example" not in str(told)
