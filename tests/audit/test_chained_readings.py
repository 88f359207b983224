"""Readings are chained: what was read and removed is missed, what nobody read is shown to nobody and named."""

import random
import threading
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from opera_cases.application.integrity.chain_heads import open_witness
from opera_cases.application.integrity.findings import Finding
from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.integrity.proofs import checkpoint
from opera_cases.application.integrity.tampering import head_coverage
from opera_cases.application.integrity.tampering import verify_ledgers as verify_witness
from opera_cases.application.personal import access_log
from opera_cases.application.personal.access_log import DaySpan
from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.domain.kernel.errors import Unavailable
from opera_cases.domain.people.person import Person
from opera_cases.jobs.checkpoints import publish_chains
from opera_cases.log.proof.chain_ends import NAME
from opera_cases.log.proof.hash_chain import COLUMNS, AccessRow, Chain, key_of
from tests.support.over_http import Desk
from tests.support.tampering import Attacker
from tests.support.world import World

LATER = "2027-05-01T09:00:00+00:00"


def _read(world: World, person: UUID, times: int = 1) -> None:
    application = world.runtime.application
    for _ in range(times):
        with PersonalDataReader(world.runtime.log, application.keyring, who=world.irene, place="people", purpose="case work", stream=person, at=world.clock(),
                     correlation=uuid4()) as reading:  # fmt: skip
            reading.open(application.load("person", person, world.irene).family_name)


def _told(found: list[Finding]) -> list[str]:
    return [f"{each.where}: {each.says}" for each in found if each.invariant == "I16"]


def _chains(world: World) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for chain, number in world.runtime.log.rows("SELECT chain, number FROM log.reading ORDER BY chain, number"):
        found.setdefault(UUID(str(chain)).hex, []).append(number)
    return found


def test_whoever_reads_at_once_is_in_a_chain_without_gaps(world: World, client: TestClient) -> None:
    """Requests share the chain of the server; what jobs read beside it has another."""
    case = world.case("PLAN")
    case.do("add_note", text="Provaletti ha chiamato.")
    desks, wrong = [Desk(client, world.token(who)) for who in (world.irene, world.nives)], []

    def read(desk: Desk) -> None:
        for _ in range(6):
            answer = desk.raw(f"cases/{case.id}")
            wrong.extend([] if answer.status_code == 200 else [answer.text])

    threads = [threading.Thread(target=read, args=(desk,)) for desk in desks for _ in range(2)]
    threads.append(threading.Thread(target=_read, args=(world, case.person, 6)))
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []
    chains = _chains(world)
    assert sum(map(len, chains.values())) >= 30
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in chains.values()), chains
    assert _told(verify_everything(world.runtime)) == []


def test_a_number_is_spent_only_once_its_row_is_there(world: World) -> None:
    person = world.person()
    _read(world, person)

    def before(sql: str) -> None:
        if "INTO log.reading" in sql:
            raise Unavailable

    world.runtime.log.before = before
    with pytest.raises(Unavailable):
        _read(world, person)
    world.runtime.log.before = None
    _read(world, person)
    assert list(_chains(world).values()) == [[1, 2]]
    assert _told(verify_everything(world.runtime)) == []


def test_what_came_through_though_nobody_heard_of_it_is_not_written_over(world: World) -> None:
    """The database was lost after it had written and before it said so."""
    database, chain = world.runtime.log, Chain(key_of(world.runtime.application.keyring))

    def row() -> AccessRow:
        return AccessRow(
            uuid4(),
            world.clock().isoformat(),
            world.irene.id,
            "CASEWORKER",
            uuid4(),
            "NAME",
            uuid4(),
            "people",
            "case work",
            uuid4(),
        )

    def write(rows: list[Any]) -> None:
        for each in rows:
            places = ", ".join(f"${number}" for number in range(1, 15))
            database.rows(f"INSERT INTO log.reading ({COLUMNS}) VALUES ({places})", *each)

    write(chain.linked([row(), row()]))
    assert chain.in_doubt
    chain.settle(database.rows(Chain.LOOK, *chain.doubtful))
    chain.linked([row()])
    chain.settle(database.rows(Chain.LOOK, *chain.doubtful))  # this one did not come through
    write(chain.linked([row()]))
    chain.kept()
    assert _chains(world)[chain.id.hex] == [1, 2, 3]
    assert _told(verify_everything(world.runtime)) == []


