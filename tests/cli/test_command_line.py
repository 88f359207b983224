"""The command line, as a subprocess: an office set up from nothing, and errors one can read."""

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from opera_cases import __version__
from opera_cases.application.runtime import Runtime
from opera_cases.cli.app import app
from opera_cases.domain.kernel.errors import OperaError
from opera_cases.log.keys.master_key import MasterKey
from opera_cases.log.store.database import Database
from opera_cases.runtime.server import LAST_ANSWERS
from opera_cases.runtime.settings import Settings
from tests.access.test_closed_to_others import open_to_others
from tests.conftest import OwnCluster
from tests.support.world import SetClock, World


class Line:
    """Runs `opera-cases` in an environment of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        same_code = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        self.environment = {**same_code, "OPERA_FOLDER": str(folder / "office"), "COLUMNS": "200", **environment}

    def run(self, *arguments: str, code: int = 0, stdin: str = "") -> str:
        done = subprocess.run([sys.executable, "-m", "opera_cases", *arguments], env=self.environment, cwd=self.folder,
                              capture_output=True, text=True, input=stdin, timeout=120)  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return (done.stdout + done.stderr).strip()

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, "-m", "opera_cases", *arguments], env=self.environment, cwd=self.folder,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # fmt: skip


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(tmp_path)


def _free_port() -> int:
    """A port below those that the system lends to callers: a client that insists while its server is down could be lent the
    very port that it calls, reach itself, and keep the server from coming back."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _call(port: int, path: str, token: str, body: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/rest/opera/v1/{path}", data=json.dumps(body).encode() if body else None,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=10) as answer:
        return dict(json.load(answer))


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not start")


def _set_up(line: Line) -> tuple[str, str, str]:
    """A desk, somebody posted there, and a token of theirs."""
    assert "ready" in line.run("migrate")
    desk = line.run("desk", "open", "--code", "SV", "--name", "Savona", "--region", "ITC3", "--province", "SV", "--host", "BIC",
                    "--on", "2019-07-12")  # fmt: skip
    operator = line.run("operator", "enrol", "Irene Modelli")
    line.run("desk", "post", desk, operator, "--role", "CASEWORKER")
    return desk, operator, line.run("token", "issue", operator, "--role", "CASEWORKER", "--desk", desk)


def test_an_administrator_sets_up_an_office_from_nothing_and_it_serves(line: Line) -> None:
    desk, operator, token = _set_up(line)
    assert "SV" in line.run("desk", "list")
    port = _free_port()
    server = line.start("serve", "--port", str(port))
    try:
        _wait_for(port)
        case = _call(port, "cases", token, {"desk": desk, "channel": "PHONE", "wish": "Un forno."})
        noted = _call(
            port, f"cases/{case['id']}/steps", token, {"step": "add_note", "text": "Richiama."}, **{"If-Match": '"1"'}
        )
        assert noted["version"] == 2
        for _ in range(100):  # the embedded office does the worker's work too
            if len(_call(port, f"cases/{case['id']}/timeline", token)["items"]) == 2:
                break
            time.sleep(0.1)
        assert len(_call(port, f"cases/{case['id']}/timeline", token)["items"]) == 2
    finally:
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=20)
    assert server.returncode in (0, -signal.SIGTERM, 128 + signal.SIGTERM), said
    shown = line.run("case", "show", case["file_number"])
    assert "record_contact" in shown
    assert "forno" not in shown
    assert "agrees with itself" in line.run("verify")
    line.run("keys", "escrow", "escrow.sealed", stdin="a passphrase of invention\na passphrase of invention\n")
    assert open_to_others(line.folder) == []
    line.run("operator", "leave", operator)
    assert "0 tokens" in line.run("token", "revoke", operator)


def test_a_stream_of_changes_ends_in_good_order_when_the_server_stops(line: Line) -> None:
    _, _, token = _set_up(line)
    port = _free_port()
    server = line.start("serve", "--port", str(port))
    try:
        _wait_for(port)
        with socket.create_connection(("127.0.0.1", port), timeout=20) as listening, listening.makefile("rb") as stream:
            listening.sendall(
                f"GET /rest/opera/v1/changes HTTP/1.1\r\nHost: office\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
            )
            while not stream.readline().startswith(b"retry:"):
                pass
            server.send_signal(signal.SIGTERM)
            asked = time.monotonic()
            rest = stream.read()
            assert time.monotonic() - asked < LAST_ANSWERS / 2
        assert rest.endswith(b"\r\n0\r\n\r\n"), "the stream was cut off"
    finally:
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=20)
    assert [each for each in said.splitlines() if '"level"' in each] == [], said


