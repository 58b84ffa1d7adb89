"""Clicks one after the other: what the engine wants to be told of the answer before the last click."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Any

from training.ml.assist.engine import Answer, Box, Engine, Point

# Of one image: a few objects under way, each some clicks long.
MOST_KEPT = 32

Prompt = tuple[tuple[Point, ...], Box | None]


class Clicked:
    """An image and the clicks on it. What `previous` a click gets follows from the clicks before it alone:
    it is remembered, or else found again, so that an answer is the same whenever it is asked for.
    """

    def __init__(self, engine: Engine, state: Any) -> None:
        self.state = state
        self._engine = engine
        self._kept: OrderedDict[Prompt, Any] = OrderedDict()
        self._lock = Lock()

    @property
    def nbytes(self) -> int:
        return int(self.state.nbytes)

    def segment(self, points: Sequence[Point], box: Box | None = None) -> Answer:
        """The object that all the clicks and the box mean."""
        clicks = tuple(points)
        first = 0 if box else 1
        previous = None
        for known in range(len(clicks) - 1, first - 1, -1):
            found, previous = self._remembered((clicks[:known], box))
            if found:
                first = known + 1
                break
        for number in range(first, len(clicks)):
            previous = self._answer(clicks[:number], box, previous).previous
        return self._answer(clicks, box, previous)

    def _answer(self, clicks: tuple[Point, ...], box: Box | None, previous: Any) -> Answer:
        answer = self._engine.segment(self.state, clicks, box, previous)
        with self._lock:
            self._kept[clicks, box] = answer.previous
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return answer

    def _remembered(self, prompt: Prompt) -> tuple[bool, Any]:
        with self._lock:
            if prompt not in self._kept:
                return False, None
            self._kept.move_to_end(prompt)
            return True, self._kept[prompt]