def test_a_stranger_in_the_place_of_the_next_reading_stops_nobody(world: World) -> None:
    person = world.person()
    _read(world, person)
    [(chain, _)] = _chains(world).items()
    attacker = Attacker(world, random.Random(1))
    _forge(attacker, world, person, chain=UUID(chain), number=2, before=bytes(32), link=bytes(32))
    _read(world, person, times=2)
    assert sorted(map(len, _chains(world).values())) == [2, 2]
    assert _told(verify_everything(world.runtime)) == [
        f"reading {_ids(world, chain)[1]}, number 2 of chain {UUID(chain)}: was not written by this office: its link does not hold"
    ]
    attacker.close()


def _ids(world: World, chain: str) -> list[UUID]:
    rows = world.runtime.log.rows("SELECT reading_id FROM log.reading WHERE chain = $1 ORDER BY number", UUID(chain))
    return [UUID(str(row[0])) for row in rows]


def _forge(attacker: Attacker, world: World, person: UUID, at: str = LATER, **chained: Any) -> UUID:
    ident = uuid4()
    row = {"reading_id": ident, "recorded_at": at, "principal": world.nives.id, "role": "COORDINATOR", "subject": person, "classes": "NAME",
           "stream": person, "place": "people", "purpose": "case work", "correlation": uuid4(), **chained}  # fmt: skip
    attacker.run(f"INSERT INTO log.reading ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})", *row.values())
    return ident


def test_whatever_is_done_to_a_reading_is_named_by_its_number(proving: World) -> None:
    world, person = proving, proving.person()
    _read(world, person, times=8)
    publish_chains(world.runtime)
    _read(world, person, times=2)
    [(chain, _)] = _chains(world).items()
    ids, name = _ids(world, chain), f"chain {UUID(chain)}"
    attacker = Attacker(world, random.Random(1))
    assert _told(verify_everything(world.runtime)) == []
    with attacker.removed("reading", "reading_id = %s", ids[3]):
        assert _told(verify_everything(world.runtime)) == [
            f"{name}: number 4 is missing: what was read there was recorded, and removed"
        ]
    with attacker.removed("reading", "number >= 6"):
        assert _told(verify_everything(world.runtime)) == [
            f"{name}: numbers 6 to 8 are missing: what was read there was recorded, and removed"
        ]
    with attacker.removed("reading", "number > 0"):
        assert _told(verify_everything(world.runtime)) == [
            f"{name}: numbers 1 to 8 are missing: what was read there was recorded, and removed"
        ]
    for column, value in (
        ("purpose", "nothing"),
        ("principal", uuid4()),
        ("recorded_at", LATER),
        ("number", 99),
        ("link", bytes(32)),
        ("chain", uuid4()),
    ):
        with attacker.changed("reading", column, value, "reading_id = %s", ids[4]):
            assert any(
                str(ids[4]) in each and "its link does not hold" in each
                for each in _told(verify_everything(world.runtime))
            ), column
    with attacker.changed("reading", "chain", None, "reading_id = %s", ids[4]):
        assert len(_told(verify_everything(world.runtime))) == 2, "it is in no chain, and its number is missing"
    assert _told(verify_everything(world.runtime)) == []
    attacker.close()


def test_the_process_itself_misses_what_was_removed_before_any_end_was_signed(world: World) -> None:
    """It goes on counting."""
    person = world.person()
    _read(world, person, times=5)
    attacker = Attacker(world, random.Random(1))
    attacker.run("DELETE FROM log.reading WHERE number > 3")
    assert _told(verify_everything(world.runtime)) == [], "nobody knows yet"
    _read(world, person)
    assert ["numbers 4 to 5 are missing" in each for each in _told(verify_everything(world.runtime))] == [True]
    attacker.close()


def test_a_process_that_ends_leaves_no_finding_and_the_next_has_a_chain_of_its_own(proving: World) -> None:
    world, person = proving, proving.person()
    _read(world, person, times=3)
    publish_chains(world.runtime)
    again = World.__new__(World)
    again.__dict__.update(world.__dict__)
    again.runtime = type(world.runtime)(world.runtime.addresses, clock=world.clock)
    _read(again, person, times=2)
    again.runtime.close()
    assert sorted(map(len, _chains(world).values())) == [2, 3]
    assert _told(verify_everything(world.runtime)) == []


