"""Three workers and two servers, killed at random while years pass: every reminder once, as computed on paper; mail too.

PostgreSQL has three workers and two servers, SQLite one process that is both. The short run is part of every test run,
the long one (three years of the demo programme, a hundred kills) of the heavy tests.
"""

import json
import os
import random
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from opera_cases.application.access import tokens
from opera_cases.application.ids import Ids
from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.requests import CommandRequest
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.demo.replay import play
from opera_cases.demo.stage import SetClock
from opera_cases.domain.access import CONSOLE
from tests.conftest import OwnCluster
from tests.support.mailbox import Mailbox, free_port, mailbox
from tests.support.paper import Paper
from tests.support.time_machine import FileClock

NIGHT, MORNING = hour(4, 30), hour(8, 30)
PATIENCE = 90.0


class Years:
    """An office of several processes, time that is moved, and what is expected of it on paper."""

    def __init__(
        self, folder: Path, addresses: StoreLocations, smtp: str, leads: UUID, begins: date, *, embedded: bool
    ) -> None:
        self.folder, self.leads, self.embedded = folder, leads, embedded
        self.token, self.issued_on = "", date(1970, 1, 1)
        self.rounds = folder / "rounds"
        self.rounds.mkdir()
        clock = folder / "clock"
        clock.write_text(datetime.combine(begins, NIGHT, UTC).isoformat())
        self.clock = FileClock(clock)
        at = {
            "log": addresses.log,
            "read": addresses.read,
            "keys": addresses.keys,
            "master_key": str(addresses.master_key),
        }
        self.settings = {"addresses": at, "clock": str(clock), "rounds": str(self.rounds), "smtp": smtp}
        self.runtime = Runtime(addresses, clock=self.clock)
        self.paper, self.position, self.kills = Paper(), 0, 0
        roles = ["embedded"] if embedded else ["server", "server", "worker", "worker", "worker"]
        self.ports = [free_port() if each != "worker" else 0 for each in roles]
        self.roles = roles
        self.processes = [self._start(number) for number in range(len(roles))]

    def _start(self, number: int) -> "subprocess.Popen[bytes]":
        settings = json.dumps({**self.settings, "port": self.ports[number]})
        with (self.folder / f"err{number}").open("ab") as trouble:
            return subprocess.Popen([sys.executable, "-m", "tests.support.time_machine", self.roles[number], settings],
                                    cwd=Path(__file__).parents[2], stdout=subprocess.DEVNULL, stderr=trouble)  # fmt: skip

    def kill(self, rng: random.Random) -> None:
        number = rng.randrange(len(self.processes))
        self.processes[number].kill()
        self.processes[number].wait()
        (self.rounds / f"{self.processes[number].pid}.json").unlink(missing_ok=True)
        self.processes[number] = self._start(number)
        self.kills += 1

    def close(self) -> None:
        for each in self.processes:
            each.kill()
            each.wait()
        self.runtime.close()

    # -- time ---------------------------------------------------------------------------------------------------------

    def live(self, day: date, rng: random.Random, *, kills: bool, acts: bool) -> None:
        """One day: the night, in which the desk's work of the day before is entered, and the morning."""
        self.clock.turn_to(datetime.combine(day, NIGHT, UTC))
        if acts:
            self._act(rng, day)
        if kills:
            self.kill(rng)
        self._until_nothing_is_left()
        self.clock.turn_to(datetime.combine(day, MORNING, UTC))
        self._read_on()
        due = self.paper.day(day)
        began = time.monotonic()
        while missing := self.paper.missing(due):
            assert time.monotonic() - began < PATIENCE, f"lost on {day}: {missing[:5]}"
            time.sleep(0.02)
            self._read_on()
        self._until_messages_are_composed(day)
        self._until_nothing_is_left()

    def _until_messages_are_composed(self, day: date) -> None:
        """A week passes here in a second: what a killed worker held for five real seconds is waited for, or a message would
        be composed weeks too late."""
        began = time.monotonic()
        untold = (
            "SELECT count(*) FROM read.notice_v1 n LEFT JOIN read.message_item_v1 i ON i.reminder_id = n.reminder_id"
            " AND i.rung = n.rung AND i.recipient = n.recipient WHERE n.told_on = $1 AND i.message_id IS NULL"
        )
        while self.runtime.log.rows(untold, day)[0][0] and time.monotonic() - began < 12:
            time.sleep(0.02)

    def _until_nothing_is_left(self) -> None:
        """A worker has gone round since the clock was turned and found nothing to do."""
        now, began = self.clock(), time.monotonic()
        while not any(
            each["done"] == 0 and datetime.fromisoformat(each["began"]) >= now for each in self._went_round()
        ):
            assert time.monotonic() - began < PATIENCE, "no worker comes to rest"
            time.sleep(0.01)

    def until_the_post_is_gone(self) -> None:
        """What a process held when it was killed is free again after half a minute; then everything is handed over."""
        began = time.monotonic()
        waits = "SELECT count(*) FROM read.message_v1 WHERE state = 'WAITING'"
        while self.runtime.log.rows(waits)[0][0] or any(each["done"] for each in self._went_round()):
            assert time.monotonic() - began < PATIENCE, "messages still wait"
            time.sleep(0.1)
        self._until_nothing_is_left()

    def _went_round(self) -> Iterator[dict[str, Any]]:
        for path in self.rounds.glob("*.json"):
            with suppress(OSError, ValueError):
                yield json.loads(path.read_text())

    def _read_on(self) -> None:
        while rows := self.runtime.application.recorder.after(self.position, 2000):
            self.paper.read((row[2], row[4], row[5]) for row in rows)
            self.position = int(rows[-1][0])

    # -- the desk at work ---------------------------------------------------------------------------------------------

    def _act(self, rng: random.Random, day: date) -> None:
        """Somebody is reached, reminders are paused, a check-in is moved: whatever moves days."""
        sql = "SELECT stream, kind, rule, key FROM read.deadline_v2 WHERE rule IN ('next_contact', 'check_in') ORDER BY stream, key"
        rows = self.runtime.log.rows(sql)
        if not rows:
            return
        if day > self.issued_on + timedelta(days=300):
            wanted = tokens.TokenRequest(
                self.leads, "COORDINATOR", frozenset(), "", self.runtime.application.today() + timedelta(days=365)
            )
            self.token = tokens.issue_to(
                self.runtime.application, wanted, CONSOLE, key=uuid4(), correlation=uuid4(), channel="TEST"
            )
            self.issued_on = day
        stream, kind, rule, key = rng.choice(rows)
        step: dict[str, Any]
        if rng.random() < 0.3:
            step = {
                "step": "pause_reminders",
                "until": str(day + timedelta(days=rng.randint(5, 40))),
                "reason": "Prova.",
            }
        elif rule == "check_in":
            month = int(str(key).partition(":")[2])
            step = {
                "step": "move_check_in",
                "month": month,
                "to": str(day + timedelta(days=rng.randint(5, 60))),
                "reason": "Prova.",
            }
        else:
            step = {"step": "record_attempt", "channel": "PHONE", "reached": True}
        self._insist(f"{kind}s/{UUID(str(stream))}", step, str(uuid4()))

    def _insist(self, path: str, step: dict[str, Any], key: str) -> None:
        """Ask until somebody answers; refused is an answer too."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE:
            status, tag = self._call(path, None, {})
            if status == 200:
                status, _ = self._call(f"{path}/steps", step, {"If-Match": tag, "Idempotency-Key": key})
                if status in (200, 403, 404, 409, 422):
                    return
            time.sleep(0.1)
        raise AssertionError("nobody answers")

    def _call(self, path: str, body: Any, headers: dict[str, str]) -> tuple[int, str]:
        port = random.choice([each for each in self.ports if each])
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/rest/opera/v1/{path}", data=json.dumps(body).encode() if body else None,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return answer.status, answer.headers.get("etag", "")
        except urllib.error.HTTPError as wrong:
            return wrong.code, ""
        except OSError:
            return 0, ""


def _programme(addresses: StoreLocations, people: int) -> tuple[UUID, date]:
    """The demo programme, everyone who works there with an address; who leads desks that have work. Ends on a day."""
    clock = SetClock(date(2019, 7, 1))
    runtime = Runtime(addresses, clock=clock, ids=Ids(7))
    cast = play(runtime, clock, people, lambda done, total: None)
    rows = runtime.log.rows("SELECT operator_id FROM read.operator_v1 WHERE state = 'ENROLLED' ORDER BY operator_id")
    for number, (operator,) in enumerate(rows):
        contacts = {"email": f"operator{number}@opera.example", "language": ("it", "fr", "en")[number % 3]}
        runtime.application.execute(
            CommandRequest(
                kind="operator",
                step="change_operator_contacts",
                values=contacts,
                by=CONSOLE,
                stream=UUID(str(operator)),
            )
        )
    region = cast.teams[0].region
    leads = cast.teams[0].coordinator.id
    runtime.application.execute(
        CommandRequest(
            kind="operator",
            step="grant_role",
            values={"role": "REGIONAL_COORDINATOR", "region": region},
            by=CONSOLE,
            stream=leads,
        )
    )
    day = clock.at.date()
    runtime.close()
    return leads, day


def _live(years: Years, begins: date, days: int, kills: int, seed: int) -> None:
    rng = random.Random(seed)
    years._read_on()
    years.paper.takes_over()
    when = set(rng.sample(range(days), kills))
    for number in range(days):
        years.live(begins + timedelta(days=number), rng, kills=number in when, acts=number % 5 == 2)
    years.until_the_post_is_gone()
    years._read_on()


def _judge(years: Years, box: Mailbox, begins: date, kills: int) -> None:
    assert years.kills == kills
    assert years.paper.differences() == []
    told = [each for each, how in years.paper.happened.items() if how == "told"]
    assert len(told) > 10, "something was told at all"
    rows = years.runtime.log.rows
    unposted = rows("SELECT state, count(*) FROM read.message_v1 GROUP BY state")
    assert {str(state) for state, _ in unposted} <= {"HANDED_OVER", "WITHDRAWN"}
    # every rung told to somebody is in one message to them, and in no other; of the last days one may wait for tomorrow's
    asked = "SELECT reminder_id, rung, recipient FROM read.notice_v1 WHERE told_on >= $1"
    known = {tuple(map(str, row)) for row in rows(asked, begins - timedelta(days=30))}
    notices = {tuple(map(str, row)) for row in rows(asked, begins)}
    items = Counter(
        tuple(map(str, row)) for row in rows("SELECT reminder_id, rung, recipient FROM read.message_item_v1")
    )
    lately = years.clock().date() - timedelta(days=4)
    late = {tuple(map(str, row)) for row in rows(asked, lately)}
    assert notices - late <= set(items) <= known
    assert set(items.values()) == {1}
    # one digest a day for each recipient
    daily = rows(
        "SELECT recipient, day, count(*) FROM read.message_v1 WHERE form = 'DIGEST' GROUP BY recipient, day HAVING count(*) > 1"
    )
    assert daily == []
    # the server has each message that was handed over, under one name; a copy sent twice has the same name
    handed = {
        f"<{UUID(str(row[0]))}@opera.example>"
        for row in rows("SELECT message_id FROM read.message_v1 WHERE state = 'HANDED_OVER'")
    }
    assert set(box.ids) == handed
    assert len(handed) > 5
    assert verify_everything(years.runtime) == []


def _run(tmp_path: Path, addresses: StoreLocations, *, embedded: bool, people: int, days: int, kills: int) -> None:
    leads, begins = _programme(addresses, people)
    with mailbox() as (box, mail):
        years = Years(tmp_path, addresses, mail.url, leads, begins, embedded=embedded)
        try:
            _live(years, begins, days, kills, seed=days)
            _judge(years, box, begins, kills)
        finally:
            years.close()


def _addresses(request: pytest.FixtureRequest, engine: str, tmp_path: Path) -> StoreLocations:
    if engine == "postgresql":
        own: OwnCluster = request.getfixturevalue("own_cluster")
        return own.runtime.addresses
    Runtime.prepare(StoreLocations.folder(tmp_path / "office")).close()
    return StoreLocations.folder(tmp_path / "office")


def test_some_weeks_pass_and_processes_are_killed(request: pytest.FixtureRequest, engine: str, tmp_path: Path) -> None:
    _run(tmp_path, _addresses(request, engine, tmp_path), embedded=engine == "sqlite", people=20, days=35, kills=4)


@pytest.mark.heavy
def test_three_years_pass_and_processes_are_killed_a_hundred_times(
    request: pytest.FixtureRequest, engine: str, tmp_path: Path
) -> None:
    days = int(os.environ.get("OPERA_TEST_DAYS", "1096"))
    _run(
        tmp_path,
        _addresses(request, engine, tmp_path),
        embedded=engine == "sqlite",
        people=60,
        days=days,
        kills=min(100, days // 2),
    )


def test_a_lost_a_doubled_and_a_made_up_reminder_would_be_seen() -> None:
    """The paper itself: what it expects of a deadline, and that it notices each way of going wrong."""
    place = {"country": "IT", "region": "ITC3", "province": "SV", "zone": "Europe/Rome"}
    sets = [{"rule": "bid_date", "due_on": "2026-06-30", "edition": "2026-6"}]
    reported = {"facts": {"place": place}, "left": {"state": "REPORTED"}, "sets": sets}
    begun = {"facts": {"record": "f", "key": "bid_date", "due_on": "2026-06-30"}, "left": {"state": "OPEN"}}

    def told(rung: str) -> tuple[str, str, bytes]:
        return ("r", "reminder.raised", json.dumps({"facts": {"rung": rung}, "left": {"state": "OPEN"}}).encode())

    def judged(*happened: tuple[str, str, bytes]) -> list[str]:
        paper = Paper()
        paper.read([("f", "company.reported", json.dumps(reported).encode())])
        for number in range(41):
            paper.day(date(2026, 5, 20) + timedelta(days=number))
        paper.read([("r", "reminder.begun", json.dumps(begun).encode()), *happened])
        return paper.differences()

    right = [told(each) for each in ("month", "fortnight")]
    late = [each for each in judged(*right) if "three_days" in each]
    assert len(late) == 2, "both three days before are still lost"
    right += [told("three_days"), told("three_days_region")]
    assert judged(*right) == []
    assert judged(*right[1:])[0].startswith("lost: ")
    assert judged(*right, right[0])[0].startswith("twice: ")
    assert judged(*right, told("today"))[0].startswith("made up: ")
