"""kill -9 at random, under load: server, worker, a backend of the database. Nothing acknowledged is lost or doubled."""

import contextlib
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg

from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.render_text import keys_in_use
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.jobs.rounds import run_until_idle
from opera_cases.log.keys.sealing import unseal
from tests.cli.test_command_line import Line, _free_port
from tests.support.world import SetClock, World

DEADLINE = 40.0


class Programme:
    """Two servers and a worker over PostgreSQL, or one embedded server over SQLite; and clients that never give up."""

    def __init__(self, folder: Path, runtime: Runtime, cases: list[UUID], token: str, cluster: Any = None) -> None:
        there = runtime.addresses
        environment = {"OPERA_RATE": "", "OPERA_LOG_REQUESTS": "false"}
        if cluster is not None:
            environment |= {
                "OPERA_LOG_URL": there.log,
                "OPERA_KEYS_URL": there.keys,
                "OPERA_MASTER_KEY_FILE": str(there.master_key),
            }
        else:
            environment["OPERA_FOLDER"] = str(there.master_key.parent)
        self.line = Line(folder, **environment)
        self.runtime, self.cases, self.token, self.cluster = runtime, cases, token, cluster
        self.ports = [_free_port(), _free_port()] if cluster is not None else [_free_port()]
        self.servers = {port: self._serve(port) for port in self.ports}
        self.worker = self.line.start("work") if cluster is not None else None
        self.acknowledged: dict[str, list[str]] = {}
        self.stop = threading.Event()
        self.stranded: list[str] = []
        self.restarts = 0
        for port in self.ports:
            self._until_it_answers(port)

    def _serve(self, port: int) -> subprocess.Popen[str]:
        return self.line.start("serve", "--port", str(port))

    def _until_it_answers(self, port: int) -> None:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
            except (OSError, urllib.error.URLError):
                time.sleep(0.1)
            else:
                return
        server = self.servers[port]
        server.kill()
        raise AssertionError(f"the server did not come back: {server.communicate()[0]}")

    def client(self, number: int) -> None:
        rng, count = random.Random(number), 0
        while not self.stop.is_set():
            count += 1
            self._insist(rng, f"nota {number}.{count}", rng.choice(self.cases))

    def _insist(self, rng: random.Random, text: str, case: UUID) -> None:
        """Send one note with one key until it is acknowledged, whoever answers."""
        key, began = str(uuid4()), time.monotonic()
        while time.monotonic() - began < DEADLINE:
            version = self._version(rng, case)
            if version is None:
                time.sleep(0.05)
                continue
            body = {"step": "add_note", "text": text}
            status, answer = self._call(
                rng, f"cases/{case}/steps", body, **{"If-Match": version, "Idempotency-Key": key}
            )
            if status == 200:
                self.acknowledged[text] = answer["event_ids"]
                return
            assert status in (0, 412, 503), (status, answer)
        self.stranded.append(text)

    def _version(self, rng: random.Random, case: UUID) -> str | None:
        status, answer = self._call(rng, f"cases/{case}", None)
        return f'"{answer["version"]}"' if status == 200 else None

    def _call(self, rng: random.Random, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{rng.choice(self.ports)}/rest/opera/v1/{path}", data=json.dumps(body).encode() if body else None,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as wrong:
            with contextlib.suppress(OSError, http.client.HTTPException):
                return wrong.code, wrong.read().decode(errors="replace")
            return 0, None
        except (OSError, urllib.error.URLError, http.client.HTTPException, ValueError):
            return 0, None  # cut off half-way is not acknowledged

    def kill(self, rng: random.Random) -> str:
        """Kill one of them with -9, and start again what was killed."""
        victims = ["server", "worker", "backend"] if self.cluster is not None else ["server"]
        victim = rng.choice(victims)
        if victim == "server":
            port = rng.choice(self.ports)
            self._end(self.servers[port])
            self.servers[port] = self._serve(port)
            self._until_it_answers(port)
        elif victim == "worker":
            assert self.worker is not None
            self._end(self.worker)
            self.worker = self.line.start("work")
        else:
            self._kill_a_backend(rng)
        self.restarts += 1
        return victim

    def _kill_a_backend(self, rng: random.Random) -> None:
        try:
            with psycopg.connect(self.cluster.url("log"), autocommit=True) as connection:
                sql = (
                    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                )
                pids = [row[0] for row in connection.execute(sql)]
                if pids:
                    os.kill(rng.choice(pids), signal.SIGKILL)
        except (psycopg.Error, ProcessLookupError):
            return

    @staticmethod
    def _end(process: subprocess.Popen[str]) -> None:
        process.kill()
        if process.stdout is not None and not process.stdout.closed:
            process.communicate()

    def close(self) -> None:
        for each in (*self.servers.values(), *([self.worker] if self.worker else [])):
            self._end(each)


def lost_or_doubled(runtime: Runtime, cases: list[UUID], acknowledged: dict[str, list[str]]) -> list[str]:
    """What was acknowledged and is not there, and what is there more than once."""
    notes: Counter[str] = Counter()
    ids: set[str] = set()
    for case in cases:
        for event in runtime.application.records.history(case):
            ids.add(str(event.event_id))
            if event.topic == "case.note_added":
                notes[unseal(event.facts.text, runtime.application.keyring)] += 1
    lost = [text for text, events in acknowledged.items() if not set(events) <= ids or notes[text] == 0]
    return [f"lost: {text}" for text in lost] + [f"{count} times: {text}" for text, count in notes.items() if count > 1]


def _run(programme: Programme, kills: int, clients: int, seed: int) -> None:
    rng = random.Random(seed)
    threads = [threading.Thread(target=programme.client, args=(number,)) for number in range(clients)]
    for each in threads:
        each.start()
    try:
        for _ in range(kills):
            time.sleep(rng.uniform(0.1, 0.6))
            programme.kill(rng)
        time.sleep(0.5)
    finally:
        programme.stop.set()
        for each in threads:
            each.join()
        programme.close()


def _judged(programme: Programme, kills: int) -> None:
    assert programme.restarts == kills
    assert programme.stranded == []
    assert len(programme.acknowledged) > kills * 2
    world_after = Runtime(programme.runtime.addresses)
    assert lost_or_doubled(world_after, programme.cases, programme.acknowledged) == []
    run_until_idle(world_after)
    assert verify_everything(world_after) == []
    world_after.close()


def test_ten_kills_lose_nothing_and_double_nothing(at_work: Programme) -> None:
    _run(at_work, kills=10, clients=6, seed=1)
    _judged(at_work, 10)


def test_a_lost_or_doubled_note_would_be_seen(world: World) -> None:
    case = world.case("PLAN")
    kept = case.do("add_note", text="tenuta")
    acknowledged = {"tenuta": [str(each) for each in kept.event_ids], "persa": [str(uuid4())]}
    case.do("add_note", text="doppia")
    case.do("add_note", text="doppia")
    assert lost_or_doubled(world.runtime, [case.id], acknowledged) == ["lost: persa", "2 times: doppia"]


DIES = """
import os, sys
from pathlib import Path
from uuid import UUID
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.application.requests import CommandRequest
from opera_cases.runtime.settings import Settings
from opera_cases.application.runtime import Runtime
runtime = Runtime(Settings().addresses())
desk, who = UUID(sys.argv[1]), Principal(UUID(sys.argv[2]), Role.CASEWORKER, frozenset({UUID(sys.argv[1])}))
runtime.log.before = lambda sql: os._exit(9) if "INTO log.event" in sql else None
runtime.application.execute(CommandRequest(kind="person", step="register_person", by=who, values={
    "desk": str(desk), "family_name": "Interrotti", "given_names": "Ada", "birth_date": "1990-01-01"}))
"""


def test_killed_between_the_key_and_the_event_an_orphan_key_is_all_that_is_left(
    addresses: StoreLocations, tmp_path: Path
) -> None:
    world = World(Runtime(addresses, clock=SetClock()), SetClock())
    before = world.runtime.application.keyring.known()
    environment = {"PATH": os.environ["PATH"], "OPERA_LOG_URL": addresses.log, "OPERA_KEYS_URL": addresses.keys,
                   "OPERA_MASTER_KEY_FILE": str(addresses.master_key), "OPERA_READ_URL": addresses.read}  # fmt: skip
    died = subprocess.run([sys.executable, "-c", DIES, str(world.desk), str(world.irene.id)], env=environment, cwd=tmp_path,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert died.returncode == 9, died.stderr
    orphans = world.runtime.application.keyring.known() - before
    assert orphans
    world.settle()
    assert verify_everything(world.runtime) == []
    assert world.runtime.application.keyring.sweep(keys_in_use(world.runtime), "2999-01-01") == len(orphans) - 1, (
        "one of the keys is the office's own"
    )
    assert verify_everything(world.runtime) == []
    world.runtime.close()


def _stopped_under_load(at_work: Programme, how: signal.Signals) -> list[Any]:
    """End a server while four clients ask it; what they were told instead of an answer. It is started again."""
    port = at_work.ports[0]
    failed: list[Any] = []
    over = threading.Event()
    url, headers = f"http://127.0.0.1:{port}/rest/opera/v1/cases", {"Authorization": f"Bearer {at_work.token}"}

    def ask() -> None:
        while not over.is_set():
            try:
                with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
                    answer.read()
            except urllib.error.HTTPError as told:
                failed.append(told.code)
            except (
                ConnectionResetError,
                http.client.RemoteDisconnected,
                http.client.IncompleteRead,
                urllib.error.URLError,
            ) as gone:
                if not over.is_set() and "refused" not in str(gone).lower() and "reset" not in str(gone).lower():
                    failed.append(gone)
                return

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    time.sleep(0.3)
    began = time.monotonic()
    at_work.servers[port].send_signal(how)
    at_work.servers[port].communicate(timeout=15)
    assert time.monotonic() - began < 10
    over.set()
    for each in threads:
        each.join()
    at_work.servers[port] = at_work._serve(port)
    at_work._until_it_answers(port)
    return failed


def test_a_stop_asked_for_finishes_what_was_begun(at_work: Programme) -> None:
    """SIGTERM under load, five times: every request begun is answered, within ten seconds."""
    assert [_stopped_under_load(at_work, signal.SIGTERM) for _ in range(5)] == [[]] * 5


def test_a_server_that_is_simply_killed_leaves_requests_unanswered(at_work: Programme) -> None:
    """The control: the same clients do notice."""
    assert any(_stopped_under_load(at_work, signal.SIGKILL) for _ in range(5))


def test_a_rebuild_killed_at_any_moment_leaves_the_old_models_serving(
    addresses: StoreLocations, tmp_path: Path
) -> None:
    _killed_while_rebuilding(addresses, tmp_path, kills=3)


def _killed_while_rebuilding(addresses: StoreLocations, folder: Path, kills: int) -> None:
    clock, rng = SetClock(), random.Random(19)
    world = World(Runtime(addresses, clock=clock), clock)
    case = world.case("FUNDING")
    world.settle()
    line = Line(folder, OPERA_LOG_URL=addresses.log, OPERA_KEYS_URL=addresses.keys, OPERA_READ_URL=addresses.read,
                OPERA_MASTER_KEY_FILE=str(addresses.master_key))  # fmt: skip
    for number in range(kills):
        rebuilding = line.start("rebuild")
        time.sleep(rng.uniform(0.5, 2.0))
        case.do("add_note", text=f"Intanto {number}.")
        Programme._end(rebuilding)
        assert world.runtime.application.load("case", case.id, world.irene).version == case.now.version
        world.settle()
        assert verify_everything(world.runtime) == []
    line.run("rebuild")
    world.settle()
    assert verify_everything(world.runtime) == []
    world.runtime.close()