def test_a_row_that_nobody_wrote_is_shown_to_nobody(world: World) -> None:
    person = world.person()
    _read(world, person, times=3)
    attacker = Attacker(world, random.Random(1))
    [(chain, _)] = _chains(world).items()
    forged = [
        _forge(attacker, world, person, chain=UUID(chain), number=50 + number, before=bytes(32), link=bytes(32))
        for number in range(5)
    ]
    forged += [_forge(attacker, world, person) for _ in range(5)]

    def asked(**page: int) -> list[dict[str, Any]]:
        return access_log.list_readings(
            world.runtime, world.auditor, actor=None, subject=person, record=None, period=DaySpan(), **page
        )

    assert len(asked(limit=50, offset=0)) == 3, "the forged ones come first, and hide none of the others"
    assert [each["actor"] for each in asked(limit=2, offset=1)] == [world.irene.id] * 2
    seen = access_log.readers_of(world.runtime, world.runtime.application.records.load(Person, person))
    assert sum(each.times for each in seen) == 3
    assert {str(each) for each in forged} <= {
        word.strip(",:") for each in _told(verify_everything(world.runtime)) for word in each.split()
    }
    attacker.close()


def test_readings_older_than_chains_stay_valid_as_they_are(world: World) -> None:
    person = world.person()
    attacker = Attacker(world, random.Random(1))
    _forge(attacker, world, person, "2020-05-01T09:00:00+00:00")
    attacker.close()
    _read(world, person)
    assert (
        len(
            access_log.list_readings(
                world.runtime,
                world.auditor,
                actor=None,
                subject=person,
                record=None,
                period=DaySpan(),
                limit=9,
                offset=0,
            )
        )
        == 2
    )
    assert _told(verify_everything(world.runtime)) == []


def test_what_is_covered_and_what_is_not_yet_is_told_with_its_numbers(proving: World) -> None:
    person = proving.person()
    assert not publish_chains(proving.runtime), "nobody has read"
    _read(proving, person, times=4)
    checkpoint(proving.runtime, timedelta(0))
    assert not publish_chains(proving.runtime), "nothing new"
    [(chain, _)] = _chains(proving).items()
    assert "4 chained readings in 1 chains" in head_coverage(proving.runtime)
    assert "Not yet" not in head_coverage(proving.runtime)
    _read(proving, person, times=2)
    assert f"Not yet: numbers 5 to 6 of chain {UUID(chain)}." in head_coverage(proving.runtime)
    assert "2 not yet" in head_coverage(proving.runtime)
    assert verify_witness(proving.runtime) == [], "young is no finding"
    proving.clock.turn_to("2026-02-03")
    assert any("was signed to number 4" in each.says for each in verify_witness(proving.runtime)), (
        "nobody signs any more"
    )
    assert publish_chains(proving.runtime)
    assert not any(each.where.startswith("chain ") for each in verify_witness(proving.runtime))


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("changed", "not signed by a key"),
        ("cut", "cannot be read"),
        ("older", "it is an older copy"),
        ("gone", "it is an older copy"),
    ],
)
def test_signed_ends_cannot_be_changed_unseen(proving: World, what: str, says: str) -> None:
    person = proving.person()
    _read(proving, person, times=3)
    checkpoint(proving.runtime, timedelta(0))
    file = open_witness(proving.runtime).folder / NAME
    before = file.read_text()
    _read(proving, person)
    publish_chains(proving.runtime)
    assert verify_witness(proving.runtime) == []
    if what == "changed":
        file.write_text(file.read_text().replace("[4,", "[3,"))
    elif what == "cut":
        file.write_text(before[:40])
    elif what == "older":
        file.write_text(before)
    else:
        file.unlink()
    assert any(says in each.says for each in verify_witness(proving.runtime)), verify_witness(proving.runtime)


def test_a_reading_that_took_long_is_not_called_inserted(proving: World) -> None:
    """It is recorded under the moment at which it began, between others that a head covers already."""
    person = proving.person()
    _read(proving, person)
    began = proving.clock.at
    proving.clock.at += timedelta(hours=3)
    _read(proving, person)
    checkpoint(proving.runtime, timedelta(0))
    now, proving.clock.at = proving.clock.at, began
    _read(proving, person)
    proving.clock.at = now
    assert verify_witness(proving.runtime) == []
    attacker = Attacker(proving, random.Random(1))
    forged = _forge(attacker, proving, person, began.isoformat())
    attacker.close()
    assert [str(forged) in each.where for each in verify_witness(proving.runtime)] == [True]
