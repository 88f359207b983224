"""Faults: the n-th statement fails, the answer to the commit is lost, a writer idles, eight processes start at once.

After each the oracle runs; each has a control that it must catch.
"""

import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from opera_cases.api.routes.status import _report
from opera_cases.application import application
from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.requests import CommandResult
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.domain.desks.desk import Desk, DeskClosed, DeskOpened, DeskReopened, DeskType
from opera_cases.domain.kernel.errors import Unavailable
from opera_cases.domain.kernel.events import Body, Event, Meta, StateAfter
from opera_cases.domain.kernel.vocabulary import Actor, Country, Place, Role
from opera_cases.jobs.rounds import follow
from opera_cases.log.authority.rows import claim_said, mark
from opera_cases.log.events.codec import encode
from opera_cases.log.events.postgres_write import statement
from opera_cases.log.events.unit_of_work import CommandRow, MarkedClaim, Unit
from opera_cases.log.events.write import write
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.store.database import Database, LostContact
from opera_cases.projections.inline import row_changes, rows_shown
from tests.conftest import OwnCluster
from tests.support.lossy import LossyProxy
from tests.support.postgres import Cluster, sql
from tests.support.world import SetClock, World

# -- R02: the n-th statement of every command fails, for every n ------------------------------------------------------


class FailingWorld(World):
    """Every command is tried with its first statement failing, then with its second, until none is left to fail."""

    tries = 0

    def ask(self, by: Any, kind: str, step: str, stream: UUID | None = None, /, **options: Any) -> Any:
        options.setdefault("key", uuid4())
        for nth in range(1, 200):
            before = self._stored()
            self._fail_at(nth)
            try:
                return super().ask(by, kind, step, stream, **options)
            except Unavailable:
                self.tries += 1
                assert self._stored() == before, f"{step} was half done when statement {nth} failed"
            finally:
                self._fail_at(0)
        raise AssertionError(f"{step} never came through")

    def _fail_at(self, nth: int) -> None:
        count = 0

        def count_down(text: str) -> None:
            nonlocal count
            count += 1
            if count == nth:
                raise (
                    sqlite3.OperationalError("disk I/O error")
                    if self.runtime.log.is_sqlite
                    else psycopg.OperationalError("gone")
                )

        for database in (self.runtime.log, self.runtime.keys):
            database.before = count_down if nth else None

    def _stored(self) -> tuple[int, ...]:
        tables = ("event", "command", "claim")
        counts = tuple(int(self.runtime.log.rows(f"SELECT count(*) FROM log.{name}")[0][0]) for name in tables)
        rows = self.runtime.log.rows("SELECT count(*), coalesce(sum(version), 0) FROM read.caseload_v4")[0]
        return (*counts, *map(int, rows))


@pytest.fixture
def failing(addresses: StoreLocations) -> FailingWorld:
    clock = SetClock()
    return FailingWorld(Runtime(addresses, clock=clock), clock)


def _every_command(world: FailingWorld) -> None:
    case = world.case("MENTORING")
    world.clock.turn_to("2026-03-02")
    case.check_in(1, light="RED")
    case.of_venture("cease", by=world.elio, cause="CASH", jobs_lost="1.00")
    case.do("change_pathway", reason_code="VENTURE_FAILED")
    case.do("suspend", reason_code="OTHER", review_on="2026-04-01")
    case.do("close", outcome="VENTURE_CEASED", reason_code="VENTURE_FAILED")
    world.second_desk()
    one, two = (world.case("INTAKE", person=world.person("Doppi", name, "1990-01-01")) for name in ("Anna", "Nanni"))
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
    world.ask(world.nives, "duplicate", "separate_records", pair, reason="Due.")
    one.do("request_transfer", to_desk=str(world.armea), informed_on=one.today, note="Abita lì.")
    one.do("accept_transfer", by=world.oreste, caseworker=str(world.oreste.id))


def test_when_any_statement_of_any_command_fails_all_or_nothing_happened(failing: FailingWorld) -> None:
    _every_command(failing)
    assert failing.tries > 100
    failing.settle()
    assert verify_everything(failing.runtime) == []
    failing.runtime.close()


