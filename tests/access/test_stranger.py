"""A stranger with the documents alone: an office from nothing, 200 people imported, a week of work, kept, put back, verified."""

import json
import signal
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any

from tests.cli.test_command_line import Line, _free_port, _wait_for

PASSPHRASE = "quattro parole lunghe davvero"


class Curl:
    """What the documents do with curl."""

    def __init__(self, port: int, token: str) -> None:
        self.base, self.token = f"http://127.0.0.1:{port}/rest/opera/v1/", token

    def ask(
        self, path: str, body: Any = None, raw: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], Any]:
        data = raw if raw is not None else json.dumps(body).encode() if body is not None else None
        told = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid.uuid4()),
            **headers,
        }
        request = urllib.request.Request(self.base + path.removeprefix("/rest/opera/v1/"), data=data, headers=told)
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            with opener.open(request, timeout=20) as answer:
                return answer.status, dict(answer.headers), json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as told_no:
            if told_no.code == 303:
                return 303, dict(told_no.headers), None
            raise AssertionError(told_no.read().decode()) from None

    def step(self, path: str, step: str, **body: Any) -> Any:
        version = self.ask(path)[2]["version"]
        return self.ask(f"{path}/steps", {"step": step, **body}, **{"If-Match": f'"{version}"'})[2]

    def import_people(self, desk: str, content: bytes, *, dry_run: bool) -> list[dict[str, Any]]:
        edge = uuid.uuid4().hex
        parts = [
            ("desk", None, desk.encode()),
            ("dry_run", None, str(dry_run).lower().encode()),
            ("content", "people.csv", content),
        ]
        raw = b"".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"'.encode()
            + (f'; filename="{file}"\r\nContent-Type: text/csv' if file else "").encode() + b"\r\n\r\n" + value + b"\r\n"
            for name, file, value in parts
        ) + f"--{edge}--\r\n".encode()  # fmt: skip
        status, headers, _ = self.ask("imports", raw=raw, **{"Content-Type": f"multipart/form-data; boundary={edge}"})
        assert status == 202
        where = {name.lower(): value for name, value in headers.items()}["location"]
        for _ in range(300):
            status, headers, _ = self.ask(where)
            if status == 303:
                result = {name.lower(): value for name, value in headers.items()}["location"]
                return list(self.ask(result)[2]["items"])
            time.sleep(0.1)
        raise AssertionError("the import did not end")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def _people(count: int) -> bytes:
    rows = ["family_name;given_names;birth_date;notice_version;channel"]
    for n in range(count):
        letters = "".join(chr(97 + int(d)) for d in f"{n:03d}")
        rows.append(
            f"Importati{letters};Prova {letters[::-1]};19{50 + n % 50:02d}-{1 + n % 12:02d}-{1 + n % 28:02d};2019-07;EVENT"
        )
    return "\r\n".join(rows).encode()


def test_an_office_from_nothing_a_week_of_work_kept_and_put_back(tmp_path: Path) -> None:
    line = Line(tmp_path, OPERA_LOG_REQUESTS="false", OPERA_PASSPHRASE=PASSPHRASE)
    line.run("migrate")
    desks = [
        line.run(
            "desk",
            "open",
            "--code",
            code,
            "--name",
            name,
            "--region",
            "ITC3",
            "--province",
            province,
            "--host",
            "BIC",
            "--on",
            "2019-07-12",
        )
        for code, name, province in (("SV", "Savona", "SV"), ("IM", "Valle Armea", "IM"))
    ]
    staff = [line.run("operator", "enrol", name) for name in ("Irene Modelli", "Oreste Finticelli")]
    for desk, operator in zip(desks, staff, strict=True):
        line.run("desk", "post", desk, operator, "--role", "CASEWORKER", "--since", "2019-07-12")
    tokens = [line.run("token", "issue", operator, "--role", "CASEWORKER") for operator in staff]
    port = _free_port()
    server = line.start("serve", "--port", str(port))
    try:
        _wait_for(port)
        irene, oreste = (Curl(port, token) for token in tokens)
        assert {each["outcome"] for each in irene.import_people(desks[0], _people(200), dry_run=True)} == {"Would"}
        done = irene.import_people(desks[0], _people(200), dry_run=False)
        assert [each["outcome"] for each in done] == ["Done"] * 200
        today = time.strftime("%Y-%m-%d")
        for each in done[:20]:
            irene.step(f"cases/{each['case']}", "open_intake", person=each["person"], duplicate_search_on=today)
            irene.step(f"cases/{each['case']}", "assign", caseworker=staff[0])
        for each in done[20:40]:
            irene.step(f"cases/{each['case']}", "record_attempt", channel="PHONE", reached=False)
        moved = done[0]["case"]
        irene.step(f"cases/{moved}", "request_transfer", to_desk=desks[1], informed_on=today, note="Abita a Sanremo.")
        oreste.step(f"cases/{moved}", "accept_transfer", caseworker=staff[1])
        found = irene.ask("people/searches", {"family_name": "Importatiaa"})[2]
        assert found["items"], "one slip is forgiven"
        queues = {each["queue"]: each["count"] for each in irene.ask("work")[2]["items"]}
        assert queues["unassigned"] == 180
        line.run("backup", "kept")
        line.run("keys", "backup", "kept-keys")
        line.run("keys", "escrow", "safe.bin", "--passphrase", PASSPHRASE)
        line.run("keys", "ledger", "--file", "ledger")
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=20)
    assert "agrees with itself" in line.run("verify")
    elsewhere = Line(tmp_path, OPERA_FOLDER=str(tmp_path / "elsewhere"), OPERA_PASSPHRASE=PASSPHRASE)
    elsewhere.run("migrate")
    again = ("restore", "kept", "--keys", "kept-keys", "--escrow", "safe.bin", "--ledger", "ledger")
    assert "Restored" in elsewhere.run(*again)
    assert "there is an office" in elsewhere.run(*again, code=3).lower()
    elsewhere.run("rebuild")
    assert "agrees with itself" in elsewhere.run("verify")
    log = [line.run("case", "show", moved), elsewhere.run("case", "show", moved)]
    assert log[0] == log[1]
