"""The kept histories of every release fold to the same records as on the day they were kept, on every machine."""

import gzip
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.log.events.codec import UnknownTopic, decode

HISTORY = Path(__file__).parents[1] / "history"
RELEASES = sorted(path.stem for path in HISTORY.glob("*.jsonl"))
WHOLE = sorted(path.name for path in HISTORY.glob("cases-*.jsonl.gz"))


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


def hash_of(record: Aggregate, fields: list[str]) -> str:
    """One hash over what a release knew of a record; what later releases remember besides does not change it."""
    picture = {name: _plain(getattr(record, name)) for name in fields}
    return hashlib.sha256(json.dumps(picture, sort_keys=True).encode()).hexdigest()


def kind_of(lines: list[list[Any]]) -> str:
    kind: str = lines[0][3].partition(".")[0]
    return kind


def event_of(stream: str, line: list[Any]) -> Event[Any]:
    position, event_id, version, topic, state, metadata = line
    return decode((position, event_id, stream, version, topic, state.encode(), metadata.encode()))


def record_of(kind: str, events: Iterable[Event[Any]]) -> Aggregate:
    events = list(events)
    return PROCEDURES[kind].aggregate.replay(events[0].stream, events)


def kept_whole(name: str) -> tuple[dict[str, list[str]], list[dict[str, Any]]]:
    """What was known of each kind of record, and the records kept of a release."""
    first, *rest = (json.loads(line) for line in gzip.decompress((HISTORY / name).read_bytes()).decode().splitlines())
    return first["fields"], rest


def differing(name: str) -> list[str]:
    """The records of a kept file that no longer read as on the day they were kept."""
    fields, kept = kept_whole(name)
    wrong = []
    for each in kept:
        kind = kind_of(each["events"])
        record = record_of(kind, (event_of(each["stream"], line) for line in each["events"]))
        if hash_of(record, fields[kind]) != each["hash"]:
            wrong.append(each["stream"])
    return wrong


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


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "77", "TZ": "Pacific/Apia"},
        {"LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu"},
    ],
)
def test_neither_hash_seed_nor_zone_nor_locale_changes_them(environment: dict[str, str]) -> None:
    script = f"from tests.history.test_golden_histories import folded; print(folded({RELEASES[-1]!r}))"
    told = subprocess.run([sys.executable, "-c", script], env={**os.environ, **environment}, cwd=HISTORY.parent.parent,
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert told.stdout.strip() == folded(RELEASES[-1])


def test_one_event_less_is_seen() -> None:
    whole = folded(RELEASES[-1])
    assert all(folded(RELEASES[-1], without=number) != whole for number in (1, 30, 60))


@pytest.mark.parametrize("name", WHOLE)
def test_two_hundred_whole_histories_read_as_on_the_day_they_were_kept(name: str) -> None:
    _, kept = kept_whole(name)
    assert sum(kind_of(each["events"]) == "case" for each in kept) >= 200
    assert len({UUID(each["stream"]) for each in kept}) == len(kept)
    assert differing(name) == []


def test_a_history_with_one_event_less_or_an_unknown_kind_is_seen() -> None:
    fields, kept = kept_whole(WHOLE[-1])
    for each in kept[:20]:
        lines = each["events"]
        events = [event_of(each["stream"], line) for line in lines]
        for number in range(1, len(events)):
            less = record_of(kind_of(lines), events[:number])
            assert hash_of(less, fields[kind_of(lines)]) != each["hash"]
    with pytest.raises(UnknownTopic, match="newer"):
        event_of(kept[0]["stream"], [*kept[0]["events"][0][:3], "case.invented_tomorrow", *kept[0]["events"][0][4:]])


@pytest.mark.heavy
def test_twenty_hash_seeds_three_locales_and_three_zones_read_them_alike() -> None:
    script = f"from tests.history.test_golden_histories import differing; print(differing({WHOLE[-1]!r}))"
    for seed in range(20):
        place = {"PYTHONHASHSEED": str(seed), "TZ": ("UTC", "Pacific/Apia", "Asia/Kathmandu")[seed % 3],
                 "LC_ALL": ("C", "tr_TR.UTF-8", "it_IT.UTF-8")[seed // 3 % 3]}  # fmt: skip
        told = subprocess.run([sys.executable, "-c", script], env={**os.environ, **place}, cwd=HISTORY.parent.parent,
                              capture_output=True, text=True, check=True)  # fmt: skip
        assert told.stdout.strip() == "[]", place