def test_a_damaged_office_is_found_and_rebuilt(line: Line) -> None:
    line.run("demo", "--no-serve", "--people", "24", "--folder", "office")
    log = Database(f"sqlite:///{line.folder}/office/log.db")
    log.rows("DELETE FROM read.caseload_v4 WHERE state = 'CLOSED'")
    log.dispose()
    assert "I5" in line.run("verify", code=1)
    assert "folded again" in line.run("rebuild")
    assert "agrees with itself" in line.run("verify")


def test_the_trail_is_asked_at_the_machine_and_opens_nothing(line: Line) -> None:
    line.run("demo", "--no-serve", "--people", "24", "--folder", "office")
    head, *rows = [
        json.loads(each)
        for each in line.run("audit", "events", "--step", "open_intake", "--format", "JSONL").splitlines()
    ]
    assert (head["filter"], head["lines"], head["complete"]) == ({"step": "open_intake"}, len(rows), True)
    assert {each["topic"] for each in rows} == {"case.intake_opened"}
    explained = line.run("audit", "explain", rows[0]["event_id"])
    assert "CONTACT → INTAKE" in explained
    assert "edition 2026-7" in explained
    assert '"edition":"2026-7"' in line.run("audit", "editions")

    known = [json.loads(each) for each in line.run("audit", "known", "--on", "2026-11-01").splitlines()]
    number = known[0]["file_number"]
    line.run("audit", "events", "--case", number, "--file", "trail.csv")
    trail = (line.folder / "trail.csv").read_text("utf-8-sig")
    assert "case.contact_recorded" in trail
    assert "given_names: – → [sealed]" in line.run("audit", "events", "--topic", "person.registered")
    before = line.run("audit", "readings", "--limit", "100000")
    line.run("audit", "events", "--kind", "person")
    assert line.run("audit", "readings", "--limit", "100000") == before, "what opens nothing leaves no reading"
    assert "There is no case" in line.run("audit", "refusals", "--case", "0000-0000", code=3)


def test_the_keyring_is_kept_from_the_command_line(line: Line) -> None:
    line.run("migrate")
    line.run(
        "desk", "open", "--code", "SV", "--name", "Savona", "--region", "ITC3", "--province", "SV", "--host", "BIC"
    )
    line.run("keys", "escrow", "old.bin", "--passphrase", "quattro parole")
    assert "epoch 2" in line.run("keys", "rotate")
    assert "12 characters" in line.run("keys", "escrow", "safe.bin", "--passphrase", "due parole", code=2)
    line.run("keys", "escrow", "safe.bin", "--passphrase", "quattro parole")
    assert (line.folder / "safe.bin").stat().st_mode & 0o777 == 0o600
    key = line.folder / "office" / "master.key"
    before = key.read_text()
    key.unlink()
    assert "after the last rotation" in line.run("keys", "recover", "old.bin", "--passphrase", "quattro parole", code=2)
    assert "does not open" in line.run("keys", "recover", "safe.bin", "--passphrase", "altre parole", code=2)
    line.run("keys", "recover", "safe.bin", "--passphrase", "quattro parole")
    assert key.read_text() == before
    MasterKey.create(line.folder / "other.key").path.replace(key)
    assert "another master key" in line.run("keys", "recover", "safe.bin", "--passphrase", "quattro parole", code=2)
    key.write_text(before)
    assert "0 orphaned" in line.run("keys", "sweep")


