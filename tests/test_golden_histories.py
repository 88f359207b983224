"""The kept histories of every release fold to the same records as on the day they were kept, on every machine."""

import hashlib
import json
import os
import subprocess
import sys
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from opera_cases.domain.aggregate import Aggregate
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.log.codec import decode

HISTORY = Path(__file__).parent / "history"
RELEASES = sorted(path.stem for path in HISTORY.glob("*.jsonl"))


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in sorted(value.items(), key=lambda pair: str(pair[0]))}
    if isinstance(value, set | frozenset):
        return sorted(str(_plain(each)) for each in value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value)


def folded(release: str, *, without: int | None = None) -> str:
    """One hash over every record that the kept events of a release make, in the order of their ids."""
    records: dict[str, Aggregate] = {}
    for number, line in enumerate((HISTORY / f"{release}.jsonl").read_text().splitlines()):
        if number == without:
            continue
        kept = json.loads(line)
        row = (kept["position"], kept["event_id"], kept["originator_id"], kept["originator_version"], kept["topic"],
               kept["state"].encode(), kept["metadata"].encode())  # fmt: skip
        event = decode(row)
        kind = kept["topic"].partition(".")[0]
        records.setdefault(kept["originator_id"], PROCEDURES[kind].aggregate(event.stream)).evolve(event)
    pictures = [
        {name: _plain(value) for name, value in sorted(vars(record).items()) if name != "known"}
        for _, record in sorted(records.items())
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(pictures, sort_keys=True).encode()).hexdigest()


@pytest.mark.parametrize("release", RELEASES)
def test_the_records_are_those_of_the_day_they_were_kept(release: str) -> None:
    recorded = (HISTORY / f"{release}.sha256").read_text().strip()
    assert folded(release) == recorded, "a fold changed: if a field was added, keep the new hash with the reason"


@pytest.mark.parametrize("environment", [{"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "77", "TZ": "Pacific/Apia"}, {"LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu"}])
def test_neither_hash_seed_nor_zone_nor_locale_changes_them(environment: dict[str, str]) -> None:
    script = f"from tests.test_golden_histories import folded; print(folded({RELEASES[-1]!r}))"
    told = subprocess.run([sys.executable, "-c", script], env={**os.environ, **environment}, cwd=HISTORY.parent.parent,
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert told.stdout.strip() == folded(RELEASES[-1])


def test_one_event_less_is_seen() -> None:
    whole = folded(RELEASES[-1])
    assert all(folded(RELEASES[-1], without=number) != whole for number in (1, 30, 60))
