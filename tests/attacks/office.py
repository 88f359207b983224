"""An office to attack: made, staffed and served from the code of one release, over its command line and HTTP alone.

What differs between releases when an office is set up stands here and nowhere else: the attacks are the same for all.
"""

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from tests.attacks.caller import API, Caller
from tests.attacks.command_line import CommandLine, Said
from tests.attacks.stores import Store

RELEASE = Path(os.environ.get("AGAINST") or Path(__file__).parent.parent.parent).resolve()
PASSPHRASE = "quattro parole lunghe davvero"
TODAY = datetime.now(UTC).date()
GUARDIANS = ("ADMINISTRATOR", "DPO", "AUDITOR", "REGIONAL_COORDINATOR")
UNENDED = {
    "half a header": "",
    "no body": "Content-Length: 100\r\n\r\n",
    "no body, with a token": "Authorization: Bearer {}\r\nContent-Length: 100\r\n\r\n",
}
"""Requests that begin and do not end."""


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


class Office:
    """Two desks: Irene and Nives at Savona with Elio and Carlo, Oreste at Valle Armea; Ada administers, Dina protects the data,
    Mona counts. `ids` names everything that was made, `tokens` what everybody was given."""

    def __init__(self, folder: Path, log: Store, keys: Store, environment: dict[str, str]) -> None:
        self.folder, self.log, self.keys = folder, log, keys
        self.line = CommandLine(RELEASE, folder, {"OPERA_PASSPHRASE": PASSPHRASE, **environment})
        self.port, self.ids, self.tokens = free_port(), dict[str, str](), dict[str, str]()
        self.requests = folder / "requests.log"
        self.server: subprocess.Popen[bytes] | None = None
        self.unended: dict[str, tuple[float, socket.socket]] = {}

    # -- setting up --------------------------------------------------------------------------------------------------

    def make(self) -> "Office":
        made = self.line.tell("migrate")
        self._key_kept(made)
        self.grants = "grant" in self.line("operator", "--help").text
        self._staffed()
        self.server = self.line.serve(self.port, self.requests)
        until(lambda: self.answers(), 60, "the office did not begin to serve")
        self._begun()
        self._worked()
        self.line.tell("proof", "head")
        assert self.verify().code == 0, "an office that nobody attacked yet must verify: " + self.verify().text
        return self

    def _key_kept(self, made: str) -> None:
        """The id of the first signing key, where a release prints it, is kept in the settings."""
        words = [each.strip(".") for line in made.splitlines() if "key" in line for each in line.split()]
        found = [each for each in words if len(each) >= 16 and all(c in "0123456789abcdef" for c in each)]
        if found:
            self.line.environment["OPERA_FIRST_KEY"] = found[-1]

    def _staffed(self) -> None:
        for name, code, province in (("savona", "SV", "SV"), ("armea", "IM", "IM")):
            self.ids[name] = self._id("desk", "open", "--code", code, "--name", f"Sportello {code}", "--region", "ITC3",
                                      "--province", province, "--host", "BIC", "--on", ago(200))  # fmt: skip
        for name in ("ada", "dina", "mona"):
            self.enrol(name)
        for name, role in (("ada", "ADMINISTRATOR"), ("dina", "DPO"), ("mona", "MONITOR")):
            self.token(name, role)
        posts = (("irene", "CASEWORKER", "savona"), ("nives", "CASEWORKER", "savona"), ("elio", "MENTOR", "savona"),
                 ("carlo", "CONSULTANT", "savona"), ("oreste", "CASEWORKER", "armea"), ("zeno", "CASEWORKER", "savona"))  # fmt: skip
        for name, role, desk in posts:
            self.enrol(name)
            self.post(name, role, desk)
            self.token(name, role)

    def _id(self, *arguments: str) -> str:
        return str(UUID(self.line.tell(*arguments).split()[-1]))

    def enrol(self, name: str) -> str:
        """Somebody new, with an invented name."""
        self.ids[name] = self._id(
            "operator", "enrol", f"{name.capitalize()} Inventati", "--email", f"{name}@example.org"
        )
        return self.ids[name]

    def post(self, name: str, role: str, desk: str) -> None:
        self.line.tell("desk", "post", self.ids[desk], self.ids[name], "--role", role, "--since", ago(20))

    def token(self, name: str, role: str) -> str:
        """A token for somebody in a role, given to them before where a release asks for that."""
        if self.grants and role in (*GUARDIANS, "MONITOR"):
            self.line.tell("operator", "grant", self.ids[name], "--role", role)
        self.tokens[name] = self.line.tell("token", "issue", self.ids[name], "--role", role).split()[-1]
        return self.tokens[name]

    def newcomer(self, name: str, role: str = "CASEWORKER", desk: str = "savona") -> Caller:
        """Somebody who is there for one attack only."""
        self.enrol(name)
        self.post(name, role, desk)
        return Caller(self.port, self.token(name, role))

    def _begun(self) -> None:
        """Requests that are never ended, to be looked at much later."""
        head = f"POST {API}cases HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        for what, text in UNENDED.items():
            connection = socket.create_connection(("127.0.0.1", self.port), timeout=1)
            connection.sendall((head + text.format(self.tokens["zeno"])).encode())
            self.unended[what] = time.monotonic(), connection

    def _worked(self) -> None:
        """People with cases at both desks, Elio and Carlo met, a document, a resource."""
        self.ids |= {"person": self.register("irene", "savona", "Provaletti", "Ardesia")}
        self.ids |= {"case": self.open_case("irene", "savona", self.ids["person"])}
        for name in ("elio", "carlo"):
            self.by("irene").begin("appointments", desk=self.ids["savona"], case=self.ids["case"], operator=self.ids[name],
                                   service="ORIENTATION", channel="IN_PERSON", day=TODAY.isoformat(), time="10:00")  # fmt: skip
        self.ids |= {"abroad": self.register("oreste", "armea", "Lontani", "Zefiro", "1970-07-07")}
        self.ids |= {"foreign": self.open_case("oreste", "armea", self.ids["abroad"])}
        self.numbers = {name: self.by(who).get(f"cases/{self.ids[name]}").json["file_number"]
                        for name, who in (("case", "irene"), ("foreign", "oreste"))}  # fmt: skip

    def register(self, who: str, desk: str, family_name: str, given_names: str, born: str = "1979-03-14") -> str:
        person = self.by(who).begin(
            "people", desk=self.ids[desk], family_name=family_name, given_names=given_names, birth_date=born
        )
        self.by(who).step(f"people/{person}", "give_notice", version="2019-07", language="it")
        return person

    def open_case(self, who: str, desk: str, person: str = "") -> str:
        case = self.by(who).begin("cases", desk=self.ids[desk], channel="PHONE")
        if person:
            self.by(who).step(f"cases/{case}", "open_intake", person=person, duplicate_search_on=TODAY.isoformat())
        return case

    # -- asking ------------------------------------------------------------------------------------------------------

    def by(self, name: str) -> Caller:
        return Caller(self.port, self.tokens[name])

    def showing(self, token: str) -> Caller:
        return Caller(self.port, token)

    def answers(self) -> bool:
        assert self.server is None or self.server.poll() is None, self.requests.read_text()
        with suppress(OSError):
            return Caller(self.port).get("/healthz").status == 200
        return False

    def verify(self, **environment: str) -> Said:
        return self.line("verify", **environment)

    def names(self, *rows: "Named") -> bool:
        """Whether `verify` fails and tells each of these rows, by its id or its digest, or by one of several."""
        said = self.verify()
        assert "Traceback" not in said.text, said.text
        named = said.code == 1 and all(any(form in said.text for form in _forms(row)) for row in rows)
        if not named:
            print(said.text)
        return named

    def memory(self) -> int:
        """Megabytes that the serving process and its children hold."""
        assert self.server is not None
        told = subprocess.run(["ps", "-o", "rss=", "--pid", str(self.server.pid), "--ppid", str(self.server.pid)],
                              capture_output=True, text=True, check=True).stdout  # fmt: skip
        return sum(map(int, told.split())) // 1024

    # -- ending ------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        for _, connection in self.unended.values():
            connection.close()
        if self.server is not None:
            self.server.send_signal(signal.SIGKILL)
            self.server.wait()
        self.line.close()

    @contextmanager
    def elsewhere(self, name: str) -> Iterator[dict[str, str]]:
        """The environment of another, embedded office with a master key of its own; it is not made yet."""
        there = self.folder / name
        yield {
            "OPERA_FOLDER": str(there),
            "OPERA_LOG_URL": "",
            "OPERA_KEYS_URL": "",
            "OPERA_MASTER_KEY_FILE": "",
            "OPERA_FIRST_KEY": "",
        }


Named = UUID | bytes | str | tuple[UUID | bytes, ...]


def _forms(row: Named) -> tuple[str, ...]:
    if isinstance(row, tuple):
        return tuple(form for each in row for form in _forms(each))
    if isinstance(row, UUID):
        return str(row), row.hex
    return (row,) if isinstance(row, str) else (row.hex(), row.hex()[:16])


def until(holds: Callable[[], Any], seconds: float, otherwise: str) -> Any:
    """What a condition says once it says something, asked again and again. Fails after so many seconds."""
    end = time.monotonic() + seconds
    while not (told := holds()):
        assert time.monotonic() < end, otherwise
        time.sleep(0.05)
    return told


def free_port() -> int:
    """A port below those that the system lends to callers."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def fresh_id() -> str:
    return str(uuid4())
