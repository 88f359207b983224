"""Fourteen ways in which other systems lose history, each seen in the field; here none of them can happen."""

import re
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.runtime import edition, labels
from opera_cases.domain.kernel.events import TOPICS
from opera_cases.domain.kernel.personal import DataClass
from opera_cases.domain.kernel.sealed_fields import field_of
from opera_cases.domain.kernel.vocabulary import Language, Role
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.projections.followed.rebuild import rebuild_followed, rebuild_inline
from tests.support.over_http import Desk
from tests.support.world import World

SOURCES = sorted((Path(__file__).parents[2] / "opera_cases").rglob("*.py"))


def _closed(world: World) -> Any:
    case = world.case("PLAN")
    case.do("close", outcome="WITHDREW", reason_code="OTHER", exit_situation="JOB_SEARCH")
    return case


def test_1_a_date_is_not_nulled_when_a_case_reopens(world: World) -> None:
    case = _closed(world)
    world.clock.turn_to("2026-03-02")
    case.do("reopen", back_to="PLAN", reason_code="OTHER", reason="Torna.")
    assert [(each.on, each.outcome) for each in case.now.closings] == [(date(2026, 2, 2), "WITHDREW")]
    assert case.now.closed_on is None


def test_2_a_second_closing_has_its_own_date_and_the_first_keeps_its_own(world: World) -> None:
    case = _closed(world)
    world.clock.turn_to("2026-03-02")
    case.do("reopen", back_to="PLAN", reason_code="OTHER", reason="Torna.")
    world.clock.turn_to("2026-03-09")
    case.do("close", outcome="TRAINING", reason_code="OTHER", exit_situation="TRAINING")
    assert [each.on.isoformat() for each in case.now.closings] == ["2026-02-02", "2026-03-09"]
    assert case.now.closed_on == date(2026, 3, 9)


def test_3_coming_back_to_a_desk_is_a_second_period_and_the_first_stays(world: World) -> None:
    world.clock.turn_to("2026-02-10")
    world.ask(world.admin, "desk", "withdraw_operator", world.desk, operator=str(world.irene.id))
    world.clock.turn_to("2026-03-02")
    world.ask(
        world.admin,
        "desk",
        "post_operator",
        world.desk,
        operator=str(world.irene.id),
        role="CASEWORKER",
        since="2026-03-02",
    )
    desk = world.runtime.application.load("desk", world.desk, world.admin)
    mine = [each.period for each in desk.postings if each.operator == world.irene.id]
    assert [(each.since.isoformat(), each.until and each.until.isoformat()) for each in mine] == [
        ("2026-02-02", "2026-02-10"), ("2026-03-02", None)]  # fmt: skip
    assert not desk.working(world.irene.id, date(2026, 2, 20))


def test_4_there_is_no_list_of_fields_worth_auditing(world: World) -> None:
    """Whatever a step carries is in its event: no field of a command is dropped on the way."""
    forgotten = {"fact", "field"}
    for procedure in PROCEDURES.values():
        for step in procedure.steps:
            kept = set(step.records.__struct_fields__) | {"late_reason"}
            said = (
                {field_of(step.asks, name) for name in step.asks.__struct_fields__}
                - set(step.asks.derives)
                - step.asks.by_office
            )
            lost = {name for name in said - kept if not step.fills}
            assert not lost - forgotten, (step.name, lost)