def test_a_write_in_two_parts_is_caught_by_that_test(failing: FailingWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    def in_two(database: Database, unit: Unit) -> list[int]:
        positions = write(database, Unit(events=unit.events))
        write(database, Unit(events=(), command=None, claims=unit.claims, rows=unit.rows))
        return positions

    monkeypatch.setattr(application, "write", in_two)
    with pytest.raises(AssertionError, match="half done"):
        _every_command(failing)
    failing.runtime.close()


# -- R03: the answer to the commit is lost -----------------------------------------------------------------------------


def _lose_answers(
    world: World, office_by_proxy: Runtime, proxy: LossyProxy, key_again: Callable[[UUID], UUID]
) -> list[Any]:
    """Fifty commands whose answer is cut off after the commit, each then sent again."""
    case = world.case()
    told = []
    through = World.__new__(World)
    through.runtime, through.clock = office_by_proxy, world.clock
    for number in range(50):
        key = uuid4()
        proxy.swallow_answer_to(b"INSERT INTO log.event")
        with pytest.raises(LostContact):
            through.ask(world.irene, "case", "add_note", case.id, text=f"Nota {number}.", key=key)
        told.append(through.ask(world.irene, "case", "add_note", case.id, text=f"Nota {number}.", key=key_again(key)))
    assert case.now.version >= 51
    return [case.now.version, *told]


@pytest.fixture
def by_proxy(office_at: Callable[[str], StoreLocations], postgres: Cluster) -> Any:
    if not isinstance(postgres, Cluster):
        # Only where OPERA_TEST_POSTGRES names somebody else's server.
        pytest.skip("needs the socket of a cluster of our own")
    addresses = office_at("postgresql")
    clock = SetClock()
    world = World(Runtime(addresses, clock=clock), clock)
    with LossyProxy(postgres.socket) as proxy:
        log = addresses.log.replace(f"host={postgres.folder}", f"host={proxy.folder}")
        there = Runtime(StoreLocations(log, log, addresses.keys, addresses.master_key), clock=clock)
        yield world, there, proxy
        there.close()
    world.runtime.close()


def test_a_command_whose_answer_was_lost_happens_once_when_sent_again(by_proxy: Any) -> None:
    version, *told = _lose_answers(*by_proxy, key_again=lambda key: key)
    assert version == 51
    assert all(answer.repeated for answer in told)
    by_proxy[0].settle()
    assert verify_everything(by_proxy[0].runtime) == []


def test_a_client_that_sends_it_again_under_a_new_key_does_it_twice(by_proxy: Any) -> None:
    version, *_ = _lose_answers(*by_proxy, key_again=lambda _: uuid4())
    assert version == 101


# -- R05: no reader passes an open transaction -------------------------------------------------------------------------


SAVONA = Place(country=Country.IT, region="ITC3", province="SV", zone="Europe/Rome")
LIFE = (
    ("open_desk", "OPEN", DeskOpened(code="SV", name="Savona", type=DeskType.PILOT, host="BIC", place=SAVONA)),
    ("close_desk", "SHUT", DeskClosed()),
    ("reopen_desk", "OPEN", DeskReopened()),
)
META = Meta(
    command=uuid4(), correlation=uuid4(), recorded_at=datetime(2026, 2, 2, tzinfo=UTC), occurred_on=date(2026, 2, 2),
    zone="Europe/Rome", actor=Actor(id=uuid4(), role=Role.ADMINISTRATOR), channel="TEST", rulebook="2026-1",
    procedure="desk/1",
)  # fmt: skip


class Tail(threading.Thread):
    """A reader that follows the log, by the recorder or naively by the highest position seen."""

    def __init__(self, runtime: Runtime, naive: bool = False) -> None:
        super().__init__(daemon=True)
        self.runtime, self.naive, self.seen, self.stop = runtime, naive, [], threading.Event()  # type: ignore[var-annotated]

    def run(self) -> None:
        position = 0
        while True:
            finish = self.stop.is_set()
            if self.naive:
                rows = self.runtime.log.rows(
                    "SELECT notification_id FROM log.event WHERE notification_id > $1 ORDER BY 1 LIMIT 500", position
                )
            else:
                rows = self.runtime.application.recorder.after(position, 500)
            self.seen += [row[0] for row in rows]
            position = self.seen[-1] if self.seen else 0
            if finish and not rows:
                return
            time.sleep(random.uniform(0, 0.01))


def _life_of_a_desk(count: int, keyring: Keyring) -> Unit:
    """A write of `count` real events: a desk that opens, closes, reopens and so on, with its command and its row."""
    desk = Desk(uuid4())
    code = desk.id.hex[:12]
    events: list[Event[Any]] = []
    for number in range(count):
        step, state, facts = LIFE[0] if number == 0 else LIFE[2 - number % 2]
        if isinstance(facts, DeskOpened):
            facts = msgspec.structs.replace(facts, code=code)
        body = Body(facts=facts, step=step, left=StateAfter(state=state))
        events.append(Event(uuid4(), desk.id, number + 1, body, META))
        desk.evolve(events[-1])
    answer = CommandResult(
        kind="desk", id=desk.id, version=count, state=desk.state, event_ids=tuple(e.event_id for e in events)
    )
    command = CommandRow(uuid4(), "desk.gaps", uuid4(), b"", msgspec.json.encode(answer))
    claim = MarkedClaim("desk_code", code, desk.id, mark(keyring, "claim", claim_said("desk_code", code, desk.id)))
    return Unit(
        events=tuple(map(encode, events)), command=command, claims=(claim,), rows=row_changes({}, rows_shown(desk))
    )


def _write_with_gaps(url: str, keyring: Keyring, events: int, writers: int) -> int:
    """Writers that take their transaction id, dawdle, write 1 to 20 events, dawdle, and sometimes roll back."""
    committed = 0
    lock = threading.Lock()

    def work(seed: int) -> None:
        nonlocal committed
        rng = random.Random(seed)
        left = events // writers
        with psycopg.connect(url) as connection:
            while left > 0:
                count = min(left, rng.randint(1, 20))
                connection.execute("SELECT pg_current_xact_id()")
                time.sleep(rng.expovariate(200) if rng.random() < 0.98 else rng.uniform(0.1, 0.5))
                text, values = statement(_life_of_a_desk(count, keyring))
                psycopg.RawCursor(connection).execute(text, values)
                time.sleep(rng.expovariate(300))
                if rng.random() < 0.05:
                    connection.rollback()
                    continue
                connection.commit()
                left -= count
                with lock:
                    committed += count

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(writers)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return committed


def test_readers_miss_nothing_of_20000_events_while_a_writer_idles_for_twenty_seconds(own_cluster: OwnCluster) -> None:
    runtime, url = own_cluster.runtime, own_cluster.runtime.addresses.log
    readers = [Tail(runtime) for _ in range(3)]
    for each in readers:
        each.start()
    alarmed: list[float] = []
    with psycopg.connect(url) as idle:
        idle.execute("SELECT pg_current_xact_id()")
        began = time.monotonic()
        writing = threading.Thread(
            target=lambda: alarmed.append(-_write_with_gaps(url, runtime.application.keyring, 20_000, 8))
        )
        writing.start()
        while time.monotonic() - began < 20:
            time.sleep(0.2)
            report = _report(runtime)
            assert not all(model["caught_up"] for model in report["read_models"]), "caught up was claimed falsely"
            if not report["ready"] and not any(each > 0 for each in alarmed):
                alarmed.append(time.monotonic() - began)
        held_back = [len(each.seen) for each in readers]
        idle.rollback()
    writing.join()
    for each in readers:
        each.stop.set()
        each.join()
    committed = -next(each for each in alarmed if each < 0)
    assert held_back == [0, 0, 0], "a reader passed an open transaction"
    assert next(each for each in alarmed if each > 0) <= 5.0
    expected = [row[0] for row in runtime.log.rows("SELECT notification_id FROM log.event ORDER BY 1")]
    assert len(expected) == committed >= 20_000 - 8 * 20
    assert all(each.seen == expected for each in readers)
    follow(runtime)
    assert verify_everything(runtime) == []


def test_a_reader_without_the_barrier_is_seen_to_miss_events(own_cluster: OwnCluster) -> None:
    runtime, url = own_cluster.runtime, own_cluster.runtime.addresses.log
    reader = Tail(runtime, naive=True)
    reader.start()
    committed = _write_with_gaps(url, runtime.application.keyring, 4_000, 8)
    reader.stop.set()
    reader.join()
    assert len(set(reader.seen)) < committed


# -- R22: eight processes start at once -------------------------------------------------------------------------------


def _start_eight(environment: dict[str, str]) -> list[tuple[int, str]]:
    processes = [
        subprocess.Popen([sys.executable, "-m", "opera_cases", "migrate"], env=environment, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(8)
    ]  # fmt: skip
    return [(each.wait(90), each.communicate()[0]) for each in processes]


def test_eight_processes_starting_at_once_all_find_one_office(engine: str, postgres: Cluster, tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "OPERA_FOLDER": str(tmp_path / "office")}
    if engine == "postgresql":
        stem = f"r{uuid4().hex[:8]}"
        sql(postgres.url("postgres"), f"CREATE DATABASE {stem}_log", f"CREATE DATABASE {stem}_keys")
        environment |= {"OPERA_LOG_URL": postgres.url(f"{stem}_log"), "OPERA_KEYS_URL": postgres.url(f"{stem}_keys"),
                        "OPERA_MASTER_KEY_FILE": str(tmp_path / "master.key")}  # fmt: skip
    told = _start_eight(environment)
    assert [code for code, _ in told] == [0] * 8, told
    again = _start_eight(environment)
    assert [code for code, _ in again] == [0] * 8, again
    verified = subprocess.run(
        [sys.executable, "-m", "opera_cases", "verify"], env=environment, capture_output=True, text=True
    )
    assert verified.returncode == 0, verified.stdout


def test_without_the_lock_eight_would_collide(postgres: Cluster) -> None:
    """The control: creating the same schema from many connections at once, with nobody taking turns."""
    stem = f"c{uuid4().hex[:8]}"
    sql(postgres.url("postgres"), f"CREATE DATABASE {stem}")
    failed = 0
    for number in range(40):
        start = threading.Barrier(8)

        def create(n: int = number, at: threading.Barrier = start) -> None:
            nonlocal failed
            with psycopg.connect(postgres.url(stem), autocommit=True) as connection:
                at.wait()
                try:
                    connection.execute(f"CREATE SCHEMA IF NOT EXISTS s{n}")
                    connection.execute(f"CREATE OR REPLACE FUNCTION s{n}.f() RETURNS int LANGUAGE sql AS 'SELECT 1'")
                except psycopg.Error:
                    failed += 1

        threads = [threading.Thread(target=create) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        if failed:
            return
    raise AssertionError("nobody collided: the test of the lock is blind")
