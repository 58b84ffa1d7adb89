"""What a forward pass costs here, as measured, and so how requests that wait together are best computed."""

from __future__ import annotations

# A larger batch makes everybody in it wait for the last one, so it has to win by more than noise.
WORTHWHILE = 0.95
# A pass that met a busy machine says little by itself; the mean of the last ten or so says much.
SMOOTHING = 0.1


class Pace:
    """Core-seconds that one image costs, by (kind of lane, batch size), smoothed over the passes that ran."""

    def __init__(self) -> None:
        self._cost: dict[tuple[str, int], float] = {}

    def seed(self, kind: str, size: int, cost: float) -> None:
        """Take `cost` (core-seconds an image) as what warming up measured."""
        self._cost[kind, size] = cost

    def learn(self, kind: str, size: int, cost: float) -> None:
        """Let a pass that served requests move the mean."""
        known = self._cost.get((kind, size))
        self._cost[kind, size] = cost if known is None else known + SMOOTHING * (cost - known)

    def forget(self, kind: str) -> None:
        """Drop a kind of lane that is no longer there."""
        self._cost = {key: cost for key, cost in self._cost.items() if key[0] != kind}

    def cost(self, kind: str, size: int = 1) -> float | None:
        """Core-seconds an image costs in a batch of `size` in a lane of `kind`; None when never measured."""
        return self._cost.get((kind, size))

    def best(self, kinds: tuple[str, ...], waiting: int) -> tuple[str, int]:
        """The kind of lane and the batch size with which `waiting` requests cost least each."""
        candidates = sorted(
            (key for key in self._cost if key[0] in kinds and key[1] <= waiting),
            key=lambda key: (kinds.index(key[0]), key[1]),
        )
        if not candidates:
            return kinds[0], 1
        chosen = candidates[0]
        for candidate in candidates[1:]:
            if self._cost[candidate] < self._cost[chosen] * WORTHWHILE:
                chosen = candidate
        return chosen