def test_an_office_is_kept_and_put_back_from_the_command_line(
    small: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every word that the handbook tells an administrator to type, in the order in which they are typed."""
    case = small.case("INTAKE")
    small.file(case.id)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == code or (code == 3 and isinstance(done.exception, OperaError)), done.output + repr(
            done.exception
        )
        return done.output + str(done.exception or "")

    monkeypatch.setenv("OPERA_FOLDER", str(small.runtime.addresses.master_key.parent))
    monkeypatch.setenv("OPERA_PASSPHRASE", "una frase lunga e segreta")
    assert "no keys" in run("backup", "copy")
    assert "gone by" in run("keys", "backup", "keys")
    run("keys", "escrow", "safe.bin", "--passphrase", "una frase lunga e segreta")
    small.runtime.application.keyring.destroy(case.person, ["IDENTITY"], "asked")
    run("keys", "ledger", "--file", "ledger")
    assert '"count":1' in run("keys", "ledger")
    monkeypatch.setenv("OPERA_FOLDER", "anew")
    first = run("migrate").partition("OPERA_FIRST_KEY=")[2][:16]
    assert "--ledger" in run("restore", "copy", "--keys", "keys", "--escrow", "safe.bin", code=3)
    told = run("restore", "copy", "--keys", "keys", "--escrow", "safe.bin", "--ledger", "ledger")
    assert "1 documents" in told
    assert "1 keys in the backup had been destroyed since" in told
    assert "token issue" in told
    assert f"The first key is {first}" in run("proof", "heads")
    assert "agrees with itself" in run("verify")
    assert "Restored" not in run("restore", "copy", "--keys", "keys", "--ledger", "ledger", code=3), (
        "there is an office now"
    )
    late = next(each for each in Path("keys").iterdir())
    late.rename(late.with_name(late.name.partition(".until-")[0] + ".until-2020-01-01"))
    assert "its day has come" in run("keys", "backups", "keys", code=1)
    assert "Removed" in run("keys", "backups", "keys", "--prune")
    assert list(Path("keys").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("procedure", "case"), 0, "record_contact: nothing → CONTACT"),
        (("procedure", "venture", "--diagram"), 0, "stateDiagram-v2"),
        (("procedure", "boat"), 2, "There is no procedure boat"),
        (("fly",), 2, "No such command"),
        (("--version",), 0, f"opera-cases {__version__}"),
        (("--help",), 0, "Replay the programme"),
    ],
)  # fmt: skip
def test_the_command_line_says_what_it_does_and_what_is_wrong(
    line: Line, arguments: tuple[str, ...], code: int, words: str
) -> None:
    assert words in line.run(*arguments, code=code)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("case", "show", "12"), "eight digits"),
        (("case", "show", "1234-5678"), "There is no case"),
        (("desk", "close", "00000000-0000-0000-0000-000000000009"), "no such record"),
        (("operator", "enrol", " "), "empty"),
        (("token", "issue", "00000000-0000-0000-0000-000000000009", "--role", "AUDITOR"), "no such record"),
    ],
)  # fmt: skip
def test_what_the_office_refuses_is_told_at_the_command_line(
    small: World, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    line = Line(tmp_path, OPERA_FOLDER=str(small.runtime.addresses.master_key.parent))
    assert words in line.run(*arguments, code=3)


def test_who_works_here_is_listed_and_the_look_is_on_record(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPERA_FOLDER", str(small.runtime.addresses.master_key.parent))
    told = CliRunner().invoke(app, ["operator", "list"]).output
    assert f"{small.irene.id}  ENROLLED  Irene Modelli" in told
    assert "list of operators" in CliRunner().invoke(app, ["audit", "readings"]).output


def test_what_is_set_is_told_with_where_it_comes_from_and_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("OPERA_HOST=::1\nOPERA_PORT=9000\n")
    for name, value in {"PORT": "9001", "METRICS_TOKEN": "geheim", "LOG_URL": "postgresql://opera:geheim@db/opera",
                        "KEYS_URL": "postgresql://db/keys?user=opera&password=geheim&sslmode=require", "SMTP_URL": "smtps://o%40x:geheim@mail:465"}.items():  # fmt: skip
        monkeypatch.setenv(f"OPERA_{name}", value)
    told = CliRunner().invoke(app, ["settings"]).output.splitlines()
    assert len(told) == len(Settings.model_fields)
    assert {"OPERA_HOST=::1  (.env)", "OPERA_PORT=9001  (environment)", "OPERA_RATE=1200/minute  (program)", "OPERA_METRICS_TOKEN=***  (environment)",
            "OPERA_LOG_URL=postgresql://opera:***@db/opera  (environment)", "OPERA_SMTP_URL=smtps://o%40x:***@mail:465  (environment)",
            "OPERA_KEYS_URL=postgresql://db/keys?user=opera&password=***&sslmode=require  (environment)"} <= set(told)  # fmt: skip
    assert "geheim" not in "".join(told)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"OPERA_PRODUCTION": "true"}, "OPERA_LOG_URL"),
        ({"OPERA_LOG_URL": "postgresql://nobody@127.0.0.1:9/x", "OPERA_KEYS_URL": "postgresql://nobody@127.0.0.1:9/y",
          "OPERA_MASTER_KEY_FILE": "k"}, "did not answer"),
    ],
)  # fmt: skip
def test_an_office_that_cannot_open_says_why(tmp_path: Path, environment: dict[str, str], words: str) -> None:
    assert words in Line(tmp_path, **environment).run("migrate", code=3)


def test_a_folder_that_holds_no_demo_is_never_overwritten(line: Line) -> None:
    (line.folder / "precious").mkdir()
    (line.folder / "precious" / "thesis.txt").write_text("years of work")
    assert "holds no demo" in line.run("demo", "--no-serve", "--folder", "precious", code=3)
    assert (line.folder / "precious" / "thesis.txt").exists()


def test_a_worker_beside_the_servers_does_what_nobody_asked_for(tmp_path: Path, own_cluster: OwnCluster) -> None:
    there = own_cluster.runtime.addresses
    line = Line(
        tmp_path, OPERA_LOG_URL=there.log, OPERA_KEYS_URL=there.keys, OPERA_MASTER_KEY_FILE=str(there.master_key)
    )
    worker = line.start("work")
    clock = SetClock()
    world = World(Runtime(there, clock=clock), clock)
    try:
        answer = world.ask(world.irene, "case", "record_contact", desk=str(world.desk), channel="PHONE")
        for _ in range(150):
            with world.runtime.read.engine.connect() as connection:
                if world.runtime.models.timeline.of(connection, [answer.id], 0, 10):
                    break
            time.sleep(0.1)
        else:
            raise AssertionError("the worker did not follow")
    finally:
        world.runtime.close()
        worker.send_signal(signal.SIGTERM)
        said, _ = worker.communicate(timeout=20)
    assert worker.returncode == 0, said


def test_one_process_serves_an_embedded_office(small: World, tmp_path: Path) -> None:
    line = Line(tmp_path, OPERA_FOLDER=str(small.runtime.addresses.master_key.parent))
    port, other = _free_port(), _free_port()
    first = line.start("serve", "--port", str(port))
    _wait_for(port)
    try:
        told = line.run("serve", "--port", str(other), code=3)
        assert "Another process serves the office" in told
    finally:
        first.kill()
        first.communicate(timeout=20)
    again = line.start("serve", "--port", str(other))
    _wait_for(other)
    again.terminate()
    again.communicate(timeout=20)


@pytest.mark.parametrize(("option", "release"), [((), "3.1.0"), (("--3.0",), "3.0.3")])
def test_the_description_can_be_printed(small: World, tmp_path: Path, option: tuple[str, ...], release: str) -> None:
    line = Line(tmp_path, OPERA_FOLDER=str(small.runtime.addresses.master_key.parent))
    document = json.loads(line.run("openapi", *option))
    assert document["openapi"] == release
    assert "/rest/opera/v1/cases/{record_id}/steps" in document["paths"]


def test_a_server_waits_for_a_database_that_is_just_starting(tmp_path: Path, own_cluster: OwnCluster) -> None:
    there = own_cluster.runtime.addresses
    line = Line(
        tmp_path, OPERA_LOG_URL=there.log, OPERA_KEYS_URL=there.keys, OPERA_MASTER_KEY_FILE=str(there.master_key)
    )
    own_cluster.runtime.close()
    own_cluster.cluster.stop()
    port = _free_port()
    server = line.start("serve", "--port", str(port))
    try:
        time.sleep(2)
        assert server.poll() is None, "it asks again"
        own_cluster.cluster.start()
        _wait_for(port)
    finally:
        server.kill()
        server.communicate()
