"""Requests race with a withdrawal on several processes: what begins after the withdrawal was answered is never done, and what was
on its way is refused, or stands before the withdrawal in the log."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
import pytest

import opera_cases
from opera_cases.application.paths import MOUNT
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.log.events.codec import encode
from opera_cases.log.events.postgres_write import statement
from opera_cases.log.events.unit_of_work import Unit
from opera_cases.log.keys.sealing import unseal
from tests.cli.test_command_line import Line, _free_port, _wait_for
from tests.log.test_two_at_once import _late_event
from tests.support.world import SetClock, World

HANDS = 8
"""How many write at once in one name."""
WAYS = {"tokens": "operator.tokens_withdrawn", "posting": "desk.operator_withdrawn", "operator": "operator.left"}
"""What is withdrawn, and the event that says so."""
REFUSED = frozenset({401, 403, 404, 409, 503})


class Sent(NamedTuple):
    """One note as it was sent: when it began, and with which status it was answered."""

    text: str
    began: float
    status: int


class Round(NamedTuple):
    """One withdrawal: who was withdrawn, how, when that was answered, and what they sent meanwhile and after."""

    who: UUID
    way: str
    answered: float
    sent: list[Sent]


class Written(NamedTuple):
    """What stands in the log in somebody's name: the position of each note, and that of the withdrawal."""

    notes: dict[str, int]
    withdrawn: int


def broken(one: Round, written: Written) -> list[str]:
    """What a withdrawal did not stop."""
    found = []
    for each in one.sent:
        position = written.notes.get(each.text)
        if each.status not in REFUSED | {200}:
            found.append(f"{each.text} was answered {each.status}")
        if (each.status == 200) is not (position is not None):
            found.append(f"{each.text} was answered {each.status}, and stands at {position}")
        if each.began > one.answered and (position is not None or each.status == 200):
            found.append(f"{each.text} began after the withdrawal of {one.way} was answered, and was done")
        elif position is not None and position > written.withdrawn:
            found.append(f"{each.text} was on its way, and stands after the withdrawal of {one.way}")
    return found


class Hand:
    """Somebody's calls over one connection to one process."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: Any = None, version: int | None = None) -> tuple[int, Any]:
        headers = {
            **self.headers,
            "Idempotency-Key": str(uuid4()),
            **({"If-Match": f'"{version}"'} if version is not None else {}),
        }
        self.connection.request(method, f"{MOUNT}/{path}", json.dumps(body) if body else None, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        return answer.status, json.loads(content) if content else None

    def close(self) -> None:
        self.connection.close()


class Desk:
    """An office at work in several processes, and hands that write notes in the name of whoever is about to be withdrawn."""

    def __init__(self, addresses: StoreLocations, folder: Path, rounds: int, processes: int) -> None:
        clock = SetClock()
        self.runtime = Runtime(addresses, clock=clock)
        world = World(self.runtime, clock)
        self.desk, self.admin = world.desk, world.token(world.admin)
        ways = list(WAYS) * rounds
        self.who = [
            (world.employ(f"Ritirando {way} {nth}", Role.CASEWORKER, world.desk), way) for nth, way in enumerate(ways)
        ]
        self.tokens = {who.id: world.token(who) for who, _ in self.who}
        self.cases = [world.case().id for _ in range(HANDS)]
        self.versions = dict.fromkeys(self.cases, 1)
        self.runtime.close()
        several = 1 if self.runtime.log.is_sqlite else processes
        self.ports = [_free_port() for _ in range(several)]
        line = Line(folder, **_environment(addresses, self.runtime.log.is_sqlite))
        self.servers = [line.start("serve", "--port", str(port)) for port in self.ports]

    def open(self) -> "Desk":
        for port in self.ports:
            _wait_for(port)
        return self

    def race(self, each: int) -> list[Round]:
        return [self._round(who, way, each) for who, way in self.who]

    def _round(self, who: Principal, way: str, each: int) -> Round:
        """Everybody writes; when half of it is written, they are withdrawn; each hand writes once more after that."""
        sent: list[Sent] = []
        over, begun = threading.Event(), threading.Semaphore(0)

        def write(number: int) -> None:
            case, count, last = self.cases[number], 0, False
            with closing(self._hand(number, self.tokens[who.id])) as hand:
                while not last:
                    last = over.is_set() and count >= each
                    count, text, began = count + 1, f"{way} {who.id} {number}.{count}", time.monotonic()
                    begun.release()
                    status, answer = hand.call(
                        "POST", f"cases/{case}/steps", {"step": "add_note", "text": text}, self.versions[case]
                    )
                    sent.append(Sent(text, began, status))
                    if status == 200:
                        self.versions[case] = answer["version"]

        with ThreadPoolExecutor(HANDS) as pool:
            hands = [pool.submit(write, number) for number in range(HANDS)]
            for _ in range(HANDS * each // 2):
                begun.acquire(timeout=60)
            self._withdraw(who, way)
            answered = time.monotonic()
            over.set()
            for done in hands:
                done.result(60)
        return Round(who.id, way, answered, sent)

    def _withdraw(self, who: Principal, way: str) -> None:
        with closing(self._hand(HANDS, self.admin)) as hand:
            if way == "tokens":
                status, _ = hand.call("DELETE", f"operators/{who.id}/tokens")
            else:
                path, step = (
                    (f"desks/{self.desk}", self._posting(who))
                    if way == "posting"
                    else (f"operators/{who.id}", {"step": "leave_operator"})
                )
                status, _ = hand.call("POST", f"{path}/steps", step, hand.call("GET", path)[1]["version"])
        assert status in (200, 204)

    def _posting(self, who: Principal) -> dict[str, str]:
        yesterday = datetime.now(UTC).date() - timedelta(days=1)
        return {"step": "withdraw_operator", "operator": str(who.id), "occurred_on": str(yesterday)}

    def _hand(self, number: int, token: str) -> Hand:
        return Hand(self.ports[number % len(self.ports)], token)

    def written(self, one: Round) -> Written:
        """What stands in the log of a round."""
        records, keyring = self.runtime.application.records, self.runtime.application.keyring
        notes = {
            unseal(event.facts.text, keyring): event.position
            for case in self.cases for event in records.history(case) if event.topic == "case.note_added" and event.meta.actor.id == one.who
        }  # fmt: skip
        stream = self.desk if one.way == "posting" else one.who
        ended = [
            event
            for event in records.history(stream)
            if event.topic == WAYS[one.way] and getattr(event.facts, "operator", one.who) == one.who
        ]
        return Written({text: position for text, position in notes.items() if text}, ended[0].position)

    def stop(self) -> None:
        while self.servers:
            server = self.servers.pop()
            server.kill()
            server.communicate()


def _environment(addresses: StoreLocations, embedded: bool) -> dict[str, str]:
    here = {"OPERA_RATE": "", "OPERA_LOG_REQUESTS": "false", "PYTHONPATH": str(Path(opera_cases.__file__).parents[1])}
    if embedded:
        return {**here, "OPERA_FOLDER": str(addresses.master_key.parent)}
    return {
        **here,
        "OPERA_LOG_URL": addresses.log,
        "OPERA_KEYS_URL": addresses.keys,
        "OPERA_MASTER_KEY_FILE": str(addresses.master_key),
    }


@pytest.fixture
def desk_of(addresses: StoreLocations, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes an office at work, with so many `rounds` of withdrawals ahead of it, in so many `processes` where it can."""
    made: list[Desk] = []

    def make(**wanted: int) -> Desk:
        made.append(Desk(addresses, tmp_path, **wanted))
        return made[-1].open()

    yield make
    for each in made:
        each.stop()
        each.runtime.close()


