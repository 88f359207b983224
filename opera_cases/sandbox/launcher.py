"""A program of its own for what takes long, or was written by strangers: it holds up nobody, and what it used goes back."""

import os
import subprocess
import sys
from collections.abc import Callable
from time import monotonic

LOOK_EVERY = 15.0
"""Seconds between two looks at a program that goes on."""


class OutOfPatience(Exception):
    """A program took longer than it was given, and was ended."""


class Failed(Exception):
    """A program ended otherwise than it should: with which code, a negative one for a signal, and what it said."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(f"{code}: {said}")
        self.code = code


def run_sandboxed(module: str, content: bytes, patience: float, going_on: Callable[[], object] = lambda: None) -> bytes:
    """What a module of ours makes of a content. It goes through pipes, never through a file, and the program knows nothing of our
    settings; `going_on` is called while it takes its time.

    Raises `OutOfPatience` and `Failed`.
    """
    settings_apart = {name: value for name, value in os.environ.items() if not name.startswith("OPERA_")}
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=settings_apart,
        start_new_session=True,
    ) as program:  # fmt: skip
        try:
            until = monotonic() + patience
            while True:
                try:
                    made, said = program.communicate(content, timeout=max(0.0, min(LOOK_EVERY, until - monotonic())))
                    break
                except subprocess.TimeoutExpired:
                    if monotonic() >= until:
                        raise OutOfPatience from None
                    going_on()
        finally:
            program.kill()
    if program.returncode:
        raise Failed(program.returncode, said.decode(errors="replace")[-2000:])
    return made
