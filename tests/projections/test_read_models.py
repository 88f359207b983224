"""Read models: always a fold of the log; stopped alone by what they cannot fold; rebuilt while the office works."""

import threading
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from opera_cases.api.routes import status
from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.runtime import Runtime
from opera_cases.domain.kernel.events import Event
from opera_cases.log.events.codec import decode
from opera_cases.projections.followed import catch_up
from opera_cases.projections.followed.position_by_day import PositionByDay
from opera_cases.projections.followed.rebuild import rebuild_followed, rebuild_inline
from opera_cases.projections.followed.registry import Models
from opera_cases.projections.schema import RETIRED
from tests.support.world import World


def _quietly(done: int, total: int) -> None:
    assert 0 <= done <= total


def _everything(runtime: Runtime) -> dict[str, set[tuple[Any, ...]]]:
    with runtime.read.engine.connect().execution_options(reads=True) as connection:
        tables = [table for model in runtime.models for table in model.tables]
        return {table.name: {tuple(row) for row in connection.execute(sa.select(table))} for table in tables}


def test_what_is_followed_equals_a_fold_from_scratch(world: World) -> None:
    world.case("MENTORING")
    world.settle()
    before = _everything(world.runtime)
    for model in world.runtime.models:
        rebuild_followed(world.runtime.application.recorder, world.runtime.read, model, _quietly)
    assert _everything(world.runtime) == before
    assert verify_everything(world.runtime) == []


def test_following_twice_or_from_two_sides_folds_everything_once(world: World) -> None:
    world.case("FUNDING")
    recorder, read = world.runtime.application.recorder, world.runtime.read
    threads = [
        threading.Thread(target=catch_up.catch_up, args=(recorder, read, world.runtime.models.timeline))
        for _ in range(4)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    world.settle()
    assert verify_everything(world.runtime) == []


def test_whoever_looked_before_another_folded_folds_nothing(small: World) -> None:
    small.case("INTAKE")
    recorder, read, model = small.runtime.application.recorder, small.runtime.read, small.runtime.models.timeline
    stale = catch_up.standing(read, model)
    events = [decode(row) for row in recorder.after(stale.position, 500)]
    folded = catch_up.catch_up(recorder, read, model)
    before = _everything(small.runtime)
    assert not catch_up._fold(read, model, stale, folded.position, events)
    assert (catch_up.standing(read, model), _everything(small.runtime)) == (folded, before)


def test_rows_that_differ_from_the_log_are_found(world: World) -> None:
    world.case("INTAKE")
    world.settle()
    world.runtime.log.rows("UPDATE read.caseload_v4 SET state = 'PLAN'")
    world.runtime.read.rows("DELETE FROM read.timeline_v3 WHERE topic = 'case.intake_opened'")
    found = {(finding.invariant, finding.where.split()[0]) for finding in verify_everything(world.runtime)}
    assert found == {("I5", "caseload_v4"), ("I6", "timeline_v3")}


def test_a_rebuild_mends_what_was_damaged(world: World) -> None:
    world.case("PLAN")
    world.settle()
    world.runtime.log.rows("DELETE FROM read.caseload_v4")
    world.runtime.log.rows("DELETE FROM read.deadline_v2")
    assert verify_everything(world.runtime) != []
    rebuild_inline(world.runtime.log, world.runtime.application.recorder, world.runtime.application.keyring, _quietly)
    assert verify_everything(world.runtime) == []


def test_a_rebuild_while_people_work_loses_nothing(world: World) -> None:
    cases = [world.case("PLAN", person=world.person(f"Prova{name}")) for name in ("uno", "due", "tre")]
    stop = threading.Event()
    wrong: list[BaseException] = []

    def take_notes(number: int) -> None:
        try:
            while not stop.is_set():
                cases[number].do("add_note", text="Intanto.")
        except BaseException as raised:
            wrong.append(raised)
            raise

    threads = [threading.Thread(target=take_notes, args=(number,)) for number in range(3)]
    for each in threads:
        each.start()
    for _ in range(4):
        rebuild_inline(
            world.runtime.log, world.runtime.application.recorder, world.runtime.application.keyring, _quietly
        )
        rebuild_followed(
            world.runtime.application.recorder, world.runtime.read, world.runtime.models.timeline, _quietly
        )
    stop.set()
    for each in threads:
        each.join()
    assert wrong == []
    world.settle()
    assert verify_everything(world.runtime) == []


class Poisoned(PositionByDay):
    """A model that cannot fold one kind of event."""

    def fold(self, connection: sa.Connection, events: Sequence[Event[Any]]) -> None:
        if any(event.topic == "case.note_added" for event in events):
            raise ValueError("poison")
        super().fold(connection, events)


def test_a_poisoned_model_stops_alone_at_the_event_it_cannot_fold(world: World, monkeypatch: Any) -> None:
    case = world.case("INTAKE")
    case.do("add_note", text="Veleno.")
    case.do("add_note", text="Ancora.")
    poisoned = Poisoned("_poisoned", sa.MetaData(schema="read"))
    catch_up.create_model(world.runtime.read, poisoned)
    monkeypatch.setattr(Models, "__iter__", lambda models: iter((poisoned, models.timeline, models.days, models.names)))
    world.settle()
    head = world.runtime.application.recorder.head()
    stopped = catch_up.standing(world.runtime.read, poisoned)
    notes = [e for e in world.runtime.application.records.history(case.id) if e.topic == "case.note_added"]
    before = world.runtime.log.rows(
        "SELECT max(notification_id) FROM log.event WHERE notification_id < $1", notes[0].position
    )[0][0]
    assert stopped.position == before
    assert catch_up.standing(world.runtime.read, world.runtime.models.timeline).position == head
    report = status._report(world.runtime)
    assert not report["ready"]
    assert any("poisoned" in each and "ValueError" in each for each in report["trouble"])


NOW = {"caseload": "v4", "person": "v2", "timeline": "v3"}


def test_an_office_of_the_release_before_is_folded_anew_and_keeps_no_forgotten_copy(world: World) -> None:
    case = world.case("PLAN")
    world.settle()
    runtime = world.runtime
    for database, tables in ((runtime.log, ("caseload", "person")), (runtime.read, ("timeline",))):
        prefix = "" if database.is_sqlite else "read."
        with database.engine.begin() as connection:
            for name in tables:
                connection.execute(sa.text(f"ALTER TABLE {prefix}{name}_{NOW[name]} RENAME TO {name}_v1"))
            if name == "timeline":
                connection.execute(
                    sa.text(f"UPDATE {prefix}read_model SET name = 'timeline_v1' WHERE name = 'timeline_v3'")
                )
                connection.execute(sa.text(f"ALTER TABLE {prefix}timeline_link_v3 RENAME TO timeline_link_v1"))
    with runtime.log.engine.begin() as connection:  # the indexes of the old release had other names
        for table in ("caseload_v1", "person_v1"):
            for index in sa.inspect(connection).get_indexes(table, schema=None if runtime.log.is_sqlite else "read"):
                connection.execute(sa.text(f"DROP INDEX {'' if runtime.log.is_sqlite else 'read.'}{index['name']}"))
    upgraded = Runtime.prepare(runtime.addresses, clock=world.clock)
    world.runtime = upgraded
    world.settle()
    assert upgraded.application.load("case", case.id, world.irene).state == "PLAN"
    assert verify_everything(upgraded) == []
    for database in (upgraded.log, upgraded.read):
        names = sa.inspect(database.engine).get_table_names(None if database.is_sqlite else "read")
        assert not set(names) & set(RETIRED)
    upgraded.close()