def _raced(desk: Desk, each: int) -> None:
    rounds = desk.race(each)
    desk.stop()
    desk.runtime = Runtime(desk.runtime.addresses)
    assert [wrong for one in rounds for wrong in broken(one, desk.written(one))] == []
    assert all(any(each.began > one.answered for each in one.sent) for one in rounds), "some came after each withdrawal"
    assert any(each.status == 200 for one in rounds for each in one.sent), "some were in time"


def test_of_fifty_requests_none_outlives_a_withdrawal(desk_of: Callable[..., Desk]) -> None:
    _raced(desk_of(rounds=1, processes=2), each=2)


@pytest.mark.heavy
def test_of_a_thousand_requests_none_outlives_a_withdrawal(desk_of: Callable[..., Desk]) -> None:
    _raced(desk_of(rounds=14, processes=4), each=2)


@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_write_has_no_position_before_it_holds_what_it_rests_on(world: World, engine: str) -> None:
    """Else a withdrawal that waits for what is on its way would stand before it."""
    case = world.case()
    sql, values = statement(
        Unit(events=(encode(_late_event(world, case.id)),), rests_on=(bytes(32),), today=str(world.begins))
    )
    with psycopg.connect(
        world.runtime.log.url.set(drivername="postgresql").render_as_string(hide_password=False)
    ) as connection:
        psycopg.RawCursor(connection).execute("EXPLAIN " + sql, values)
        assert connection.execute("SELECT pg_current_xact_id_if_assigned()").fetchone() == (None,)
        connection.execute("SELECT pg_current_xact_id()")
        assert connection.execute("SELECT pg_current_xact_id_if_assigned()").fetchone() != (None,)


def test_what_outlives_a_withdrawal_is_found() -> None:
    written = Written({"before": 10, "late": 30, "after": 40, "lost": 5}, withdrawn=20)
    sent = [
        Sent("before", 1.0, 200),
        Sent("late", 1.0, 200),
        Sent("after", 3.0, 200),
        Sent("refused", 3.0, 401),
        Sent("lost", 1.0, 401),
        Sent("odd", 1.0, 500),
    ]
    assert broken(Round(UUID(int=9), "tokens", 2.0, sent), written) == [
        "late was on its way, and stands after the withdrawal of tokens",
        "after began after the withdrawal of tokens was answered, and was done",
        "lost was answered 401, and stands at 5",
        "odd was answered 500",
    ]
