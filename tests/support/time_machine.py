"""A process of the office whose clock is read from a file: `python -m tests.support.time_machine ROLE SETTINGS`.

`worker` does in turn everything that the schedule names, `server` answers requests, `embedded` does both. After each
round a worker writes down at which time it began and whether it found anything to do.
"""

import json
import os
import sys
import threading
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from opera_cases.api.app import create_app
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.domain.kernel.errors import Unavailable
from opera_cases.jobs.due_scan import remind
from opera_cases.jobs.mail_sender import post
from opera_cases.jobs.message_builder import compose
from opera_cases.jobs.policy_runner import react
from opera_cases.jobs.smtp import Mail
from opera_cases.jobs.timed_steps import tick
from opera_cases.log.store.database import Conflict
from opera_cases.log.store.single_server import serving_alone
from opera_cases.runtime import server

PAUSE = 0.03


class FileClock:
    """The time that stands in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.last = self.read()

    def read(self) -> datetime:
        return datetime.fromisoformat(self.path.read_text())

    def __call__(self) -> datetime:
        with suppress(ValueError):  # it is being written just now
            self.last = self.read()
        return self.last

    def turn_to(self, at: datetime) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.write_text(at.isoformat())
        fresh.replace(self.path)


def premises(settings: dict[str, Any]) -> Runtime:
    at = settings["addresses"]
    addresses = StoreLocations(at["log"], at["read"], at["keys"], Path(at["master_key"]))
    return Runtime(addresses, clock=FileClock(Path(settings["clock"])))


def _work(runtime: Runtime, settings: dict[str, Any]) -> None:
    mail = Mail(settings["smtp"], "sportelli@opera.example", "http://opera.example")
    rounds = Path(settings["rounds"]) / f"{os.getpid()}.json"
    while True:
        began = runtime.clock()
        try:
            done = react(runtime) + tick(runtime) + remind(runtime) + compose(runtime) + post(runtime, mail)
        except (Unavailable, Conflict):
            done = 1
        fresh = rounds.with_suffix(".new")
        fresh.write_text(json.dumps({"began": began.isoformat(), "done": done}))
        fresh.replace(rounds)
        time.sleep(PAUSE)


def main() -> None:
    role, settings = sys.argv[1], json.loads(sys.argv[2])
    runtime = premises(settings)
    if role == "worker":
        _work(runtime, settings)
    with serving_alone(runtime.log):
        if role == "embedded":
            threading.Thread(target=_work, args=(runtime, settings), daemon=True).start()
        server.serve_app(create_app(runtime), server.bind("127.0.0.1", int(settings["port"])))


if __name__ == "__main__":
    main()
