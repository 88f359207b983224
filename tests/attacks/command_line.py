"""The command line of the office under attack, asked many times in one process: Python starts once, not for each command.

Run as a program it takes one line of JSON for each command (arguments, environment) and answers with one (exit code,
what was said): each is what `python -m opera_cases ARGUMENTS` would do in that environment, and nothing else is known of
the release that is attacked.
"""

import contextlib
import io
import json
import os
import runpy
import subprocess
import sys
import traceback
from pathlib import Path
from typing import NamedTuple


class Said(NamedTuple):
    """How a command ended, everything it said, and what of that is its output."""

    code: int
    text: str
    output: str


class CommandLine:
    """Asks commands of the release in `release`, in a folder and an environment of its own."""

    def __init__(self, release: Path, folder: Path, environment: dict[str, str]) -> None:
        self.release, self.folder, self.environment = release, folder, environment
        self._process = subprocess.Popen(
            [sys.executable, "-X", "utf8", str(Path(__file__).resolve())], cwd=folder, text=True, umask=0o022,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self.whole({}),
        )  # fmt: skip

    def whole(self, more: dict[str, str]) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(self.release),
            "COLUMNS": "400",
            **self.environment,
            **more,
        }

    def __call__(self, *arguments: str, **environment: str) -> Said:
        """What `opera-cases ARGUMENTS` says, whatever its exit code."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([arguments, self.whole(environment)]) + "\n")
        self._process.stdin.flush()
        return Said(*json.loads(self._process.stdout.readline()))

    def tell(self, *arguments: str, **environment: str) -> str:
        """The same of a command that has to be carried out: what it said."""
        said = self(*arguments, **environment)
        assert said.code == 0, f"{' '.join(arguments)}: {said.text}"
        return said.text.strip()

    def serve(self, port: int, log: Path) -> subprocess.Popen[bytes]:
        with log.open("ab") as lines:
            return subprocess.Popen(
                [sys.executable, "-m", "opera_cases", "serve", "--port", str(port), "--work"], cwd=self.folder, umask=0o022,
                stdout=lines, stderr=lines, env=self.whole({}),
            )  # fmt: skip

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


def _carry_out(arguments: list[str], environment: dict[str, str]) -> Said:
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["opera-cases", *arguments]
    output, errors = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    code = 0
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        try:
            runpy.run_module("opera_cases", run_name="__main__")
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
        except BaseException:  # a program that ends so prints it and returns 1
            traceback.print_exc(file=errors)
            code = 1
    said = output.buffer.getvalue().decode()  # type: ignore[attr-defined]
    return Said(code, said + errors.buffer.getvalue().decode(), said)  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.path[0] = ""
    for line in sys.stdin:
        print(json.dumps(_carry_out(*json.loads(line))), flush=True)
