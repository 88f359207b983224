"""Keeps 200 whole histories of a release: `python -m tests.history.keep_histories 0.2.0`. Once kept, a file is never edited.

They come from the demo programme, the most varied journeys first; the sealed values belong to a key thrown away. The
first line says what was known of each kind of record, each other line is one record: its events and the hash of the
record that they make.
"""

import gzip
import json
import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from opera_cases.application.ids import Ids
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.demo.replay import play
from opera_cases.demo.stage import SetClock
from opera_cases.log.events.codec import decode
from tests.history.test_golden_histories import HISTORY, event_of, hash_of, kind_of, record_of

CASES = 200
Line = list[Any]


def _varied(histories: list[list[Line]]) -> list[list[Line]]:
    """Cases with topics seen least so far come first, so that rare journeys are among those kept."""
    seen: Counter[str] = Counter()
    kept: list[list[Line]] = []
    left = list(histories)
    while left and len(kept) < CASES:
        best = min(left, key=lambda lines: (min(seen[line[3]] for line in lines), -len(lines)))
        left.remove(best)
        kept.append(best)
        seen.update(line[3] for line in best)
    return kept


def main(release: str) -> None:
    target = HISTORY / f"cases-{release}.jsonl.gz"
    if target.exists():
        raise SystemExit(f"{target} is kept already, and never edited.")
    clock = SetClock(date(2019, 7, 1))
    runtime = Runtime.prepare(StoreLocations.folder(Path(tempfile.mkdtemp())), clock=clock, ids=Ids(1))
    play(runtime, clock, 468, lambda done, total: None)
    streams: dict[str, list[Line]] = {}
    for row in runtime.application.recorder.after(0, 100_000):
        event = decode(row)
        line = [row[0], str(event.event_id), row[3], row[4], bytes(row[5]).decode(), bytes(row[6]).decode()]
        streams.setdefault(str(event.stream), []).append(line)
    cases = _varied([lines for lines in streams.values() if kind_of(lines) == "case"])
    ventures = [lines for lines in streams.values() if kind_of(lines) == "venture"]
    wanted = {id(lines) for lines in (*cases, *ventures)}
    kept = {stream: lines for stream, lines in streams.items() if id(lines) in wanted}
    fields: dict[str, list[str]] = {}
    told = []
    for stream, lines in kept.items():
        record = record_of(kind_of(lines), [event_of(stream, line) for line in lines])
        known = fields.setdefault(record.kind, sorted(set(vars(record)) - {"known"}))
        told.append({"stream": stream, "hash": hash_of(record, known), "events": lines})
    content = "\n".join(json.dumps(each) for each in ({"release": release, "fields": fields}, *told)) + "\n"
    target.write_bytes(gzip.compress(content.encode(), 9, mtime=0))


if __name__ == "__main__":
    main(sys.argv[1])
