"""What a forward pass costs here, as measured, and so how requests are best computed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

# A larger batch makes everybody in it wait for the last one, so it has to win by more than noise.
WORTHWHILE = 0.95
# A pass that met a busy machine says little by itself; the mean of the last few says much.
SMOOTHING = 0.2
# What was slow because the machine was busy is tried again after this many seconds.
FORGOTTEN_AFTER = 20.0

Way = tuple[str, int]


class Pace:
    """Core-seconds that one image costs in a way to compute: a kind of lane and a batch size.

    For each way the least cost ever seen is kept, and a mean of what it took lately. The mean counts while
    it is fresh; a way that has not been used for a while is judged by its best again, and so gets another
    chance.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._best: dict[Way, float] = {}
        self._recent: dict[Way, tuple[float, float]] = {}
        self._clock = clock

    def learn(self, kind: str, size: int, cost: float) -> None:
        """Take in what a pass took, in core-seconds an image."""
        known = self.cost(kind, size)
        mean = cost if known is None else known + SMOOTHING * (cost - known)
        self._recent[kind, size] = (mean, self._clock())
        self._best[kind, size] = min(cost, self._best.get((kind, size), cost))

    def forget(self, kind: str) -> None:
        """Drop a kind of lane that is no longer there."""
        for ways in (self._best, self._recent):
            for way in [way for way in ways if way[0] == kind]:
                del ways[way]

    def cost(self, kind: str, size: int = 1) -> float | None:
        """Core-seconds an image costs in a batch of `size` in a lane of `kind`; None when never measured."""
        mean, when = self._recent.get((kind, size), (0.0, float("-inf")))
        return mean if self._clock() - when < FORGOTTEN_AFTER else self._best.get((kind, size))

    def cheapest(self, kinds: Sequence[str], waiting: int) -> Way:
        """The way in which `waiting` requests cost least each; a plainer way wins unless another is clearly
        cheaper.
        """
        ways = [way for way in self._best if way[0] in kinds and way[1] <= waiting]
        ways.sort(key=lambda way: (kinds.index(way[0]), way[1]))
        chosen, least = (kinds[0], 1), float("inf")
        for way in ways:
            cost = self.cost(*way)
            if cost is not None and cost < least * WORTHWHILE:
                chosen, least = way, cost
        return chosen

    def soonest(self, lanes: Sequence[tuple[str, int]]) -> int:
        """Which of `lanes`, as (kind, cores), answers a single request first; the first of them when
        unknown.
        """
        seconds = [(self.cost(kind) or 0.0) / cores for kind, cores in lanes]
        return min(range(len(lanes)), key=seconds.__getitem__)
