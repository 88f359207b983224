"""Two sides in turn, in one process: medians, and the ratio that the table tells."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table: what was measured against what, the ratio, and what it should be at least or at most."""

    what: str
    against: str
    ours: str
    floor: str
    ratio: float
    wanted: str

    @property
    def holds(self) -> bool:
        sign, _, limit = self.wanted.partition(" ")
        return not limit or (self.ratio <= float(limit) if sign == "≤" else self.ratio >= float(limit))

    def __str__(self) -> str:
        mark = "" if self.holds else "  MISSED"
        return f"| {self.what} | {self.against} | {self.ours} | {self.floor} | **{self.ratio:.2f} ×** | {self.wanted}{mark} |"


def once(work: Callable[[], Any], times: int) -> tuple[float, float]:
    """Seconds and processor seconds of one call, over some calls."""
    cpu, began = time.process_time(), time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - began) / times, (time.process_time() - cpu) / times


def in_turn(
    what: str,
    against: str,
    ours: Callable[[], Any],
    floor: Callable[[], Any],
    wanted: str,
    *,
    times: int = 50,
    rounds: int = ROUNDS,
) -> Result:
    """How much longer ours takes than the floor; both warmed up, then in turn, garbage left for later."""
    ours(), floor()
    told: dict[str, list[tuple[float, float]]] = {"ours": [], "floor": []}
    for number in range(rounds):
        for name in ("ours", "floor") if number % 2 else ("floor", "ours"):
            gc.collect()
            told[name].append(once(ours if name == "ours" else floor, times))
    median = {name: [statistics.median(column) for column in zip(*each, strict=True)] for name, each in told.items()}
    return Result(
        what, against, _said(median["ours"]), _said(median["floor"]), median["ours"][0] / median["floor"][0], wanted
    )


def _said(both: list[float]) -> str:
    seconds, cpu = both
    return (
        f"{seconds * 1e3:.2f} ms ({cpu * 1e3:.2f})" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} µs ({cpu * 1e6:.0f})"
    )
