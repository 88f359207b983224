"""What is stored is for ever: topics, sealed values, kept examples of every release, a log that only grows."""

import json
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, get_type_hints
from uuid import UUID, uuid4

import msgspec
import pytest
import sqlalchemy as sa

from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.domain.kernel.entry_codes import Sex
from opera_cases.domain.kernel.events import TOPICS, Facts
from opera_cases.domain.kernel.personal import Sealed
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.vocabulary import Place
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.log.events.codec import UnknownTopic, decode
from tests.docs.why_clear import OF_FIELD, clear_fields, leaves
from tests.support.world import World

HISTORY = Path(__file__).parents[1] / "history"


def _is_clear(leaf: Any) -> bool:
    if isinstance(leaf, tuple):
        meta = leaf[1]
        return bool(meta.pattern) or bool((meta.extra or {}).get("public"))
    return leaf in (bool, int, date, datetime, UUID, Decimal, Sealed) or (
        isinstance(leaf, type) and issubclass(leaf, Enum)
    )


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_no_event_holds_words_in_the_clear(topic: str) -> None:
    for name, hint in get_type_hints(TOPICS[topic], include_extras=True).items():
        if name in TOPICS[topic].__struct_fields__:
            assert all(_is_clear(leaf) for leaf in leaves(hint)), f"{topic}/{name} could hold words in the clear"


def test_that_check_finds_a_bare_string() -> None:
    class Careless(msgspec.Struct):
        words: str | None = None

    assert not all(_is_clear(leaf) for leaf in leaves(get_type_hints(Careless)["words"]))


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_whatever_stands_in_the_clear_was_weighed(topic: str) -> None:
    assert [name for name, why in clear_fields(TOPICS[topic]) if not why] == [], "say in why_clear why, or seal it"


def test_a_clear_field_that_nobody_weighed_is_found() -> None:
    class Careless(Facts, frozen=True, kw_only=True):
        place: Place
        widowed_on: date | None = None
        blood_group: Code | None = None
        smokes: bool = False
        state: Sex

    assert dict(clear_fields(Careless)) == {
        "place": "where a desk is at home", "widowed_on": "", "blood_group": "", "smokes": "", "state": "coarse fact that figures count by",
    }  # fmt: skip


def test_every_reason_is_the_reason_of_something() -> None:
    told = {f"{topic}/{name}" for topic, facts in TOPICS.items() for name, _ in clear_fields(facts)}
    assert [
        each for some in OF_FIELD.values() for each in some.split() if not any(fnmatchcase(one, each) for one in told)
    ] == []


def test_every_topic_belongs_to_a_procedure_and_names_no_module() -> None:
    for topic in TOPICS:
        kind, _, fact = topic.partition(".")
        assert kind in PROCEDURES
        assert fact.replace("_", "").isalpha()


@pytest.mark.parametrize("release", sorted(HISTORY.glob("*.jsonl")), ids=lambda p: p.stem)
def test_the_kept_examples_of_a_release_are_read_as_they_were_written(release: Path) -> None:
    streams: dict[str, Any] = {}
    for line in release.read_text().splitlines():
        kept = json.loads(line)
        row = (kept["position"], kept["event_id"], kept["originator_id"], kept["originator_version"], kept["topic"],
               kept["state"].encode(), kept["metadata"].encode())  # fmt: skip
        event = decode(row)
        kind = kept["topic"].partition(".")[0]
        stream = streams.setdefault(kept["originator_id"], PROCEDURES[kind].aggregate(event.stream))
        stream.evolve(event)
        assert stream.state == kept["left"], kept["topic"]
        assert msgspec.json.encode(event.body) == kept["state"].encode(), (
            "today's bytes differ: a field lost its default"
        )


def test_the_kept_examples_hold_every_topic() -> None:
    kept = {json.loads(line)["topic"] for path in HISTORY.glob("*.jsonl") for line in path.read_text().splitlines()}
    assert kept == set(TOPICS)


def test_an_event_of_a_newer_release_stops_the_reader_with_clear_words() -> None:
    with pytest.raises(UnknownTopic, match="newer"):
        decode((1, UUID(int=1), UUID(int=2), 1, "case.teleported", b"{}", b"{}"))


COLUMNS = {"event": "topic", "command": "operation", "refusal": "rules", "reading": "place"}


@pytest.mark.parametrize("table", COLUMNS)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_the_log_only_grows(world: World, table: str, verb: str) -> None:
    case = world.case("INTAKE")
    case.refused("resume")
    application = world.runtime.application
    with PersonalDataReader(world.runtime.log, application.keyring, who=world.irene, place="test", purpose="test", stream=case.id,
                 at=world.clock(), correlation=uuid4()) as reading:  # fmt: skip
        reading.open(application.load("person", case.person, world.irene).family_name)
    name = table if world.runtime.log.is_sqlite else f"log.{table}"
    column = COLUMNS[table]
    statement = f"UPDATE {name} SET {column} = {column}" if verb == "UPDATE" else f"DELETE FROM {name}"
    with pytest.raises(sa.exc.DBAPIError, match="only grows"), world.runtime.log.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_the_envelope_names_who_when_by_which_door_under_which_rules(world: World) -> None:
    case = world.case()
    row = world.runtime.application.recorder.stream(case.id)[0]
    meta = json.loads(bytes(row[5]))
    assert set(meta) == {
        "command",
        "correlation",
        "recorded_at",
        "occurred_on",
        "zone",
        "actor",
        "channel",
        "rulebook",
        "procedure",
    }
    assert meta["recorded_at"].endswith("Z")
    assert (meta["zone"], meta["rulebook"], meta["procedure"]) == ("Europe/Rome", "2026-7", "case/6")
    state = json.loads(bytes(row[4]))
    assert state["left"] == {"state": "CONTACT"}
    assert state["step"] == "record_contact"
    assert state["saw"]["desk_open"] is True
    assert {each["rule"]: each["edition"] for each in state["sets"]} == {"call_back": "2026-7", "silence": "2026-7"}
