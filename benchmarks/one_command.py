"""Processor seconds of one command over HTTP, of the release on the path: `PYTHONPATH=FOLDER python one_command.py COMMANDS [LOG KEYS]`.

The application is called as a server calls it, in this process, so that nothing else is counted. Without addresses the office is on
SQLite, in a folder of its own.
"""

import asyncio
import gc
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from opera_cases.api.app import create_app
from opera_cases.application.runtime import Runtime, StoreLocations
from tests.support.world import SetClock, World

CASES = 20


def office(log: str, keys: str) -> World:
    folder = Path(tempfile.mkdtemp(prefix="opera-bench-"))
    addresses = StoreLocations(log, log, keys, folder / "master.key") if log else StoreLocations.folder(folder)
    clock = SetClock()
    return World(Runtime.prepare(addresses, clock=clock), clock)


async def asked(app: Any, path: str, token: str, version: int) -> None:
    body = json.dumps({"step": "add_note", "text": "nota di prova, " * 13}).encode()
    headers = {
        "authorization": f"Bearer {token}",
        "content-type": "application/json",
        "if-match": f'"{version}"',
        "idempotency-key": str(uuid4()),
    }
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"", "http_version": "1.1", "scheme": "http",
             "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "root_path": "",
             "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    assert sent[0]["status"] == 200, sent


async def measured(world: World, commands: int) -> float:
    cases = [
        world.case("PLAN", person=world.person(f"Prova{number}", "Eva", f"19{60 + number}-01-01"))
        for number in range(CASES)
    ]
    token = world.token(world.irene)
    app = create_app(world.runtime)
    versions = [case.now.version for case in cases]
    async with app.router.lifespan_context(app):
        for number in range(2 * CASES + commands):
            if number == 2 * CASES:
                gc.collect()
                gc.disable()
                began = time.process_time()
            at = number % CASES
            await asked(app, f"/rest/opera/v1/cases/{cases[at].id}/steps", token, versions[at])
            versions[at] += 1
        return (time.process_time() - began) / commands


if __name__ == "__main__":
    print(asyncio.run(measured(office(*(sys.argv[2:] or ("", ""))), int(sys.argv[1]))))
