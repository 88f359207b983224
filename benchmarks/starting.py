"""From the start of `opera-cases serve` to its first answer, beside a program that imports the same frameworks and binds a port."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import ROUNDS, Result
from tests.cli.test_command_line import _free_port

BARE = """
import sys, sqlalchemy, uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.get("/healthz")
async def healthz(): return {"status": "ok"}
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="critical")
"""


def _until_it_answers(command: list[str], environment: dict[str, str], folder: Path) -> float:
    port = _free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [*command, str(port)], env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            except (OSError, urllib.error.URLError):
                time.sleep(0.01)
            else:
                return time.perf_counter() - began
    finally:
        process.kill()
        process.wait(10)


def results() -> Iterator[Result]:
    folder = Path(tempfile.mkdtemp(prefix="opera-bench-"))
    environment = {"PATH": os.environ["PATH"], "OPERA_FOLDER": str(folder / "office")}
    serve = [sys.executable, "-m", "opera_cases", "serve", "--port"]
    bare = [sys.executable, "-c", BARE]
    subprocess.run(
        [sys.executable, "-m", "opera_cases", "migrate"], env=environment, cwd=folder, check=True, capture_output=True
    )
    told: dict[str, list[float]] = {"ours": [], "floor": []}
    for _ in range(ROUNDS):
        told["floor"].append(_until_it_answers(bare, environment, folder))
        told["ours"].append(_until_it_answers(serve, environment, folder))
    ours, floor = (statistics.median(each) for each in told.values())
    yield Result("start of serve to its first answer", "import FastAPI and SQLAlchemy, bind a port", f"{ours:.2f} s", f"{floor:.2f} s",
                 ours / floor, "≤ 2")  # fmt: skip
