"""No plain personal value in any database file, dump or log: hundreds of planted values, searched byte by byte."""

import logging
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from opera_cases.application.ids import Ids
from opera_cases.application.requests import CommandRequest
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.application.seal import private_fields
from opera_cases.demo.replay import play
from opera_cases.demo.stage import SetClock
from opera_cases.demo.world import DESKS
from opera_cases.domain.kernel.scalars import PublicName
from opera_cases.domain.procedures import PROCEDURES
from tests.conftest import OwnCluster
from tests.support.postgres import sql

ONLY_AS_A_REASON = {"FAMILY_OR_HEALTH", "FOUND_A_JOB", "IDEA_NOT_VIABLE"}
"""Codes that a demo gives as somebody's reason and as nothing else."""


def _play_and_note(runtime: Runtime, clock: SetClock) -> set[str]:
    """Play a small demo and note every personal value that was typed: all words, and such codes as stand nowhere else."""
    planted: set[str] = set()
    carry_out = runtime.application.execute_with_record

    def noting(ask: CommandRequest) -> Any:
        private = private_fields(PROCEDURES[ask.kind].commands[ask.step])
        planted.update(
            str(ask.values[name])
            for name, kind in private.items()
            if ask.values.get(name) and kind.of in (None, PublicName)
        )
        planted.update(code for code in ONLY_AS_A_REASON if code in map(str, ask.values.values()))
        return carry_out(ask)

    runtime.application.execute_with_record = noting  # type: ignore[method-assign]
    play(runtime, clock, 70, lambda done, total: None)
    long_enough = {value for value in planted if len(value) >= 7 and value not in ("PREFERS_NOT_TO_SAY", "NOT_ASKED")}
    assert len(long_enough) >= 200, len(long_enough)
    assert long_enough >= ONLY_AS_A_REASON
    return long_enough


def _found(values: set[str], contents: Iterator[tuple[str, bytes]]) -> set[tuple[str, str]]:
    needles = [(value, value.encode()) for value in values]
    return {(name, value) for name, content in contents for value, needle in needles if needle in content}


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes()


def test_on_sqlite_no_file_holds_a_personal_value(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    clock = SetClock(date(2019, 7, 1))
    runtime = Runtime.prepare(StoreLocations.folder(tmp_path / "office"), clock=clock, ids=Ids(1))
    planted = _play_and_note(runtime, clock)
    assert _found(planted, _files(tmp_path)) == set()
    assert _found(planted, iter([("log", caplog.text.encode())])) == set()
    runtime.close()
    assert _found(planted, _files(tmp_path)) == set()
    assert _found({DESKS[0][1]}, _files(tmp_path)), "the search finds what is in the clear"


def test_on_postgresql_no_file_dump_or_log_holds_a_personal_value(own_cluster: OwnCluster, tmp_path: Path) -> None:
    cluster, addresses = own_cluster.cluster, own_cluster.runtime.addresses
    clock = SetClock(date(2019, 7, 1))
    runtime = Runtime(addresses, clock=clock, ids=Ids(1))
    planted = _play_and_note(runtime, clock)
    sql(cluster.url("postgres"), "CHECKPOINT")
    dump = subprocess.run(
        [cluster.bin / "pg_dump", "-h", cluster.folder, "-U", "opera", "log"], capture_output=True, check=True
    ).stdout
    runtime.close()
    cluster.stop()
    assert _found(planted, _files(cluster.folder)) == set()
    assert _found(planted, iter([("dump", dump)])) == set()
    assert _found({DESKS[0][1]}, _files(cluster.data)), "the search finds what is in the clear"
    assert _found({DESKS[0][1]}, iter([("dump", dump)]))