def test_5_no_bulk_update_goes_round_the_events(world: World, client: TestClient) -> None:
    nives = Desk(client, world.token(world.nives))
    bice = world.employ("Bice Inventati", Role.CASEWORKER, world.desk)
    cases = [world.case("PLAN", person=world.person(f"Tante{n}", "Eva")) for n in "ab"]
    values = {"caseworker": str(bice.id), "reason": "Cambio."}
    nives.result(
        nives.send("batches", kind="case", step="hand_over", values=values, ids=[str(c.id) for c in cases]),
        world.settle,
    )
    for case in cases:
        last = [e for e in world.runtime.application.records.history(case.id) if e.topic == "case.handed_over"]
        assert (last[0].meta.actor.id, last[0].meta.channel) == (world.nives.id, "BULK")
    written = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM) (log\.event|read\.|\{shape)", re.IGNORECASE)
    doors = {path.name for path in SOURCES if written.search(path.read_text())}
    assert doors == {"postgres_write.py", "sqlite_write.py"}, (
        "events and inline rows are written in one place for each database"
    )


def test_6_nothing_is_created_directly_in_a_state(world: World) -> None:
    case = world.case("FUNDING")
    states = [event.body.left.state for event in world.runtime.application.records.history(case.id)]
    assert list(dict.fromkeys(states)) == [
        "CONTACT",
        "INTAKE",
        "ASSESSMENT",
        "PLAN",
        "IDEA",
        "BUSINESS_PLAN",
        "FUNDING",
    ]


def test_7_a_value_that_went_away_is_seen_to_have_gone(world: World) -> None:
    person = world.case("INTAKE").person
    world.ask(world.irene, "person", "record_contacts", person, phone="+39 019 555 0100", preferred_channel="PHONE")
    world.ask(world.irene, "person", "record_contacts", person, preferred_channel="LETTER")
    told = [e.facts for e in world.runtime.application.records.history(person) if e.topic == "person.contacts_recorded"]
    assert told[0].phone is not None
    assert told[1].phone is None


def test_8_the_trail_is_written_with_the_change_or_neither_is(world: World) -> None:
    """There is no second write that could be lost: the event is the change (see also the n-th statement test)."""
    case = world.case("PLAN")
    answer = case.do("add_note", text="Una nota.")
    row = world.runtime.log.rows("SELECT version FROM read.caseload_v4 WHERE case_id = $1", case.id)[0][0]
    assert row == answer.version == len(world.runtime.application.records.history(case.id))


@pytest.mark.parametrize("table", ["event", "command", "refusal", "reading"])
def test_9_nothing_cascades_into_the_log(world: World, table: str) -> None:
    inspected = sa.inspect(world.runtime.log.engine)
    schema = None if world.runtime.log.is_sqlite else "log"
    assert inspected.get_foreign_keys(table, schema=schema) == []
    case = world.case("INTAKE")
    before = world.runtime.log.rows(f"SELECT count(*) FROM log.{table}")[0][0]
    world.runtime.log.rows("DELETE FROM read.caseload_v4 WHERE case_id = $1", case.id)
    assert world.runtime.log.rows(f"SELECT count(*) FROM log.{table}")[0][0] == before


def test_10_a_newer_rule_does_not_change_what_was_decided_under_the_old_one(world: World) -> None:
    case = world.case("PLAN")
    before = case.now
    world.runtime.application.rulebook = edition("2026-1")
    after = case.now
    assert (after.state, after.deadlines) == (before.state, before.deadlines)
    assert {each.edition for each in after.deadlines.values()} == {"2026-7"}


def test_11_a_request_keeps_the_desk_that_made_it(world: World) -> None:
    world.second_desk()
    case = world.case("PLAN")
    case.do("request_transfer", to_desk=str(world.armea), informed_on=case.today, note="x")
    case.do("accept_transfer", by=world.oreste, caseworker=str(world.oreste.id))
    asked = next(e for e in world.runtime.application.records.history(case.id) if e.topic == "case.transfer_requested")
    assert (asked.meta.actor.id, asked.meta.actor.desk, asked.facts.from_desk) == (
        world.irene.id,
        world.desk,
        world.desk,
    )
    met = world.runtime.log.rows("SELECT desk, operator FROM read.appointment_v1 WHERE case_id = $1", case.id)[0]
    assert [UUID(str(each)) for each in met] == [world.desk, world.irene.id], "what was done stays where it was done"


def test_12_a_merge_moves_no_row(world: World) -> None:
    one, two = (world.case("PLAN", person=world.person(f"Doppi{n}", "Anna")) for n in "ab")
    before = {
        (e.event_id, e.stream, e.version) for c in (one, two) for e in world.runtime.application.records.history(c.id)
    }
    pair = world.ask(world.irene, "duplicate", "flag_duplicate", first=str(one.person), second=str(two.person),
                     reasons=["SIMILAR_NAME"]).id  # fmt: skip
    world.ask(
        world.nives,
        "duplicate",
        "confirm_duplicate",
        pair,
        survivor=str(one.person),
        keep_case=str(two.id),
        reason="Una.",
    )
    after = {
        (e.event_id, e.stream, e.version) for c in (one, two) for e in world.runtime.application.records.history(c.id)
    }
    assert before < after
    met = world.runtime.log.rows("SELECT DISTINCT case_id FROM read.appointment_v1")
    assert {UUID(str(row[0])) for row in met} == {one.id, two.id}


def test_13_an_erasure_freezes_nothing_and_counts_go_on(world: World) -> None:
    case = world.case("PLAN")
    sql = "SELECT state, count(*) FROM read.caseload_v4 GROUP BY state"
    before = [tuple(row) for row in world.runtime.log.rows(sql)]
    world.runtime.application.keyring.destroy(case.person, [each.value for each in DataClass], "asked")
    assert [tuple(row) for row in world.runtime.log.rows(sql)] == before
    case.do("close", outcome="WITHDREW", reason_code="OTHER", exit_situation="JOB_SEARCH")
    world.settle()
    assert [tuple(row) for row in world.runtime.log.rows(sql)] == [("CLOSED", 1)]
    assert [each for each in verify_everything(world.runtime) if each.invariant != "I12"] == []


def test_14_no_table_is_a_forgotten_copy_of_another(world: World) -> None:
    world.case("INTAKE")
    world.settle()
    inspected = sa.inspect(world.runtime.log.engine)
    schemas = [None] if world.runtime.log.is_sqlite else ["log", "read"]
    before = {name for schema in schemas for name in inspected.get_table_names(schema)}
    rebuild_inline(
        world.runtime.log,
        world.runtime.application.recorder,
        world.runtime.application.keyring,
        lambda done, total: None,
    )
    for model in world.runtime.models:
        rebuild_followed(world.runtime.application.recorder, world.runtime.read, model, lambda done, total: None)
    inspected.clear_cache()
    after = {name for schema in schemas for name in sa.inspect(world.runtime.log.engine).get_table_names(schema)}
    assert after == before
    assert not [name for name in after if re.search(r"bck|bak|old|next|copy|\d{6}", name)]


def test_every_kind_of_event_has_words_for_people() -> None:
    for language in Language:
        assert all(labels(language).of(f"topic.{topic}") != topic.rpartition(".")[2] for topic in TOPICS)
