"""What many requests ask of the database at one moment goes there together.

While a question or a write is under way, those that come meanwhile wait, and then go as one: a shared round trip, and
for writes a shared commit. Nobody waits for company: whoever finds the lane free goes at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

K = TypeVar("K")
MOST = 32
"""How many go together at most: enough to share a commit, few enough that none waits long for the others."""


@dataclass(frozen=True, slots=True)
class BatchableQuery:
    """A question that can be asked of one key or of many: `many` takes a list and tells in its first column whose row
    each is, then the columns of `one`."""

    one: str
    many: str


class BatchQueue(Generic[K]):
    """One lane to the database. `carry` takes the keys that go together and sets what came of each. A lane that `yields_first`
    lets whatever is asked in the same moment go first."""

    def __init__(
        self, carry: "Callable[[list[Pending[K]]], Awaitable[None]]", apart: Callable[[K], set[Hashable]] | None = None,
        *, yields_first: bool = False,
    ) -> None:  # fmt: skip
        self._carry, self._apart, self._gives_way = carry, apart, yields_first
        self._waiting: list[Pending[K]] = []
        self._task: asyncio.Task[None] | None = None

    async def ask(self, key: K) -> Any:
        """What came of a key."""
        return await self.begin(key)

    def begin(self, key: K) -> "asyncio.Future[Any]":
        """Put a key into the lane; inside the event loop only."""
        waiting = Pending(key, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._task is None:
            self._task = asyncio.create_task(self._go())
        return waiting.answer

    async def _go(self) -> None:
        try:
            while self._waiting:
                if self._gives_way:
                    await asyncio.sleep(0)
                together = self._take()
                try:
                    await self._carry(together)
                except Exception as wrong:
                    for each in together:
                        each.fail(wrong)
        finally:
            self._task = None

    def _take(self) -> "list[Pending[K]]":
        """Those who go next, in order; of two that touch the same thing the second waits for the next time."""
        taken: list[Pending[K]] = []
        left: list[Pending[K]] = []
        touched: set[Hashable] = set()
        for each in self._waiting:
            touches = self._apart(each.key) if self._apart else set()
            if len(taken) < MOST and not touches & touched:
                taken.append(each)
            else:
                left.append(each)
            touched |= touches
        self._waiting = left
        return taken


@dataclass(slots=True)
class Pending(Generic[K]):
    """One who waits for an answer. Whoever has gone away meanwhile is not told."""

    key: K
    answer: "asyncio.Future[Any]"

    def tell(self, answer: Any) -> None:
        """Give the answer to whoever waits, unless they went away."""
        if not self.answer.done():
            self.answer.set_result(answer)

    def fail(self, wrong: Exception) -> None:
        """Raise something where somebody waits, unless they went away."""
        if not self.answer.done():
            self.answer.set_exception(wrong)
